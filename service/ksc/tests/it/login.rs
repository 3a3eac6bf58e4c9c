//! Logging in: one at a time, never against a refusal, at whatever endpoint works.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ksc::{
    CallOutcome, CredentialState, Credentials, Delivery, Error, IsAnyServiceConsoleAvailable, Kind,
    LoginOutcome, NoObserver, Observer, Pool, Settings, SetupError, Trust,
};
use secrecy::SecretString;
use serde_json::json;
use tokio::sync::Notify;

use crate::server::{Answer, Server, closed_port, session_calls, until};

const START: &str = "Session.StartSession";

/// A password that can be changed while the pool runs.
#[derive(Default)]
struct Changing(Mutex<String>, AtomicUsize);

impl Changing {
    fn set(&self, password: &str) {
        password.clone_into(&mut self.0.lock().unwrap());
    }
}

impl Credentials for Changing {
    fn password(&self) -> Result<SecretString, String> {
        self.1.fetch_add(1, Ordering::Relaxed);
        match self.0.lock().unwrap().as_str() {
            "" => Err("no such file".to_owned()),
            password => Ok(SecretString::from(password)),
        }
    }
}

fn pool_with(server: &Server, change: impl FnOnce(&mut Settings)) -> Arc<Pool> {
    let mut settings = server.settings();
    change(&mut settings);
    Pool::new(settings, Arc::new(NoObserver)).unwrap()
}

async fn refusing(answer: Answer) -> Server {
    Server::start(move |heard, before| match heard.method.as_str() {
        START => answer.clone(),
        _ => session_calls(heard, before).unwrap(),
    })
    .await
}

async fn willing() -> Server {
    Server::start(|heard, before| session_calls(heard, before).unwrap()).await
}

#[tokio::test]
async fn a_login_is_sent_as_recorded() {
    let recorded: serde_json::Value = serde_json::from_str(include_str!(
        "../../../../tests/fixtures/ksc/session_start.json"
    ))
    .unwrap();
    let ended: serde_json::Value = serde_json::from_str(include_str!(
        "../../../../tests/fixtures/ksc/session_end.json"
    ))
    .unwrap();
    let answer = Answer::json(&recorded["response"]["body"]);
    let server = refusing(answer).await;
    let pool = pool_with(&server, |settings| {
        settings.virtual_server = "Филиал".to_owned();
    });

    pool.warm().await.unwrap();
    pool.drain().await;

    let heard = server.heard();
    let expected = [&recorded, &ended];
    for (heard, recorded) in heard.iter().zip(expected) {
        assert_eq!(
            format!("/api/v1.0/{}", heard.method),
            recorded["request"]["path"]
        );
        assert_eq!(
            heard.body,
            recorded["request"]["body"].as_str().unwrap().as_bytes()
        );
        assert_eq!(heard.headers["content-type"], "application/json");
    }
    assert_eq!(
        heard[0].headers["authorization"],
        "KSCBasic user=\"ZWRyLWdhdGV3YXk=\", pass=\"Y29ycmVjdCBob3JzZQ==\", internal=\"1\""
    );
    assert_eq!(heard[0].headers["x-ksc-vserver"], "0KTQuNC70LjQsNC7");
    assert!(!heard[0].headers.contains_key("x-ksc-session"));
    assert_eq!(heard[1].session(), "nsPbUpP1oAVZlM1lODEbg8A==");
    assert!(!heard[1].headers.contains_key("authorization"));
}

