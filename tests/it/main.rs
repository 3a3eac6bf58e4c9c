//! The tests of the house: every one knocks at the front door.

mod artefacts;
mod auth;
mod coverage;
mod delivery;
mod fixtures;
mod hosts;
mod operations;
mod order;
mod reconcile;
mod refusals;
mod states;
