//! What a look at an endpoint tells apart, over real connections.

use std::time::Duration;

use rcgen::KeyPair;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use trust::probe::{Flaw, Obstacle, Reached, Stage, probe};
use trust::{Fingerprint, Trust};

use crate::identity::Identity;
use crate::server::{Server, closed_port};

const LONG: Duration = Duration::from_secs(20);

async fn look(server: &Server, trust: Trust) -> Result<Reached, Obstacle> {
    let endpoint = format!("https://127.0.0.1:{}", server.port)
        .parse()
        .unwrap();
    let outcome = probe(&trust, None, &endpoint, LONG).await;
    assert_eq!(server.heard(), 0, "a look sends nothing");
    outcome
}

fn flaw(outcome: Result<Reached, Obstacle>) -> (Flaw, Fingerprint) {
    match outcome {
        Err(Obstacle::Certificate {
            presented: Some(presented),
            flaw,
            ..
        }) => (flaw, presented),
        other => panic!("a certificate should have been refused: {other:?}"),
    }
}

#[tokio::test]
async fn an_accepted_endpoint_tells_its_certificate_and_its_tls() {
    for (version, name) in [(&TLS13, "TLSv1_3"), (&TLS12, "TLSv1_2")] {
        let server = Server::start_with(Identity::like_kaspersky(), &[version]).await;
        let pin = server.identity.pin();

        let reached = look(&server, pin.clone()).await.unwrap();

        assert_eq!(reached.protocol, name);
        assert_eq!(reached.address.port(), server.port);
        assert_eq!([reached.presented], pin.pins());
    }
}

#[tokio::test]
async fn a_certificate_of_version_1_can_be_pinned() {
    for version in [&TLS13, &TLS12] {
        let server = Server::start_with(Identity::version_1(), &[version]).await;

        let outcome = look(&server, server.identity.pin()).await;

        assert!(outcome.is_ok(), "{version:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn for_a_planned_change_either_certificate_is_accepted() {
    let (old, new) = (Identity::like_kaspersky(), Identity::like_kaspersky());
    let pins = [old.pin().pins(), new.pin().pins()].concat();
    let trust = Trust::pinned_to(&pins).unwrap();
    for identity in [old, new] {
        let server = Server::start(identity).await;

        assert!(look(&server, trust.clone()).await.is_ok());
    }
    let third = Server::start(Identity::like_kaspersky()).await;
    assert_eq!(flaw(look(&third, trust).await).0, Flaw::NotThePinned);
}

#[tokio::test]
async fn a_certificate_other_than_the_pinned_one_is_shown() {
    let server = Server::start(Identity::like_kaspersky()).await;
    let other = Identity::like_kaspersky().pin();

    let (flaw, presented) = flaw(look(&server, other.clone()).await);

    assert_eq!(flaw, Flaw::NotThePinned);
    assert_eq!([presented], server.identity.pin().pins());
    assert_ne!([presented], other.pins());
}

#[tokio::test]
async fn a_pinned_certificate_without_its_key_is_a_signature_that_does_not_fit() {
    for version in [&TLS13, &TLS12] {
        let pinned = Identity::like_kaspersky();
        let trust = pinned.pin();
        let thief = pinned.with_key(KeyPair::generate().unwrap());
        let server = Server::start_with(thief, &[version]).await;

        assert_eq!(flaw(look(&server, trust).await).0, Flaw::Signature);
    }
}

#[tokio::test]
async fn the_flaws_of_a_certificate_under_an_authority_are_told_apart() {
    let authority = Identity::like_kaspersky();
    let trust = Trust::ca_pem(authority.pem.as_bytes()).unwrap();
    let namesake = Identity::like_kaspersky();
    let stranger = Identity::with_unknown_critical_extension();
    for (identity, expected) in [
        (authority.issue("server.example"), Flaw::OtherName),
        (
            authority.issue_for_years("127.0.0.1", 2020, 2021),
            Flaw::Expired,
        ),
        (
            authority.issue_for_years("127.0.0.1", 3020, 3021),
            Flaw::NotYetValid,
        ),
        // An authority of the same name with another key: what a renewed one looks like.
        (namesake.issue("127.0.0.1"), Flaw::Signature),
        (stranger, Flaw::Other),
        (authority.twin(), Flaw::SelfMade),
    ] {
        let server = Server::start(identity).await;

        let (flaw, _) = flaw(look(&server, trust.clone()).await);

        assert_eq!(flaw, expected);
    }
    let good = Server::start(authority.issue("127.0.0.1")).await;
    assert!(look(&good, trust).await.is_ok());
}

#[tokio::test]
async fn a_certificate_that_nobody_known_has_signed_has_an_unknown_issuer() {
    let plain = rcgen::generate_simple_self_signed(vec!["other.example".to_owned()]).unwrap();
    let trust = Trust::ca_pem(plain.cert.pem().as_bytes()).unwrap();
    let server = Server::start(Identity::like_kaspersky().issue("127.0.0.1")).await;

    assert_eq!(flaw(look(&server, trust).await).0, Flaw::UnknownIssuer);
}

/// A server that does this with each connection.
async fn raw<F>(behave: impl Fn(tokio::net::TcpStream) -> F + Send + 'static) -> u16
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(behave(stream));
        }
    });
    port
}

async fn look_at(address: &str, timeout: Duration) -> Obstacle {
    let endpoint = format!("https://{address}").parse().unwrap();
    let pin = Identity::like_kaspersky().pin();
    probe(&pin, None, &endpoint, timeout).await.unwrap_err()
}

#[tokio::test]
async fn what_is_no_tls_is_told_from_what_is_not_there() {
    let http = raw(|mut stream| async move {
        let mut bytes = [0; 16 << 10];
        let _ = stream.read(&mut bytes).await;
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        // Closed with something unread, the connection is reset, and that may overtake the answer.
        let _ = stream.shutdown().await;
        while stream.read(&mut bytes).await.is_ok_and(|it| it > 0) {}
    })
    .await;
    let closing = raw(|stream| async move { drop(stream) }).await;
    let refused = closed_port().await;

    let http = look_at(&format!("127.0.0.1:{http}"), LONG).await;
    let closing = look_at(&format!("127.0.0.1:{closing}"), LONG).await;
    let refused = look_at(&format!("127.0.0.1:{refused}"), LONG).await;
    let name = look_at("server.invalid:13299", LONG).await;

    assert!(matches!(http, Obstacle::NotTls), "{http:?}");
    assert!(matches!(closing, Obstacle::HungUp { .. }), "{closing:?}");
    assert!(matches!(refused, Obstacle::Refused), "{refused:?}");
    assert!(matches!(name, Obstacle::Name { .. }), "{name:?}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_waited_for_no_longer_than_said() {
    let silent = raw(|stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    // Long enough for the name and for TCP, on a busy machine.
    let timeout = Duration::from_millis(1_500);

    let obstacle = look_at(&format!("localhost:{silent}"), timeout).await;

    let Obstacle::Silent { stage, waited } = obstacle else {
        panic!("{obstacle:?}");
    };
    assert_eq!((stage, waited), (Stage::Handshake, timeout));
}
