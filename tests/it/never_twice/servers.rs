//! Several servers behind one gateway: a request goes to the one that has its host, once, and what
//! is of one server never meets what is of another.

mod failing;
mod keys;
mod patience;
mod routing;
mod rolling;
mod world;
