//! What is published is what happens: the document, the calls to KSC, and what those who run it
//! read.

mod artefacts;
mod coverage;
mod document;
mod documents;
mod fixtures;
mod fuzzed_contract;
mod importable;
mod once;
mod operations;
mod page;
mod patterns;
mod rooms;
