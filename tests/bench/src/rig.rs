//! What is measured, set up: a program, the stand-in behind it, and the way to it.
//!
//! Each has a stand-in of its own, so that what one does by itself while another is measured is on
//! nobody else's account.

mod workshop;
mod port;
mod stand_in;
mod gateway;
mod haproxy;
mod envoy;
mod python;
mod redis;
mod assembled;

pub(crate) use assembled::{Rig, Used};
pub(crate) use stand_in::Counted;
pub(crate) use workshop::{Lane, Setup, Store, Workshop};
