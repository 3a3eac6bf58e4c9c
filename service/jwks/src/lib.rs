//! Key set.
