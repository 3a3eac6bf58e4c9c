//! The simulator seen from outside: over TLS, with a client that knows nothing but bytes.

mod addresses;
mod clients;
mod devices;
mod isolation;
mod registration;
mod sensors;
