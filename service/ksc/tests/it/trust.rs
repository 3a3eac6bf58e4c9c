//! Pinning and CA files over real handshakes.

use std::sync::Arc;

use ksc::{Delivery, Error, Kind, NoObserver, Pool, Settings};
use rcgen::KeyPair;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use trust::Trust;

use crate::identity::{BOTH, Identity};
use crate::server::{Server, session_calls};

async fn server_as(identity: Identity) -> Server {
    Server::start_as(identity, BOTH, |heard, before| {
        session_calls(heard, before).unwrap()
    })
    .await
}

async fn try_with(server: &Server, trust: Trust) -> Result<(), Error> {
    let settings = Settings {
        trust,
        ..server.settings()
    };
    Pool::new(settings, Arc::new(NoObserver))
        .unwrap()
        .warm()
        .await
}

fn refusal(outcome: Result<(), Error>) {
    let Err(Error::Login { source }) = outcome else {
        panic!("it should have been refused: {outcome:?}");
    };
    assert!(matches!(*source, Error::Untrusted { .. }), "{source:?}");
    assert_eq!(source.delivery(), Delivery::NotSent);
    assert_eq!(source.kind(), Kind::Unavailable);
}

fn words(outcome: &Result<(), Error>) -> String {
    let mut words = String::new();
    let mut next: Option<&dyn std::error::Error> = outcome.as_ref().err().map(|error| error as _);
    while let Some(error) = next {
        words.push_str(&error.to_string());
        words.push('|');
        next = error.source();
    }
    words
}

#[tokio::test]
async fn the_pinned_certificate_is_accepted_in_tls_1_3_and_1_2() {
    for version in [&TLS13, &TLS12] {
        let server = Server::start_as(Identity::like_kaspersky(), &[version], |heard, before| {
            session_calls(heard, before).unwrap()
        })
        .await;

        try_with(&server, server.identity.pin()).await.unwrap();

        assert_eq!(server.methods(), ["Session.StartSession"]);
    }
}

#[tokio::test]
async fn every_kind_of_key_can_be_pinned() {
    for algorithm in [
        &rcgen::PKCS_ECDSA_P256_SHA256,
        &rcgen::PKCS_ECDSA_P384_SHA384,
        &rcgen::PKCS_RSA_SHA256,
        &rcgen::PKCS_ED25519,
    ] {
        for version in [&TLS13, &TLS12] {
            let identity = Identity::signed_by(KeyPair::generate_for(algorithm).unwrap());
            let server = Server::start_as(identity, &[version], |heard, before| {
                session_calls(heard, before).unwrap()
            })
            .await;

            let outcome = try_with(&server, server.identity.pin()).await;

            assert!(outcome.is_ok(), "{algorithm:?} {version:?}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn a_certificate_that_no_stock_verifier_reads_can_be_pinned() {
    for identity in [
        Identity::version_1,
        Identity::with_unknown_critical_extension,
    ] {
        for version in [&TLS13, &TLS12] {
            let server = Server::start_as(identity(), &[version], |heard, before| {
                session_calls(heard, before).unwrap()
            })
            .await;

            let outcome = try_with(&server, server.identity.pin()).await;

            assert!(outcome.is_ok(), "{version:?}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn another_certificate_of_the_same_name_is_refused() {
    let server = server_as(Identity::like_kaspersky()).await;

    refusal(try_with(&server, Identity::like_kaspersky().pin()).await);

    assert!(
        server.methods().is_empty(),
        "the password must not have been sent"
    );
}

#[tokio::test]
async fn another_certificate_with_the_same_key_is_refused() {
    let pinned = Identity::like_kaspersky();
    let server = server_as(Identity::signed_by(pinned.key())).await;

    refusal(try_with(&server, pinned.pin()).await);
}

#[tokio::test]
async fn the_right_certificate_without_its_key_is_refused() {
    for version in [&TLS13, &TLS12] {
        let pinned = Identity::like_kaspersky();
        let trust = pinned.pin();
        let thief = pinned.with_key(KeyPair::generate().unwrap());
        let server = Server::start_as(thief, &[version], |heard, before| {
            session_calls(heard, before).unwrap()
        })
        .await;

        refusal(try_with(&server, trust).await);

        assert!(server.methods().is_empty());
    }
}

#[tokio::test]
async fn a_ca_file_vouches_for_its_servers_and_no_others() {
    let authority = Identity::like_kaspersky();
    let trust = Trust::ca_pem(authority.pem.as_bytes()).unwrap();
    let good = server_as(authority.issue("127.0.0.1")).await;
    let other_name = server_as(authority.issue("server.example")).await;
    let stranger = server_as(Identity::like_kaspersky().issue("127.0.0.1")).await;

    try_with(&good, trust.clone()).await.unwrap();
    refusal(try_with(&other_name, trust.clone()).await);
    refusal(try_with(&stranger, trust).await);
}

#[tokio::test]
async fn what_ksc_makes_for_itself_needs_a_pin_and_not_a_ca_file() {
    let server = server_as(Identity::like_kaspersky()).await;
    let as_authority = Trust::ca_pem(server.identity.pem.as_bytes()).unwrap();

    refusal(try_with(&server, as_authority.clone()).await);
    let words = words(&try_with(&server, as_authority).await);
    assert!(words.contains("has to be pinned"), "{words}");
    refusal(try_with(&server, Trust::SystemRoots).await);
}
