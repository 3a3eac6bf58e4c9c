//! Verify.
fn main() {}
