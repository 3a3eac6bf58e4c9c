//! A key set from a URL, against an issuer that behaves well, badly, or not at all.

mod down;
mod issuer;
mod kinds;
mod oddities;
mod rotation;
mod storm;
mod slow;
mod url;
