//! From one version, mode or format to another, with every loss named.
//!
//! What KES itself makes of an old file after an upgrade is documented nowhere, and the rules are
//! conclusions: from 12.3 to 12.4 the server becomes the first of `[Endpoints]`, the limits of events
//! go to `[TelemetrySettings.EventTransferSettings]`, the rest stays on top. The way back exists only
//! where all that it would lose is at its default.

mod course;
mod fate;
mod rearrange;

pub use course::{Conversion, ConversionRefused, Target, convert};
pub use fate::{Change, Fate};
