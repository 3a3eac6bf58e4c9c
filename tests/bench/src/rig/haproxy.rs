//! HAProxy before KSC, with and without a look at the caller's token; and before replicas of the
//! gateway, as an ingress is.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;

use tokio::process::Command;

use super::port;
use super::stand_in::StandIn;
use super::workshop::Workshop;
use crate::process::{Process, on_path};
use crate::tokens::{AUDIENCE, ISSUER};

/// Starts one; gives its process and where it listens. It logs nothing.
pub(super) async fn start(
    with_tokens: bool,
    stand_in: &StandIn,
    workshop: &Workshop,
    folder: &Path,
) -> Result<(Process, SocketAddr), String> {
    let address = port::free()?;
    let mut config = head(address, workshop);
    if with_tokens {
        // What the makers of HAProxy recommend for an API: algorithm, issuer, audience, end, and
        // then the signature.
        write!(
            config,
            "  http-request set-var(txn.alg) http_auth_bearer,jwt_header_query('$.alg')\n\
             \x20 http-request set-var(txn.iss) http_auth_bearer,jwt_payload_query('$.iss')\n\
             \x20 http-request set-var(txn.aud) http_auth_bearer,jwt_payload_query('$.aud')\n\
             \x20 http-request set-var(txn.exp) http_auth_bearer,jwt_payload_query('$.exp','int')\n\
             \x20 http-request set-var(txn.now) date()\n\
             \x20 http-request deny deny_status 401 unless {{ var(txn.alg) -m str ES256 }}\n\
             \x20 http-request deny deny_status 401 unless {{ var(txn.iss) -m str {ISSUER} }}\n\
             \x20 http-request deny deny_status 401 unless {{ var(txn.aud) -m str {AUDIENCE} }}\n\
             \x20 http-request deny deny_status 401 if {{ var(txn.exp),sub(txn.now) -m int lt 0 }}\n\
             \x20 http-request deny deny_status 401 unless {{ http_auth_bearer,jwt_verify(txn.alg,\"{}\") -m int 1 }}\n\
             \x20 http-request del-header authorization\n",
            workshop.issuer.public_key().display()
        )
        .expect("a text takes everything");
    }
    write!(
        config,
        "  default_backend ksc\n\
         backend ksc\n  http-reuse always\n  server ksc {} ssl verify required ca-file {}\n",
        stand_in.address,
        stand_in.certificate_file.display()
    )
    .expect("a text takes everything");
    run(address, &config, folder).await
}

/// Starts one before these replicas, each of which gets as many requests as the others; gives its
/// process and where it listens.
pub(super) async fn balance(
    replicas: &[SocketAddr],
    workshop: &Workshop,
    folder: &Path,
) -> Result<(Process, SocketAddr), String> {
    let address = port::free()?;
    let mut config = head(address, workshop);
    config.push_str(
        "  default_backend replicas\n\
         backend replicas\n  balance roundrobin\n  http-reuse always\n",
    );
    for (number, replica) in replicas.iter().enumerate() {
        writeln!(config, "  server replica-{number} {replica}").expect("a text takes everything");
    }
    run(address, &config, folder).await
}

/// Everything up to what is done with a request.
fn head(address: SocketAddr, workshop: &Workshop) -> String {
    format!(
        "global\n  maxconn 2000\n  nbthread {}\n\
         defaults\n  mode http\n  timeout connect 5s\n  timeout client 120s\n  timeout server 120s\n\
         frontend front\n  bind {address}\n",
        workshop.processors
    )
}

async fn run(
    address: SocketAddr,
    config: &str,
    folder: &Path,
) -> Result<(Process, SocketAddr), String> {
    let program = on_path("haproxy").ok_or("haproxy is not installed: apt-get install haproxy")?;
    let file = folder.join("haproxy.cfg");
    std::fs::write(&file, config).map_err(|it| it.to_string())?;
    // -db: in the foreground, as a child that can be ended.
    let mut command = Command::new(program);
    command.arg("-db").arg("-f").arg(&file);
    let mut process = Process::start("haproxy", &mut command)?;
    port::listens(&mut process, address).await?;
    Ok((process, address))
}
