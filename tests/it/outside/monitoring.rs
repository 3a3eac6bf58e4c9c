//! What the people who run the gateway watch: the rules and the dashboard that are delivered with
//! it.

mod dashboard;
mod delivered;
mod metrics;
mod rules;
mod servers;
