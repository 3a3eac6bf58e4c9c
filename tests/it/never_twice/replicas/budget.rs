//! Replicas share the room that KSC has, to the last place.

use ksc_simulator::{ForeignTask, RunState};

use super::pair::Replicas;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn replicas_that_send_side_by_side_take_no_more_places_than_there_are() {
    let settings = [
        ("backends.ksc.budget", "30"),
        ("backends.ksc.budget_policy", "refuse"),
        ("limits.max_in_flight", "1000"),
    ];
    let house = Replicas::with(&settings).await;
    for number in 0..10 {
        house.sim.add_task(ForeignTask {
            display_name: format!("[Response][KATA] getFile - 01/02/2026 03:04:05 - x{number}"),
            hosts: vec![acceptance::WS_042.to_owned()],
            state: RunState::Running,
            type_name: None,
            age_seconds: 3600,
        });
    }
    let off: Vec<String> = house
        .sim
        .hosts()
        .into_iter()
        .filter(|it| !it.online)
        .map(|it| it.id)
        .collect();
    // Both have counted, and know of twenty free places.
    for caller in [house.one.soar(), house.other.soar()] {
        let budget = caller.get("/v1/budget").await.expect(200);
        assert_eq!(budget.json["free"], 20, "{}", budget.text);
    }

    let asking: Vec<_> = (0..60)
        .map(|number| {
            let soar = [house.one.soar(), house.other.soar()][number % 2].clone();
            let host = off[number % off.len()].clone();
            tokio::spawn(async move { soar.isolate(&host).await })
        })
        .collect();
    let (mut taken, mut refused) = (0, 0);
    for one in asking {
        let reply = one.await.expect("no panic");
        match reply.status {
            202 => taken += 1,
            429 => {
                assert_eq!(reply.code(), "task_budget_exhausted");
                let detail = reply.json["detail"].as_str().unwrap_or_default();
                assert!(
                    detail.contains("what has not finished: KSC task "),
                    "{detail}"
                );
                refused += 1;
            }
            other => panic!("{other}: {}", reply.text),
        }
    }

    assert_eq!(taken + refused, 60);
    assert_eq!(house.incidents(), taken);
    assert!(taken <= 20, "{taken} of 20 places");
    assert!(taken >= 15, "only {taken} of 20 places");
    house.close().await;
}
