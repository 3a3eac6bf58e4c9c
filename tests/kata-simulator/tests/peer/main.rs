//! The simulator seen from outside: over TLS, with a client that knows nothing but bytes.

mod addresses;
mod clients;
mod control;
mod devices;
mod faults;
mod gate;
mod isolation;
mod ksc_tags;
mod prevention;
mod program;
mod registration;
mod sensors;
mod tasks;
mod writers;