#[tokio::test]
async fn the_main_server_gets_an_empty_virtual_server_header() {
    let server = willing().await;

    server.pool().warm().await.unwrap();

    assert_eq!(server.heard()[0].headers["x-ksc-vserver"], "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_who_need_a_session_log_in_one_after_the_other() {
    let busy = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let gate = Arc::new(Notify::new());
    let server = {
        let gate = Arc::clone(&gate);
        let busy = Arc::clone(&busy);
        let most = Arc::clone(&most);
        Server::start(move |heard, before| {
            let answer = session_calls(heard, before).unwrap();
            if heard.method != START {
                return answer;
            }
            most.fetch_max(busy.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            Answer::Wait(Arc::clone(&gate), Box::new(answer))
        })
        .await
    };
    let pool = server.pool();
    let leases: Vec<_> = (0..8)
        .map(|_| {
            let pool = Arc::clone(&pool);
            tokio::spawn(async move { pool.lease().await })
        })
        .collect();

    for count in 1..=8 {
        server.until_heard(START, count).await;
        assert_eq!(server.heard_of(START).len(), count);
        busy.fetch_sub(1, Ordering::SeqCst);
        gate.notify_one();
    }
    let mut held = Vec::new();
    for lease in leases {
        held.push(lease.await.unwrap().unwrap());
    }

    assert_eq!(most.load(Ordering::SeqCst), 1);
    assert_eq!(pool.status().sessions, 8);
    assert_eq!(pool.status().in_use, 8);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_lost_a_session_takes_one_that_was_opened_since_before_logging_in() {
    let over = Arc::new(AtomicUsize::new(0));
    let gate = Arc::new(Notify::new());
    let server = {
        let (over, gate) = (Arc::clone(&over), Arc::clone(&gate));
        Server::start(move |heard, before| {
            if let Some(answer) = session_calls(heard, before) {
                // Those who opened the first three are not kept waiting.
                let slow = heard.method == START && before >= 3;
                return if slow {
                    Answer::Wait(Arc::clone(&gate), Box::new(answer))
                } else {
                    answer
                };
            }
            let left =
                over.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |it| it.checked_sub(1));
            match left {
                Ok(_) => Answer::status(403, "", "Session expired"),
                Err(_) => Answer::json(&json!({"PxgRetVal": true})),
            }
        })
        .await
    };
    let losses = Arc::new(Losses::default());
    let observer = Arc::clone(&losses) as Arc<dyn Observer>;
    let pool = Pool::new(server.settings(), observer).unwrap();
    let mut leases = Vec::new();
    for _ in 0..3 {
        leases.push(pool.lease().await.unwrap());
    }
    over.store(3, Ordering::SeqCst);
    let mut calling = tokio::task::JoinSet::new();
    for mut lease in leases {
        calling.spawn(async move { lease.call(&IsAnyServiceConsoleAvailable, "r").await });
    }

    server.until_heard(START, 4).await;
    // All three know by now that theirs are over.
    while losses.0.load(Ordering::SeqCst) < 3 {
        tokio::task::yield_now().await;
    }
    // The first is back at rest before the second has logged in, so the third need not.
    gate.notify_one();
    assert!(calling.join_next().await.unwrap().unwrap().unwrap());
    server.until_heard(START, 5).await;
    gate.notify_one();
    for answer in calling.join_all().await {
        assert!(answer.unwrap());
    }

    assert_eq!(server.heard_of(START).len(), 5);
    assert_eq!(pool.status().sessions, 2);
}

/// How many calls found their session over.
#[derive(Default)]
struct Losses(AtomicUsize);

impl Observer for Losses {
    fn call(&self, _: &'static str, outcome: CallOutcome, _: Duration) {
        if outcome == CallOutcome::SessionLost {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
}

#[tokio::test]
async fn refused_credentials_are_tried_once_whoever_asks() {
    for answer in [
        Answer::status(401, "", "Authentication failure"),
        Answer::status(403, "", "Authentication failure"),
        Answer::status(401, "WWW-Authenticate: NTLM\r\n", "Authentication failure"),
        Answer::pxg("KLWAT", 1453),
        Answer::pxg("KLWAT", 1454),
        Answer::pxg("KLSPL", 2013),
        Answer::pxg("SPL", 2013),
    ] {
        let server = refusing(answer).await;
        let pool = server.pool();
        let together: Vec<_> = (0..8)
            .map(|_| {
                let pool = Arc::clone(&pool);
                tokio::spawn(async move { pool.lease().await.err().unwrap() })
            })
            .collect();

        for lease in together {
            let error = lease.await.unwrap();
            assert!(
                matches!(error, Error::CredentialsRefused { .. }),
                "{error:?}"
            );
            assert_eq!(error.delivery(), Delivery::NotSent);
            assert_eq!(error.kind(), Kind::CredentialsRefused);
        }
        let later = pool.lease().await.err().unwrap();
        assert!(pool.warm().await.is_err());

        assert!(
            later.retry_after().unwrap() > Duration::from_secs(200),
            "{later:?}"
        );
        assert_eq!(server.methods(), [START]);
        let state = pool.status().credentials;
        assert!(
            matches!(state, CredentialState::Refused { .. }),
            "{state:?}"
        );
    }
}

#[tokio::test]
async fn a_changed_password_is_tried_at_once_and_once() {
    let server = Server::start(|heard, before| match heard.method.as_str() {
        START if heard.headers["authorization"].contains("Z29vZA==") => {
            session_calls(heard, before).unwrap()
        }
        START => Answer::status(401, "", "Authentication failure"),
        _ => session_calls(heard, before).unwrap(),
    })
    .await;
    let password = Arc::new(Changing::default());
    password.set("old");
    let pool = pool_with(&server, |settings| settings.credentials = password.clone());

    for (current, logins) in [("old", 1), ("worse", 2), ("worse", 2), ("good", 3)] {
        password.set(current);
        let lease = pool.lease().await;
        assert_eq!(lease.is_ok(), current == "good");
        assert_eq!(server.heard_of(START).len(), logins, "{current}");
    }
    assert_eq!(pool.status().credentials, CredentialState::Accepted);
}

#[tokio::test]
async fn credentials_are_tried_again_after_the_back_off() {
    let server = Server::start(|heard, before| match (heard.method.as_str(), before) {
        (START, 0) => Answer::status(401, "", "Authentication failure"),
        _ => session_calls(heard, before).unwrap(),
    })
    .await;
    let pool = pool_with(&server, |settings| {
        settings.credentials_back_off = Duration::ZERO;
    });

    assert!(pool.lease().await.is_err());
    assert!(pool.lease().await.is_ok());

    assert_eq!(pool.status().credentials, CredentialState::Accepted);
}

#[tokio::test]
async fn a_password_that_cannot_be_read_is_not_tried() {
    let server = willing().await;
    let password = Arc::new(Changing::default());
    let pool = pool_with(&server, |settings| settings.credentials = password.clone());

    let error = pool.lease().await.err().unwrap();

    assert!(matches!(error, Error::Password { .. }), "{error:?}");
    assert_eq!(error.delivery(), Delivery::NotSent);
    assert!(server.methods().is_empty());
    assert_eq!(pool.status().credentials, CredentialState::Unproven);
    password.set("now");
    pool.lease().await.unwrap();
}

#[tokio::test]
async fn a_second_factor_ends_the_half_open_session_and_is_not_tried_again() {
    let challenge = "WWW-Authenticate: KSCMFA type=\"totp\", lengthHint=\"6\"\r\n\
                     X-KSC-Session: half-open==\r\n";
    let server = refusing(Answer::status(
        401,
        challenge,
        "Authentication not finished",
    ))
    .await;
    let pool = server.pool();

    for _ in 0..3 {
        let error = pool.lease().await.err().unwrap();
        assert!(matches!(error, Error::SecondFactor { .. }), "{error:?}");
        assert_eq!(error.delivery(), Delivery::NotSent);
        assert_eq!(error.kind(), Kind::SecondFactor);
    }

    assert_eq!(server.methods(), [START, "Session.EndSession"]);
    assert_eq!(server.heard()[1].session(), "half-open==");
    let state = pool.status().credentials;
    assert!(
        matches!(state, CredentialState::SecondFactor { .. }),
        "{state:?}"
    );
}

#[tokio::test]
async fn credentials_refused_in_the_middle_leave_the_call_not_sent() {
    let server = Server::start(|heard, before| match (heard.method.as_str(), before) {
        (START, 1) => Answer::status(401, "", "Authentication failure"),
        (START | "Session.EndSession", _) => session_calls(heard, before).unwrap(),
        _ => Answer::status(403, "", "Forbidden"),
    })
    .await;
    let pool = server.pool();
    let mut lease = pool.lease().await.unwrap();

    for _ in 0..2 {
        let error = lease
            .call(&IsAnyServiceConsoleAvailable, "r")
            .await
            .unwrap_err();
        assert!(
            matches!(error, Error::CredentialsRefused { .. }),
            "{error:?}"
        );
        assert_eq!(error.delivery(), Delivery::NotSent);
    }

    assert_eq!(server.heard_of(START).len(), 2);
}

#[tokio::test]
async fn a_refusal_ends_the_sessions_that_rest_and_those_given_back_later() {
    let server = Server::start(|heard, before| match (heard.method.as_str(), before) {
        (START, 3) => Answer::status(401, "", "Authentication failure"),
        ("ConEvents.IsAnyServiceConsoleAvailable", _) => Answer::status(403, "", "Forbidden"),
        _ => session_calls(heard, before).unwrap(),
    })
    .await;
    let pool = server.pool();
    let mut first = pool.lease().await.unwrap();
    let lent = pool.lease().await.unwrap();
    drop(pool.lease().await.unwrap());

    assert!(
        first
            .call(&IsAnyServiceConsoleAvailable, "r")
            .await
            .is_err()
    );

    server.until_heard("Session.EndSession", 1).await;
    assert_eq!(
        server.heard_of("Session.EndSession")[0].session(),
        "token-3=="
    );
    drop(lent);
    server.until_heard("Session.EndSession", 2).await;
    assert_eq!(
        server.heard_of("Session.EndSession")[1].session(),
        "token-2=="
    );
    assert!(pool.lease().await.is_err());
}

#[tokio::test]
async fn a_login_is_finished_though_nobody_waits_for_it_any_more() {
    let gate = Arc::new(Notify::new());
    let server = {
        let gate = Arc::clone(&gate);
        Server::start(move |heard, before| {
            let answer = session_calls(heard, before).unwrap();
            Answer::Wait(Arc::clone(&gate), Box::new(answer))
        })
        .await
    };
    let pool = server.pool();
    tokio::select! {
        _ = pool.lease() => unreachable!("the login is held back"),
        () = server.until_heard(START, 1) => {}
    }
    assert_eq!(pool.status().in_use, 0);

    gate.notify_one();
    until(|| pool.status().sessions == 1).await;

    drop(pool.lease().await.unwrap());
    assert_eq!(server.methods(), [START]);
}

#[tokio::test]
async fn a_server_out_of_order_is_no_verdict_on_the_credentials() {
    for (answer, kind) in [
        (Answer::status(503, "", "busy"), Kind::Unavailable),
        (Answer::status(404, "", "no"), Kind::NoSuchCall),
        (Answer::pxg("KLSTD", 1195), Kind::Unavailable),
        (Answer::pxg("KLSTD", 1184), Kind::AccessDenied),
        (Answer::status(200, "", "<html>"), Kind::Protocol),
        (
            Answer::json(&json!({"PxgRetVal": "line\nbreak"})),
            Kind::Protocol,
        ),
        (Answer::json(&json!({"PxgRetVal": ""})), Kind::Protocol),
        (Answer::close(), Kind::Unavailable),
    ] {
        let server = refusing(answer).await;
        let pool = server.pool();

        for _ in 0..2 {
            let error = pool.lease().await.err().unwrap();
            assert!(matches!(error, Error::Login { .. }), "{error:?}");
            assert_eq!(error.delivery(), Delivery::NotSent);
            assert_eq!(error.kind(), kind);
        }

        assert_eq!(pool.status().credentials, CredentialState::Unproven);
        assert_eq!(server.heard_of(START).len(), 2);
    }
}

#[tokio::test]
async fn one_failure_answers_everybody_who_waited_for_it() {
    let gate = Arc::new(Notify::new());
    let busy = Answer::status(503, "", "busy");
    let server = refusing(Answer::Wait(Arc::clone(&gate), Box::new(busy))).await;
    let pool = server.pool();
    let mut together: Vec<_> = (0..8).map(|_| Box::pin(pool.lease())).collect();
    tokio::select! {
        biased;
        // Polls each of them up to the place where it waits.
        () = async {
            for lease in &mut together {
                let waits = std::future::poll_fn(|context| {
                    std::task::Poll::Ready(lease.as_mut().poll(context).is_pending())
                });
                assert!(waits.await);
            }
            server.until_heard(START, 1).await;
        } => {}
    }

    gate.notify_one();
    for lease in together {
        assert!(lease.await.is_err());
    }

    assert_eq!(server.heard_of(START).len(), 1);
}

#[tokio::test]
async fn the_next_endpoint_is_used_and_kept() {
    let dead = closed_port().await;
    let server = willing().await;
    let mut settings = server.settings();
    settings
        .endpoints
        .insert(0, format!("https://127.0.0.1:{dead}").parse().unwrap());
    let starts = Arc::new(Starts::default());
    let pool = Pool::new(settings, Arc::clone(&starts) as Arc<dyn Observer>).unwrap();

    let first = pool.lease().await.unwrap();
    let second = pool.lease().await.unwrap();

    drop((first, second));
    assert_eq!(*starts.0.lock().unwrap(), ["not_sent", "ok", "ok"]);
}

/// How each `StartSession` ended.
#[derive(Default)]
struct Starts(Mutex<Vec<&'static str>>);

impl Observer for Starts {
    fn call(&self, method: &'static str, outcome: CallOutcome, _: Duration) {
        if method == START {
            self.0.lock().unwrap().push(outcome.as_str());
        }
    }
}

#[tokio::test]
async fn a_refusal_at_one_endpoint_is_not_taken_to_the_next() {
    let first = refusing(Answer::status(401, "", "Authentication failure")).await;
    let second = willing().await;
    let pool = pool_with(&first, |settings| {
        settings.endpoints.push(
            format!("https://127.0.0.1:{}", second.port)
                .parse()
                .unwrap(),
        );
    });

    assert!(pool.lease().await.is_err());

    assert!(second.methods().is_empty());
}

#[tokio::test]
async fn a_call_moves_to_another_endpoint_when_its_own_is_gone() {
    let console = |answer: bool| {
        move |heard: &crate::server::Heard, before: usize| {
            session_calls(heard, before)
                .unwrap_or_else(|| Answer::json(&json!({"PxgRetVal": answer})))
        }
    };
    let identity = crate::identity::Identity::like_kaspersky();
    let twin = identity.twin();
    let first = Server::start_as(identity, crate::identity::BOTH, console(false)).await;
    let second = Server::start_as(twin, crate::identity::BOTH, console(true)).await;
    let mut settings = first.settings();
    settings.endpoints.push(
        format!("https://127.0.0.1:{}", second.port)
            .parse()
            .unwrap(),
    );
    let starts = Arc::new(Starts::default());
    let pool = Pool::new(settings, Arc::clone(&starts) as Arc<dyn Observer>).unwrap();
    let mut lease = pool.lease().await.unwrap();
    assert!(
        !lease
            .call(&IsAnyServiceConsoleAvailable, "r")
            .await
            .unwrap()
    );

    drop(first);
    // Until the first one's tasks have ended it may still answer, or break off midway.
    while !matches!(
        lease.call(&IsAnyServiceConsoleAvailable, "r").await,
        Ok(true)
    ) {
        tokio::task::yield_now().await;
    }

    assert_eq!(second.heard_of(START).len(), 1);
    let starts = starts.0.lock().unwrap().clone();
    assert!(
        !starts.contains(&"not_sent"),
        "the dead endpoint was tried again: {starts:?}"
    );
}

#[derive(Default)]
struct Logins(Mutex<Vec<LoginOutcome>>);

impl Observer for Logins {
    fn login(&self, outcome: LoginOutcome) {
        self.0.lock().unwrap().push(outcome);
    }
}

#[tokio::test]
async fn logins_are_told() {
    let server = Server::start(|heard, before| match (heard.method.as_str(), before) {
        (START, 0) => Answer::status(503, "", "busy"),
        (START, 1) => Answer::status(401, "", "Authentication failure"),
        (START, 2) => Answer::status(401, "WWW-Authenticate: KSCMFA type=\"totpreg\"\r\n", ""),
        _ => session_calls(heard, before).unwrap(),
    })
    .await;
    let logins = Arc::new(Logins::default());
    let settings = Settings {
        credentials_back_off: Duration::ZERO,
        ..server.settings()
    };
    let pool = Pool::new(settings, Arc::clone(&logins) as Arc<dyn Observer>).unwrap();

    for _ in 0..4 {
        drop(pool.lease().await);
    }

    let expected = [
        LoginOutcome::Failed,
        LoginOutcome::Refused,
        LoginOutcome::SecondFactor,
        LoginOutcome::Accepted,
    ];
    assert_eq!(*logins.0.lock().unwrap(), expected);
}

#[test]
fn settings_that_cannot_work_are_refused_before_anything_is_sent() {
    let good = || {
        let url = "https://ksc.example:13299".parse().unwrap();
        let password = Arc::new(SecretString::from("x"));
        Settings::new(vec![url], "edr-gateway", password, Trust::SystemRoots)
    };
    let refused = |change: &dyn Fn(&mut Settings)| {
        let mut settings = good();
        change(&mut settings);
        Pool::new(settings, Arc::new(NoObserver))
            .err()
            .expect("it should be refused")
    };

    for endpoint in [
        "http://ksc.example:13299",
        "https://user:secret@ksc.example",
        "https://ksc.example/?a=b",
        "https://ksc.example/#a",
    ] {
        let error = refused(&|settings| settings.endpoints = vec![endpoint.parse().unwrap()]);
        assert!(matches!(error, SetupError::Endpoint { .. }), "{endpoint}");
        assert!(!error.to_string().contains("secret"));
    }
    assert!(matches!(
        refused(&|settings| settings.endpoints.clear()),
        SetupError::NoEndpoint
    ));
    for domain in ["A\"B", "A B", "Д", "a,b"] {
        let error = refused(&|settings| domain.clone_into(&mut settings.domain));
        assert!(matches!(error, SetupError::Domain), "{domain}");
    }
    assert!(matches!(
        refused(&|settings| settings.username.clear()),
        SetupError::NoUsername
    ));
    assert!(matches!(
        refused(&|settings| settings.max_sessions = 0),
        SetupError::Sessions { .. }
    ));
    let zero = refused(&|settings| settings.request_timeout = Duration::ZERO);
    assert!(matches!(
        zero,
        SetupError::ZeroDuration {
            name: "request_timeout"
        }
    ));
    assert!(Pool::new(good(), Arc::new(NoObserver)).is_ok());
}
