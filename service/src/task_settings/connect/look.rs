//! One server looked at, and what is told of it.

use std::fmt::Write as _;
use std::time::Duration;

use rustls::pki_types::ServerName;
use serde::Serialize;
use time::OffsetDateTime;
use tokio::time::Instant;
use trust::inspect::{Inspection, Patience, inspect};
use trust::probe::Obstacle;
use trust::{ClientIdentity, Trust};

use super::super::printed::{excerpt, safe};
use super::client_word::ClientCertificate;
use super::hindrance::{Hindrance, mend};
use super::proxy::ProxyChoice;
use super::servers::{AgentServer, Purpose};
use super::shown_certificate::ShownCertificate;
use super::way::{self, Attempt, NoWay, WayNotes};

/// How long a server is listened to after the handshake.
const AFTERWARDS: Duration = Duration::from_secs(1);

/// Whom to trust, as whom, by which way, for how long.
pub(super) struct LookTerms {
    pub(super) trust: Trust,
    pub(super) identity: Option<ClientIdentity>,
    pub(super) proxy: ProxyChoice,
    pub(super) timeout: Duration,
    pub(super) now: OffsetDateTime,
}

/// What is told of a server.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Looked {
    address: String,
    port: u16,
    purposes: Vec<Purpose>,
    /// Reached, trusted, and no client certificate refused.
    pub(super) fine: bool,
    proxy: Option<String>,
    attempts: Vec<Attempt>,
    times: StageTimes,
    protocol: Option<&'static str>,
    certificate: Option<ShownCertificate>,
    /// Whether the certificate is accepted; nothing where none came.
    trusted: Option<bool>,
    /// Why, or why not.
    verdict: String,
    /// Whether the certificate is for the address; nothing where that cannot be told.
    fits_address: Option<bool>,
    client_certificate: ClientCertificate,
    obstacle: Option<Hindrance>,
}

/// Milliseconds, where it came so far.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct StageTimes {
    name: Option<u64>,
    tcp: Option<u64>,
    proxy: Option<u64>,
    tls: Option<u64>,
}

/// Looks at one server.
pub(super) async fn look(server: &AgentServer, means: &LookTerms) -> Looked {
    let until = Instant::now() + means.timeout;
    let endpoint = &server.endpoint;
    let mut trail = WayNotes::default();
    let proxy = means.proxy.of_server(endpoint);
    let way = way::go(endpoint, proxy, until, &mut trail).await;
    let mut looked = Looked::on_the_way(server, trail);
    let stream = match way {
        Ok(stream) => stream,
        Err(NoWay { stage, reason }) => {
            looked.obstacle = Some(Hindrance { stage, reason });
            return looked;
        }
    };
    let name = endpoint.address.as_str().trim_end_matches('.').to_owned();
    let Ok(name) = ServerName::try_from(name) else {
        looked.obstacle = Some(Hindrance {
            stage: "handshake",
            reason: "TLS cannot name such an address".to_owned(),
        });
        return looked;
    };
    let patience = Patience {
        handshake: until.saturating_duration_since(Instant::now()),
        afterwards: AFTERWARDS.min(means.timeout),
    };
    // A device shows it only where its settings say so.
    let shown = means.identity.as_ref().filter(|_| server.shows_certificate);
    let seen = inspect(&means.trust, shown, name, stream, patience).await;
    looked.saw(&seen, server, means);
    looked
}

fn milliseconds(of: Duration) -> u64 {
    u64::try_from(of.as_millis()).unwrap_or(u64::MAX)
}

impl Looked {
    fn on_the_way(server: &AgentServer, trail: WayNotes) -> Self {
        Self {
            address: server.endpoint.address.to_string(),
            port: server.endpoint.port,
            purposes: server.purposes.clone(),
            fine: false,
            proxy: trail.proxy,
            attempts: trail.attempts,
            times: StageTimes {
                name: trail.name.map(milliseconds),
                tcp: trail.tcp.map(milliseconds),
                proxy: trail.tunnel.map(milliseconds),
                tls: None,
            },
            protocol: None,
            certificate: None,
            trusted: None,
            verdict: "not known: no certificate came".to_owned(),
            fits_address: None,
            client_certificate: ClientCertificate::unknown(server.shows_certificate),
            obstacle: None,
        }
    }

    fn saw(&mut self, seen: &Inspection, server: &AgentServer, means: &LookTerms) {
        self.times.tls = Some(milliseconds(seen.took));
        self.protocol = seen.protocol;
        self.fits_address = seen.fits_name;
        if let Some(certificate) = &seen.certificate {
            self.certificate = Some(ShownCertificate::of(certificate, means.now));
            self.trusted = Some(seen.accepted);
        }
        if seen.accepted {
            let why = match means.trust {
                Trust::SystemRoots => "the system's roots vouch for it",
                Trust::CaFile(_) => "an authority of --ca vouches for it",
                Trust::Pinned(_) => "it is a pinned one; neither name nor dates count",
            };
            why.clone_into(&mut self.verdict);
        } else if let Some(Obstacle::Certificate { flaw, source, .. }) = &seen.obstacle {
            self.verdict = format!(
                "not trusted: {}. {}",
                safe(&source.to_string()),
                mend(*flaw)
            );
        } else if self.certificate.is_some() {
            "not known: the handshake broke off before".clone_into(&mut self.verdict);
        }
        self.client_certificate = ClientCertificate::of(
            &seen.client,
            server.shows_certificate,
            means.identity.is_some(),
            seen.accepted,
        );
        self.fine = seen.accepted && seen.obstacle.is_none();
        self.obstacle = seen.obstacle.as_ref().map(Hindrance::of);
    }

    /// A block for people.
    pub(super) fn text(&self) -> String {
        let host = if self.address.contains(':') {
            format!("[{}]", self.address)
        } else {
            self.address.clone()
        };
        let purposes: Vec<&str> = self.purposes.iter().map(|it| it.as_str()).collect();
        let mut text = format!("{host}:{}  {}  ", self.port, purposes.join(" and "));
        match &self.obstacle {
            None => text.push_str("fine\n"),
            Some(it) => {
                let _infallible = writeln!(text, "NOT FINE: {}", it.reason);
            }
        }
        let mut line = |name: &str, value: &str| {
            let _infallible = writeln!(text, "  {name:<12}{value}");
        };
        if let Some(proxy) = &self.proxy {
            line("proxy", &excerpt(proxy));
        }
        for attempt in &self.attempts {
            let outcome = attempt.outcome.as_str();
            line("address", &format!("{} {outcome}", attempt.address));
        }
        line("time", &self.times.text());
        let Some(certificate) = &self.certificate else {
            return text;
        };
        if let Some(protocol) = self.protocol {
            let version = protocol.trim_start_matches("TLSv").replace('_', ".");
            line("TLS", &version);
        }
        for (name, value) in certificate.lines() {
            line(name, &value);
        }
        line("trust", &self.verdict);
        line(
            "name",
            match self.fits_address {
                Some(true) => "the certificate is for this address",
                Some(false) => "the certificate is not for this address",
                None => "whether the certificate is for this address cannot be told",
            },
        );
        line("client", &self.client_certificate.word);
        text
    }
}

impl StageTimes {
    fn text(&self) -> String {
        let each = [
            ("name", self.name),
            ("TCP", self.tcp),
            ("proxy", self.proxy),
            ("TLS", self.tls),
        ];
        let told: Vec<String> = each
            .into_iter()
            .filter_map(|(what, took)| Some(format!("{what} {} ms", took?)))
            .collect();
        told.join(", ")
    }
}
