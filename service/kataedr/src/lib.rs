//! The settings of the KATAEDR task (task 24) of Kaspersky Endpoint Security for Linux, without IO.
//!
//! The task connects a device to Kaspersky Anti Targeted Attack Platform or, from 12.4 on, to the OSMP
//! platform. Its settings are a file that `kesl-control --get-settings 24` writes and
//! `--set-settings 24 --file` reads. This crate reads such files, says everything that is to be said
//! about them, and writes, converts, compares and explains them. It knows no file, no clock and no
//! network; whoever uses it has those.
//!
//! # A file's way through the crate
//!
//! * [`ini`] and JSON: a [`Draft`], which may say anything and loses nothing.
//! * [`catalogue`]: every key of every layout. Facts of the vendor's are here and nowhere else, each
//!   with the [`Source`] that says so.
//! * [`check()`]: a draft held against the catalogue: [`Finding`]s, and [`Settings`] if none is an error.
//! * [`Settings::to_ini`], [`Settings::to_json`]: the normal form.
//! * [`convert()`]: to another version, mode or format, with every loss named.
//!
//! Beside the way: [`diff()`], [`explain()`], and [`commands()`] with what their exit codes mean.
//!
//! ```
//! use kataedr::{Draft, Facts, Format, check};
//!
//! let facts = Facts {
//!     kes_version: Some("12.3".parse()?),
//!     ..Facts::default()
//! };
//! let draft = Draft::read(b"Address=kata.example\nPort=0\n", Format::Ini);
//! let checked = check(&draft, &facts);
//!
//! assert!(checked.settings.is_none());
//! assert_eq!(
//!     checked.findings[1].to_string(),
//!     "error line 2 Port: Port: \"0\" is no port. Write a whole number from 1 to 65535, without a \
//!      unit; the default is 443. (port-out-of-range)"
//! );
//! # Ok::<(), kataedr::NoKesVersion>(())
//! ```
//!
//! # What is not known
//!
//! The vendor documents types and defaults, never ranges; not which keys are mandatory; not the shape
//! of its JSON; of the mode EDRKATA in 12.4 only the beginning. Nothing of that is made up here: see
//! [`catalogue::Key::uncertain`] and the codes of findings that say so.

mod source;
mod excerpt;
mod near;
mod version;
mod mode;
pub mod catalogue;
pub mod finding;
mod address;
mod value;
pub mod ini;
mod json;
mod draft;
mod facts;
mod settings;
mod check;
mod normal;
mod convert;
mod diff;
mod explain;
mod commands;

pub use address::{Address, Endpoint, NoAddress};
pub use catalogue::{Key, Section, Setting};
pub use check::{Checked, check};
pub use commands::{
    Answer, Circumstances, CommandLine, ExitCode, RefusedPath, Stage, Step, Then, When, commands,
    exit_code, exit_codes, shell_word,
};
pub use convert::{Change, Conversion, ConversionRefused, Fate, Target, convert};
pub use diff::{Difference, Side, diff};
pub use draft::{Draft, Format};
pub use explain::{Explanation, NoSuchKey, explain};
pub use facts::Facts;
pub use finding::{Code, Finding, Kind, Place, Severity};
pub use mode::Mode;
pub use near::slips;
pub use normal::Unwritable;
pub use settings::{Response, Settings, Telemetry, Transfer};
pub use source::Source;
pub use value::Value;
pub use version::{KesVersion, Layout, NoKesVersion};
