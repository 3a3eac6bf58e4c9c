//! Traces: what a request's spans say, where they go, and that nobody waits for the collector.

mod collected;
mod collectors;
mod kata;
mod many;
mod request;
mod sampling;
mod secrets;
