//! The documents, as far as they are made of something else: `cargo docs` makes them.
//!
//! A table that repeats what the code says would rot beside it. [`generated`] says which tables
//! there are and where each stands, [`tables`] makes them, [`by_hand`] is the one column of a
//! table that people write, [`page`] is what the page at `/docs` takes of the documents,
//! [`shipped`] are the integrations, and [`manual`] is what is shipped with `edrctl`.

pub mod by_hand;
pub mod generated;
pub mod manual;
pub mod page;
pub mod shipped;
pub mod tables;
