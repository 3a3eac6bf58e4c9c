//! A real Redis, and the way to it.

mod lane;
mod server;

pub use lane::RedisLane;
pub use server::RedisServer;
