//! `edrctl`, the program itself, at the gateway's front door.

mod access;
mod actions;
mod batch;
mod ends;
mod hand;
mod reading;
