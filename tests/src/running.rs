//! A gateway in this process, from its start to its orderly end.

use std::net::SocketAddr;
use std::path::Path;

use edr_gateway::app::Gateway;
use edr_gateway::clock::Clock;
use edr_gateway::config::Settings;
use ksc_simulator::Simulator;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::environment::environment;

/// A gateway that runs until it is stopped.
pub(crate) struct Running {
    stop: oneshot::Sender<()>,
    gateway: JoinHandle<std::io::Result<()>>,
}

impl Running {
    /// Starts a gateway at this KSC, with its files in this folder and more in its environment;
    /// gives its two addresses too.
    pub(crate) async fn start(
        sim: &Simulator,
        folder: &Path,
        more: &[(String, String)],
        (file, settings): (&str, Vec<(&'static str, String)>),
        clock: Clock,
    ) -> (Self, SocketAddr, SocketAddr) {
        // What the test sets counts more.
        let mut all = more.to_vec();
        all.extend(environment(sim, folder, settings));
        let mut environment = all;
        if !file.is_empty() {
            let own = ["AUTH__ISSUER", "AUTH__AUDIENCE"];
            environment.retain(|(name, _)| !own.iter().any(|it| name.ends_with(it)));
        }
        let settings = Settings::load(file, environment).expect("good settings");
        let gateway = Gateway::bind(settings, clock)
            .await
            .expect("the gateway starts");
        let (addr, admin_addr) = (gateway.addr(), gateway.admin_addr());
        let (stop, stopped) = oneshot::channel();
        let gateway = tokio::spawn(gateway.run(async {
            let _either_way = stopped.await;
        }));
        (Self { stop, gateway }, addr, admin_addr)
    }

    pub(crate) async fn stop(self) {
        drop(self.stop);
        self.gateway
            .await
            .expect("the gateway does not panic")
            .expect("the gateway stops well");
    }
}
