//! Tools that read the published document read it as a gateway serves it, and what they make of it
//! asks the gateway for what its user means.

pub(in crate::outside) mod conversation;
mod generated;
mod lint;
mod one_of_each;
mod openapi_generator;
mod progenitor;
mod served;
mod shuffle;
pub(in crate::outside) mod tools;
mod typescript;
mod xsoar;
