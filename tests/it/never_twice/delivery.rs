//! Never twice, never silently lost: faults at the wire between gateway and KSC.
//!
//! Each test breaks something on the way of one request and then counts the incidents in KSC.

mod answers;
mod deadlines;
mod impatient;
mod sessions;
mod updates;
