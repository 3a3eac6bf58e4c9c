//! The tests of the house: every one knocks at the front door.

mod delivery;
mod order;
mod states;
