//! From what a caller calls a host to one device, and never the first of many.

mod asking;
mod details;
mod display;
mod groups;
mod injection;
mod memory;
mod names;
mod search;
mod spellings;
