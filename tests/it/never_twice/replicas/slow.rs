//! What becomes of requests when Redis is far away, or stands still for a moment.

use std::time::{Duration, Instant};

use acceptance::calls::{ADD, FIND_HOSTS};
use acceptance::{House, Plan, RedisLane, RedisServer, WS_042, eventually};
use futures_util::future::join_all;
use ksc_simulator::{Fault, FaultKind, Journal};
use tempfile::TempDir;

/// A gateway that reaches Redis by a lane.
struct Far {
    house: House,
    lane: RedisLane,
    redis: RedisServer,
    _files: TempDir,
}

impl Far {
    async fn start(more: &[(&'static str, &str)]) -> Self {
        let redis = RedisServer::start().await;
        let lane = RedisLane::to(&redis).await;
        let files = tempfile::tempdir().expect("a folder");
        let mut settings = vec![
            ("idempotency.store", "redis".to_owned()),
            (
                "idempotency.redis_url_file",
                lane.url_file(files.path()).display().to_string(),
            ),
            ("backends.ksc.budget_policy", "off".to_owned()),
        ];
        settings.extend(more.iter().map(|(key, value)| (*key, (*value).to_owned())));
        let house = House::furnish(Plan {
            settings,
            ..Plan::default()
        })
        .await;
        Self {
            house,
            lane,
            redis,
            _files: files,
        }
    }
    /// Waits until this script says 1.
    async fn until_one(&self, script: &str, pattern: &str) {
        eventually("Redis says 1", || async {
            let answer = self.redis.ask(&["EVAL", script, "0", pattern]).await;
            (answer? == ":1").then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_release_does_not_pass_an_isolation_whose_key_is_still_being_claimed() {
    let far = Far::start(&[("limits.requests_per_minute_per_caller", "0")]).await;
    let house = &far.house;
    far.lane.hold();
    let soar = house.soar();
    let isolating = tokio::spawn(async move { soar.isolate_once(WS_042, "case-1").await });
    far.lane.until_said(":key:").await;

    // It needs no key, and its host is found at once.
    let soar = house.soar();
    let releasing = tokio::spawn(async move { soar.release("ws-042.corp.example").await });
    let found = |it: &Journal| {
        let calls = it.calls_to(FIND_HOSTS);
        calls.iter().any(|it| it.outcome.is_returned())
    };
    house.sim.journal().wait_for(found).await;
    far.lane.open();

    for one in [isolating, releasing] {
        one.await.expect("no panic").expect(202);
    }
    let actions: Vec<_> = house
        .incident_bodies()
        .into_iter()
        .map(|it| it["params"]["action"].clone())
        .collect();
    assert_eq!(actions, [1, 0]);
    far.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_redis_far_away_holds_up_no_host_for_another() {
    const HOSTS: usize = 40;
    let far = Far::start(&[("server.request_timeout", "5s")]).await;
    far.lane.delay(Duration::from_millis(200));

    // One after the other they would take 8 seconds for one step alone.
    let asking = (1..=HOSTS).map(|number| {
        let soar = far.house.soar();
        async move { soar.isolate(&format!("ws-{number:03}")).await.status }
    });
    let statuses = join_all(asking).await;

    assert_eq!(statuses, [202; HOSTS]);
    far.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn what_an_outage_leaves_to_be_told_keeps_no_host_waiting() {
    let mut far = Far::start(&[("limits.requests_per_minute_per_caller", "0")]).await;
    let soar = far.house.soar();
    far.redis.stop().await;
    for _ in 0..10 {
        let asking = (0..50).map(|_| soar.isolate(WS_042));
        for refused in join_all(asking).await {
            refused.expect(503);
        }
    }

    // Each of them gives up a place that Redis may have heard of: 50 seconds, one after the other.
    far.lane.delay(Duration::from_millis(100));
    far.redis.start_again().await;
    eventually("it goes on", || async {
        (soar.isolate(WS_042).await.status == 202).then_some(())
    })
    .await;
    soar.isolate(WS_042).await.expect(202);

    far.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_redis_that_hangs_costs_what_does_not_need_it_next_to_nothing() {
    // It asks for three seconds, as often as it can.
    let far = Far::start(&[("limits.requests_per_minute_per_caller", "1000000")]).await;
    let soar = far.house.soar();
    soar.get("/v1/whoami").await.expect(200);
    far.redis.freeze();
    // That it hangs must be found out: by a question without an answer, and by a new connection.
    for _ in 0..2 {
        soar.get("/v1/whoami").await.expect(200);
    }

    let begin = Instant::now();
    let mut longest = Duration::ZERO;
    while begin.elapsed() < Duration::from_secs(3) {
        let asked = Instant::now();
        soar.get("/v1/whoami").await.expect(200);
        longest = longest.max(asked.elapsed());
    }
    far.redis.thaw();

    assert!(longest < Duration::from_millis(700), "{longest:?}");
    far.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_redis_that_forgot_an_unknown_outcome_is_told_again_by_who_knows_it() {
    const KEPT: &str = "local key = redis.call('KEYS', ARGV[1])[1] return key and redis.call('HGET', key, 'state') == 'unknown' and redis.call('HGET', key, 'owner') == '' and 1 or 0";
    let far = Far::start(&[]).await;
    let house = &far.house;
    let other = house.replica().await;
    let lost = Fault::on(ADD, FaultKind::CommitThenDrop);
    house.sim.faults().push(lost);
    let blind = Fault::on("HostGroup.FindIncidents", FaultKind::http(500, "no"));
    house.sim.faults().push(blind.forever());
    let unknown = house.soar().isolate_once(WS_042, "case-1").await;
    far.redis.ask(&["FLUSHALL"]).await;

    let still = house.soar().isolate_once(WS_042, "case-1").await;
    far.until_one(KEPT, "*:key:*").await;
    let elsewhere = other.soar().isolate_once(WS_042, "case-1").await;

    for reply in [unknown, still, elsewhere] {
        assert_eq!(reply.expect(504).code(), "outcome_unknown");
    }
    house.sim.faults().clear();
    let found = other.soar().isolate_once(WS_042, "case-1").await;
    assert_eq!(found.expect(202).json["incident"]["id"], 42);
    assert_eq!(house.sim.journal().incidents().len(), 1);
    other.close().await;
    far.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn with_the_policy_local_who_waits_for_its_turn_goes_on_too() {
    const BOTH: &str = "local key = redis.call('KEYS', ARGV[1])[1] return redis.call('ZCARD', key or '') == 2 and 1 or 0";
    let mut far = Far::start(&[("idempotency.store_policy", "local")]).await;
    let gate = far.house.sim.gate().clone();
    gate.hold_calls_to(ADD);
    let ask = || {
        let soar = far.house.soar();
        tokio::spawn(async move { soar.isolate(WS_042).await })
    };
    let first = ask();
    gate.wait_until_waiting(1).await;
    let second = ask();
    far.until_one(BOTH, "*:turns:*").await;

    far.redis.kill();
    gate.open();

    first.await.expect("no panic").expect(202);
    let alone = second.await.expect("no panic").expect(202);
    assert!(alone.text.contains("shared store"), "{}", alone.text);
    far.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn whoever_stops_with_redis_gone_ends_its_ksc_session_first() {
    const END: &str = "Session.EndSession";
    let mut far = Far::start(&[("idempotency.store_policy", "local")]).await;
    far.redis.kill();
    far.house
        .soar()
        .isolate_once(WS_042, "case-1")
        .await
        .expect(202);
    let journal = far.house.sim.journal().clone();
    assert_eq!(journal.count(END), 0);

    // What Redis is to be told keeps the gateway from stopping before the end of its grace period.
    let ended = eventually("the session is ended", || async {
        (journal.count(END) > 0).then_some(())
    });
    let mut stopping = Box::pin(far.house.stop());
    tokio::select! {
        () = ended => stopping.as_mut().await,
        () = &mut stopping => panic!("it has stopped, and nobody knows whether its session is ended"),
    }

    drop(stopping);
    far.house.close().await;
}
