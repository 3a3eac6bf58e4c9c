//! What KATA's pages leave open, and what its users got wrong: for each there is a way in which the
//! gateway does no harm whatever turns out to be true.
//!
//! Each test names the open question that it is about, or the mistake. What concerns programs and
//! forbidden files is told elsewhere.

mod hosts;
mod mistakes;
mod orders;
mod registration;
mod rules;
