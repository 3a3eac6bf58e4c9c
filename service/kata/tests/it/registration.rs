//! Who we are, and what happens until an administrator has accepted that.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kata::{
    CallName, CallOutcome, Client, Delivery, Error, Exchange, GetIsolation, Hold, Kind, Observer,
    Registration, SensorId, Settings,
};
use serde_json::json;

use crate::server::{Answer, SYSTEM, Server, client, client_identity};

fn question() -> GetIsolation {
    GetIsolation {
        host: SensorId::new("a").unwrap(),
    }
}

/// Remembers what it was told.
#[derive(Default)]
struct Memory(Mutex<Vec<String>>);

impl Observer for Memory {
    fn exchanged(&self, exchange: &Exchange<'_>) {
        let Exchange {
            endpoint,
            call,
            outcome,
            status,
            action,
            ..
        } = exchange;
        let (call, outcome) = (call.as_str(), outcome.as_str());
        let line = format!("{endpoint} {call} {outcome} {status:?} {action}");
        self.0.lock().unwrap().push(line);
    }

    fn held(&self, call: CallName, hold: Hold) {
        let line = format!("held {} {}", call.as_str(), hold.as_str());
        self.0.lock().unwrap().push(line);
    }

    fn registration(&self, accepted: bool) {
        self.0.lock().unwrap().push(format!("accepted: {accepted}"));
    }
}

#[tokio::test]
async fn unaccepted_it_says_what_to_accept_and_asks_no_more() {
    let server = Server::saying(Answer::unauthorised()).await;
    let memory = Arc::new(Memory::default());
    let client = Client::new(server.settings(), memory.clone()).unwrap();
    assert_eq!(client.status().registration, Registration::Unknown);

    let first = client.call(&question(), "one").await.unwrap_err();
    let second = client.call(&question(), "two").await.unwrap_err();
    let knock = client.knock("three").await.unwrap_err();

    for (error, asked, delivery) in [
        (&first, true, Delivery::Refused),
        (&second, false, Delivery::NotSent),
        (&knock, false, Delivery::NotSent),
    ] {
        let Error::NotAccepted(refusal) = error else {
            panic!("{error:?}");
        };
        assert_eq!(&refusal.registrant, client.registrant());
        assert_eq!(refusal.asked, asked);
        assert!(refusal.retry_after <= Duration::from_secs(60));
        assert_eq!(
            (error.delivery(), error.kind()),
            (delivery, Kind::NotAccepted)
        );
        let words = error.to_string();
        for told in [
            SYSTEM.to_owned(),
            client_identity().sha256().to_string(),
            client_identity().sha1().to_string(),
        ] {
            assert!(words.contains(&told), "{words}");
        }
    }
    assert_eq!(server.heard().len(), 1);
    assert!(matches!(
        client.status().registration,
        Registration::NotAccepted { .. }
    ));
    assert_eq!(
        *memory.0.lock().unwrap(),
        [
            "accepted: false",
            "0 get_isolation not_accepted Some(401) one",
            "held get_isolation not_accepted",
            "held list_sensors not_accepted",
        ]
    );
    assert_eq!(
        client.registrant().certificate_ends,
        client_identity().ends()
    );
}

#[tokio::test]
async fn once_accepted_the_next_probe_finds_out_and_all_goes_on() {
    let server = Server::start(|_, before| match before {
        0..3 => Answer::unauthorised(),
        _ => Answer::not_found(),
    })
    .await;
    let settings = Settings {
        probe_every: Duration::from_millis(50),
        ..server.settings()
    };
    let client = client(settings);

    let mut held = 0;
    while let Err(error) = client.call(&question(), "x").await {
        let Error::NotAccepted(refusal) = error else {
            panic!("{error:?}");
        };
        held += usize::from(!refusal.asked);
        tokio::task::yield_now().await;
    }

    assert!(held > 0);
    assert_eq!(server.heard().len(), 4);
    assert_eq!(client.status().registration, Registration::Accepted);
    client.call(&question(), "x").await.unwrap();
}

#[tokio::test]
async fn access_that_is_taken_away_is_noticed() {
    let server = Server::start(|_, before| match before {
        0 => Answer::not_found(),
        _ => Answer::unauthorised(),
    })
    .await;
    let client = server.client();
    client.call(&question(), "x").await.unwrap();
    assert_eq!(client.status().registration, Registration::Accepted);

    let error = client.call(&question(), "x").await.unwrap_err();

    assert_eq!(error.kind(), Kind::NotAccepted);
    assert!(client.call(&question(), "x").await.is_err());
    assert_eq!(server.heard().len(), 2);
}

#[tokio::test]
async fn the_swapped_code_is_known_by_its_word() {
    let server = Server::saying(Answer::status(400, r#"{"error":"Unauthorized"}"#)).await;

    let error = server.client().call(&question(), "x").await.unwrap_err();

    assert_eq!(error.kind(), Kind::NotAccepted);
}

#[tokio::test]
async fn a_knock_is_heard_by_whoever_knows_us() {
    for answer in [
        Answer::json(&json!({"sensors": []})),
        Answer::not_found(),
        Answer::status(400, r#"{"error":"Bad Request"}"#),
    ] {
        let server = Server::saying(answer).await;
        let client = server.client();

        let _version = client.knock("x").await.unwrap();

        assert_eq!(client.status().registration, Registration::Accepted);
        let target = &server.heard()[0].target;
        assert!(target.ends_with("/sensors?sensor_id=00000000-0000-0000-0000-000000000000"));
    }
    let broken = Server::saying(Answer::status(500, "")).await;
    let client = broken.client();
    assert!(client.knock("x").await.is_err());
    assert_eq!(client.status().registration, Registration::Unknown);
}

#[test]
fn labels_are_words_of_their_own() {
    let outcomes = CallOutcome::ALL.map(CallOutcome::as_str);
    let holds = Hold::ALL.map(Hold::as_str);
    let all: std::collections::HashSet<_> = outcomes.iter().collect();

    assert_eq!(all.len(), outcomes.len());
    assert_eq!(holds.len(), 3);
}
