//! Sessions that end, and a KSC that is restarted, under a crowd.

use std::sync::Arc;
use std::time::Duration;

use acceptance::calls::{ADD, LOGIN};
use acceptance::{House, Plan};
use ksc_simulator::{Clock, Scenario};
use tokio::task::JoinSet;

use super::crowd::{assert_once, hosts, insist, mark};
use crate::never_twice::marks::marked;

/// The pool logs in one at a time. A session serves one user at a time, so as many sessions may be
/// opened as calls were struck, and no more: those who wait for a lease log in not at all, and of
/// those that were struck only the ones that find no new session free again.
#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_all_end_at_once_are_replaced_one_after_the_other_and_no_oftener_than_needed()
{
    const SESSIONS: usize = 4;
    const CROWD: usize = 24;
    let house = House::with(&[("backends.ksc.max_sessions", "4")]).await;
    let names = hosts(&house.sim, CROWD);
    let (gate, journal) = (house.sim.gate().clone(), house.sim.journal().clone());
    gate.hold_calls_to(ADD);
    let mut asking = JoinSet::new();
    for (number, host) in names.into_iter().enumerate() {
        let soar = house.soar();
        asking.spawn(async move {
            let mark = mark(number);
            let reply = soar.post("/v1/tasks/getFile", &marked(&host, &mark)).await;
            (mark, reply)
        });
    }
    gate.wait_until_waiting(SESSIONS).await;
    let before = journal.count(LOGIN);

    house.sim.expire_sessions();
    gate.hold_calls_to(LOGIN);
    gate.let_through(SESSIONS);
    let (mut at_once, mut answers) = (0, Vec::new());
    while !asking.is_empty() {
        at_once = at_once.max(gate.waiting_calls().len());
        if gate.waiting() > 0 {
            gate.let_through(1);
        }
        let next = tokio::time::timeout(Duration::from_millis(20), asking.join_next()).await;
        if let Ok(Some(done)) = next {
            answers.push(done.expect("no panic"));
        }
    }

    let logins = journal.count(LOGIN) - before;
    assert_eq!(at_once, 1, "one login at a time");
    assert!((1..=SESSIONS).contains(&logins), "{logins} logins");
    assert_once(&house.sim, &answers);
    gate.open();
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ksc_that_is_restarted_under_load_gets_everything_once() {
    const REQUESTS: usize = 160;
    const CALLERS: usize = 16;
    let plan = Plan {
        scenario: Scenario {
            clock: Clock::Real { speed: 1.0 },
            ..Scenario::default()
        },
        settings: vec![
            ("backends.ksc.request_timeout", "1s".to_owned()),
            ("backends.ksc.budget", "1000".to_owned()),
            ("backends.ksc.unknown_settles_after", "2s".to_owned()),
        ],
        ..Plan::default()
    };
    let house = Arc::new(House::furnish(plan).await);
    let names = hosts(&house.sim, 10);
    let mut asking = JoinSet::new();
    for caller in 0..CALLERS {
        let (soar, names) = (house.soar(), names.clone());
        asking.spawn(async move {
            let mut answers = Vec::new();
            for number in (caller..REQUESTS).step_by(CALLERS) {
                let mark = mark(number);
                let body = marked(&names[number % names.len()], &mark);
                answers.push((mark, insist(&soar, &format!("key-{number}"), &body).await));
            }
            answers
        });
    }

    for after in [20, 60, 100] {
        house.sim.journal().wait_for_calls(ADD, after).await;
        house.sim.stop_listening().await;
        house.sim.expire_sessions();
        house.sim.listen_again().await.expect("its port");
    }
    let answers: Vec<_> = asking.join_all().await.into_iter().flatten().collect();

    assert_eq!(answers.len(), REQUESTS);
    assert_once(&house.sim, &answers);
    Arc::into_inner(house).expect("the last one").close().await;
}
