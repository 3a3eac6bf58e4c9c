//! Envoy before KSC, with a look at the caller's token.

use std::net::SocketAddr;
use std::path::Path;

use serde_json::{Value, json};
use tokio::process::Command;

use super::port;
use super::stand_in::StandIn;
use super::workshop::Workshop;
use crate::process::Process;
use crate::tokens::{AUDIENCE, ISSUER, read};

/// Starts one; gives its process and where it listens. It logs no requests.
pub(super) async fn start(
    stand_in: &StandIn,
    workshop: &Workshop,
    folder: &Path,
) -> Result<(Process, SocketAddr), String> {
    let program = workshop.installed("bin/envoy")?;
    let address = port::free()?;
    let keys = read(&workshop.issuer.key_set())?;
    let config = config(address, stand_in, &keys);
    let file = folder.join("envoy.json");
    std::fs::write(&file, config.to_string()).map_err(|it| it.to_string())?;
    let mut command = Command::new(program);
    command
        .args(["--concurrency", &workshop.processors.to_string()])
        .args(["--disable-hot-restart", "--log-level", "error", "-c"])
        .arg(&file);
    let mut process = Process::start("envoy", &mut command)?;
    port::listens(&mut process, address).await?;
    Ok((process, address))
}

fn config(address: SocketAddr, stand_in: &StandIn, keys: &str) -> Value {
    let socket = |it: SocketAddr| json!({"socket_address": {"address": it.ip().to_string(), "port_value": it.port()}});
    let kind = |name: &str| format!("type.googleapis.com/envoy.extensions.{name}");
    let tokens = json!({
        "@type": kind("filters.http.jwt_authn.v3.JwtAuthentication"),
        "providers": {"bench": {
            "issuer": ISSUER, "audiences": [AUDIENCE], "local_jwks": {"inline_string": keys},
        }},
        "rules": [{"match": {"prefix": "/"}, "requires": {"provider_name": "bench"}}],
    });
    let manager = json!({
        "@type": kind("filters.network.http_connection_manager.v3.HttpConnectionManager"),
        "stat_prefix": "front",
        "route_config": {"virtual_hosts": [{
            "name": "ksc", "domains": ["*"],
            "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "ksc", "timeout": "120s"}}],
        }]},
        "http_filters": [
            {"name": "envoy.filters.http.jwt_authn", "typed_config": tokens},
            {"name": "envoy.filters.http.router", "typed_config": {
                "@type": kind("filters.http.router.v3.Router"),
            }},
        ],
    });
    let tls = json!({
        "@type": kind("transport_sockets.tls.v3.UpstreamTlsContext"),
        "common_tls_context": {"validation_context": {
            "trusted_ca": {"filename": stand_in.certificate_file},
        }},
    });
    json!({"static_resources": {
        "listeners": [{
            "name": "front", "address": socket(address),
            "filter_chains": [{"filters": [{
                "name": "envoy.filters.network.http_connection_manager", "typed_config": manager,
            }]}],
        }],
        "clusters": [{
            "name": "ksc", "type": "STATIC", "connect_timeout": "5s",
            "load_assignment": {"cluster_name": "ksc", "endpoints": [{"lb_endpoints": [
                {"endpoint": {"address": socket(stand_in.address)}},
            ]}]},
            "transport_socket": {"name": "envoy.transport_sockets.tls", "typed_config": tls},
        }],
    }})
}
