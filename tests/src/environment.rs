//! What makes gateway, KSC and issuer hold together, as a gateway's environment has it.

use std::path::Path;

use ksc_simulator::{Clock as SimulatedClock, Scenario, Simulator};

use crate::issuer::Issuer;

/// A KSC for gateways in processes of their own: its time is the machine's, so many times as fast.
///
/// # Panics
/// When it does not start.
pub async fn ksc_in_real_time(speed: f64) -> Simulator {
    let scenario = Scenario {
        clock: SimulatedClock::Real { speed },
        ..Scenario::default()
    };
    let started = Simulator::start(scenario).await;
    started.expect("the simulator starts")
}

/// The settings that make gateway, KSC and issuer hold together, and those of the plan.
///
/// They are environment variables: a gateway in a process of its own takes the same. Files that
/// they name are written into `folder`.
///
/// # Panics
/// When a file cannot be written.
#[must_use]
pub fn environment(
    sim: &Simulator,
    folder: &Path,
    settings: Vec<(&'static str, String)>,
) -> Vec<(String, String)> {
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("a file");
        path.display().to_string()
    };
    let mut all: Vec<(&'static str, String)> = vec![
        ("server.listen", "127.0.0.1:0".to_owned()),
        ("server.admin_listen", "127.0.0.1:0".to_owned()),
        ("server.shutdown_grace", "5s".to_owned()),
        ("auth.issuer", Issuer::NAME.to_owned()),
        ("auth.audience", Issuer::AUDIENCE.to_owned()),
        (
            "auth.jwks_file",
            write("keys.json", &Issuer::shared().key_set().to_string()),
        ),
        ("backends.ksc.kind", "ksc".to_owned()),
        ("backends.ksc.endpoints", sim.url()),
        ("backends.ksc.username", sim.username().to_owned()),
        (
            "backends.ksc.password_file",
            write("password", &format!("{}\n", sim.password())),
        ),
        (
            "backends.ksc.pinned_certificate_file",
            sim.certificate_file().display().to_string(),
        ),
    ];
    for (key, value) in settings {
        all.retain(|(it, _)| *it != key);
        all.push((key, value));
    }
    all.into_iter()
        .map(|(key, value)| (variable(key), value))
        .collect()
}

/// What makes a gateway know another KSC, under this alias and at this address.
///
/// # Panics
/// When a file cannot be written.
#[must_use]
pub fn of_server(alias: &str, sim: &Simulator, url: &str, folder: &Path) -> Vec<(String, String)> {
    let password = folder.join(format!("password-{alias}"));
    std::fs::write(&password, format!("{}\n", sim.password())).expect("a file");
    let settings = [
        ("kind", "ksc".to_owned()),
        ("endpoints", url.to_owned()),
        ("username", sim.username().to_owned()),
        ("password_file", password.display().to_string()),
        (
            "pinned_certificate_file",
            sim.certificate_file().display().to_string(),
        ),
    ];
    settings
        .into_iter()
        .map(|(key, value)| (variable(&format!("backends.{alias}.{key}")), value))
        .collect()
}

/// The environment variable of a setting.
#[must_use]
pub fn variable(key: &str) -> String {
    let name = key.to_uppercase().replace('.', "__");
    format!("{}{name}", edr_gateway::config::ENVIRONMENT_PREFIX)
}
