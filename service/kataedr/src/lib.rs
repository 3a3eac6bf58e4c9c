//! The settings of the KATAEDR task (task 24) of Kaspersky Endpoint Security for Linux, without IO.

pub mod catalogue;
mod draft;
mod excerpt;
pub mod finding;
pub mod ini;
mod json;
mod mode;
mod near;
mod source;
mod version;

pub use catalogue::{Key, Section, Setting};
pub use draft::{Draft, Format};
pub use finding::{Code, Finding, Kind, Place, Severity};
pub use mode::Mode;
pub use source::Source;
pub use version::{KesVersion, Layout, NoKesVersion};
