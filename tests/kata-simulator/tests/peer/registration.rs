//! The table of external systems: who is let in, and who is not any more.

use crate::clients::{Client, GATEWAY, Identity, below};
use aws_lc_rs::digest::{SHA256, digest};
use kata_simulator::{Access, Behaviour, Outcome, Scan, Scenario, Simulator};
use rcgen::{KeyPair, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, PKCS_RSA_SHA256};

const PROBE: &str = "/kata/scanner/v1/sensors/7c1f5c0e-51a5-4d2c-8f0e-5f2c1c4e3a0d/scans/state";

async fn start() -> Simulator {
    Simulator::start(Scenario::default())
        .await
        .expect("it starts")
}

#[tokio::test]
async fn a_caller_is_unauthorized_until_an_administrator_accepts_him() {
    let sim = start().await;
    let mut client = Client::connect(&sim, &Identity::make()).await;

    let before = client.ask("GET", PROBE, "").await;
    assert_eq!(before.status, 401);
    assert_eq!(before.body, r#"{"error":"Unauthorized"}"#);
    assert_eq!(sim.external_systems()[0].access, Access::Pending);

    assert_eq!(sim.accept(GATEWAY), 1);
    let after = client.ask("GET", PROBE, "").await;

    assert_eq!(after.status, 204);
    assert_eq!(after.body, "");
    let requests = sim.journal().requests_of("GET scans/state");
    let accesses: Vec<_> = requests.iter().map(|it| it.access).collect();
    assert_eq!(accesses, [Some(Access::Pending), Some(Access::Accepted)]);
    assert_eq!(requests[1].outcome, Outcome::Answered(204));
}

#[tokio::test]
async fn any_request_with_an_id_makes_the_row_also_one_that_leads_nowhere() {
    let sim = start().await;
    let mut client = Client::connect(&sim, &Identity::make()).await;

    let reply = client
        .ask("DELETE", &below("00112233aabb", "no/such"), "")
        .await;

    assert_eq!(reply.status, 401);
    assert_eq!(sim.external_systems()[0].id, "00112233aabb");
    sim.accept("00112233aabb");
    let reply = client
        .ask("DELETE", &below("00112233aabb", "no/such"), "")
        .await;
    assert_eq!(reply.status, 404);
    assert_eq!(reply.body, r#"{"error":"Not Found"}"#);
}

#[tokio::test]
async fn several_callers_with_one_id_and_certificate_are_one_row() {
    let sim = start().await;
    let identity = Identity::make();
    let mut first = Client::connect(&sim, &identity).await;
    let mut second = Client::connect(&sim, &identity).await;

    first.ask("GET", PROBE, "").await;
    second.ask("GET", &below(GATEWAY, "sensors"), "").await;

    let rows = sim.external_systems();
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0].calls, 2);
    sim.accept(GATEWAY);
    assert_eq!(first.ask("GET", PROBE, "").await.status, 204);
    assert_eq!(second.ask("GET", PROBE, "").await.status, 204);
}

#[tokio::test]
async fn a_new_certificate_waits_for_acceptance_again_while_the_old_one_goes_on() {
    let sim = start().await;
    let mut old = Client::connect(&sim, &Identity::make()).await;
    old.ask("GET", PROBE, "").await;
    sim.accept(GATEWAY);

    let mut new = Client::connect(&sim, &Identity::make()).await;
    let reply = new.ask("GET", PROBE, "").await;

    assert_eq!(reply.status, 401);
    assert_eq!(old.ask("GET", PROBE, "").await.status, 204);
    let rows = sim.external_systems();
    assert_eq!(rows.len(), 2);
    assert_ne!(rows[0].fingerprint, rows[1].fingerprint);
    assert_eq!(sim.accept_certificate(GATEWAY, &rows[1].fingerprint), 1);
    assert_eq!(new.ask("GET", PROBE, "").await.status, 204);
}

#[tokio::test]
async fn a_rejected_caller_stays_unauthorized_and_access_can_be_taken_away() {
    let sim = start().await;
    let mut client = Client::connect(&sim, &Identity::make()).await;
    client.ask("GET", PROBE, "").await;

    sim.reject(GATEWAY);
    assert_eq!(client.ask("GET", PROBE, "").await.status, 401);
    sim.accept(GATEWAY);
    assert_eq!(client.ask("GET", PROBE, "").await.status, 204);
    sim.reject(GATEWAY);
    let reply = client.ask("GET", PROBE, "").await;

    assert_eq!(reply.status, 401);
    assert_eq!(reply.body, r#"{"error":"Unauthorized"}"#);
}

#[tokio::test]
async fn a_caller_without_a_certificate_is_unauthorized_and_makes_no_row() {
    let sim = start().await;
    let pem = sim.certificate_pem();
    let mut client = Client::reach(sim.address(), &pem, None)
        .await
        .expect("TLS without a certificate");

    let reply = client.ask("GET", PROBE, "").await;

    assert_eq!(reply.status, 401);
    assert!(sim.external_systems().is_empty());
    assert_eq!(sim.journal().requests()[0].fingerprint, None);
}

#[tokio::test]
async fn keys_of_every_kind_are_taken_and_known_by_the_certificates_sha256() {
    for kind in [&PKCS_RSA_SHA256, &PKCS_ECDSA_P384_SHA384, &PKCS_ED25519] {
        let sim = start().await;
        let identity = Identity::of(&KeyPair::generate_for(kind).expect("a key"));
        let mut client = Client::connect(&sim, &identity).await;

        assert_eq!(client.ask("GET", PROBE, "").await.status, 401);

        let hash = digest(&SHA256, identity.der());
        let digits = hash
            .as_ref()
            .iter()
            .fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        assert_eq!(sim.external_systems()[0].fingerprint, digits);
        sim.accept(GATEWAY);
        assert_eq!(client.ask("GET", PROBE, "").await.status, 204);
    }
}

#[tokio::test]
async fn a_scenario_may_accept_everybody_and_hold_verdicts_of_the_scanner() {
    let verdict = Scan {
        scan_id: 7,
        state: vec!["detect".to_owned()],
    };
    let behaviour = Behaviour {
        accept_everybody: true,
        scans: vec![verdict],
        ..Behaviour::default()
    };
    let sim = Simulator::start(Scenario {
        behaviour,
        ..Scenario::default()
    })
    .await
    .expect("it starts");
    let mut client = Client::connect(&sim, &Identity::make()).await;

    let reply = client.ask("GET", PROBE, "").await;

    assert_eq!(reply.status, 200);
    assert_eq!(reply.body, r#"[{"scanId":7,"state":["detect"]}]"#);
}

#[tokio::test]
async fn an_administrator_can_be_waited_for_a_caller_by() {
    let sim = start().await;
    let mut client = Client::connect(&sim, &Identity::make()).await;
    client.send("GET", PROBE, "").await;

    sim.wait_for_caller(GATEWAY).await;

    assert_eq!(sim.accept(GATEWAY), 1);
    sim.verdict().expect("nothing odd");
}
