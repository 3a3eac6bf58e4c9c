//! What only KSC knows and alerts need: it shows although nobody asks for it.

use std::time::Duration;

use acceptance::{House, WS_042, eventually};
use ksc_simulator::Scenario;
use ksc_simulator::{ForeignTask, RunState};

const CONSOLE: &str = "edr_gateway_service_console_connected";
const STALLED: &str = "edr_gateway_tasks_stalled";
const LIVE: &str = "edr_gateway_task_budget_live";

/// Waits until a metric has this value; each look at it is a scrape.
async fn until(house: &House, metric: &str, value: &str) {
    eventually(&format!("{metric} is {value}"), || async {
        (house.metric_of_ksc(metric).await == value).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_that_is_gone_shows_before_anybody_asks_for_a_task() {
    let house = House::open().await;
    until(&house, CONSOLE, "1").await;
    let asked = house
        .sim
        .journal()
        .count("ConEvents.IsAnyServiceConsoleAvailable");

    house.sim.set_console(false);
    house.metric_of_ksc(CONSOLE).await;
    house.advance(Duration::from_secs(61)).await;
    until(&house, CONSOLE, "0").await;

    assert_eq!(asked, 1, "once a minute is enough");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_hears_of_the_console_tells_the_gauge() {
    let house = House::open().await;
    house.soar().isolate(WS_042).await.expect(202);
    assert_eq!(house.metric_of_ksc(CONSOLE).await, "1");

    house.sim.set_console(false);
    // What was heard a moment ago is good for others so long.
    house.advance(Duration::from_secs(2)).await;
    house.soar().isolate(WS_042).await.expect(503);

    assert_eq!(house.metric_of_ksc(CONSOLE).await, "0");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_without_a_task_for_too_long_are_stalled_until_they_have_one() {
    let house = House::with(&[
        ("backends.ksc.stalled_after", "10m"),
        ("backends.ksc.require_service_console", "false"),
    ])
    .await;
    house.soar().isolate(WS_042).await.expect(202);
    house.advance(Duration::from_secs(30)).await;
    // Its task is made; that of the next one is not.
    house.sim.set_console(false);
    house.soar().isolate(WS_042).await.expect(202);
    house.advance(Duration::from_secs(61)).await;
    until(&house, "edr_gateway_task_budget_waiting", "1").await;
    assert_eq!(house.metric_of_ksc(STALLED).await, "0");

    house.advance(Duration::from_mins(11)).await;
    until(&house, STALLED, "1").await;
    assert_eq!(
        house.metric_of_ksc("edr_gateway_task_budget_waiting").await,
        "0"
    );

    house.sim.set_console(true);
    house.advance(Duration::from_mins(2)).await;
    until(&house, STALLED, "0").await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_whose_tasks_somebody_deleted_are_not_stalled() {
    let house = House::with(&[("backends.ksc.stalled_after", "10m")]).await;
    let created = house.soar().isolate(WS_042).await.expect(202);
    house.advance(Duration::from_secs(61)).await;
    until(&house, LIVE, "1").await;
    let task = house.soar().read(&created).await;

    let id = task.json["kscTask"]["id"].as_str().expect("a task");
    assert!(house.sim.delete_task(id));
    house.advance(Duration::from_mins(11)).await;
    until(&house, LIVE, "0").await;

    assert_eq!(house.metric_of_ksc(STALLED).await, "0");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_whose_tasks_were_rotated_out_before_anybody_counted_are_not_stalled() {
    let house = House::furnish(acceptance::Plan {
        scenario: Scenario {
            rotation: 2,
            ..Scenario::default()
        },
        settings: vec![
            ("backends.ksc.budget", "2".to_owned()),
            ("backends.ksc.budget_policy", "off".to_owned()),
            ("backends.ksc.stalled_after", "10m".to_owned()),
        ],
        ..acceptance::Plan::default()
    })
    .await;
    for _ in 0..4 {
        house.soar().isolate(WS_042).await.expect(202);
        house.advance(Duration::from_secs(30)).await;
    }
    house.advance(Duration::from_mins(11)).await;
    // Where nobody counts, nothing is said.
    assert_eq!(house.metric_of_ksc(STALLED).await, "");

    house.soar().get("/v1/budget").await.expect(200);

    assert_eq!(house.metric_of_ksc(LIVE).await, "2");
    assert_eq!(house.metric_of_ksc(STALLED).await, "0");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_ksc_refuses_shows_with_the_next_scrape() {
    let house = House::open().await;
    assert_eq!(
        house
            .metric_of_ksc("edr_gateway_ksc_credentials_refused")
            .await,
        "0"
    );
    assert_eq!(
        house.metric_of_ksc("edr_gateway_ksc_leases_limit").await,
        "64"
    );

    house.sim.set_password("the next one");
    house.sim.expire_sessions();
    house.soar().isolate(WS_042).await.expect(503);

    assert_eq!(
        house
            .metric_of_ksc("edr_gateway_ksc_credentials_refused")
            .await,
        "1"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_alerts_count_is_there_before_it_happens_and_what_is_not_known_is_absent() {
    let house = House::furnish(acceptance::Plan {
        unready: true,
        ..acceptance::Plan::default()
    })
    .await;

    let text = house.admin("/metrics").await.expect(200).text;
    let missing: Vec<String> = acceptance::metrics::declared()
        .iter()
        // The house has no Central Node.
        .filter(|it| !it.name.starts_with("edr_gateway_kata_"))
        .filter(|it| !text.contains(&format!("# TYPE {} {}", it.name, it.kind.name())))
        .map(|it| it.name.clone())
        .collect();

    for zero in [
        r#"edr_gateway_tasks_total{backend="ksc",outcome="unknown",task="getFile"} 0"#,
        r#"edr_gateway_task_ends_total{backend="ksc",state="lost",task="isolateHost"} 0"#,
        r#"edr_gateway_problems_total{code="task_budget_exhausted"} 0"#,
        r#"edr_gateway_unknown_deliveries_total{backend="ksc",result="not_found"} 0"#,
        r#"edr_gateway_ksc_logins_total{backend="ksc",outcome="refused"} 0"#,
    ] {
        assert!(
            text.lines().any(|it| it == zero),
            "{zero} is missing:\n{text}"
        );
    }
    // Before a request, a call, a count, a console that was heard of, or a shared store.
    let absent = [
        "edr_gateway_http_requests_total",
        "edr_gateway_http_request_duration_seconds",
        "edr_gateway_ksc_calls_total",
        "edr_gateway_ksc_call_duration_seconds",
        LIVE,
        "edr_gateway_task_budget_waiting",
        STALLED,
        "edr_gateway_service_console_connected",
        "edr_gateway_task_budget_room",
        "edr_gateway_shared_store_up",
    ];
    for name in missing {
        assert!(absent.contains(&name.as_str()), "{name} is missing");
    }
    let memory = house.metric("process_resident_memory_bytes").await;
    assert!(memory.parse::<f64>().is_ok_and(|it| it > 1e6), "{memory}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn finished_tasks_leave_room_and_unfinished_ones_do_not() {
    const ROOM: &str = "edr_gateway_task_budget_room";
    for (state, room) in [(RunState::Success, "2"), (RunState::Running, "0")] {
        let house = House::with(&[("backends.ksc.budget", "10")]).await;
        for _ in 0..10 {
            house.sim.add_task(ForeignTask {
                display_name: "[Response][KATA] getFile - 01/02/2026 03:04:05 - x".to_owned(),
                hosts: vec![WS_042.to_owned()],
                state,
                type_name: None,
                age_seconds: 3600,
            });
        }

        until(&house, "edr_gateway_task_budget_live", "10").await;
        until(&house, ROOM, room).await;
        house.close().await;
    }
}
