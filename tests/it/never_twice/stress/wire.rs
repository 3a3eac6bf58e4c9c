//! A wire that breaks, hangs, or leads nowhere, and a second one beside it.

use std::time::{Duration, Instant};

use acceptance::calls::{ADD, LOGIN};
use acceptance::{Deed, House, Moment, Plan, Reply};
use tokio::task::JoinSet;

use super::crowd::{assert_once, hosts, mark};
use crate::never_twice::marks::{incidents, marked};

/// A house that reaches KSC by wires and does not wait long for it.
async fn wired(wires: usize) -> House {
    wired_for(wires, "700ms").await
}

/// The same with another `backends.ksc.request_timeout`.
async fn wired_for(wires: usize, request_timeout: &str) -> House {
    let settings = [
        ("backends.ksc.connection_timeout", request_timeout),
        ("backends.ksc.request_timeout", request_timeout),
        ("backends.ksc.budget", "1000"),
    ];
    House::furnish(Plan {
        wires,
        settings: settings.map(|(key, value)| (key, value.to_owned())).into(),
        ..Plan::default()
    })
    .await
}

/// Many requests at a time, each with a mark and for a host of its own.
async fn crowd(house: &House, numbers: std::ops::Range<usize>) -> Vec<(String, Reply)> {
    let names = hosts(&house.sim, numbers.len());
    let mut asking = JoinSet::new();
    for (number, host) in numbers.zip(names) {
        let soar = house.soar();
        asking.spawn(async move {
            let mark = mark(number);
            let reply = soar.post("/v1/tasks/getFile", &marked(&host, &mark)).await;
            (mark, reply)
        });
    }
    asking.join_all().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_on_the_wire_in_any_way_is_found_and_nothing_is_sent_twice() {
    for deed in [Deed::Cut, Deed::Reset, Deed::HalfClose, Deed::Stall] {
        // Long enough for the look-up on a busy machine, which must not be late too.
        let house = wired_for(1, "3s").await;
        let host = hosts(&house.sim, 1).remove(0);
        let gate = house.sim.gate().clone();
        gate.hold_calls_to(ADD);
        let soar = house.soar();
        let request = marked(&host, &mark(0));
        let asking = tokio::spawn(async move { soar.post("/v1/tasks/getFile", &request).await });
        gate.wait_until_waiting(1).await;

        house.wires[0].strike(Moment::MidAnswer, deed);
        gate.open();
        let reply = asking.await.expect("no panic");

        assert_once(&house.sim, &[(mark(0), reply)]);
        assert_eq!(house.sim.journal().count(ADD), 1, "{deed:?}");
        let struck = house.wires[0].struck();
        assert_eq!(struck[&(Moment::MidAnswer, deed.name())], 1, "{deed:?}");
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ksc_that_hears_and_never_answers_keeps_nobody_long_and_gets_nothing() {
    for (moment, deed) in [
        (Moment::Connected, Deed::Stall),
        (Moment::Connected, Deed::HalfClose),
        (Moment::Connected, Deed::Reset),
        (Moment::MidRequest, Deed::Stall),
        (Moment::MidRequest, Deed::Reset),
        (Moment::Asked, Deed::Stall),
        (Moment::Asked, Deed::HalfClose),
        (Moment::Asked, Deed::Reset),
    ] {
        let house = wired(1).await;
        let wire = &house.wires[0];
        // Nothing passes on a connection that stands from before.
        wire.close().await;
        wire.open_again().await;
        wire.strike_always(moment, deed);
        let began = Instant::now();

        let answers = crowd(&house, 0..12).await;

        let took = began.elapsed();
        assert!(
            took < Duration::from_secs(8),
            "{moment:?} {deed:?}: {took:?}"
        );
        for (mark, reply) in answers {
            assert_eq!(
                reply.status, 503,
                "{moment:?} {deed:?} {mark}: {}",
                reply.text
            );
            assert_eq!(reply.code(), "ksc_unavailable");
            assert!(!reply.header("retry-after").is_empty());
        }
        assert!(incidents(&house.sim).is_empty());
        wire.calm();
        let back = acceptance::eventually("KSC is used again", || async {
            let answers = crowd(&house, 100..101).await;
            answers.into_iter().find(|it| it.1.status == 202)
        })
        .await;
        assert_once(&house.sim, &[back]);
        // The wire lost what KSC believes to have said, sessions among it.
        house.sim.expire_sessions();
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_endpoint_takes_over_from_the_first_and_gives_back() {
    let house = wired(2).await;
    let [first, second] = &house.wires[..] else {
        panic!("two wires");
    };
    let mut answers = crowd(&house, 0..8).await;
    let before = house.sim.journal().count(LOGIN);

    first.close().await;
    answers.extend(crowd(&house, 8..16).await);
    let moved = house.sim.journal().count(LOGIN);
    first.open_again().await;
    second.close().await;
    answers.extend(crowd(&house, 16..24).await);
    second.open_again().await;
    answers.extend(crowd(&house, 24..32).await);

    assert_once(&house.sim, &answers);
    assert!((1..=8).contains(&(moved - before)), "{moved} - {before}");
    // Sessions of the endpoint that was lost are not ended: nobody can reach them there.
    house.sim.expire_sessions();
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_cut_under_load_loses_nothing_and_doubles_nothing() {
    let house = wired(2).await;
    let mut asking = JoinSet::new();
    let names = hosts(&house.sim, 24);
    for (number, host) in names.into_iter().enumerate() {
        let soar = house.soar();
        asking.spawn(async move {
            let mark = mark(number);
            let body = marked(&host, &mark);
            (mark, soar.post("/v1/tasks/getFile", &body).await)
        });
    }

    house.sim.journal().wait_for_calls(ADD, 6).await;
    house.wires[0].close().await;
    let answers = asking.join_all().await;

    let mut found = incidents(&house.sim);
    for (mark, reply) in answers {
        let own = found.remove(&mark).unwrap_or_default();
        match reply.status {
            202 => assert_eq!(own, [reply.incident()], "{mark}"),
            503 => assert!(own.is_empty(), "{mark}: {own:?} after {}", reply.text),
            504 => assert!(own.len() <= 1, "{mark}: {own:?}"),
            other => panic!("{mark}: {other} {}", reply.text),
        }
    }
    assert!(found.is_empty(), "{found:?}");
    house.sim.expire_sessions();
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ksc_that_ends_resting_connections_at_random_brings_nothing_in_doubt() {
    let house = wired_for(1, "3s").await;
    let wire = &house.wires[0];
    wire.close().await;
    wire.close_resting(Duration::from_millis(60));
    wire.open_again().await;
    let before = wire.made();
    acceptance::eventually("the gateway has met such ends", || async {
        house.soar().get("/v1/hosts?name=ws-042").await.expect(200);
        (wire.made() >= before + 3).then_some(())
    })
    .await;

    let mut answers = Vec::new();
    for begin in (0..200).step_by(20) {
        answers.extend(crowd(&house, begin..begin + 20).await);
    }

    assert!(answers.iter().all(|it| it.1.status == 202), "{answers:?}");
    assert_once(&house.sim, &answers);
    // A step of a walk over the tasks may have met such an end, and with it what was open.
    house.sim.expire_sessions();
    house.close().await;
}
