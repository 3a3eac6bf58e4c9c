//! Waiting for a task instead of asking again: event streams, `Prefer: wait`, and what both cost
//! KSC.

use std::time::Duration;

use acceptance::{
    Caller, Events, House, Issuer, Plan, Program, Reply, Said, Token, eventually, isolation,
    ksc_in_real_time,
};
use ksc_simulator::{Fault, FaultKind};
use reqwest::{Method, RequestBuilder};
use serde_json::json;

fn stream(caller: &Caller, created: &Reply) -> RequestBuilder {
    let path = format!("{}/events", created.header("location"));
    caller
        .request(Method::GET, &path)
        .header("accept", "text/event-stream")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_tells_every_state_and_ends_with_the_task() {
    let house = House::open().await;
    let created = house.soar().isolate(acceptance::WS_042).await.expect(202);
    let mut events = Events::open(stream(&house.soar(), &created)).await;

    let mut states = Vec::new();
    let mut ids = Vec::new();
    for seconds in [3, 5, 30, 0] {
        let (state, id) = events.state().await;
        states.push(state);
        ids.push(id);
        house.advance(Duration::from_secs(seconds)).await;
    }

    assert_eq!(states, ["accepted", "pending", "running", "succeeded"]);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4);
    assert_eq!(events.next().await, Said::End);
    eventually("nobody watches any more", || async {
        (house.metric("edr_gateway_watchers").await == "0").then_some(())
    })
    .await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_taken_up_again_says_nothing_twice() {
    let house = House::open().await;
    let created = house.soar().isolate(acceptance::WS_042).await.expect(202);
    house.advance(Duration::from_secs(3)).await;
    let mut events = Events::open(stream(&house.soar(), &created)).await;
    let (state, id) = events.state().await;
    assert_eq!(state, "pending");
    drop(events);

    // At another replica, which gives the same sight the same id.
    let replica = house.replica().await;
    let again = stream(&replica.soar(), &created).header("last-event-id", &id);
    let mut events = Events::open(again).await;
    assert_eq!(events.next().await, Said::Comment("nothing new".to_owned()));
    house.advance(Duration::from_secs(5)).await;
    assert_eq!(events.state().await.0, "running");
    house.advance(Duration::from_secs(30)).await;
    let (state, end) = events.state().await;
    assert_eq!(state, "succeeded");
    assert_eq!(events.next().await, Said::End);
    replica.close().await;

    // Who has heard the end is told not to come back; who has not is told the end.
    let heard = stream(&house.soar(), &created).header("last-event-id", &end);
    let reply = Reply::of(heard).await.expect(204);
    assert_eq!(reply.text, "");
    let missed = stream(&house.soar(), &created).header("last-event-id", &id);
    let mut events = Events::open(missed).await;
    assert_eq!(events.state().await, (state, end));
    assert_eq!(events.next().await, Said::End);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_stream_says_that_it_is_alive() {
    let house = House::open().await;
    let created = house
        .soar()
        .isolate(&house.switched_off())
        .await
        .expect(202);
    house.advance(Duration::from_secs(3)).await;
    let mut events = Events::open(stream(&house.soar(), &created)).await;
    assert_eq!(events.state().await.0, "pending");

    // The stream may not have begun to wait when time passes for the first time.
    let alive = eventually("a heartbeat comes", || async {
        house.advance(Duration::from_secs(15)).await;
        (house.sim.journal().count("Tasks.GetTaskStatistics") > 1).then_some(())
    });
    alive.await;
    assert_eq!(events.next().await, Said::Comment("still here".to_owned()));
    drop(events);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_watchers_of_a_task_cost_ksc_what_one_does() {
    const WATCHERS: usize = 1000;
    let house = House::with(&[
        ("limits.watchers", "1000"),
        ("limits.watchers_per_caller", "1000"),
    ])
    .await;
    let created = house
        .soar()
        .isolate(&house.switched_off())
        .await
        .expect(202);
    house.advance(Duration::from_secs(3)).await;
    let before = house.sim.journal().calls().len();

    let mut opening = tokio::task::JoinSet::new();
    for _ in 0..WATCHERS {
        let stream = stream(&house.soar(), &created);
        opening.spawn(async move {
            let mut events = Events::open(stream).await;
            assert_eq!(events.state().await.0, "pending");
            events
        });
    }
    let mut streams = opening.join_all().await;
    assert_eq!(house.metric("edr_gateway_watchers").await, "1000");
    assert_eq!(house.metric("edr_gateway_watched_tasks").await, "1");
    let first = house.sim.journal().calls().len() - before;
    // Incident, host, its tasks, their names, the statistics and the row: once, and a look a second
    // while streams are being opened.
    assert!(
        first <= 20,
        "{first} calls\n{}",
        house.sim.journal().print()
    );

    // One more is one too many.
    let reply = Reply::of(stream(&house.soar(), &created)).await.expect(429);
    assert_eq!(reply.code(), "rate_limited");
    assert_eq!(reply.header("retry-after"), "10");

    // Looking again is one call, and all of them hear what comes of it.
    let looks = house.sim.journal().count("Tasks.GetTaskStatistics");
    let before = house.sim.journal().calls().len();
    house
        .sim
        .set_task_state("195", ksc_simulator::RunState::Running, "");
    house.advance(Duration::from_secs(2)).await;
    for events in &mut streams {
        assert_eq!(events.state().await.0, "running");
    }
    assert_eq!(
        house.sim.journal().count("Tasks.GetTaskStatistics"),
        looks + 1
    );
    let changed = house.sim.journal().calls().len() - before;
    assert!(changed <= 6, "{changed} calls");

    house
        .sim
        .set_task_state("195", ksc_simulator::RunState::Success, "");
    house.advance(Duration::from_secs(2)).await;
    for events in &mut streams {
        assert_eq!(events.state().await.0, "succeeded");
        assert_eq!(events.next().await, Said::End);
    }
    drop(streams);
    eventually("all seats are given up", || async {
        let seats = house.metric("edr_gateway_watchers").await;
        (seats == "0" && house.metric("edr_gateway_watched_tasks").await == "0").then_some(())
    })
    .await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_caller_cannot_take_all_the_seats() {
    let house = House::with(&[("limits.watchers_per_caller", "2")]).await;
    let created = house
        .soar()
        .isolate(&house.switched_off())
        .await
        .expect(202);
    let first = Events::open(stream(&house.soar(), &created)).await;
    let second = Events::open(stream(&house.soar(), &created)).await;

    let refused = Reply::of(stream(&house.soar(), &created)).await.expect(429);
    assert_eq!(refused.code(), "rate_limited");
    let token = Issuer::shared().sign(&Token::of("another", "tasks.read"));
    let other = Events::open(stream(&house.caller_with(&token), &created)).await;

    drop(first);
    // The gateway hears of it when it next writes.
    eventually("a seat is free", || async {
        house.advance(Duration::from_secs(15)).await;
        let reply = stream(&house.soar(), &created)
            .send()
            .await
            .expect("an answer");
        (reply.status() == 200).then_some(())
    })
    .await;
    drop((second, other));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_says_when_ksc_cannot_be_asked_and_goes_on_when_it_can() {
    let house = House::open().await;
    let created = house
        .soar()
        .isolate(&house.switched_off())
        .await
        .expect(202);
    house.advance(Duration::from_secs(3)).await;
    let mut events = Events::open(stream(&house.soar(), &created)).await;
    assert_eq!(events.state().await.0, "pending");

    let broken = Fault::on("Tasks.GetTaskStatistics", FaultKind::http(503, "busy"));
    house.sim.faults().push(broken.forever());
    house.advance(Duration::from_secs(2)).await;
    let problem = loop {
        match events.next().await {
            Said::Event(name, None, data) if name == "problem" => break data,
            Said::Comment(_) => {}
            other @ (Said::Event(..) | Said::End) => panic!("{other:?}"),
        }
    };
    assert_eq!(problem["code"], "ksc_unavailable", "{problem}");
    house.sim.faults().clear();
    house.advance(Duration::from_secs(5)).await;
    assert_eq!(events.state().await.0, "pending");
    drop(events);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn why_a_task_cannot_be_watched_is_in_the_log_under_the_id_of_who_asked() {
    let sim = ksc_in_real_time(1.0).await;
    let mut gateway = Program::start(&sim, Vec::new()).await;
    gateway.until_ready().await;
    let created = gateway.soar().isolate(acceptance::WS_042).await.expect(202);
    let broken = Fault::on("HostGroup.FindIncidents", FaultKind::http(503, "busy"));
    sim.faults().push(broken.forever());

    let watched = Reply::of(stream(&gateway.soar(), &created)).await;

    let watched = watched.expect(503);
    let id = format!("\"request.id\":\"{}\"", watched.request_id());
    let why = "\"error\":";
    let told = |it: &String| it.contains(&id) && it.contains(why) && it.contains("503");
    eventually("the log says why", || {
        std::future::ready(gateway.log().iter().any(told).then_some(()))
    })
    .await;
    sim.faults().clear();
    assert!(gateway.terminate().await.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_end_when_the_replica_goes_or_the_token_expires() {
    let mut house = House::with(&[("auth.leeway", "0s")]).await;
    let created = house
        .soar()
        .isolate(&house.switched_off())
        .await
        .expect(202);
    let now = house.sim.now().unix_timestamp();
    let token = Token::of("soar", "tasks.read").with("exp", json!(now + 2));
    let short = house.caller_with(&Issuer::shared().sign(&token));

    let mut expiring = Events::open(stream(&short, &created)).await;
    let mut lasting = Events::open(stream(&house.soar(), &created)).await;
    assert_eq!(expiring.state().await.0, "accepted");
    assert_eq!(lasting.state().await.0, "accepted");

    assert_eq!(expiring.next().await, Said::End);
    house.stop().await;
    assert_eq!(lasting.next().await, Said::End);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_watched_is_refused_before_a_stream_begins() {
    let house = House::open().await;
    let events = |id: &str| {
        let path = format!("/v1/tasks/{id}/events");
        house.soar().request(Method::GET, &path)
    };

    for id in ["ksc-41", "ksc-042", "nonsense"] {
        assert_eq!(
            Reply::of(events(id)).await.expect(404).code(),
            "task_not_found",
            "{id}"
        );
    }
    let json = events("ksc-42").header("accept", "application/json");
    assert_eq!(Reply::of(json).await.expect(406).code(), "not_acceptable");
    let writer = house.caller("tasks.create");
    let reply = writer.get("/v1/tasks/ksc-42/events").await.expect(403);
    assert_eq!(reply.code(), "scope_missing");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_change_is_answered_when_the_state_changes() {
    let house = House::open().await;
    let soar = house.soar();
    let asking = tokio::spawn(async move {
        let request = soar
            .request(Method::POST, "/v1/tasks/isolateHost?waitFor=change")
            .header("prefer", "wait=30")
            .json(&isolation(acceptance::WS_042));
        Reply::of(request).await
    });
    house
        .sim
        .journal()
        .wait_for_calls("Tasks.GetAllTasksOfHost", 1)
        .await;
    // The console makes the task in two seconds.
    eventually("the task is there", || async {
        house.advance(Duration::from_secs(2)).await;
        asking.is_finished().then_some(())
    })
    .await;

    let created = asking.await.expect("no panic").expect(202);
    assert_eq!(created.header("preference-applied"), "wait=30");
    assert_ne!(created.json["state"], "accepted", "{}", created.text);
    assert_eq!(created.json["kscTask"]["id"], "195");
    assert_eq!(created.json["params"], json!({"action": 1}));

    house.advance(Duration::from_secs(60)).await;
    let location = created.header("location");
    let done = house.soar().get_with(location, ("prefer", "wait=30")).await;
    assert_eq!(done.json["state"], "succeeded");
    assert_eq!(
        done.header("preference-applied"),
        "",
        "nothing was waited for"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_is_answered_when_the_task_is_over() {
    let house = House::open().await;
    let soar = house.soar();
    let asking = tokio::spawn(async move {
        let path = "/v1/tasks/isolateHost?wait=50&idempotencyKey=case-1";
        soar.post(path, &isolation(acceptance::WS_042)).await
    });

    eventually("the task is over", || async {
        house.advance(Duration::from_secs(2)).await;
        asking.is_finished().then_some(())
    })
    .await;

    let created = asking.await.expect("no panic").expect(202);
    assert_eq!(created.header("preference-applied"), "wait=50");
    assert_eq!(created.json["state"], "succeeded", "{}", created.text);
    assert_eq!(created.header("retry-after"), "");
    // The key in the query is the header's.
    let again = house
        .soar()
        .isolate_once(acceptance::WS_042, "case-1")
        .await;
    assert_eq!(again.expect(202).header("idempotency-replayed"), "true");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn patience_has_an_end() {
    let house = House::open().await;
    let created = house
        .soar()
        .isolate(&house.switched_off())
        .await
        .expect(202);
    let location = created.header("location");

    let waited = house.soar().get_with(location, ("prefer", "wait=1")).await;

    assert_eq!(waited.status, 200);
    assert_eq!(waited.json["state"], "accepted");
    assert_eq!(waited.header("preference-applied"), "wait=1");
    assert_eq!(waited.header("retry-after"), "5");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_watched_tasks_leave_sessions_for_those_who_deliver() {
    let house = House::furnish(Plan {
        settings: vec![("backends.ksc.max_sessions", "4".to_owned())],
        ..Plan::default()
    })
    .await;
    let host = house.switched_off();
    let mut streams = Vec::new();
    for _ in 0..12 {
        let created = house.soar().isolate(&host).await.expect(202);
        streams.push(Events::open(stream(&house.soar(), &created)).await);
    }
    // Every look hangs from now on.
    let gate = house.sim.gate().clone();
    gate.hold_calls_to("Tasks.GetAllTasksOfHost");
    house.advance(Duration::from_secs(2)).await;
    gate.wait_until_waiting(1).await;

    house.soar().isolate(acceptance::WS_042).await.expect(202);

    assert_eq!(
        gate.waiting(),
        1,
        "one session in four is for those who watch"
    );
    gate.open();
    drop(streams);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_is_not_told_what_was_before_it_asked() {
    let house = House::open().await;
    let created = house
        .soar()
        .isolate(&house.switched_off())
        .await
        .expect(202);
    house.advance(Duration::from_secs(7200)).await;
    // Somebody watches, and has seen it pending; the next look is a minute away.
    let mut events = Events::open(stream(&house.soar(), &created)).await;
    assert_eq!(events.state().await.0, "pending");
    house
        .sim
        .set_task_state("195", ksc_simulator::RunState::Running, "");

    let location = created.header("location");
    let waited = house.soar().get_with(location, ("prefer", "wait=1")).await;

    assert_eq!(waited.json["state"], "running", "{}", waited.text);
    // And whoever begins to watch now is told how it stands now.
    let mut late = Events::open(stream(&house.soar(), &created)).await;
    assert_eq!(late.state().await.0, "running");
    drop((events, late));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_at_a_task_without_a_telling_name_costs_two_calls_once_it_is_weighed() {
    let mut plan = Plan::default();
    plan.scenario.name_suffix = ksc_simulator::NameSuffix::Random;
    let house = House::furnish(plan).await;
    let created = house
        .soar()
        .isolate(&house.switched_off())
        .await
        .expect(202);
    let mut events = Events::open(stream(&house.soar(), &created)).await;
    assert_eq!(events.state().await.0, "accepted");
    house.advance(Duration::from_secs(3)).await;
    assert_eq!(events.state().await.0, "pending");
    // Later than any clock's difference it is weighed for the last time.
    let look = async || {
        let before = house.sim.journal().count("Tasks.GetTaskStatistics");
        house.advance(Duration::from_secs(15)).await;
        house
            .sim
            .journal()
            .wait_for_calls("Tasks.GetTaskStatistics", before + 1)
            .await;
    };
    look().await;
    look().await;

    let before = house.sim.journal().calls().len();
    look().await;

    assert_eq!(house.sim.journal().calls().len() - before, 2);
    drop(events);
    house.close().await;
}
