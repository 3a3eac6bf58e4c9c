//! What is to be said about settings: mistakes, risks, hints, each with its place and its mend.

mod code;
mod place;
mod word;

pub use code::{Code, Kind, Severity};
pub use place::Place;
pub use word::Finding;
