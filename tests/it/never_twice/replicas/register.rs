//! What was asked for is remembered by every replica.

use acceptance::eventually;

use super::pair::Replicas;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_request_whose_incident_is_removed_is_answered_by_a_replica_that_never_saw_it() {
    let house = Replicas::start().await;
    let created = house.one.soar().isolate("ws-042").await.expect(202);
    let number = created.incident();
    house.until_kept("*:task:*", 1).await;

    assert!(house.sim.delete_incident(number));

    let location = created.header("location").to_owned();
    for caller in [house.other.soar(), house.one.soar()] {
        let found = caller.get(&location).await.expect(200);
        let evidence = found.json["evidence"].as_str().unwrap_or_default();
        assert!(
            evidence.ends_with("; its incident was removed from KSC"),
            "{evidence}"
        );
        for member in ["task", "targetHost", "requestedAt"] {
            assert_eq!(found.json[member], created.json[member], "{member}");
        }
    }
    // Parameters are not told to the store.
    let own = house.one.soar().get(&location).await.expect(200);
    assert_eq!(own.json["params"], created.json["params"]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_task_that_goes_on_without_its_incident_ends_at_every_replica() {
    let house = Replicas::start().await;
    let created = house.one.soar().isolate("ws-042").await.expect(202);
    let number = created.incident();
    house.until_kept("*:task:*", 1).await;
    let made = || async { house.sim.journal().incident(number)?.ksc_task };
    eventually("the console has made its task", made).await;

    assert!(house.sim.delete_incident(number));

    let location = created.header("location").to_owned();
    let other = house.other.soar();
    let ended = || async {
        let found = other.get(&location).await.expect(200);
        (found.json["state"] == "succeeded").then_some(())
    };
    eventually("its end is told", ended).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn the_task_of_a_deleted_incident_is_given_to_no_other_by_a_replica_that_never_saw_it() {
    let house = Replicas::start().await;
    let mut created = Vec::new();
    for count in 1..=2 {
        created.push(house.one.soar().isolate("ws-042").await.expect(202));
        house.until_kept("*:task:*", count).await;
    }
    let numbers: Vec<i64> = created
        .iter()
        .map(|it| it.json["incident"]["id"].as_i64().expect("a number"))
        .collect();
    let made = |at: usize| house.sim.journal().incident(numbers[at])?.ksc_task;
    eventually("the console has made both tasks", || async { made(1) }).await;

    assert!(house.sim.delete_task(&made(0).expect("it was made")));
    assert!(house.sim.delete_incident(numbers[1]));

    let other = house.other.soar();
    let read = other.get(created[0].header("location")).await.expect(200);
    assert_eq!(read.json["state"], "ambiguous", "{}", read.text);
    assert_eq!(read.json["kscTask"], serde_json::Value::Null);
    house.close().await;
}
