//! A real Redis, alone or as one of several, and the way to it.

mod cluster;
mod daemon;
mod lane;
mod node;
mod sentinels;
mod server;
mod talk;

pub use cluster::RedisCluster;
pub use lane::RedisLane;
pub use node::RedisNode;
pub use sentinels::RedisSentinels;
pub use server::RedisServer;
