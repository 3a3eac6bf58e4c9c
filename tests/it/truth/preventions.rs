//! Files that may not run, by rules of a Central Node: each write replaces them all, and none of
//! another's is lost.

use acceptance::{House, NATIVE, at, native};
use kata_simulator::{
    CannedAnswer, Edit, Fault, FaultKind, FileHash, Intrusion, NoRule, SettingsShape,
};
use serde_json::{Value, json};

const FORBID: &str = "/v1/tasks/preventExecution";
const ALLOW: &str = "/v1/tasks/allowExecution";
const WRITES: &str = "POST settings/prevention";

/// A SHA-256 of this digit alone.
fn sha256(digit: char) -> String {
    digit.to_string().repeat(64)
}

/// A request about a file on a host.
fn about(host: &str, hash: &str) -> Value {
    at("kata", json!({"targetHost": host, "hash": hash}))
}

/// Has somebody at the console forbid this file on the everyday host.
fn forbid_at_console(house: &House, file: FileHash) {
    let sensor = house.kata().sensor("srv-db-01");
    house.kata().console_prevent(&sensor, file).expect("a rule");
}

/// The hashes that are forbidden for a host now, as the last change left them.
fn forbidden(house: &House, host: &str) -> Vec<String> {
    let sensor = house.kata().sensor(host);
    let changes = house.kata().journal().rule_changes();
    let last = changes.iter().rev().find(|it| it.scope == sensor);
    let rules = last.map(|it| it.after.clone()).unwrap_or_default();
    let text = Value::Array(rules).to_string();
    let is_hex =
        |it: &&str| matches!(it.len(), 32 | 64) && it.bytes().all(|it| it.is_ascii_hexdigit());
    let mut hashes: Vec<String> = text
        .split('"')
        .filter(is_hex)
        .map(str::to_ascii_lowercase)
        .collect();
    hashes.sort();
    hashes
}

