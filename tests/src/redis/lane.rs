//! The way between a gateway and Redis, on which everything takes its time or stands still.
//!
//! A Redis that is stopped stops for everybody; and one on loopback answers before the next line of
//! a test is run. Here one gateway's steps are late, or have not been taken yet, and a test knows
//! which.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::redis::server::RedisServer;
use crate::wait::eventually;

/// A way to a Redis; it ends with this value.
#[derive(Debug)]
pub struct RedisLane {
    addr: SocketAddr,
    url: String,
    lane: Arc<Lane>,
    accepting: JoinHandle<()>,
}

#[derive(Debug)]
struct Lane {
    /// How long what is said is on its way, in each direction.
    delay: watch::Sender<Duration>,
    held: watch::Sender<bool>,
    /// What was said by gateways since it was last held.
    said: Mutex<String>,
}

impl RedisLane {
    /// A way to this server, on which nothing takes time yet.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn to(server: &RedisServer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("an address");
        let target = server.addr();
        let lane = Arc::new(Lane {
            delay: watch::Sender::new(Duration::ZERO),
            held: watch::Sender::new(false),
            said: Mutex::default(),
        });
        let shared = Arc::clone(&lane);
        let accepting = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let Ok(far) = TcpStream::connect(target).await else {
                    continue;
                };
                let _unbuffered = (near.set_nodelay(true), far.set_nodelay(true));
                let (near, far) = (near.into_split(), far.into_split());
                shared.carry(near.0, far.1, true);
                shared.carry(far.0, near.1, false);
            }
        });
        let url = server.url().replace(&target.to_string(), &addr.to_string());
        Self {
            addr,
            url,
            lane,
            accepting,
        }
    }

    /// A file in this folder that holds its URL, as `idempotency.redis_url_file` takes it.
    ///
    /// # Panics
    /// When it cannot be written.
    #[must_use]
    pub fn url_file(&self, folder: &Path) -> PathBuf {
        let path = folder.join(format!("redis-url-{}", self.addr.port()));
        std::fs::write(&path, format!("{}\n", self.url)).expect("a file");
        path
    }

    /// From now on everything takes so long, there and back together.
    pub fn delay(&self, there_and_back: Duration) {
        self.lane.delay.send_replace(there_and_back / 2);
    }

    /// Nothing gets to Redis any more.
    pub fn hold(&self) {
        self.lane.held.send_replace(true);
        self.lane.said().clear();
    }

    /// What was held goes on.
    pub fn open(&self) {
        self.lane.held.send_replace(false);
    }

    /// Waits until a gateway has said this since the lane was held.
    pub async fn until_said(&self, what: &str) {
        eventually("it is said to Redis", || async {
            self.lane.said().contains(what).then_some(())
        })
        .await;
    }
}

impl Drop for RedisLane {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Lane {
    fn said(&self) -> std::sync::MutexGuard<'_, String> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Carries what is said, each piece as late as the lane makes it and none before the one
    /// before.
    fn carry(self: &Arc<Self>, mut from: OwnedReadHalf, mut to: OwnedWriteHalf, to_redis: bool) {
        let (pass, mut passed) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
        let lane = Arc::clone(self);
        tokio::spawn(async move {
            let mut piece = vec![0; 1 << 16];
            while let Ok(length @ 1..) = from.read(&mut piece).await {
                let due = Instant::now() + *lane.delay.borrow();
                if to_redis {
                    let text = String::from_utf8_lossy(&piece[..length]);
                    lane.said().push_str(&text);
                }
                if pass.send((due, piece[..length].to_vec())).is_err() {
                    return;
                }
            }
        });
        let mut held = self.held.subscribe();
        tokio::spawn(async move {
            while let Some((due, piece)) = passed.recv().await {
                tokio::time::sleep_until(due).await;
                if to_redis && held.wait_for(|it| !it).await.is_err() {
                    return;
                }
                if to.write_all(&piece).await.is_err() {
                    return;
                }
            }
        });
    }
}
