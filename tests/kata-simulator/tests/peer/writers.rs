//! Several writers of the same rules: who loses what to whom.

use crate::clients::{Client, GATEWAY, settings};
use kata_simulator::{Edit, EditError, FileHash, Intrusion, RuleKind, Scenario, Simulator, Writer};
use serde_json::{Value, json};
use std::time::Duration;

const READ: &str = "GET settings/prevention";

fn sha256(letter: &str) -> FileHash {
    FileHash::Sha256(letter.repeat(64))
}

fn file(letter: &str) -> Value {
    json!({"file": {"sha256": letter.repeat(64)}})
}

fn sent(files: &[Value]) -> Value {
    json!({"settings": {"objects": files}})
}

/// A simulator, a client, a host, and the address of its rules.
async fn start() -> (Simulator, Client, String, String) {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let client = Client::accepted(&sim).await;
    let id = sim.sensor("WS-042");
    let rules = settings(&id, "prevention");
    (sim, client, id, rules)
}

#[tokio::test]
async fn a_writer_who_does_not_read_first_wipes_what_the_console_has_made() {
    let (sim, mut client, id, rules) = start().await;
    sim.console_prevent(&id, sha256("a"))
        .expect("there is no other");
    sim.console_prevent(&id, sha256("b"))
        .expect("there is no other");

    client.post(&rules, &sent(&[file("b"), file("c")])).await;

    let lost = sim.journal().lost_rules();
    assert_eq!(lost.len(), 1, "{lost:?}");
    assert_eq!(lost[0].rule, file("a"));
    assert_eq!(lost[0].made_by, Writer::Console);
    assert_eq!(lost[0].lost_by, Writer::Api(GATEWAY.to_owned()));
}

#[tokio::test]
async fn a_rule_stays_its_makers_when_another_sends_it_along() {
    let (sim, mut client, id, rules) = start().await;
    sim.console_prevent(&id, sha256("a"))
        .expect("there is no other");
    client.post(&rules, &sent(&[file("a"), file("b")])).await;
    assert!(sim.journal().lost_rules().is_empty());

    client.post(&rules, &sent(&[file("b")])).await;

    assert_eq!(sim.journal().lost_rules()[0].made_by, Writer::Console);
}

#[tokio::test]
async fn a_rule_of_the_sandbox_is_lost_like_any_other() {
    let (sim, mut client, _, _) = start().await;
    let md5 = "AB".repeat(16);
    sim.sandbox_prevent("all", &md5).expect("there is no other");
    let all = settings("all", "prevention");
    let read = client.get(&all).await.json();
    assert_eq!(read, json!([{"file": {"md5": md5.to_lowercase()}}]));

    client.post(&all, &sent(&[file("a")])).await;

    let lost = sim.journal().lost_rules();
    assert_eq!(
        (&lost[0].scope, &lost[0].made_by),
        (&"all".to_owned(), &Writer::Sandbox)
    );
}

#[tokio::test]
async fn a_second_writer_comes_between_a_read_and_a_write_at_the_same_moment_every_time() {
    let (sim, mut client, id, rules) = start().await;
    client.post(&rules, &sent(&[file("a")])).await;
    let edit = Edit::Prevent {
        scope: id.clone(),
        file: sha256("f"),
    };
    sim.intrude(Intrusion::after(READ, edit).nth(2));

    assert_eq!(client.get(&rules).await.json(), json!([file("a")]));
    assert_eq!(sim.intrusions().len(), 1);
    let second = client.get(&rules).await.json();
    assert_eq!(second, json!([file("a")]), "he comes behind the answer");
    assert!(sim.intrusions().is_empty());
    client.post(&rules, &sent(&[file("a"), file("b")])).await;

    let lost = sim.journal().lost_rules();
    assert_eq!(lost[0].rule, file("f"));
    assert_eq!(lost[0].made_by, Writer::Other("second writer".to_owned()));
}

