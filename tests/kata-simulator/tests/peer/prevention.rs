//! Rules of prevention: what replaces what, what stands in the way, and what hosts make of them.

use crate::clients::{Client, settings};
use kata_simulator::{
    ConflictForm, DeedKind, FileHash, NoRule, Scenario, SettingsShape, Simulator,
};
use serde_json::{Value, json};

const KIND: &str = "prevention";

/// The SHA-256 of a file, by a letter.
fn sha256(letter: &str) -> String {
    letter.repeat(64)
}

fn file(letter: &str) -> Value {
    json!({"file": {"sha256": sha256(letter)}})
}

fn files(letters: &[&str]) -> Value {
    let objects: Vec<Value> = letters.iter().map(|it| file(it)).collect();
    json!({"settings": {"objects": objects}})
}

async fn start() -> (Simulator, Client) {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let client = Client::accepted(&sim).await;
    (sim, client)
}

fn of(sim: &Simulator, host: &str) -> String {
    settings(&sim.sensor(host), KIND)
}

#[tokio::test]
async fn rules_are_made_read_and_removed_on_a_host_and_on_all() {
    let (sim, mut client) = start().await;

    for rules in [of(&sim, "WS-042"), settings("all", KIND)] {
        let made = client.post(&rules, &files(&["a", "b"])).await;
        assert_eq!(
            (made.status, made.json()),
            (200, json!([file("a"), file("b")]))
        );
        assert_eq!(
            client.get(&rules).await.json(),
            json!([file("a"), file("b")])
        );

        let removed = client.delete(&rules).await;
        assert_eq!((removed.status, removed.body.as_str()), (200, ""));
        let gone = client.get(&rules).await;
        assert_eq!(
            (gone.status, gone.body.as_str()),
            (404, r#"{"error":"Not Found"}"#)
        );
        assert_eq!(client.delete(&rules).await.status, 404);
    }
    sim.verdict().expect("nothing odd");
}

#[tokio::test]
async fn what_is_sent_replaces_all_that_was_there_and_nothing_removes_it() {
    let (sim, mut client) = start().await;
    let rules = of(&sim, "WS-042");
    client.post(&rules, &files(&["a", "b"])).await;

    client.post(&rules, &files(&["c"])).await;
    assert_eq!(client.get(&rules).await.json(), json!([file("c")]));

    let emptied = client.post(&rules, &files(&[])).await;
    assert_eq!((emptied.status, emptied.json()), (200, json!([])));
    assert_eq!(client.get(&rules).await.status, 404);
}

#[tokio::test]
async fn hashes_are_kept_in_lower_case_once_each_and_may_be_shown_in_upper_case() {
    let (sim, mut client) = start().await;
    let rules = of(&sim, "WS-042");
    let md5 = "0F".repeat(16);
    let body = json!({"settings": {"objects": [
        {"file": {"md5": md5}}, {"file": {"md5": md5.to_lowercase()}}]}});
    client.post(&rules, &body).await;

    let lower = json!([{"file": {"md5": md5.to_lowercase()}}]);
    assert_eq!(client.get(&rules).await.json(), lower);
    sim.behave(|it| it.upper_case_hashes = true);
    assert_eq!(
        client.get(&rules).await.json(),
        json!([{"file": {"md5": md5}}])
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_refused_and_changes_nothing() {
    let (sim, mut client) = start().await;
    let rules = of(&sim, "WS-042");
    let both = json!({"md5": "0".repeat(32), "sha256": sha256("0")});

    for object in [
        json!({"file": {"sha256": "short"}}),
        json!({"file": both}),
        json!({"file": {}}),
        json!({"file": {"sha256": sha256("0")}, "registry": {}}),
        json!({"folder": {}}),
        json!("a"),
    ] {
        let body = json!({"settings": {"objects": [file("a"), object]}});
        assert_eq!(client.post(&rules, &body).await.status, 400, "{body}");
    }
    assert_eq!(
        client.post(&rules, &json!({"settings": {}})).await.status,
        400
    );
    let stranger = settings("0B6E0F6A-7F0B-4B57-9C1E-6D5A4E1F2A11", KIND);
    assert_eq!(client.post(&stranger, &files(&["a"])).await.status, 404);
    assert!(sim.journal().rule_changes().is_empty());
}

#[tokio::test]
async fn a_name_beside_the_hash_is_passed_over_and_noted() {
    let (sim, mut client) = start().await;
    let rules = of(&sim, "WS-042");
    let body = json!({"settings": {"objects": [
        {"file": {"sha256": sha256("a"), "name": "evil.exe"}}]}});

    let made = client.post(&rules, &body).await;

    assert_eq!((made.status, made.json()), (200, json!([file("a")])));
    assert_eq!(
        sim.verdict().expect_err("it is odd"),
        "file: no page has a member name"
    );
}

#[tokio::test]
async fn a_rule_for_all_is_refused_while_hosts_have_it_and_only_the_first_file_is_named() {
    let (sim, mut client) = start().await;
    for host in ["WS-042", "WS-043"] {
        client.post(&of(&sim, host), &files(&["b", "c"])).await;
    }

    let refused = client
        .post(&settings("all", KIND), &files(&["a", "c", "b"]))
        .await;

    assert_eq!(refused.status, 409);
    let body = refused.json();
    assert_eq!(body["file"], json!({"sha256": sha256("c")}));
    let mut hosts = vec![sim.sensor("WS-042"), sim.sensor("WS-043")];
    hosts.sort();
    assert_eq!(body["hosts"], json!(hosts));
    assert!(!refused.body.contains(&sha256("b")));
    assert_eq!(client.get(&settings("all", KIND)).await.status, 404);
}

#[tokio::test]
async fn a_rule_for_a_host_is_refused_while_all_have_it() {
    let (sim, mut client) = start().await;
    client.post(&settings("all", KIND), &files(&["a"])).await;

    let refused = client.post(&of(&sim, "WS-042"), &files(&["b", "a"])).await;

    assert_eq!(refused.status, 409);
    assert_eq!(refused.json()["hosts"], json!(["all"]));
    assert_eq!(
        client
            .post(&of(&sim, "WS-042"), &files(&["b"]))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn the_error_of_a_conflict_has_every_form_that_it_may_have() {
    let (sim, mut client) = start().await;
    client.post(&of(&sim, "WS-042"), &files(&["a"])).await;
    let all = settings("all", KIND);

    sim.behave(|it| it.conflict_status = 400);
    assert_eq!(client.post(&all, &files(&["a"])).await.status, 400);
    sim.behave(|it| it.conflict_form = ConflictForm::Ids);
    let said = client.post(&all, &files(&["a"])).await.json()["error"].to_string();
    assert!(
        said.contains(&sim.sensor("WS-042")) && said.contains(&sha256("a")),
        "{said}"
    );
    sim.behave(|it| it.conflict_form = ConflictForm::Names);
    let said = client.post(&all, &files(&["a"])).await.json()["error"].to_string();
    assert!(said.contains("WS-042"), "{said}");
}

#[tokio::test]
async fn rules_can_be_read_in_every_shape() {
    let (sim, mut client) = start().await;
    let rules = of(&sim, "WS-042");
    client.post(&rules, &files(&["a"])).await;
    let objects = json!({"objects": [file("a")]});

    for (shape, expected) in [
        (SettingsShape::Rules, json!([objects])),
        (SettingsShape::One, objects.clone()),
        (SettingsShape::Settings, json!({"settings": objects})),
        (
            SettingsShape::ResponseSettings,
            json!({"response": {"settings": objects}}),
        ),
        (SettingsShape::Objects, objects.clone()),
        (SettingsShape::Files, json!([file("a")])),
        (SettingsShape::Strange, json!({"prevention": {"rules": 1}})),
    ] {
        sim.behave(|it| it.prevention_shape = shape);
        assert_eq!(client.get(&rules).await.json(), expected, "{shape:?}");
    }
}

#[tokio::test]
async fn no_rules_are_404_or_an_empty_array_or_empty_objects() {
    let (sim, mut client) = start().await;
    let rules = of(&sim, "WS-042");

    assert_eq!(client.get(&rules).await.status, 404);
    sim.behave(|it| it.no_prevention = NoRule::EmptyArray);
    assert_eq!(client.get(&rules).await.body, "[]");
    sim.behave(|it| it.no_prevention = NoRule::EmptyObjects);
    assert_eq!(client.get(&rules).await.body, r#"{"objects":[]}"#);
}

#[tokio::test]
async fn hosts_block_what_holds_for_them_and_for_all_and_late_ones_when_they_come() {
    let (sim, mut client) = start().await;
    let (near, far) = (sim.sensor("WS-042"), sim.sensor("NB-TRAVEL"));
    client.post(&settings("all", KIND), &files(&["a"])).await;
    client.post(&settings(&near, KIND), &files(&["b"])).await;

    let blocked = |id: &str| {
        let device = sim.device(id);
        let digits: Vec<String> = device
            .blocked
            .iter()
            .map(|it| it.digits()[..1].to_owned())
            .collect();
        digits.join("")
    };
    assert_eq!(blocked(&near), "ab");
    assert_eq!(blocked(&far), "");
    sim.set_on_line(&far, true);
    assert_eq!(blocked(&far), "a");
    client.delete(&settings("all", KIND)).await;

    assert_eq!((blocked(&near).as_str(), blocked(&far).as_str()), ("b", ""));
    let deeds = sim.journal().deeds_of(&near);
    let blocks = |kind: &DeedKind| matches!(kind, DeedKind::Blocks { .. });
    assert_eq!(deeds.iter().filter(|it| blocks(&it.kind)).count(), 3);
}

#[tokio::test]
async fn an_old_linux_agent_heeds_no_prevention_though_its_rule_is_taken() {
    let (sim, mut client) = start().await;
    let id = sim.sensor("srv-old-01");

    let made = client.post(&settings(&id, KIND), &files(&["a"])).await;

    assert_eq!(made.status, 200);
    assert!(sim.device(&id).blocked.is_empty());
    let new = sim.sensor("srv-db-01");
    client.post(&settings(&new, KIND), &files(&["a"])).await;
    let expected = FileHash::Sha256(sha256("a"));
    assert!(sim.device(&new).blocked.contains(&expected));
}
