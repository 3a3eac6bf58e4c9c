//! What is said of a call that fails, stage by stage: the heart of the crate.

use std::sync::Arc;
use std::time::Duration;

use ksc::{
    CallOutcome, Certainty, Delivery, Error, GetItemsCount, GetTask, IsAnyServiceConsoleAvailable,
    Kind, Observer, Pool, Settings,
};
use serde_json::json;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::incident::{add_incident, update_incident};
use crate::server::{Answer, Heard, Server, closed_port, session_calls, until};

/// For the tests that wait for a limit: long enough for a handshake on a busy machine.
const SHORT: Duration = Duration::from_millis(400);

/// A server whose sessions work, and which answers every call like this.
async fn server(answer: Answer) -> Server {
    Server::start(move |heard, before| {
        session_calls(heard, before).unwrap_or_else(|| answer.clone())
    })
    .await
}

/// The outcome of an `AddIncident` that is answered like this, and how often it was heard.
async fn outcome_of(answer: Answer) -> (Error, usize) {
    let server = server(answer).await;
    let error = server
        .lease()
        .await
        .call(&add_incident(), "r")
        .await
        .unwrap_err();
    (error, server.heard_of("HostGroup.AddIncident").len())
}

#[tokio::test]
async fn a_good_answer_is_a_good_answer_and_the_request_is_as_documented() {
    let server = server(Answer::json(&json!({"PxgRetVal": 42}))).await;

    let id = server
        .lease()
        .await
        .call(&add_incident(), "0f3a")
        .await
        .unwrap();

    assert_eq!(id, 42);
    let heard = &server.heard_of("HostGroup.AddIncident")[0];
    assert_eq!(heard.session(), "token-1==");
    assert_eq!(heard.headers["x-ksc-requestid"], "0f3a");
    assert_eq!(heard.headers["content-type"], "application/json");
    for absent in [
        "authorization",
        "accept-encoding",
        "transfer-encoding",
        "x-ksc-vserver",
    ] {
        assert!(!heard.headers.contains_key(absent), "{absent}");
    }
    assert!(heard.body.is_ascii());
}

#[tokio::test]
async fn nobody_at_the_port_is_not_sent() {
    let server = server(Answer::Stall).await;
    let url = format!("https://127.0.0.1:{}", closed_port().await)
        .parse()
        .unwrap();
    let settings = Settings {
        endpoints: vec![url],
        ..server.settings()
    };

    let error = Pool::new(settings, Arc::new(ksc::NoObserver))
        .unwrap()
        .lease()
        .await
        .err()
        .unwrap();

    assert_eq!(error.delivery(), Delivery::NotSent);
    assert_eq!(error.kind(), Kind::Unavailable);
    let Error::Login { source } = error else {
        panic!("{error:?}")
    };
    assert!(matches!(*source, Error::Connect { .. }), "{source:?}");
}

#[tokio::test]
async fn a_server_that_goes_away_between_two_calls_is_not_sent() {
    let server = server(Answer::json(&json!({"PxgRetVal": 42}))).await;
    let mut lease = server.lease().await;
    lease.call(&add_incident(), "r").await.unwrap();

    drop(server);
    let error = loop {
        // Until the listener's task has really ended, a call may still be answered.
        match lease.call(&add_incident(), "r").await {
            Err(error) if error.delivery() == Delivery::NotSent => break error,
            Ok(_) | Err(_) => tokio::task::yield_now().await,
        }
    };

    assert!(matches!(error, Error::Connect { .. }) || matches!(error, Error::Login { .. }));
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_not_sent() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url: url::Url = format!("https://{}", silent.local_addr().unwrap())
        .parse()
        .unwrap();
    let pinned = server(Answer::Stall).await;
    for (connection_timeout, request_timeout) in [(SHORT, SHORT * 50), (SHORT * 50, SHORT)] {
        let settings = Settings {
            endpoints: vec![url.clone()],
            connection_timeout,
            request_timeout,
            ..pinned.settings()
        };
        let pool = Pool::new(settings, Arc::new(ksc::NoObserver)).unwrap();

        let error = pool.lease().await.err().unwrap();

        let Error::Login { source } = error else {
            panic!("{error:?}")
        };
        assert_eq!(source.delivery(), Delivery::NotSent, "{source:?}");
        assert_eq!(source.kind(), Kind::Unavailable);
    }
}

