//! Which servers are talked to, and how they take us.

use kata::{
    Delivery, Error, GetIsolation, IsolationSeconds, NewIdentity, PutIsolation, SensorId, Settings,
};
use secrecy::ExposeSecret as _;
use serde_json::json;
use time::macros::datetime;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use trust::probe::probe;
use trust::{ClientIdentity, Trust, fingerprints};

use crate::identity::{BOTH, Identity};
use crate::server::{Answer, Heard, PATIENCE, SYSTEM, Server, Takes, client, client_identity};

fn question() -> GetIsolation {
    GetIsolation {
        host: SensorId::new("a").unwrap(),
    }
}

fn yes(_: &Heard, _: usize) -> Answer {
    Answer::not_found()
}

async fn ask(server: &Server, trust: Trust) -> Result<(), Error> {
    let settings = Settings {
        trust,
        ..server.settings()
    };
    client(settings).call(&question(), "x").await.map(drop)
}

#[tokio::test]
async fn a_request_is_as_documented_and_comes_from_our_certificate() {
    let server = Server::saying(Answer::status(200, "[]")).await;
    let order = PutIsolation {
        host: question().host,
        lasts: IsolationSeconds::LEAST,
        exclusions: Vec::new(),
        replaces: None,
    };

    let client = server.client();
    client.call(&question(), "x").await.unwrap();
    client.call(&order, "x").await.unwrap();

    let heard = server.heard();
    let base = format!("/kata/response_api/v1/{SYSTEM}/settings");
    for (heard, method) in heard.iter().zip(["GET", "POST"]) {
        assert_eq!(heard.from, client_identity().sha256());
        assert_eq!(heard.method, method);
        let target = format!("{base}?sensor_id=a&settings_type=network_isolation");
        assert_eq!(heard.target, target);
        assert_eq!(heard.headers["accept"], "application/json");
        for absent in [
            "accept-encoding",
            "authorization",
            "cookie",
            "transfer-encoding",
        ] {
            assert!(!heard.headers.contains_key(absent), "{absent}");
        }
    }
    assert!(heard[0].body.is_empty() && !heard[0].headers.contains_key("content-type"));
    assert_eq!(heard[1].headers["content-type"], "application/json");
    assert_eq!(
        heard[1].json(),
        json!({"settings": {"autoTurnoffTimeoutInSec": 3600, "excludedRules": []}})
    );
}

#[tokio::test]
async fn a_pinned_server_is_accepted_by_file_or_fingerprint_in_both_versions() {
    for version in [&TLS13, &TLS12] {
        let identity = Identity::like_kaspersky();
        let pin = fingerprints(identity.pem.as_bytes()).unwrap()[0].to_string();
        let server = Server::start_as(identity, &[version], Takes::Anybody, yes).await;
        let old = Identity::like_kaspersky();
        let pins = [old.pin().pins()[0], pin.parse().unwrap()];

        ask(&server, server.identity.pin()).await.unwrap();
        ask(&server, Trust::pinned_to(&pins).unwrap())
            .await
            .unwrap();

        assert_eq!(server.heard()[0].from, client_identity().sha256());
    }
}

#[tokio::test]
async fn any_other_server_is_told_nothing() {
    let server = Server::saying(Answer::not_found()).await;
    let ca = Trust::ca_pem(server.identity.pem.as_bytes()).unwrap();

    for trust in [Identity::like_kaspersky().pin(), Trust::SystemRoots, ca] {
        let error = ask(&server, trust).await.unwrap_err();

        assert!(matches!(error, Error::Untrusted { .. }), "{error:?}");
        assert_eq!(error.delivery(), Delivery::NotSent);
    }
    assert!(server.heard().is_empty());
}

#[tokio::test]
async fn an_authority_vouches_for_its_servers() {
    let authority = Identity::like_kaspersky();
    let trust = Trust::ca_pem(authority.pem.as_bytes()).unwrap();
    let issued = authority.issue("127.0.0.1");
    let server = Server::start_as(issued, BOTH, Takes::Anybody, yes).await;

    ask(&server, trust).await.unwrap();
}

#[tokio::test]
async fn a_server_that_does_not_take_our_certificate_has_had_nothing() {
    for version in [&TLS13, &TLS12] {
        let identity = Identity::like_kaspersky();
        let server = Server::start_as(identity, &[version], Takes::Nobody, yes).await;

        let error = ask(&server, server.identity.pin()).await.unwrap_err();

        // The alert and the end of the connection race; the end alone says less.
        let known = matches!(error, Error::IdentityRefused { .. });
        assert!(
            known || matches!(error, Error::Lost { .. }),
            "{version:?}: {error:?}"
        );
        assert!(server.heard().is_empty());
    }
}

#[tokio::test]
async fn an_identity_of_our_making_is_shown() {
    let now = datetime!(2026-11-29 15:00 UTC);
    let made = NewIdentity::make("edr-gateway", now, NewIdentity::LASTS).unwrap();
    let key = made.key_pem.expose_secret().as_bytes();
    for version in [&TLS13, &TLS12] {
        let identity = Identity::like_kaspersky();
        let server = Server::start_as(identity, &[version], Takes::Anybody, yes).await;
        let settings = Settings {
            identity: ClientIdentity::read(made.certificate_pem.as_bytes(), Some(key)).unwrap(),
            ..server.settings()
        };

        client(settings).call(&question(), "x").await.unwrap();

        assert_eq!(server.heard()[0].from, made.sha256);
    }
}

#[tokio::test]
async fn a_look_shows_who_we_are_where_the_server_insists() {
    let identity = Identity::like_kaspersky();
    let server = Server::start_as(identity, &[&TLS12], Takes::Anybody, yes).await;
    let (pin, url) = (server.identity.pin(), server.url());

    let known = probe(&pin, Some(&client_identity()), &url, PATIENCE).await;
    let nobody = probe(&pin, None, &url, PATIENCE).await;

    assert!(known.is_ok(), "{known:?}");
    assert!(nobody.is_err(), "{nobody:?}");
    assert!(server.heard().is_empty());
}
