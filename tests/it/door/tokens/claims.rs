//! What a token may claim.

mod audience;
mod form;
mod kinds;
mod subjects;
mod times;
