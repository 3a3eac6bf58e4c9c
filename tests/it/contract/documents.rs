//! What people read is as current as what is served.

mod tables;
