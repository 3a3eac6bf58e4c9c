//! Called by the names of the vendor's nine scripts, for KUMA's response rules.
//!
//! KUMA runs a script with values of an event in its arguments. The rule above all: a value that
//! came from an event never becomes an option, a second argument, a path to another file, or a
//! command.
//!

pub mod archive;
pub mod argparse;
pub mod collector;
pub mod ignored;
pub mod key;
pub mod log;
pub mod script;
pub mod settings;
pub mod values;

pub use script::{Script, script_of};