#[tokio::test]
async fn a_second_writer_may_wipe_what_the_first_has_just_written() {
    let (sim, mut client, id, rules) = start().await;
    let edit = Edit::ReplacePrevention {
        scope: id.clone(),
        files: vec![sha256("f")],
    };
    sim.intrude(Intrusion::after("POST settings/*", edit));

    let made = client.post(&rules, &sent(&[file("a")])).await;

    assert_eq!(made.json(), json!([file("a")]));
    assert_eq!(client.get(&rules).await.json(), json!([file("f")]));
    let lost = sim.journal().lost_rules();
    assert_eq!(lost[0].made_by, Writer::Api(GATEWAY.to_owned()));
}

#[tokio::test]
async fn a_second_writer_may_come_before_a_call_and_in_another_name() {
    let (sim, mut client, id, rules) = start().await;
    let edit = Edit::Prevent {
        scope: "all".to_owned(),
        file: sha256("a"),
    };
    sim.intrude(Intrusion::before("POST *", edit).by(Writer::Console));

    let refused = client.post(&rules, &sent(&[file("a")])).await;

    assert_eq!(refused.status, 409, "all have it by now");
    let change = sim.journal().rule_changes().remove(0);
    assert_eq!(
        (change.by, change.kind),
        (Writer::Console, RuleKind::Prevention)
    );
    assert_eq!(sim.device(&id).blocked.len(), 1);
}

#[tokio::test]
async fn an_administrator_may_take_access_away_between_two_calls() {
    let (sim, mut client, _, rules) = start().await;
    let id = GATEWAY.to_owned();
    sim.intrude(Intrusion::after(READ, Edit::Reject { id }));

    assert_eq!(client.get(&rules).await.status, 404);

    assert_eq!(client.post(&rules, &sent(&[file("a")])).await.status, 401);
}

#[tokio::test]
async fn isolations_are_overwritten_and_released_across_writers() {
    let (sim, mut client, id, _) = start().await;
    let rule = settings(&id, "network_isolation");
    let hour = Duration::from_secs(3_600);
    sim.console_isolate(&id, 8 * hour).expect("a host");
    assert!(sim.device(&id).isolated_until.is_some());
    assert_eq!(
        client.get(&rule).await.json()[0]["autoTurnoffTimeoutInSec"],
        28_800
    );

    let body = json!({"settings": {"autoTurnoffTimeoutInSec": 3_600}});
    client.post(&rule, &body).await;
    sim.console_release(&id).expect("it is isolated");

    assert_eq!(client.get(&rule).await.status, 404);
    assert_eq!(sim.device(&id).isolated_until, None);
    let lost = sim.journal().lost_rules();
    let made: Vec<&Writer> = lost.iter().map(|it| &it.made_by).collect();
    assert_eq!(made, [&Writer::Console, &Writer::Api(GATEWAY.to_owned())]);
}

#[tokio::test]
async fn what_cannot_be_done_is_said() {
    let (sim, mut client, id, rules) = start().await;
    client.post(&rules, &sent(&[file("a")])).await;

    let nobody = "0B6E0F6A-7F0B-4B57-9C1E-6D5A4E1F2A11";
    assert_eq!(sim.console_release(nobody), Err(EditError::NoSuchHost));
    assert_eq!(sim.console_release(&id), Err(EditError::Nothing));
    assert_eq!(sim.console_allow(&id, sha256("b")), Err(EditError::Nothing));
    assert_eq!(
        sim.console_prevent("all", sha256("a")),
        Err(EditError::Conflict)
    );
    sim.console_allow(&id, sha256("a")).expect("it is there");

    let edit = Edit::Release { sensor: id };
    sim.intrude(Intrusion::before("GET sensors", edit));
    client.get("sensors").await;
    let verdict = sim.verdict().expect_err("it came to nothing");
    assert!(verdict.ends_with("there is nothing to change"), "{verdict}");
}
