//! The back ends: servers of the vendor's that carry requests out.

pub mod ksc;
