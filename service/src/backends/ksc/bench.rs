//! What benchmarks measure of this room and nobody else may call.
//!
//! A request becomes an incident, and tasks are weighed against requests, between two calls to KSC: there is no
//! door through which either could be measured without them. So these two are shown, behind the feature `bench`,
//! which no delivered program has.

pub use super::incidents::bench::Translation;
pub use super::tasks::bench::{Endings, Weighing};
