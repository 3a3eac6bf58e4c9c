//! Proves an installation without side effects: what `edr-gateway doctor` says.
//!
//! The checks go over the same settings, the same client and the same trust as `serve`, so what is
//! proven here is what serving will meet. Nothing is created, changed or deleted in KSC; one
//! session is opened, and ended at the end. The password is tried once: KSC counts wrong ones.
//!
//! Each check is one line. What depends on a check that failed is reported as skipped, with the
//! reason: a line that is missing would read like one that is good.
//!
//! # Order
//!
//! The files of the settings, each endpoint up to the handshake, the login, what the session shows
//! (server, rights to read, service console, clock, protected hosts), the keys for tokens, the
//! store that replicas share, their clocks, and the collector of traces. Of a KATA: the files, each
//! endpoint, whether it has accepted the gateway, and its list of hosts.
//!
//! # Without asking anybody
//!
//! [`named_files()`] looks at the files of the settings alone: what `edr-gateway check-config` says.
//!
//! # Bounded
//!
//! Every wait has the limits of the settings, a KSC that falls silent is not asked again, and all
//! that is asked in the session together has twelve times the limit of one call.

mod asking;
mod clocks;
mod console;
mod endpoints;
mod examine;
mod files;
mod kata;
mod keys;
mod login;
mod named_files;
mod protected;
mod reads;
mod report;
mod server;
mod skew;
mod store;
mod token;
mod traces;

pub use examine::{examine, examine_token};
pub use named_files::named_files;
pub use report::{Check, CheckResult, Name, Report};
