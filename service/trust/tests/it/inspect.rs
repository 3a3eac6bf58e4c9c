//! What a handshake shows to a person, and what is kept from a server that is not trusted.

use std::sync::Arc;
use std::time::Duration;

use rcgen::{CertificateParams, KeyPair};
use tokio::io::AsyncReadExt as _;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};
use trust::inspect::{Inspection, Patience, Reaction, inspect};
use trust::probe::Obstacle;
use trust::{ClientIdentity, Fingerprint, Trust};

use crate::identity::Identity;

const LONG: Duration = Duration::from_secs(20);

/// For where nothing is expected to come.
const SHORT: Duration = Duration::from_millis(100);

/// An authority for clients, and one of its clients.
struct Clients {
    authority: Identity,
}

impl Clients {
    fn new() -> Self {
        Self {
            authority: Identity::like_kaspersky(),
        }
    }

    fn one(&self) -> ClientIdentity {
        let client = self.authority.issue("client.example");
        let key = client.key().serialize_pem();
        ClientIdentity::read(client.pem.as_bytes(), Some(key.as_bytes())).unwrap()
    }
}

/// A server that lets nobody in but these clients.
struct Strict {
    config: ServerConfig,
    certificate: CertificateDer<'static>,
}

impl Strict {
    fn new(clients: &Clients, version: &'static SupportedProtocolVersion) -> Self {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(clients.authority.certificate.clone()).unwrap();
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
                .build()
                .unwrap();
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["server.example".to_owned()]).unwrap();
        let certificate: CertificateDer<'static> = params.self_signed(&key).unwrap().into();
        let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[version])
            .unwrap()
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![certificate.clone()], private)
            .unwrap();
        Self {
            config,
            certificate,
        }
    }

    fn pin(&self) -> Trust {
        Trust::pinned(&self.certificate).unwrap()
    }
}

/// What a server has seen of a client.
#[derive(Debug, PartialEq, Eq)]
struct Met {
    ended_handshake: bool,
    heard: Vec<u8>,
}

async fn meet(
    config: ServerConfig,
    trust: &Trust,
    client: Option<&ClientIdentity>,
    afterwards: Duration,
) -> (Inspection, Met) {
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let server = tokio::spawn(async move {
        let mut heard = Vec::new();
        let accepted = acceptor.accept(theirs).await;
        let ended_handshake = accepted.is_ok();
        if let Ok(mut stream) = accepted {
            let _ = stream.read_to_end(&mut heard).await;
        }
        Met {
            ended_handshake,
            heard,
        }
    });
    let name = ServerName::try_from("server.example").unwrap();
    let patience = Patience {
        handshake: LONG,
        afterwards,
    };
    let seen = inspect(trust, client, name, ours, patience).await;
    let met = server.await.unwrap();
    assert_eq!(met.heard, b"", "nothing but a handshake is sent");
    (seen, met)
}

#[tokio::test]
async fn a_server_that_asks_for_nothing_shows_what_there_is() {
    for (version, name) in [(&TLS13, "TLSv1_3"), (&TLS12, "TLSv1_2")] {
        let server = Identity::like_kaspersky();

        let mut config = server.shown_with(&[version]);
        // Who says goodbye at once takes none.
        config.send_tls13_tickets = 0;

        let (seen, met) = meet(config, &server.pin(), None, LONG).await;

        assert!(met.ended_handshake && seen.accepted);
        assert!(seen.obstacle.is_none(), "{:?}", seen.obstacle);
        assert_eq!(seen.protocol, Some(name));
        let shown = seen.certificate.unwrap();
        assert_eq!(shown.sha256, Fingerprint::of(&server.certificate));
        assert!(
            shown.subject.contains("server.example"),
            "{}",
            shown.subject
        );
        // A common name is no name that counts.
        assert_eq!(seen.fits_name, Some(false));
        assert_eq!(seen.client.asked, Some(false));
        assert_eq!(seen.client.reaction, Reaction::None);
    }
}

#[tokio::test]
async fn a_client_certificate_that_is_taken_is_told_to_be() {
    let clients = Clients::new();
    for version in [&TLS13, &TLS12] {
        let server = Strict::new(&clients, version);
        let pin = server.pin();

        let (seen, met) = meet(server.config, &pin, Some(&clients.one()), LONG).await;

        assert!(met.ended_handshake, "{seen:?}");
        assert!(seen.obstacle.is_none(), "{:?}", seen.obstacle);
        assert_eq!(seen.fits_name, Some(true));
        assert_eq!((seen.client.asked, seen.client.shown), (Some(true), true));
        assert_eq!(seen.client.reaction, Reaction::WentOn);
    }
}

