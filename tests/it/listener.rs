//! The door itself: bytes on a connection that no well-behaved client sends.

mod framing;
mod limits;
mod paths;
mod raw;
mod slow;
mod strangers;
mod tls;
