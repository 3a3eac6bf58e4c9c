//! A KSC that answers at once, as a process of its own, so that its processor time can be told from
//! that of what is measured.
//!
//! It is no simulator: it keeps nothing, checks nothing and believes everybody. What it says has the
//! form of KSC's answers, each call is counted, and a delay can be set for all of them.
//!
//! It is told what to do on standard input, a line a command, and answers each with a line of JSON
//! on standard output; when the input ends, it ends too, so none is left behind.

mod method;
mod counts;
mod answers;
mod connection;
mod certificate;
mod listener;
mod control;

pub(crate) use control::{Manner, run};
