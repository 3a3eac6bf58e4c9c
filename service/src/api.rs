//! The public vocabulary: what goes over the wire, and the document that describes it.

pub mod addresses;
pub mod batch;
pub mod body;
pub mod budget;
pub mod code;
pub mod contract;
pub mod document;
pub mod document_of_problem;
mod examples;
pub mod host;
pub mod problem;
pub mod query;
pub mod rehearsal;
pub mod request_examples;
pub mod requests;
pub mod responses;
pub mod task;
pub mod whoami;
