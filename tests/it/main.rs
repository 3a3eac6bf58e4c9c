//! The tests of the house, in rooms: each keeps one promise.

mod never_twice;
mod truth;
mod door;
mod contract;
mod outside;