#[tokio::test(flavor = "multi_thread")]
async fn one_file_is_forbidden_and_allowed_again_and_no_rule_of_another_is_touched() {
    let house = House::with_central_node(&[]).await;
    let sensor = house.kata().sensor("srv-db-01");
    let kata = house.kata();
    kata.console_prevent(&sensor, FileHash::Sha256(sha256('a')))
        .expect("a rule");
    kata.sandbox_prevent(&sensor, &"b".repeat(32))
        .expect("a rule");
    let soar = house.soar();

    let created = soar
        .post(FORBID, &about("srv-db-01", &sha256('C')))
        .await
        .expect(202);
    let three = forbidden(&house, "srv-db-01");
    let again = soar
        .post(FORBID, &about("srv-db-01", &sha256('c')))
        .await
        .expect(202);
    let allowed = soar
        .post(ALLOW, &about("srv-db-01", &sha256('c')))
        .await
        .expect(202);

    assert_eq!(three, [sha256('a'), "b".repeat(32), sha256('c')]);
    assert_eq!(created.json["state"], "pending", "{}", created.text);
    let warnings = again.json["warnings"].to_string();
    assert!(
        warnings.contains("already: nothing was written"),
        "{warnings}"
    );
    assert_eq!(allowed.json["task"], "allowExecution");
    assert_eq!(
        forbidden(&house, "srv-db-01"),
        [sha256('a'), "b".repeat(32)]
    );
    assert_eq!(kata.journal().count(WRITES), 2);
    assert!(kata.journal().lost_rules().is_empty());
    let gone = house.read(&created).await;
    assert_eq!(gone.json["state"], "pending", "{}", gone.text);
    house.advance(std::time::Duration::from_secs(15)).await;
    let gone = house.read(&created).await;
    assert_eq!(gone.json["state"], "lost", "{}", gone.text);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_form_the_rules_come_in_none_is_lost_and_a_form_that_is_unknown_stops_everything()
{
    let house = House::with_central_node(&[]).await;
    forbid_at_console(&house, FileHash::Sha256(sha256('a')));
    let digits = ['1', '2', '3', '4', '5', '6'];
    let forms = [
        SettingsShape::Rules,
        SettingsShape::One,
        SettingsShape::Settings,
        SettingsShape::ResponseSettings,
        SettingsShape::Objects,
        SettingsShape::Files,
    ];
    let mut rules = 1;
    for (digit, form) in digits.into_iter().zip(forms) {
        house.kata().behave(|it| it.prevention_shape = form);
        let body = about("srv-db-01", &sha256(digit));
        let reply = house.soar().post(FORBID, &body).await;
        // Either it is understood, or nothing is written.
        if reply.status == 202 {
            rules += 1;
        } else {
            assert_eq!(
                reply.json["code"], "kata_protocol",
                "{form:?} {}",
                reply.text
            );
        }
        assert_eq!(forbidden(&house, "srv-db-01").len(), rules, "{form:?}");
    }
    assert!(rules > 4, "{rules}");

    house
        .kata()
        .behave(|it| it.prevention_shape = SettingsShape::Strange);
    let refused = house
        .soar()
        .post(FORBID, &about("srv-db-01", &sha256('f')))
        .await;

    assert_eq!(refused.expect(502).json["code"], "kata_protocol");
    assert_eq!(forbidden(&house, "srv-db-01").len(), rules);
    assert!(house.kata().journal().lost_rules().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_proxy_is_no_word_that_there_are_no_rules() {
    let house = House::with_central_node(&[]).await;
    forbid_at_console(&house, FileHash::Sha256(sha256('a')));
    let page = FaultKind::Answer(CannedAnswer::html(404));
    let page = Fault::on("GET settings/prevention", page).forever();
    house.kata().faults().push(page);

    let body = about("srv-db-01", &sha256('b'));
    let refused = house.soar().post(FORBID, &body).await.expect(502);

    assert_eq!(refused.json["code"], "kata_protocol", "{}", refused.text);
    assert_eq!(forbidden(&house, "srv-db-01"), [sha256('a')]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_rule_is_none_in_each_of_its_forms_where_the_host_is_known() {
    for none in [NoRule::NotFound, NoRule::EmptyArray, NoRule::EmptyObjects] {
        let house = House::with_central_node(&[]).await;
        house.kata().behave(|it| it.no_prevention = none);

        let body = about("srv-db-01", &sha256('a'));
        house.soar().post(FORBID, &body).await.expect(202);

        assert_eq!(forbidden(&house, "srv-db-01"), [sha256('a')], "{none:?}");
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_writes_over_it_in_the_same_moment_is_seen_and_told() {
    let house = House::with_central_node(&[]).await;
    forbid_at_console(&house, FileHash::Sha256(sha256('a')));
    let sensor = house.kata().sensor("srv-db-01");
    let other = Edit::ReplacePrevention {
        scope: sensor,
        files: vec![FileHash::Sha256(sha256('b'))],
    };
    house.kata().intrude(Intrusion::after(WRITES, other));

    let body = about("srv-db-01", &sha256('c'));
    let created = house.soar().post(FORBID, &body).await.expect(202);

    let warnings = created.json["warnings"].to_string();
    assert!(warnings.contains("The file is not forbidden"), "{warnings}");
    let gone = format!("are gone: {}", sha256('a'));
    assert!(warnings.contains(&gone), "{warnings}");
    let counted = house
        .metric("edr_gateway_kata_conflicts_total{backend=\"kata\",kind=\"lost_update\"}")
        .await;
    assert_eq!(counted, "1");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_for_every_host_stands_in_the_way_and_the_answer_says_so() {
    let house = House::with_central_node(&[]).await;
    house
        .kata()
        .console_prevent("all", FileHash::Sha256(sha256('a')))
        .expect("a rule");
    let soar = house.soar();
    let body = about("srv-db-01", &sha256('a'));

    let refused = soar.post(FORBID, &body).await.expect(409);
    let nothing = soar.post(ALLOW, &body).await.expect(409);

    assert_eq!(
        refused.json["code"], "prevention_conflict",
        "{}",
        refused.text
    );
    assert_eq!(
        nothing.json["code"], "prevention_conflict",
        "{}",
        nothing.text
    );
    assert!(forbidden(&house, "srv-db-01").is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_writes_no_rule_twice_and_loses_none() {
    let house = House::with_central_node(&[]).await;
    forbid_at_console(&house, FileHash::Md5("a".repeat(32)));
    for (digit, fault) in [
        ('1', FaultKind::ProcessThenDrop),
        ('2', FaultKind::Drop),
        ('3', FaultKind::ProcessThenAnswer(CannedAnswer::status(503))),
    ] {
        let changes = house.kata().journal().rule_changes().len();
        house.kata().faults().push(Fault::on(WRITES, fault.clone()));

        let body = about("srv-db-01", &sha256(digit));
        house.soar().post(FORBID, &body).await.expect(202);

        let changed = house.kata().journal().rule_changes().len() - changes;
        assert_eq!(changed, 1, "{fault:?}");
    }
    assert_eq!(forbidden(&house, "srv-db-01").len(), 4);
    assert!(house.kata().journal().lost_rules().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_at_once_for_one_host_are_twenty_rules() {
    let house = House::with_central_node(&[]).await;
    let soar = house.soar();
    let digits = "0123456789abcdef";

    let asked = digits.chars().map(|digit| {
        let (soar, body) = (&soar, about("srv-db-01", &sha256(digit)));
        async move { soar.post(FORBID, &body).await.expect(202) }
    });
    futures_util::future::join_all(asked).await;

    assert_eq!(forbidden(&house, "srv-db-01").len(), digits.len());
    assert!(house.kata().journal().lost_rules().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_must_run_are_refused_and_so_is_what_means_nothing_to_kata() {
    let protected = format!("{}, {}", sha256('A'), "b".repeat(32));
    let house = House::with_central_node(&[("tasks.protected_hashes", &protected)]).await;
    let soar = house.soar();

    for hash in [sha256('a'), "B".repeat(32)] {
        let refused = soar
            .post(FORBID, &about("srv-db-01", &hash))
            .await
            .expect(403);
        assert_eq!(refused.json["code"], "file_protected", "{hash}");
    }
    let dry = soar
        .post(
            &format!("{FORBID}/dry-run"),
            &about("srv-db-01", &sha256('a')),
        )
        .await
        .expect(200);
    assert!(dry.text.contains("The file is protected"), "{}", dry.text);
    // At KSC as well: it is the house's own rule.
    let of_ksc = json!({"targetHost": "WS-042", "hash": "b".repeat(32)});
    let of_ksc = at("ksc", of_ksc);
    soar.post(FORBID, &of_ksc).await.expect(403);
    let odd = json!({"hash": sha256('c'), "path": "", "caseSensitive": false});
    let odd = at("kata", native("preventExecution", "srv-db-01", odd));
    let odd = soar.post(NATIVE, &odd).await.expect(422);
    assert_eq!(
        odd.violations(),
        ["path", "caseSensitive"]
            .map(|it| (format!("/params/{it}"), "not_of_this_back_end".to_owned()))
    );
    let at_ksc = at("ksc", json!({"targetHost": "WS-042", "hash": sha256('c')}));
    let unsupported = soar.post(ALLOW, &at_ksc).await.expect(422);
    assert_eq!(unsupported.json["code"], "task_not_supported");
    assert_eq!(house.kata().journal().count(WRITES), 0);
    house.close().await;
}
