//! A Redis Cluster: three masters, and a replica of the one that has the gateway's slot.

use super::node::{RedisNode, keeping};
use crate::port;
use crate::wait::eventually;

const PASSWORD: &str = "s3cr3t-of-redis";

/// A key of the gateway's.
const KEY: &str = "{edr-gateway}:mark";

/// How many masters there are.
const MASTERS: usize = 3;

/// The nodes; they end with this value.
#[derive(Debug)]
pub struct RedisCluster {
    /// The masters, and behind them the replica.
    pub nodes: Vec<RedisNode>,
    /// By node.
    ids: Vec<String>,
    slot: String,
}

impl RedisCluster {
    /// Starts the nodes, and waits until they are one cluster.
    ///
    /// # Panics
    /// When there is no such program, or it does not start.
    pub async fn start() -> Self {
        let (mut nodes, mut buses) = (Vec::new(), Vec::new());
        for _ in 0..=MASTERS {
            let bus = port::free().await.port().to_string();
            let mut lines = keeping(PASSWORD);
            lines.extend([
                "cluster-enabled yes".to_owned(),
                format!("cluster-port {bus}"),
                "cluster-node-timeout 1500".to_owned(),
                "cluster-replica-validity-factor 0".to_owned(),
            ]);
            nodes.push(RedisNode::start(PASSWORD, &lines, &[]).await);
            buses.push(bus);
        }
        for (index, (first, last)) in [(0, 5460), (5461, 10922), (10923, 16383)]
            .iter()
            .enumerate()
        {
            let (first, last) = (first.to_string(), last.to_string());
            let slots = ["CLUSTER", "ADDSLOTSRANGE", &first, &last];
            assert_eq!(nodes[index].told(&slots).await, "OK");
            let epoch = (index + 1).to_string();
            let epoch = ["CLUSTER", "SET-CONFIG-EPOCH", &epoch];
            assert_eq!(nodes[index].told(&epoch).await, "OK");
        }
        for (node, bus) in nodes.iter().zip(&buses).skip(1) {
            let port = node.port().to_string();
            let meet = ["CLUSTER", "MEET", "127.0.0.1", &port, bus];
            assert_eq!(nodes[0].told(&meet).await, "OK");
        }
        let mut ids = Vec::new();
        for node in &nodes {
            ids.push(node.told(&["CLUSTER", "MYID"]).await);
        }
        let slot = nodes[0].told(&["CLUSTER", "KEYSLOT", KEY]).await;
        let cluster = Self { nodes, ids, slot };
        cluster.until_well().await;
        let owner = cluster.owner().await;
        let replicate = ["CLUSTER", "REPLICATE", &cluster.ids[owner]];
        eventually("the replica knows its master", || async {
            (cluster.nodes[MASTERS].told(&replicate).await == "OK").then_some(())
        })
        .await;
        cluster.nodes[owner].until_replicated("1").await;
        let id = &cluster.ids[MASTERS];
        for node in &cluster.nodes {
            eventually("all know the replica", || async {
                let nodes = node.told(&["CLUSTER", "NODES"]).await;
                let mut lines = nodes.lines();
                lines
                    .any(|it| it.starts_with(id) && it.contains("slave"))
                    .then_some(())
            })
            .await;
        }
        cluster
    }

    async fn until_well(&self) {
        for node in &self.nodes {
            eventually("the nodes are one cluster", || async {
                let info = node.told(&["CLUSTER", "INFO"]).await;
                let well = info.contains("cluster_state:ok")
                    && info.contains("cluster_slots_ok:16384")
                    && info.contains(&format!("cluster_known_nodes:{}", self.nodes.len()));
                well.then_some(())
            })
            .await;
        }
    }

    /// The URL for a user who may do what a gateway does, with these nodes in it.
    #[must_use]
    pub fn url(&self, nodes: &[usize]) -> String {
        let hosts = nodes.iter().map(|it| self.nodes[*it].addr().to_string());
        let hosts: Vec<String> = hosts.collect();
        format!(
            "redis-cluster://gateway:s3cr3t-of-gateway@{}",
            hosts.join(",")
        )
    }

    /// Which node has the gateway's slot.
    ///
    /// # Panics
    /// When none has it for very long.
    pub async fn owner(&self) -> usize {
        eventually("a node has the slot", || async {
            for (index, node) in self.nodes.iter().enumerate() {
                let answer = node.ask(&["GET", KEY]).await;
                let moved = answer.is_none_or(|it| it.iter().any(|it| it.starts_with('-')));
                if !moved && node.is_master().await {
                    return Some(index);
                }
            }
            None
        })
        .await
    }

    /// Begins to move the slot from one node to another: what is there stays, what is new waits.
    ///
    /// # Panics
    /// When a node refuses.
    pub async fn begin_to_move(&self, from: usize, to: usize) {
        let importing = [
            "CLUSTER",
            "SETSLOT",
            &self.slot,
            "IMPORTING",
            &self.ids[from],
        ];
        assert_eq!(self.nodes[to].told(&importing).await, "OK");
        let migrating = ["CLUSTER", "SETSLOT", &self.slot, "MIGRATING", &self.ids[to]];
        assert_eq!(self.nodes[from].told(&migrating).await, "OK");
    }

    /// Moves what is in the slot, and gives it over.
    ///
    /// # Panics
    /// When a node refuses.
    pub async fn move_on(&self, from: usize, to: usize) {
        let port = self.nodes[to].port().to_string();
        loop {
            let some = ["CLUSTER", "GETKEYSINSLOT", &self.slot, "100"];
            let keys = self.nodes[from].ask(&some).await.expect("an answer");
            if keys.is_empty() {
                break;
            }
            let mut migrate = vec!["MIGRATE", "127.0.0.1", &port, "", "0", "1000", "REPLACE"];
            migrate.extend(["AUTH", PASSWORD, "KEYS"]);
            migrate.extend(keys.iter().map(String::as_str));
            let moved = self.nodes[from].told(&migrate).await;
            assert!(["OK", "NOKEY"].contains(&&*moved), "{moved}");
        }
        let given = ["CLUSTER", "SETSLOT", &self.slot, "NODE", &self.ids[to]];
        for node in [to, from] {
            assert_eq!(self.nodes[node].told(&given).await, "OK");
        }
    }
}
