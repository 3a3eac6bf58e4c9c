//! Those who wait for a task to change: many watchers, one poll of its back end.
//!
//! A watched task has one poller, which lives as long as somebody watches or until the task is
//! over. What it sees it tells all of them. How often it looks depends on the task's age alone.
//!
//! Pollers share a few of the sessions: however many tasks are watched, sessions are left for those
//! who deliver.

pub(super) mod book;
mod join;
mod poller;
mod seats;
mod watcher;

pub use join::Until;
pub use watcher::{News, Watcher};
