//! `kataedr connect`: each server of a file by TLS, as a device would, up to the handshake.

mod credentials;
mod no_proxy;
mod proxy;
mod servers;
mod way;
mod client_word;
mod shown_certificate;
mod hindrance;
mod look;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use futures_util::StreamExt as _;
use futures_util::stream;
use kataedr::{Format, KesVersion};
use serde::Serialize;

use super::answered::Answered;
use super::input;
use super::printed::json;
use super::trouble::{Trouble, name};
use crate::clock::Clock;
use look::{LookTerms, Looked};
use proxy::ProxyChoice;

/// The exit code where a server was not reached or is not trusted.
const NOT_FINE: u8 = 1;

/// So many servers are tried at a time.
const AT_A_TIME: usize = 8;

/// Which servers, and as whom.
#[derive(Debug, Args)]
pub(super) struct ConnectArguments {
    /// The file with the settings; `-` for standard input.
    file: PathBuf,
    /// How the file is written, where that cannot be told by its beginning.
    #[arg(long, value_name = "ini|json", value_parser = super::options::format)]
    format: Option<Format>,
    /// The version that the file is from. Without it, it is concluded from the keys.
    #[arg(long, value_name = "VERSION")]
    kes_version: Option<KesVersion>,
    /// The client certificate, PEM; for servers that the file says `UseClientPinnedCertificate=Yes` of.
    #[arg(long, value_name = "PEM")]
    client_certificate: Option<PathBuf>,
    /// Its key, PEM, without a password; the file of the certificate where nothing is said.
    #[arg(long, value_name = "PEM", requires = "client_certificate")]
    client_key: Option<PathBuf>,
    /// Trust what the authorities in this file vouch for, instead of the system's roots.
    #[arg(long, value_name = "FILE", conflicts_with = "pinned")]
    ca: Option<PathBuf>,
    /// Trust exactly the certificates in this file; names and dates do not count then.
    #[arg(long, value_name = "FILE")]
    pinned: Option<PathBuf>,
    /// The HTTP proxy, `http://[user:password@]host:port`, or `none`. Without it, `HTTPS_PROXY` and
    /// `NO_PROXY` say.
    #[arg(long, value_name = "URL|none")]
    proxy: Option<String>,
    /// Longest wait for one server, seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=300))]
    timeout: u16,
    /// Print one JSON document instead of text.
    #[arg(long)]
    json: bool,
}

/// All servers, as JSON has them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tried<'a> {
    fine: bool,
    servers: &'a [Looked],
}

pub(super) fn run(arguments: &ConnectArguments, clock: &Clock) -> Result<Answered, Trouble> {
    let means = LookTerms {
        trust: credentials::trust(arguments.ca.as_deref(), arguments.pinned.as_deref())?,
        identity: arguments
            .client_certificate
            .as_deref()
            .map(|it| credentials::identity(it, arguments.client_key.as_deref()))
            .transpose()?,
        proxy: ProxyChoice::of(arguments.proxy.as_deref(), |it| std::env::var(it).ok())?,
        timeout: Duration::from_secs(arguments.timeout.into()),
        now: clock.now(),
    };
    let draft = input::draft(&arguments.file, arguments.format)?;
    let settings = input::checked(&draft, arguments.kes_version.clone());
    let settings = settings.map_err(|why| Trouble::WrongFile {
        name: name(&arguments.file),
        why,
    })?;
    let servers = servers::of(&settings);

    let runtime = tokio::runtime::Runtime::new().map_err(Trouble::Runtime)?;
    let looked: Vec<Looked> = runtime.block_on(
        stream::iter(&servers)
            .map(|server| look::look(server, &means))
            .buffered(AT_A_TIME)
            .collect(),
    );
    // A name that is still being resolved must not keep the answer back.
    runtime.shutdown_background();

    let fine = looked.iter().filter(|it| it.fine).count();
    let all_fine = fine == looked.len();
    let text = if arguments.json {
        json(&Tried {
            fine: all_fine,
            servers: &looked,
        })
    } else {
        let each: Vec<String> = looked.iter().map(Looked::text).collect();
        format!(
            "{}\nReached and trusted: {fine} of {}.\n",
            each.join("\n"),
            super::printed::count(looked.len(), "server")
        )
    };
    let code = if all_fine { 0 } else { NOT_FINE };
    Ok(Answered::new(text, code))
}
