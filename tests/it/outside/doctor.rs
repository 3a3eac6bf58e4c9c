//! `doctor`: what it says of installations good and bad, and that it leaves nothing behind.

mod certificates;
mod clocks;
mod endpoints;
mod installation;
mod kata;
mod keys;
mod login;
mod patterns;
mod rights;
mod servers;
