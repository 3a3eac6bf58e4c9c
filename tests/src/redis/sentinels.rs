//! A master, its replicas, and three Sentinels that make another master when it is gone.

use super::node::{RedisNode, keeping};
use crate::wait::eventually;

const REDIS: &str = "s3cr3t-of-redis";
const SENTINELS: &str = "s3cr3t-of-sentinels";

/// Servers and the Sentinels that watch them, with a password at every door; they end with this
/// value.
#[derive(Debug)]
pub struct RedisSentinels {
    /// The servers; at first the first is the master.
    pub servers: Vec<RedisNode>,
    /// The Sentinels.
    pub sentinels: Vec<RedisNode>,
}

impl RedisSentinels {
    /// Starts one master with so many replicas, and waits until the Sentinels know each other and
    /// them.
    ///
    /// # Panics
    /// When there is no such program, or it does not start.
    pub async fn start(replicas: usize) -> Self {
        // Whoever watches may do what watching takes; see what `redis.io` says of Sentinels and
        // ACLs.
        let watching = "user sentinel on >s3cr3t-of-watching allchannels +multi +slaveof +ping +exec +subscribe +config|rewrite +role +publish +info +client|setname +client|kill +script|kill".to_owned();
        let mut lines = keeping(REDIS);
        lines.push(watching);
        let mut servers = vec![RedisNode::start(REDIS, &lines, &[]).await];
        let master = servers[0].port();
        lines.push(format!("replicaof 127.0.0.1 {master}"));
        for _ in 0..replicas {
            servers.push(RedisNode::start(REDIS, &lines, &[]).await);
        }
        for replica in &servers[1..] {
            eventually("the replica has everything", || async {
                let info = replica.told(&["INFO", "replication"]).await;
                info.contains("master_link_status:up").then_some(())
            })
            .await;
        }
        let watch = [
            format!("requirepass {SENTINELS}"),
            // Who asks may ask where the master is, and nothing else.
            "user asking on >s3cr3t-of-asking allchannels -@all +auth +hello +ping +sentinel|get-master-addr-by-name +sentinel|master".to_owned(),
            format!("sentinel monitor mymaster 127.0.0.1 {master} 2"),
            "sentinel auth-user mymaster sentinel".to_owned(),
            "sentinel auth-pass mymaster s3cr3t-of-watching".to_owned(),
            "sentinel down-after-milliseconds mymaster 1000".to_owned(),
            "sentinel failover-timeout mymaster 4000".to_owned(),
            format!("sentinel sentinel-pass {SENTINELS}"),
        ];
        let mut sentinels = Vec::new();
        for _ in 0..3 {
            sentinels.push(RedisNode::start(SENTINELS, &watch, &["--sentinel"]).await);
        }
        for sentinel in &sentinels {
            eventually("the Sentinels know each other and the servers", || async {
                let facts = sentinel.ask(&["SENTINEL", "MASTER", "mymaster"]).await?;
                let fact = |name: &str| {
                    let at = facts.iter().position(|it| it == name)?;
                    facts.get(at + 1)?.parse::<usize>().ok()
                };
                let known = fact("num-slaves")? == replicas && fact("num-other-sentinels")? == 2;
                known.then_some(())
            })
            .await;
        }
        Self { servers, sentinels }
    }

    /// The URL for a user who may do what a gateway does.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of(
            "gateway:s3cr3t-of-gateway",
            "mymaster?sentinel_username=asking&sentinel_password=s3cr3t-of-asking",
        )
    }

    /// A URL with this user, and this behind the Sentinels.
    #[must_use]
    pub fn url_of(&self, user: &str, rest: &str) -> String {
        let hosts: Vec<String> = self
            .sentinels
            .iter()
            .map(|it| it.addr().to_string())
            .collect();
        format!("redis-sentinel://{user}@{}/{rest}", hosts.join(","))
    }

    /// Which of the servers most Sentinels name.
    ///
    /// # Panics
    /// When they do not agree for very long.
    pub async fn master(&self) -> usize {
        eventually("the Sentinels agree", || async {
            let mut named = Vec::new();
            for sentinel in &self.sentinels {
                let asked = ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster"];
                if let Some([_, port]) = sentinel.ask(&asked).await.as_deref() {
                    named.push(port.parse::<u16>().ok()?);
                }
            }
            let port = *named.first()?;
            let agreed = named.len() >= 2 && named.iter().all(|it| *it == port);
            let index = self.servers.iter().position(|it| it.port() == port);
            index.filter(|_| agreed)
        })
        .await
    }

    /// Waits until another server than this one is the master, and says which.
    pub async fn until_master_is_not(&self, before: usize) -> usize {
        eventually("there is another master", || async {
            let now = self.master().await;
            (now != before && self.servers[now].is_master().await).then_some(now)
        })
        .await
    }
}
