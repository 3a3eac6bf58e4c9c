//! The Helm chart: its values, what is made of it, and the real program that renders it.
//!
//! The chart stands in `helm/`. [`values`] and [`schema`] read it without Helm; [`Helm`] runs the
//! real program, which `cargo verify` puts beside what cargo builds.

pub mod generated;
mod helm;
pub mod schema;
pub mod settings;
pub mod values;
mod variants;

pub use helm::{Helm, Objects, Rendered, kubectl};
pub use variants::{KUSTOMIZE_VALUES, folder, variants};
