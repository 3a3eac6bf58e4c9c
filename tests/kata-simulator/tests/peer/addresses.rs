//! Addresses and certificates: those that are dead, fall silent, come back or change.

use crate::clients::{Client, GATEWAY, Identity, below};
use kata_simulator::{Scenario, Simulator};
use std::time::Duration;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

async fn two() -> Simulator {
    Simulator::start(Scenario {
        listeners: 2,
        ..Scenario::default()
    })
    .await
    .expect("it starts")
}

#[tokio::test]
async fn every_address_knows_what_the_others_know() {
    let sim = two().await;
    let identity = Identity::make();
    let pem = sim.certificate_pem();
    let mut client = Client::accepted(&sim).await;
    assert_eq!(client.get("no").await.status, 404);

    let mut other = Client::reach(sim.addresses()[1], &pem, Some(&identity))
        .await
        .expect("TLS");
    let reply = other.ask("GET", &below(GATEWAY, "no"), "").await;

    assert_eq!(reply.status, 401, "the certificate is another one");
    assert_eq!(sim.external_systems().len(), 2);
    let from: Vec<_> = sim.journal().requests();
    assert_eq!(from.last().map(|it| it.listener), Some(1));
}

#[tokio::test]
async fn a_killed_address_refuses_connections_and_comes_back_on_its_port() {
    let sim = two().await;
    let addr = sim.addresses()[0];
    let mut client = Client::accepted(&sim).await;

    sim.kill(0).await;

    assert!(client.reply().await.is_none(), "it is cut");
    assert!(TcpStream::connect(addr).await.is_err());
    assert!(TcpStream::connect(sim.addresses()[1]).await.is_ok());
    sim.revive(0).expect("the port is free");
    let again = Client::reach(addr, &sim.certificate_pem(), None).await;
    assert!(again.is_ok());
}

#[tokio::test]
async fn a_silent_address_takes_connections_and_says_nothing() {
    let sim = two().await;
    sim.silence(0).await;

    let mut stream = TcpStream::connect(sim.address()).await.expect("it accepts");
    let mut byte = [0];
    let said = tokio::time::timeout(Duration::from_millis(100), stream.read(&mut byte));

    assert!(said.await.is_err(), "nothing comes");
    sim.revive(0).expect("it is there");
    let again = Client::reach(sim.address(), &sim.certificate_pem(), None).await;
    assert!(again.is_ok());
}

#[tokio::test]
async fn connections_are_counted_and_can_be_cut() {
    let sim = two().await;
    let mut client = Client::accepted(&sim).await;
    assert_eq!(sim.open_connections(), 1);

    sim.cut_connections().await;

    assert!(client.reply().await.is_none());
    assert_eq!(sim.open_connections(), 0);
}

#[tokio::test]
async fn a_renewed_certificate_meets_new_connections_and_leaves_old_ones_be() {
    let sim = two().await;
    let old = sim.certificate_pem();
    let fingerprint = sim.certificate_fingerprint();
    let mut client = Client::accepted(&sim).await;

    sim.renew_certificate().expect("a certificate");

    assert_ne!(sim.certificate_fingerprint(), fingerprint);
    assert_eq!(client.get("no").await.status, 404);
    let pinned = Client::reach(sim.address(), &old, None).await;
    assert!(pinned.is_err(), "the old pin does not hold");
    let new = Client::reach(sim.address(), &sim.certificate_pem(), None).await;
    assert!(new.is_ok());
}
