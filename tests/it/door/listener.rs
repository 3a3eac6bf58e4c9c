//! The door itself: bytes on a connection that no well-behaved client sends.

mod codings;
mod early;
mod expect;
mod framing;
mod heads;
mod limits;
mod names;
mod paths;
mod proxies;
mod public_url;
mod raw;
mod refused;
mod slow;
mod strangers;
mod tls;
mod turns;
mod upload;
mod versions;
