//! Never twice and never silently lost: whatever breaks on the way, KSC has one incident for one
//! request.

mod confirm;
mod console;
mod delivery;
mod drain;
mod idempotency;
mod marks;
mod order;
mod replicas;
mod rolling;
mod servers;
mod stress;
mod unknown;
