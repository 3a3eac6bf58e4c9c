//! The world behind the server: devices, incidents, KSC tasks, sessions, and the clock that moves
//! them.
//!
//! Nothing happens here by itself. Whatever is to happen later is entered in the agenda with its
//! simulated time; [`World::advance`] carries out what has become due, in order, and nothing else
//! moves the world. One lock holds all of it, so a call sees a world that stands still.
//!
//! What there is stands in `state` and in the files that it is made of; the others are what happens
//! to it, each a part of `impl World`.

pub(crate) mod console;
pub(crate) mod devices;
pub(crate) mod incident_list;
pub(crate) mod passage;
pub(crate) mod registry;
pub(crate) mod tagging;
pub(crate) mod task_list;

pub(crate) mod state;

pub(crate) mod agenda;
pub(crate) mod edr_body;
pub(crate) mod groups;
pub(crate) mod host_list;
pub(crate) mod hosts;
pub(crate) mod incident_book;
pub(crate) mod incidents;
pub(crate) mod rowsets;
pub(crate) mod tags;
pub(crate) mod tasks;

pub(crate) use state::World;
