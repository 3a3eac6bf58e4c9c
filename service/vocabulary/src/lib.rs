//! The words that the gateway and its callers share: requests for tasks, what became of them, what
//! goes wrong.
//!
//! Everything here is plain data with its rules: types that cannot hold what is not valid, and the
//! schemas by which the published document describes them. There is no server in it, no client and
//! no IO, so that a program that only calls the gateway can be built on it as well.
//!
//! * [`task`]: what can be asked for. A [`task::Request`] that exists is valid.
//! * [`names`]: what a device is called, in one normal form.
//! * [`requests`]: the bodies of requests, as the document describes them.
//! * [`report`], [`host`], [`backend`], [`budget`], [`rehearsal`], [`batch`], [`whoami`],
//!   [`settings_check`]: what is answered.
//! * [`catalogue`]: what can be asked for, and what it means.
//! * [`strict`]: JSON that means the same to everybody.
//! * [`code`], [`problem`]: what goes wrong; [`key`]: how a request is sent again without fear.

pub mod task;

pub mod names;

pub mod requests;

pub mod catalogue;

pub mod backend;
pub mod batch;
pub mod budget;
pub mod host;
pub mod host_id;
pub mod rehearsal;
pub mod report;
pub mod settings_check;
pub mod task_id;
pub mod whoami;

pub mod code;
pub mod key;
pub mod problem;

pub mod legible;
pub mod strict;
#[cfg(test)]
mod published;