#[tokio::test]
async fn a_client_certificate_that_is_refused_or_missing_is_told_in_the_server_s_word() {
    let clients = Clients::new();
    let stranger = Clients::new().one();
    for version in [&TLS13, &TLS12] {
        for client in [None, Some(&stranger)] {
            let server = Strict::new(&clients, version);
            let pin = server.pin();

            let (seen, met) = meet(server.config, &pin, client, LONG).await;

            assert!(!met.ended_handshake);
            assert!(seen.accepted && seen.obstacle.is_some(), "{seen:?}");
            assert_eq!(seen.client.shown, client.is_some());
            assert!(
                matches!(seen.client.reaction, Reaction::Refused(_)),
                "{version:?} {:?}",
                seen.client
            );
        }
    }
}

#[tokio::test]
async fn a_server_that_is_not_trusted_is_shown_and_gets_no_client_certificate() {
    let clients = Clients::new();
    for (version, name) in [(&TLS13, "TLSv1_3"), (&TLS12, "TLSv1_2")] {
        let server = Strict::new(&clients, version);
        let certificate = server.certificate.clone();
        let other = Identity::like_kaspersky().pin();

        let (seen, met) = meet(server.config, &other, Some(&clients.one()), LONG).await;

        assert!(!met.ended_handshake && !seen.accepted);
        assert!(matches!(
            seen.obstacle,
            Some(Obstacle::Certificate { presented: Some(it), .. }) if it == Fingerprint::of(&certificate)
        ));
        assert_eq!(seen.certificate.unwrap().names, ["server.example"]);
        assert_eq!(seen.protocol, Some(name));
        assert_eq!((seen.client.asked, seen.client.shown), (Some(true), false));
        assert_eq!(seen.client.reaction, Reaction::None);
    }
}

#[tokio::test]
async fn silence_after_the_handshake_is_told_as_silence() {
    let clients = Clients::new();
    let mut server = Strict::new(&clients, &TLS13);
    server.config.send_tls13_tickets = 0;
    let pin = server.pin();

    let (seen, met) = meet(server.config, &pin, Some(&clients.one()), SHORT).await;

    assert!(met.ended_handshake && seen.obstacle.is_none());
    assert_eq!(seen.client.reaction, Reaction::Silent(SHORT));
}

#[tokio::test]
async fn who_hangs_up_and_who_speaks_no_tls_is_an_obstacle_and_no_panic() {
    let trust = Identity::like_kaspersky().pin();
    let name = ServerName::try_from("server.example").unwrap();
    let patience = Patience {
        handshake: SHORT,
        afterwards: SHORT,
    };
    let (ours, theirs) = tokio::io::duplex(1024);
    drop(theirs);
    let gone = inspect(&trust, None, name.clone(), ours, patience).await;
    let (ours, _theirs) = tokio::io::duplex(1024);
    let silent = inspect(&trust, None, name.clone(), ours, patience).await;
    let garbage = peer_that_says(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    let other = inspect(&trust, None, name, garbage, patience).await;

    assert!(
        matches!(gone.obstacle, Some(Obstacle::HungUp { .. })),
        "{gone:?}"
    );
    assert!(
        matches!(silent.obstacle, Some(Obstacle::Silent { .. })),
        "{silent:?}"
    );
    assert!(
        matches!(other.obstacle, Some(Obstacle::NotTls)),
        "{other:?}"
    );
    for seen in [gone, silent, other] {
        assert!(!seen.accepted && seen.certificate.is_none());
        assert_eq!(seen.client.asked, None);
    }
}

/// A peer that says this whatever it hears.
fn peer_that_says(says: &'static [u8]) -> tokio::io::DuplexStream {
    let (ours, mut theirs) = tokio::io::duplex(64 * 1024);
    tokio::spawn(async move {
        use tokio::io::AsyncWriteExt as _;
        let _ = theirs.write_all(says).await;
        let mut heard = Vec::new();
        let _ = theirs.read_to_end(&mut heard).await;
    });
    ours
}
