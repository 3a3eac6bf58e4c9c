//! Requests as incidents: how one is written, sent, found again and confirmed.

#[cfg(feature = "bench")]
pub(super) mod bench;
mod birth;
mod body;
mod confirm;
mod console;
mod delivery;
mod evidence;
mod find;
mod host_tasks;
mod isolations;
mod mark;
mod milestone;
mod place;
mod spacing;
mod translate;
mod wish;

pub(super) use birth::birth;
pub(super) use delivery::{Delivery, DeliveryParts, PreparedIncident};
pub(super) use find::Sought;
