//! The gateway: its settings, and its process.

use std::net::SocketAddr;
use std::path::Path;

use tokio::process::Command;

use super::port;
use super::redis::Redis;
use super::stand_in::StandIn;
use super::workshop::{Setup, Workshop};
use crate::load::{Connection, Target};
use crate::process::Process;

/// Starts one, and waits until it is ready; gives its process and where its API is.
pub(super) async fn start(
    program: &Path,
    more: &[(String, String)],
    (setup, redis): (Setup, Option<&Redis>),
    stand_in: &StandIn,
    workshop: &Workshop,
    folder: &Path,
) -> Result<(Process, SocketAddr), String> {
    let (api, admin) = (port::free()?, port::free()?);
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|it| format!("{}: {it}", path.display()))?;
        Ok::<String, String>(path.display().to_string())
    };
    let text = |it: &dyn std::fmt::Display| format!("{:?}", it.to_string());
    let policy = if setup.budget { "warn" } else { "off" };
    let mut settings: Vec<(String, String)> = [
        ("server.listen", text(&api)),
        ("server.admin_listen", text(&admin)),
        ("auth.issuer", text(&crate::tokens::ISSUER)),
        ("auth.audience", text(&crate::tokens::AUDIENCE)),
        ("auth.jwks_file", text(&workshop.issuer.key_set().display())),
        ("backends.ksc.kind", text(&"ksc")),
        (
            "backends.ksc.endpoints",
            format!("[\"https://{}\"]", stand_in.address),
        ),
        ("backends.ksc.username", text(&"edr-gateway")),
        (
            "backends.ksc.password_file",
            text(&write("password", "correct horse")?),
        ),
        (
            "backends.ksc.pinned_certificate_file",
            text(&stand_in.certificate_file.display()),
        ),
        ("backends.ksc.budget_policy", text(&policy)),
        ("limits.requests_per_minute_per_caller", "0".to_owned()),
        // No row may meet the bound of the keys that are kept.
        ("idempotency.ttl", text(&"1s")),
        ("limits.max_in_flight", "512".to_owned()),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), value))
    .collect();
    if let Some(sessions) = setup.sessions {
        set(
            &mut settings,
            "backends.ksc.max_sessions",
            &sessions.to_string(),
        );
    }
    if let Some(watchers) = setup.watchers {
        for key in ["limits.watchers", "limits.watchers_per_caller"] {
            set(&mut settings, key, &watchers.to_string());
        }
    }
    if let Some(redis) = redis {
        let url = write("redis-url", &redis.url())?;
        set(&mut settings, "idempotency.store", &text(&"redis"));
        set(&mut settings, "idempotency.redis_url_file", &text(&url));
    }
    for (key, value) in more {
        set(&mut settings, key, value);
    }
    let lines = settings
        .iter()
        .map(|(key, value)| format!("{key} = {value}\n"));
    let config = write("gateway.toml", &lines.collect::<String>())?;
    let mut command = Command::new(program);
    command
        .args(["serve", "--config", &config])
        // The level that it has in a cluster, whatever this shell prefers.
        .env_remove("RUST_LOG");
    let mut process = Process::start(&program.display().to_string(), &mut command)?;
    port::until(&mut process, async || is_ready(admin).await).await?;
    Ok((process, api))
}

/// Sets a key, in the place of what it was before.
fn set(settings: &mut Vec<(String, String)>, key: &str, value: &str) {
    settings.retain(|(it, _)| it != key);
    settings.push((key.to_owned(), value.to_owned()));
}

async fn is_ready(admin: SocketAddr) -> bool {
    let Ok(mut connection) = Connection::open(&Target::plain(admin)).await else {
        return false;
    };
    let request = b"GET /health/ready HTTP/1.1\r\nHost: bench\r\n\r\n";
    connection.exchange(request).await.is_ok_and(|it| it == 200)
}
