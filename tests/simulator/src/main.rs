//! The peer as a program.
fn main() {}
