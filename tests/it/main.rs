//! The tests of the house: every one knocks at the front door.

mod artefacts;
mod auth;
mod batch;
mod budget;
mod cancel;
mod correlation;
mod coverage;
mod delivery;
mod doctor;
mod fixtures;
mod hosts;
mod idempotency;
mod list;
mod lost;
mod operations;
mod order;
mod reconcile;
mod refusals;
mod states;
mod watch;
