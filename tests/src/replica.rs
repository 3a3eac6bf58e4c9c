//! A second gateway at the KSC of a house.

use std::net::SocketAddr;
use std::time::Duration;

use edr_gateway::clock::Clock;
use reqwest::Client;
use tempfile::TempDir;

use crate::caller::{Caller, client};
use crate::house::House;
use crate::issuer::{EVERYTHING, Issuer, Token};
use crate::program::Program;
use crate::running::Running;
use crate::wait::eventually;

/// A second gateway at the same KSC.
pub struct Replica {
    addr: SocketAddr,
    clock: Clock,
    client: Client,
    _files: TempDir,
    running: Running,
}

impl House {
    /// Starts another gateway beside the first, with the same settings and a memory of its own.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn replica(&self) -> Replica {
        self.replica_with(self.settings.clone()).await
    }

    /// Starts another gateway beside the first, with these settings.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn replica_with(&self, settings: Vec<(&'static str, String)>) -> Replica {
        self.replica_by(settings, self.clock.clone()).await
    }

    /// Starts another gateway beside the first, whose clock is so many seconds ahead of the first
    /// one's. It is moved by [`Replica::advance`] alone.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn replica_ahead(&self, seconds: i64) -> Replica {
        let ahead = time::Duration::seconds(seconds);
        let clock = Clock::stepped(self.clock.now().saturating_add(ahead));
        self.replica_by(self.settings.clone(), clock).await
    }

    /// Starts another gateway beside the first that knows its first KSC alone, as one of before the
    /// others were added.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn replica_of_one(&self) -> Replica {
        self.launch(Vec::new(), self.settings.clone(), self.clock.clone())
            .await
    }

    /// Starts another gateway beside the first, with the same settings, in a process of its own, and
    /// waits until it is ready at every server. Its time is the machine's.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn program(&self) -> Program {
        let others = self.others();
        let others: Vec<(&str, &str)> = others
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let program = Program::start_with(&self.sim, self.settings.clone(), &others).await;
        eventually("it is ready at every server", || async {
            let ready = program.admin("/health/ready").await;
            let backends = ready.json["backends"].as_object()?.clone();
            backends.values().all(|it| it == "ready").then_some(())
        })
        .await;
        program
    }

    async fn replica_by(&self, settings: Vec<(&'static str, String)>, clock: Clock) -> Replica {
        self.launch(self.others(), settings, clock).await
    }

    async fn launch(
        &self,
        others: Vec<(String, String)>,
        settings: Vec<(&'static str, String)>,
        clock: Clock,
    ) -> Replica {
        let files = tempfile::tempdir().expect("a folder");
        let (running, addr, _) = Running::start(
            &self.sim,
            files.path(),
            &others,
            ("", settings),
            clock.clone(),
        )
        .await;
        Replica {
            addr,
            clock,
            client: client(),
            _files: files,
            running,
        }
    }
}

impl Replica {
    /// Lets time pass for this one alone.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// A caller that may do everything.
    #[must_use]
    pub fn soar(&self) -> Caller {
        let token = Issuer::shared().sign(&Token::of("soar", EVERYTHING));
        Caller::new(self.client.clone(), self.addr, Some(token))
    }

    /// Stops it in an orderly way.
    ///
    /// # Panics
    /// When it does not stop well.
    pub async fn close(self) {
        self.running.stop().await;
    }
}
