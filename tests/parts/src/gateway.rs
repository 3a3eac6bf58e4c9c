//! The whole way: a gateway as it is delivered, with marks when its driver wants them.

use edr_gateway::app::Gateway;
use edr_gateway::clock::Clock;
use edr_gateway::config::Settings;
use edr_gateway::telemetry;

use crate::mark::{mark, tell};

/// Serves with the settings of the environment until standard input ends. As `edr-gateway serve` does, but for its
/// signals.
pub(crate) fn serve() -> Result<(), String> {
    let environment = std::env::vars_os()
        .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)));
    let settings = Settings::load("", environment).map_err(|it| it.to_string())?;
    telemetry::install(&settings.telemetry).map_err(|it| it.to_string())?;
    let runtime = tokio::runtime::Runtime::new().map_err(|it| it.to_string())?;
    let served = runtime.block_on(async {
        let gateway = Gateway::bind(settings, Clock::system())
            .await
            .map_err(|it| it.to_string())?;
        tell(&format!(
            "listening {} {}",
            gateway.addr(),
            gateway.admin_addr()
        ));
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        std::thread::spawn(move || {
            for _ in std::io::stdin().lines() {
                mark();
                tell("marked");
            }
            drop(stop);
        });
        let end = async {
            let _either_way = stopped.await;
        };
        gateway.run(end).await.map_err(|it| it.to_string())
    });
    runtime.shutdown_background();
    served
}
