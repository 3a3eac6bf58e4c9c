//! The simulator seen from outside: over TLS, with a client that knows nothing but bytes.

mod clients;
mod console;
mod control;
mod expiry;
mod faults;
mod field;
mod fixtures;
mod login;
mod paging;
mod program;
mod refusals;
mod rules;
mod tasks;
mod transport;
