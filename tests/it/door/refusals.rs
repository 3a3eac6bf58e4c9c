//! Bad input gets a problem document that names every violation, and changes nothing.
//!
//! The rules are those of the vendor's page, where it contradicts itself by its code examples.

mod cases;
mod rules;
mod size;
