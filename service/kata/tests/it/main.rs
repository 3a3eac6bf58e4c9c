//! The crate at its front door: golden exchanges without IO, then a scripted server over real TLS.
//!
//! One binary, so that it links once. The simulator is not used here on purpose: these tests need a
//! server that breaks off in the middle of a byte, and no world behind it.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails; helpers are no test functions"
)]

mod endpoints;
mod golden;
#[expect(dead_code, reason = "some are for trust's own tests")]
#[path = "../../../trust/tests/it/identity.rs"]
mod identity;
mod limits;
mod odd;
mod orders;
mod registration;
mod server;
mod tls;
