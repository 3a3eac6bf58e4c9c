//! Orders whose answer is lost: looked up before anything is sent again.

use kata::{
    Call, CreateTask, DeleteIsolation, DeleteTask, Delivery, Error, FileHash, Forbidden,
    GetIsolation, Isolation, IsolationRule, IsolationSeconds, Kind, Outcome, Program, PutIsolation,
    PutPrevention, Removed, Scope, SensorId, TaskId,
};
use serde_json::{Value, json};

use crate::server::{Answer, Heard, Server};

fn host() -> SensorId {
    SensorId::new("0B6E0F6A-7F0B-4B57-9C1E-6D5A4E1F2A11").unwrap()
}

fn isolate() -> PutIsolation {
    PutIsolation {
        host: host(),
        lasts: IsolationSeconds::new(14_400).unwrap(),
        exclusions: Vec::new(),
        replaces: None,
    }
}

fn rule(seconds: u32) -> Value {
    json!([{"excludedRules": [], "autoTurnoffTimeoutInSec": seconds}])
}

/// Every way in which the answer to an order can get lost, or be none.
fn losses() -> [Answer; 7] {
    [
        Answer::stall(),
        Answer::close(),
        Answer::BytesThenClose(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[".to_vec()),
        Answer::BytesThenStall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[".to_vec()),
        Answer::status(502, "<html>"),
        Answer::status(503, ""),
        Answer::status(504, "<html>"),
    ]
}

/// A server that loses the answers to the first `POST` like this, and shows this on a look.
async fn losing(loss: Answer, shown: Answer) -> Server {
    Server::start(
        move |heard: &Heard, before| match (heard.method.as_str(), before) {
            ("GET", _) => shown.clone(),
            (_, 0) => loss.clone(),
            (_, _) => Answer::json(&rule(14_400)),
        },
    )
    .await
}

async fn order<C: Call>(server: &Server, call: &C) -> Result<Outcome<C::Found>, Error> {
    server.impatient().call(call, "x").await
}

#[tokio::test]
async fn an_order_that_took_effect_is_found_and_not_sent_again() {
    for loss in losses() {
        let server = losing(loss.clone(), Answer::json(&rule(14_400))).await;

        let outcome = order(&server, &isolate()).await.unwrap();

        assert!(outcome.read_back && !outcome.repeated, "{loss:?}");
        assert_eq!(outcome.found.unwrap().seconds, Some(14_400));
        assert_eq!(server.story(), ["POST settings", "GET settings"]);
    }
}

#[tokio::test]
async fn an_order_that_certainly_does_not_stand_is_sent_again_once() {
    for loss in losses() {
        let server = losing(loss.clone(), Answer::not_found()).await;

        let outcome = order(&server, &isolate()).await.unwrap();

        assert!(!outcome.read_back && outcome.repeated, "{loss:?}");
        assert_eq!(
            server.story(),
            ["POST settings", "GET settings", "POST settings"]
        );
        let heard = server.heard();
        assert_eq!(heard[0].json(), heard[2].json());
        assert_eq!(heard[0].headers["content-type"], "application/json");
    }
}

#[tokio::test]
async fn what_cannot_be_told_is_unknown_and_nothing_is_sent_again() {
    for shown in [
        Answer::status(200, ""),
        Answer::status(200, "<html>"),
        Answer::json(&json!({})),
        Answer::json(&rule(7_200)),
        Answer::status(204, ""),
        Answer::status(500, ""),
        Answer::status(503, ""),
        Answer::status(400, ""),
        Answer::unauthorised(),
    ] {
        let server = losing(Answer::close(), shown.clone()).await;

        let error = order(&server, &isolate()).await.unwrap_err();

        assert!(
            matches!(error, Error::Unconfirmed { .. }),
            "{shown:?}: {error:?}"
        );
        assert_eq!(error.delivery(), Delivery::Unknown);
        assert_eq!(
            server
                .story()
                .iter()
                .filter(|it| *it == "POST settings")
                .count(),
            1
        );
    }
}

#[tokio::test]
async fn the_rule_that_stood_before_proves_that_the_order_has_not_arrived() {
    let shown = Answer::json(&rule(7_200));
    let server = losing(Answer::close(), shown).await;
    let seen = server
        .client()
        .call(&GetIsolation { host: host() }, "x")
        .await
        .unwrap();
    let Isolation::Rule(before) = seen.found else {
        panic!("a rule");
    };

    let call = PutIsolation {
        replaces: Some(before),
        ..isolate()
    };
    let outcome = order(&server, &call).await.unwrap();

    assert!(outcome.repeated);
    let other = PutIsolation {
        replaces: Some(IsolationRule {
            seconds: Some(3_600),
            exclusions: None,
            others: serde_json::Map::new(),
        }),
        ..isolate()
    };
    let server = losing(Answer::close(), Answer::json(&rule(7_200))).await;
    assert!(
        order(&server, &other).await.is_err(),
        "neither ours nor the one before"
    );
}

#[tokio::test]
async fn a_failure_is_looked_into_and_not_repeated() {
    for failure in [
        Answer::status(500, "oops"),
        Answer::status(200, "<html>Sign in</html>"),
        Answer::status(200, r#"{"error":"Not Found"}"#),
        Answer::with(302, "Location: https://127.0.0.1:1/\r\n", ""),
    ] {
        let server = losing(failure.clone(), Answer::not_found()).await;
        let error = order(&server, &isolate()).await.unwrap_err();
        assert!(
            matches!(error, Error::Failed { .. } | Error::Unreadable { .. }),
            "{error:?}"
        );
        assert_eq!(error.delivery(), Delivery::Unknown);
        assert_eq!(server.story(), ["POST settings", "GET settings"]);

        let server = losing(failure, Answer::json(&rule(14_400))).await;
        assert!(order(&server, &isolate()).await.unwrap().read_back);
    }
}

#[tokio::test]
async fn a_refusal_is_a_refusal_and_nothing_is_looked_up() {
    for (status, kind) in [
        (400, Kind::Refused),
        (403, Kind::Refused),
        (404, Kind::NotFound),
        (409, Kind::Refused),
        (401, Kind::NotAccepted),
        (429, Kind::Throttled),
    ] {
        let server = Server::saying(Answer::status(status, "")).await;

        let error = order(&server, &isolate()).await.unwrap_err();

        assert_eq!(
            (error.kind(), error.delivery()),
            (kind, Delivery::Refused),
            "{status}"
        );
        assert_eq!(server.story(), ["POST settings"]);
    }
}

#[tokio::test]
async fn a_release_whose_answer_is_lost_is_looked_up_too() {
    let release = DeleteIsolation { host: host() };
    let gone = losing(Answer::close(), Answer::not_found()).await;
    let stands = losing(Answer::close(), Answer::json(&rule(14_400))).await;

    let first = order(&gone, &release).await.unwrap();
    let second = order(&stands, &release).await.unwrap();

    assert_eq!(
        (first.found, first.read_back),
        (Removed::NoRuleOrHost, true)
    );
    assert_eq!((second.found, second.repeated), (Removed::Done, true));
    assert_eq!(
        stands.story(),
        ["DELETE settings", "GET settings", "DELETE settings"]
    );
}

fn forbidden(of: &[u8]) -> Vec<Forbidden> {
    let hash = |it: &u8| Forbidden::file(FileHash::Md5([*it; 16]));
    of.iter().map(hash).collect()
}

fn told(of: &[u8]) -> Answer {
    let all: Vec<_> = forbidden(of).iter().map(Forbidden::to_json).collect();
    Answer::json(&json!({"settings": {"objects": all}}))
}

fn forbid(before: &[u8], after: &[u8]) -> PutPrevention {
    PutPrevention {
        scope: Scope::Host(host()),
        rules: forbidden(after),
        replaces: forbidden(before),
    }
}

#[tokio::test]
async fn rules_are_written_again_only_over_those_they_were_made_of() {
    let call = forbid(&[1, 2], &[1, 2, 3]);

    let arrived = losing(Answer::close(), told(&[3, 2, 1])).await;
    assert!(order(&arrived, &call).await.unwrap().read_back);

    let lost = losing(Answer::close(), told(&[2, 1])).await;
    assert!(order(&lost, &call).await.unwrap().repeated);

    for shown in [
        told(&[1, 2, 4]),
        told(&[1]),
        Answer::not_found(),
        Answer::json(&json!({})),
    ] {
        let changed = losing(Answer::close(), shown).await;
        let error = order(&changed, &call).await.unwrap_err();
        assert!(
            matches!(error, Error::Unconfirmed { after: None, .. }),
            "{error:?}"
        );
        assert_eq!(changed.story(), ["POST settings", "GET settings"]);
    }
}

#[tokio::test]
async fn a_rule_in_the_other_scope_is_told_with_its_hosts_and_never_worked_around() {
    let body = json!({"error": "Conflict", "hosts": ["1b6e0f6a-7f0b-4b57-9c1e-6d5a4e1f2a12"],
                      "rest": "x".repeat(5_000)});
    let server = Server::saying(Answer::status(409, &body.to_string())).await;

    let error = order(&server, &forbid(&[], &[1, 2])).await.unwrap_err();

    assert_eq!(
        (error.delivery(), error.kind()),
        (Delivery::Refused, Kind::Conflict)
    );
    let Error::Conflict(conflict) = error else {
        panic!("{error:?}");
    };
    assert_eq!(conflict.status, 409);
    assert_eq!(conflict.body.as_str().len(), 4096);
    assert_eq!(
        conflict.hosts[0].as_str(),
        "1b6e0f6a-7f0b-4b57-9c1e-6d5a4e1f2a12"
    );
    assert_eq!(server.story(), ["POST settings"]);
}

fn run() -> CreateTask {
    CreateTask {
        id: TaskId::of_action("kata-1"),
        host: host(),
        program: Program {
            command: "/opt/ir/collect.sh".to_owned(),
            parameters: None,
            working_directory: None,
        },
    }
}

fn task(command: &str) -> Answer {
    Answer::json(&json!({"state": "x", "task": {"execCommand": command}}))
}

#[tokio::test]
async fn a_task_that_is_there_already_is_ours_unless_it_runs_something_else() {
    for status in [404, 409] {
        let used = move || Answer::status(status, r#"{"error":"x"}"#);
        let ours = losing(used(), task("/opt/ir/collect.sh")).await;
        let silent = losing(used(), Answer::json(&json!({"state": "x"}))).await;
        let others = losing(used(), task("/bin/true")).await;
        let absent = losing(used(), Answer::not_found()).await;

        let outcome = order(&ours, &run()).await.unwrap();
        assert_eq!(outcome.found.unwrap().state.as_deref(), Some("x"));
        assert!(outcome.read_back);
        assert!(order(&silent, &run()).await.unwrap().read_back);
        let error = order(&others, &run()).await.unwrap_err();
        assert!(matches!(error, Error::TaskIdTaken), "{error:?}");
        let error = order(&absent, &run()).await.unwrap_err();
        assert_eq!(error.delivery(), Delivery::Refused);
        for server in [ours, silent, others, absent] {
            assert_eq!(server.story(), ["POST tasks", "GET tasks"]);
        }
    }
}

#[tokio::test]
async fn a_task_is_sent_again_only_when_it_is_not_found() {
    let lost = losing(Answer::stall(), Answer::not_found()).await;
    let odd = losing(Answer::stall(), Answer::status(409, "")).await;

    assert!(order(&lost, &run()).await.unwrap().repeated);
    let error = order(&odd, &run()).await.unwrap_err();

    assert_eq!(lost.story(), ["POST tasks", "GET tasks", "POST tasks"]);
    assert!(lost.heard()[1].target.ends_with("?settings=true"));
    assert!(matches!(error, Error::Unconfirmed { .. }), "{error:?}");
    let delete = DeleteTask { id: run().id };
    let gone = losing(Answer::close(), Answer::not_found()).await;
    assert!(order(&gone, &delete).await.unwrap().read_back);
}

#[tokio::test]
async fn who_is_turned_away_the_second_time_knows_nothing_of_the_first() {
    for (status, judged) in [(429, false), (401, false), (400, true), (404, true)] {
        let server = Server::start(move |heard, before| match (heard.method.as_str(), before) {
            ("GET", _) => Answer::not_found(),
            (_, 0) => Answer::close(),
            (_, _) => Answer::status(status, ""),
        })
        .await;

        let error = order(&server, &isolate()).await.unwrap_err();

        let expected = if judged {
            Delivery::Refused
        } else {
            Delivery::Unknown
        };
        assert_eq!(error.delivery(), expected, "{status}: {error:?}");
        assert_eq!(matches!(error, Error::Unconfirmed { .. }), !judged);
    }
}

/// The server ends each connection behind its answer, so that an order may meet the end.
#[tokio::test]
async fn a_connection_that_ends_in_the_moment_of_use_is_made_good_by_a_look() {
    let Answer::Bytes(bytes) = Answer::json(&rule(14_400)) else {
        unreachable!("it is whole")
    };
    let server = Server::saying(Answer::BytesThenClose(bytes)).await;
    let client = server.client();

    for _ in 0..50 {
        let outcome = client.call(&isolate(), "x").await.unwrap();
        assert!(!outcome.repeated);
    }

    let orders = server
        .story()
        .iter()
        .filter(|it| *it == "POST settings")
        .count();
    assert!(orders <= 50, "{orders}");
}

#[tokio::test]
async fn an_order_that_gets_lost_twice_is_not_sent_a_third_time() {
    let server = Server::start(|heard, _| match heard.method.as_str() {
        "GET" => Answer::not_found(),
        _ => Answer::close(),
    })
    .await;

    let error = order(&server, &isolate()).await.unwrap_err();

    assert!(matches!(error, Error::Lost { .. }), "{error:?}");
    assert_eq!(
        server.story(),
        [
            "POST settings",
            "GET settings",
            "POST settings",
            "GET settings"
        ]
    );
}
