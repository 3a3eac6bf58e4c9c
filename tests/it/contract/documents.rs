//! What people read is as current as what is served: tables that are made, links that lead
//! somewhere, examples that there are.

mod examples;
mod links;
mod markdown;
mod pointers;
mod settings;
mod tables;
mod task_settings;
