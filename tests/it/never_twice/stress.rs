//! Many at a time, while KSC, the wire, the password or the gateway itself fails under them.
//!
//! One fault on the way of one request is what `delivery` is about. Here the question is what a
//! crowd makes of it: whether it storms KSC, and whether each of it still has its own answer.

mod credentials;
mod crowd;
mod sessions;
mod shutdown;
mod wire;
