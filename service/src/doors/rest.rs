//! The REST door: `/v1`, its document, and a page that shows it.
//!
//! [`operations`] lists what there is, behind which guard. A handler reads its request ([`body`],
//! [`query`]), asks a room behind the door ([`desk`]) and answers; [`document`] describes all of
//! it, and [`contract`] checks bodies against that description.

pub mod operations;

pub mod document;
mod examples;
pub mod responses;
pub mod contract;
pub mod addresses;

mod negotiate;
mod misspelt;
mod fallback;
mod served;
pub mod documents;
pub mod docs;

pub mod desk;
pub mod form;
pub mod body;
pub mod query;

pub mod tasks;
mod offered;
pub mod actions;
mod backends;
pub mod budget;
pub mod hosts;
pub mod whoami;
mod settings_check;
