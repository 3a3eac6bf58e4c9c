//! Never "success" for "sent": what is said of a task, a host and the room in KSC rests on what KSC
//! shows.

mod askers;
mod budget;
mod cancel;
mod clocks;
mod correlation;
mod field;
mod gauges;
mod growth;
mod hosts;
mod identity;
mod isolation;
mod kata;
mod kata_unknowns;
mod list;
mod lost;
mod pairs;
mod preventions;
mod programs;
mod servers;
mod states;
mod watch;
