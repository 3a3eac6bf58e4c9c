//! The crate at its front door, over real handshakes.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails; helpers are no test functions"
)]

mod identity;
mod inspect;
mod probe;
mod server;
