//! Replicas of neighbouring versions serve the same keys and turns side by side: each passes over
//! what it does not know of what another has written, and does without what that one does not know.
//!
//! The other version is played by a script that rewrites what a replica has kept, as one would
//! write it that knows more, or less.

use ksc_simulator::{FaultKind, ForeignTask, RunState};
use serde_json::Value;

use super::pair::{Replicas, until};
use acceptance::calls::ADD;
use acceptance::{WS_042, eventually};

/// A later version says more, in every object that there is.
const LATER: &str = r"
    local function more(value)
      for _, it in pairs(value) do if type(it) == 'table' and next(it) and not it[1] then more(it) end end
      value.of_a_later_version = { 1, 'two' }
    end
    more(record)";

/// An earlier version did not say so much.
const EARLIER: &str = r"
    for _, name in ipairs({ 'area', 'severity', 'warnings', 'request_id' }) do record.receipt[name] = nil end
    for _, name in ipairs({ 'name', 'fqdn' }) do record.receipt.host[name] = nil end
    if record.mark then record.mark.own = nil end";

/// A much later version writes in a form of its own.
const OTHER_FORM: &str = "record.form = record.form + 10";

impl Replicas {
    /// Has the record in this field of the one key that is kept rewritten by these statements, as
    /// soon as it is there: an answer is told Redis behind itself.
    async fn rewrite(&self, field: &str, statements: &str) {
        let script = format!(
            "local n = 0
             for _, key in ipairs(redis.call('KEYS', '*:key:*')) do
               local text = redis.call('HGET', key, ARGV[1])
               if text then
                 local record = cjson.decode(text)
                 {statements}
                 redis.call('HSET', key, ARGV[1], cjson.encode(record))
                 n = n + 1
               end
             end
             return n"
        );
        eventually("there is a record to rewrite", || async {
            let rewritten = self.redis.ask(&["EVAL", &script, "0", field]).await;
            let rewritten = rewritten.filter(|it| it != ":0")?;
            assert_eq!(rewritten, ":1", "{field}: {script}");
            Some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn an_answer_that_another_version_has_kept_is_given_again() {
    for other_version in [LATER, EARLIER] {
        let house = Replicas::start().await;
        let first = house
            .one
            .soar()
            .isolate_once(WS_042, "case-1")
            .await
            .expect(202);
        house.rewrite("task", other_version).await;

        let again = house
            .other
            .soar()
            .isolate_once(WS_042, "case-1")
            .await
            .expect(202);

        assert_eq!(again.header("idempotency-replayed"), "true");
        for same in ["id", "task", "incident", "state", "requestedAt", "params"] {
            assert_eq!(again.json[same], first.json[same], "{same}");
        }
        assert_eq!(again.json["targetHost"]["id"], WS_042);
        assert_eq!(house.incidents(), 1);
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_request_that_another_version_has_sent_is_found() {
    for other_version in [LATER, EARLIER] {
        let mut house = Replicas::start().await;
        house.die_sending(FaultKind::CommitThenStall).await;
        house.rewrite("sent", other_version).await;

        let found = until(&house.other.soar(), "case-1", WS_042, 202).await;

        assert_eq!(found.header("idempotency-replayed"), "true");
        assert_eq!(found.json["incident"]["id"], 42);
        assert_eq!(house.incidents(), 1);
        assert_eq!(house.sim.journal().count(ADD), 1);
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_request_of_which_another_version_has_kept_too_little_is_not_said_to_be_absent() {
    let mut house = Replicas::start().await;
    // Older by far than the request, if it were known when that left.
    let task = house.sim.add_task(ForeignTask {
        display_name: "[Response][KATA] isolateHost - 01/02/2026 03:04:05 - x".to_owned(),
        hosts: vec![WS_042.to_owned()],
        state: RunState::Success,
        type_name: None,
        age_seconds: 2 * 24 * 3600,
    });
    house.die_sending(FaultKind::DropBeforeCommit).await;
    house.rewrite("sent", EARLIER).await;

    let soar = house.other.soar();
    eventually("the answer names what it may have come to", || async {
        let reply = soar.isolate_once(WS_042, "case-1").await;
        assert_eq!(reply.json["retryable"], true, "{}", reply.text);
        let detail = reply.json["detail"].as_str().expect("a detail");
        (detail.contains("KSC task") && detail.contains(&task)).then_some(())
    })
    .await;

    assert_eq!(house.incidents(), 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_turn_comes_after_what_another_version_has_said_of_the_one_before() {
    let house = Replicas::start().await;
    house
        .one
        .soar()
        .isolate_once(WS_042, "case-1")
        .await
        .expect(202);
    house.until_kept("*:latest:*", 1).await;
    let texts = [r#"{"incident":42,"body":"x","more":{"a":1}}"#, "{}", "?"];
    for (key, said) in ["case-2", "case-3", "case-4"].into_iter().zip(texts) {
        let script = "for _, key in ipairs(redis.call('KEYS', '*:latest:*')) do redis.call('SET', key, ARGV[1]) end return 'said'";
        house
            .redis
            .ask(&["EVAL", script, "0", said])
            .await
            .expect("an answer");

        house
            .other
            .soar()
            .isolate_once(WS_042, key)
            .await
            .expect(202);
    }
    assert_eq!(house.incidents(), 4);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn nothing_is_done_on_a_guess_at_a_form_of_a_later_version() {
    let house = Replicas::start().await;
    house
        .one
        .soar()
        .isolate_once(WS_042, "case-1")
        .await
        .expect(202);
    house.rewrite("task", OTHER_FORM).await;

    let refused = house
        .other
        .soar()
        .isolate_once(WS_042, "case-1")
        .await
        .expect(503);

    assert_eq!(refused.code(), "store_unavailable");
    assert_eq!(refused.json["retryable"], Value::Bool(true));
    assert_eq!(house.incidents(), 1);
    house.close().await;
}
