//! `edrctl`: asks edr-gateway for EDR response actions.
//!
//! For people at a terminal, for scripts, and, called by the names of the vendor's nine scripts, for
//! KUMA's response rules. It has no rules of its own on what may be asked for: the gateway checks
//! and refuses, and this program says what was said.

pub mod ending;
pub mod exit;
mod finding;

pub mod clock;
pub mod digest;
pub mod span;

pub mod settings;

pub mod token;
pub mod way;

pub mod gateway;

pub mod command;

pub mod show;

pub mod run;

pub mod kuma;
