//! The public vocabulary: what goes over the wire, and the document that describes it.

pub mod addresses;
pub mod batch_body;
pub mod body;
pub mod contract;
pub mod document;
mod examples;
pub mod query;
pub mod responses;