#[tokio::test]
async fn something_that_is_not_tls_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    let talk = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut socket, b"220 mail.example\r\n")
            .await
            .unwrap();
        let mut heard = Vec::new();
        let _ = socket.read_to_end(&mut heard).await;
        heard
    });
    let pinned = server(Answer::Stall).await;
    let settings = Settings {
        endpoints: vec![url],
        ..pinned.settings()
    };

    let pool = Pool::new(settings, Arc::new(ksc::NoObserver)).unwrap();
    let error = pool.lease().await.err().unwrap();

    let Error::Login { source } = error else {
        panic!("{error:?}")
    };
    assert!(matches!(*source, Error::Connect { .. }), "{source:?}");
    let heard = String::from_utf8_lossy(&talk.await.unwrap()).into_owned();
    assert!(!heard.contains("KSCBasic"), "{heard}");
}

#[tokio::test]
async fn a_stall_after_the_request_is_unknown_and_the_session_is_ended() {
    let server = server(Answer::Stall).await;
    let settings = Settings {
        request_timeout: SHORT,
        ..server.settings()
    };
    let pool = Pool::new(settings, Arc::new(ksc::NoObserver)).unwrap();
    let mut lease = pool.lease().await.unwrap();

    let error = lease.call(&add_incident(), "r").await.unwrap_err();

    assert!(matches!(error, Error::Timeout { sent: true }), "{error:?}");
    assert_eq!(error.delivery(), Delivery::Unknown);
    assert_eq!(server.heard_of("HostGroup.AddIncident").len(), 1);
    server.until_heard("Session.EndSession", 1).await;
    assert_eq!(
        server.heard_of("Session.EndSession")[0].session(),
        "token-1=="
    );
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_never_asked_for_again() {
    for answer in [
        Answer::close(),
        Answer::BytesThenClose(b"HTTP/1.1 200 OK\r\nContent-Le".to_vec()),
        Answer::BytesThenClose(b"HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{\"PxgRet".to_vec()),
        Answer::BytesThenClose(b"220 mail.example\r\n\r\n".to_vec()),
    ] {
        let (error, times) = outcome_of(answer).await;

        assert!(matches!(error, Error::Lost { .. }), "{error:?}");
        assert_eq!(error.delivery(), Delivery::Unknown);
        assert_eq!(error.kind(), Kind::Unavailable);
        assert_eq!(times, 1);
    }
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_once_where_that_is_harmless() {
    let lost_once = |then: Answer| {
        move |heard: &Heard, before: usize| {
            session_calls(heard, before).unwrap_or_else(|| {
                if before == 0 {
                    Answer::close()
                } else {
                    then.clone()
                }
            })
        }
    };
    let read = Server::start(lost_once(Answer::json(&json!({"PxgRetVal": true})))).await;
    let update = Server::start(lost_once(Answer::json(&json!({})))).await;
    let broken = server(Answer::close()).await;

    assert!(
        read.lease()
            .await
            .call(&IsAnyServiceConsoleAvailable, "r")
            .await
            .unwrap()
    );
    update
        .lease()
        .await
        .call(&update_incident(), "r")
        .await
        .unwrap();
    let error = broken
        .lease()
        .await
        .call(&update_incident(), "r")
        .await
        .unwrap_err();

    assert_eq!(error.delivery(), Delivery::Unknown);
    assert_eq!(broken.heard_of("HostGroup.UpdateIncident").len(), 2);
    assert_eq!(
        read.heard_of("Session.StartSession").len(),
        1,
        "the session is still good"
    );
}

#[tokio::test]
async fn statuses() {
    for (status, delivery, kind) in [
        (503, Delivery::Unknown, Kind::Unavailable),
        (500, Delivery::Unknown, Kind::Unavailable),
        (204, Delivery::Unknown, Kind::Protocol),
        (400, Delivery::Refused, Kind::Protocol),
        (404, Delivery::Refused, Kind::NoSuchCall),
        (429, Delivery::Refused, Kind::Unavailable),
    ] {
        let (error, times) = outcome_of(Answer::status(status, "", "Service busy")).await;

        assert!(
            matches!(error, Error::Http { status: got } if got == status),
            "{error:?}"
        );
        assert_eq!(
            (error.delivery(), error.kind()),
            (delivery, kind),
            "{status}"
        );
        assert_eq!(times, 1);
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = server(Answer::json(&json!({"PxgRetVal": 1}))).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!(
            "Location: https://127.0.0.1:{}/api/v1.0/HostGroup.AddIncident\r\n",
            elsewhere.port
        );
        let (error, times) = outcome_of(Answer::status(status, &location, "")).await;

        assert!(
            matches!(error, Error::Http { status: got } if got == status),
            "{error:?}"
        );
        assert_eq!(error.delivery(), Delivery::Unknown);
        assert_eq!(times, 1);
    }
    assert!(elsewhere.methods().is_empty());
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_is_unknown() {
    for body in [
        "<html>",
        "",
        "[]",
        "{}",
        r#"{"PxgRetVal": {}}"#,
        r#"{"PxgRetVal": "x"}"#,
    ] {
        let (error, times) = outcome_of(Answer::status(200, "", body)).await;

        assert!(matches!(error, Error::Malformed { .. }), "{body} {error:?}");
        assert_eq!(error.delivery(), Delivery::Unknown);
        assert_eq!(error.kind(), Kind::Protocol);
        assert_eq!(times, 1);
    }
    let deep = format!("{}{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    let (error, _) = outcome_of(Answer::status(200, "", &deep)).await;
    assert!(matches!(error, Error::Malformed { .. }), "{error:?}");
}

#[tokio::test]
async fn an_answer_beyond_the_cap_is_unknown_whether_announced_or_not() {
    let much = "x".repeat(5000);
    let chunked =
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n{much}\r\n");
    for answer in [
        Answer::status(200, "", &much),
        Answer::Bytes(chunked.into_bytes()),
        // An announcement alone is enough.
        Answer::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n".to_vec()),
    ] {
        let server = server(answer).await;
        let settings = Settings {
            max_response_bytes: 4096,
            ..server.settings()
        };
        let pool = Pool::new(settings, Arc::new(ksc::NoObserver)).unwrap();

        let error = pool
            .lease()
            .await
            .unwrap()
            .call(&add_incident(), "r")
            .await
            .unwrap_err();

        assert!(
            matches!(error, Error::TooLarge { limit: 4096 }),
            "{error:?}"
        );
        assert_eq!(error.delivery(), Delivery::Unknown);
    }
}

#[tokio::test]
async fn a_chunked_answer_is_read() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
                   8\r\n{\"PxgRet\r\n9\r\nVal\": 42}\r\n0\r\n\r\n";
    let server = server(Answer::Bytes(chunked.into())).await;

    assert_eq!(
        server
            .lease()
            .await
            .call(&add_incident(), "r")
            .await
            .unwrap(),
        42
    );
}

#[tokio::test]
async fn a_word_of_kscs_is_a_refusal_and_keeps_its_number() {
    for (module, code, kind) in [
        ("KLSTD", 1184, Kind::AccessDenied),
        ("KLSTD", 1186, Kind::NotFound),
        ("KLSTD", 1192, Kind::Refused),
        ("KLSTD", 1193, Kind::Refused),
        ("KLSTD", 1195, Kind::Unavailable),
        ("KLSTD", 1229, Kind::Refused),
        ("KLCONN", 1194, Kind::NoSuchCall),
        ("KLPRSS", 1125, Kind::Refused),
        ("NEW", 7, Kind::Refused),
    ] {
        let (error, times) = outcome_of(Answer::pxg(module, code)).await;

        assert_eq!(error.delivery(), Delivery::Refused);
        assert_eq!(error.kind(), kind, "{module} {code}");
        assert!(error.pxg().unwrap().is(module, code));
        assert_eq!(
            error.to_string(),
            format!("KSC refused the call: {module} {code}")
        );
        assert_eq!(times, 1);
    }
}

#[tokio::test]
async fn a_lost_session_is_replaced_and_the_call_is_made_again_once() {
    for answer in [
        Answer::status(401, "", "Authentication failure"),
        Answer::status(403, "", "Forbidden"),
        Answer::pxg("KLWAT", 1445),
    ] {
        let server = Server::start(move |heard, before| {
            session_calls(heard, before).unwrap_or_else(|| match heard.session() {
                "token-1==" => answer.clone(),
                _ => Answer::json(&json!({})),
            })
        })
        .await;
        let pool = server.pool();

        pool.lease()
            .await
            .unwrap()
            .call(&update_incident(), "r")
            .await
            .unwrap();

        assert_eq!(
            server.methods(),
            [
                "Session.StartSession",
                "HostGroup.UpdateIncident",
                "Session.StartSession",
                "HostGroup.UpdateIncident",
            ]
        );
        assert_eq!(pool.status().sessions, 1);
    }
}

#[tokio::test]
async fn what_must_not_happen_twice_is_not_made_again_in_another_session() {
    let server = server(Answer::status(403, "", "Forbidden")).await;
    let pool = server.pool();
    let mut lease = pool.lease().await.unwrap();

    let error = lease.call(&add_incident(), "r").await.unwrap_err();

    assert!(matches!(error, Error::SessionLost), "{error:?}");
    assert_eq!(error.certainty(), Certainty::Answered);
    assert_eq!(server.heard_of("HostGroup.AddIncident").len(), 1);
}

#[tokio::test]
async fn a_session_lost_twice_is_a_refusal() {
    let server = server(Answer::status(403, "", "Forbidden")).await;
    let pool = server.pool();

    let error = pool
        .lease()
        .await
        .unwrap()
        .call(&update_incident(), "r")
        .await
        .unwrap_err();

    assert!(matches!(error, Error::SessionLost), "{error:?}");
    assert_eq!(error.delivery(), Delivery::Refused);
    assert_eq!(server.heard_of("HostGroup.UpdateIncident").len(), 2);
    assert_eq!(server.heard_of("Session.StartSession").len(), 2);
    assert_eq!(pool.status().sessions, 0);
}

#[tokio::test]
async fn what_belongs_to_a_lost_session_is_not_asked_for_in_another() {
    let server = server(Answer::status(403, "", "Forbidden")).await;
    let mut lease = server.lease().await;
    let count = GetItemsCount {
        accessor: "acc-1".to_owned(),
    };

    for _ in 0..2 {
        let error = lease.call(&count, "r").await.unwrap_err();
        assert!(matches!(error, Error::SessionLost), "{error:?}");
    }

    assert_eq!(
        server.methods(),
        ["Session.StartSession", "ChunkAccessor.GetItemsCount"]
    );
}

#[tokio::test]
async fn a_call_given_up_midway_costs_the_session() {
    let gate = Arc::new(Notify::new());
    let late = Answer::Wait(
        Arc::clone(&gate),
        Box::new(Answer::json(&json!({"PxgRetVal": {}}))),
    );
    let server = server(late).await;
    let pool = server.pool();
    let mut lease = pool.lease().await.unwrap();

    let call = GetTask {
        task: "1".to_owned(),
    };
    tokio::select! {
        _ = lease.call(&call, "r") => unreachable!("it is held back"),
        () = server.until_heard("Tasks.GetTask", 1) => {}
    }
    drop(lease);

    server.until_heard("Session.EndSession", 1).await;
    assert_eq!(
        server.heard_of("Session.EndSession")[0].session(),
        "token-1=="
    );
    until(|| pool.status().sessions == 0).await;
    drop(pool.lease().await.unwrap());
    assert_eq!(server.heard_of("Session.StartSession").len(), 2);
}

#[tokio::test]
async fn a_lease_goes_on_after_a_call_given_up_midway() {
    let server = Server::start(|heard, before| {
        session_calls(heard, before).unwrap_or_else(|| match heard.session() {
            "token-1==" => Answer::Stall,
            _ => Answer::json(&json!({"PxgRetVal": true})),
        })
    })
    .await;
    let mut lease = server.lease().await;
    tokio::select! {
        _ = lease.call(&IsAnyServiceConsoleAvailable, "r") => unreachable!("it is held back"),
        () = server.until_heard("ConEvents.IsAnyServiceConsoleAvailable", 1) => {}
    }

    assert!(
        lease
            .call(&IsAnyServiceConsoleAvailable, "r")
            .await
            .unwrap()
    );
}

#[derive(Default)]
struct Labels(std::sync::Mutex<Vec<(&'static str, &'static str)>>);

impl Observer for Labels {
    fn call(&self, method: &'static str, outcome: CallOutcome, _: Duration) {
        self.0.lock().unwrap().push((method, outcome.as_str()));
    }
}

#[tokio::test]
async fn every_exchange_is_told() {
    let server = Server::start(|heard, before| {
        session_calls(heard, before).unwrap_or_else(|| match before {
            0 => Answer::status(403, "", "Forbidden"),
            1 => Answer::pxg("KLSTD", 1184),
            2 => Answer::status(200, "", "no"),
            3 => Answer::status(503, "", "busy"),
            _ => Answer::close(),
        })
    })
    .await;
    let labels = Arc::new(Labels::default());
    let pool = Pool::new(server.settings(), Arc::clone(&labels) as Arc<dyn Observer>).unwrap();
    let mut lease = pool.lease().await.unwrap();

    for _ in 0..5 {
        assert!(lease.call(&add_incident(), "r").await.is_err());
    }

    let add = "HostGroup.AddIncident";
    let start = "Session.StartSession";
    assert_eq!(
        labels.0.lock().unwrap()[..7],
        [
            (start, "ok"),
            (add, "session_lost"),
            (start, "ok"),
            (add, "ksc_error"),
            (add, "protocol"),
            (add, "http_status"),
            (add, "unknown"),
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_called_not_sent_was_never_heard() {
    let server = server(Answer::Stall).await;
    let mut may_have_been_heard = 0;
    let mut never_heard = 0;

    // Limits around the time that handshakes take which come several at a time, so that giving up
    // meets sending.
    for step in 1..=60_u64 {
        let logins = (0..8).map(|_| {
            let settings = Settings {
                request_timeout: Duration::from_micros(step * 200),
                ..server.settings()
            };
            let pool = Pool::new(settings, Arc::new(ksc::NoObserver)).unwrap();
            tokio::spawn(async move { pool.lease().await.map(drop) })
        });
        let logins: Vec<_> = logins.collect();
        for login in logins {
            match login.await.unwrap() {
                Err(Error::Login { source }) if source.delivery() == Delivery::NotSent => {
                    never_heard += 1;
                }
                Ok(()) | Err(_) => may_have_been_heard += 1,
            }
        }
        let heard = server.heard_of("Session.StartSession").len();
        assert!(
            heard <= may_have_been_heard,
            "{heard} heard, {may_have_been_heard} admitted"
        );
    }

    assert!(
        never_heard > 0 && may_have_been_heard > 0,
        "giving up comes before sending and after it: {never_heard}, {may_have_been_heard}"
    );
}

#[tokio::test]
async fn no_error_shows_a_secret() {
    let mut errors = Vec::new();
    for answer in [
        Answer::close(),
        Answer::status(403, "", "token-1== token-2=="),
        Answer::status(200, "", "token-1=="),
        Answer::json(&json!({"PxgError": {"module": "KLSTD", "code": 1, "message": "token-1=="}})),
    ] {
        errors.push(outcome_of(answer).await.0);
    }
    let refusing = Server::start(|_, _| Answer::status(401, "", "correct horse")).await;
    errors.push(refusing.pool().lease().await.err().unwrap());

    for error in errors {
        let mut shown = format!("{error:?} {error}");
        let mut next = std::error::Error::source(&error);
        while let Some(cause) = next {
            shown = format!("{shown} {cause:?} {cause}");
            next = cause.source();
        }
        for secret in ["token-", "correct horse", "Y29ycmVjdCBob3JzZQ"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
