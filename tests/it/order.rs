//! Requests for one host leave in the order in which they came, by whatever name it is called.

use std::time::Duration;

use acceptance::House;
use ksc_simulator::{Fault, FaultKind, Journal};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_release_never_overtakes_the_isolation_before_it() {
    let house = House::open().await;
    let gate = house.sim.gate().clone();
    gate.hold_calls_to("HostGroup.AddIncident");
    let names = [
        "ws-042.corp.example",
        "WS-042",
        acceptance::WS_042,
        "WS-042.CORP.EXAMPLE",
    ];

    let mut asking = Vec::new();
    for (number, name) in names.into_iter().enumerate() {
        let soar = house.soar();
        let action = 1 - number % 2;
        asking.push(tokio::spawn(async move {
            soar.create("isolateHost", name, json!({"action": action}))
                .await
        }));
        // The next one comes when this one is on its way: at the gate, or in the queue behind it.
        if number == 0 {
            gate.wait_until_waiting(1).await;
        } else {
            let asked_for = |it: &Journal| {
                it.count("HostGroup.FindHosts") + it.count("HostGroup.GetHostInfo") > number
            };
            house.sim.journal().wait_for(asked_for).await;
        }
        // So that each is looked up anew: that shows when it has come.
        house.advance(Duration::from_secs(5)).await;
    }
    assert_eq!(gate.waiting(), 1, "one at a time");
    gate.open();
    for one in asking {
        one.await.expect("no panic").expect(202);
    }

    let actions: Vec<_> = house
        .incident_bodies()
        .into_iter()
        .map(|it| it["params"]["action"].clone())
        .collect();
    assert_eq!(actions, [1, 0, 1, 0]);
    let methods = house.sim.journal().methods();
    let writes: Vec<_> = methods
        .iter()
        .filter(|it| it.ends_with("Incident"))
        .collect();
    let pair = ["HostGroup.AddIncident", "HostGroup.UpdateIncident"];
    assert_eq!(writes, pair.repeat(4).iter().collect::<Vec<_>>());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_by_id_does_not_pass_an_isolation_by_name_whose_look_up_is_slow() {
    let house = House::open().await;
    let slow = Fault::on(
        "HostGroup.FindHosts",
        FaultKind::delay(Duration::from_secs(1)),
    );
    house.sim.faults().push(slow);
    let ask = |name: &'static str, action: u8| {
        let soar = house.soar();
        tokio::spawn(async move {
            soar.create("isolateHost", name, json!({"action": action}))
                .await
        })
    };

    let isolation = ask("ws-042.corp.example", 1);
    house
        .sim
        .journal()
        .wait_for_calls("HostGroup.FindHosts", 1)
        .await;
    let release = ask(acceptance::WS_042, 0);
    for one in [isolation, release] {
        one.await.expect("no panic").expect(202);
    }

    let actions: Vec<_> = house
        .incident_bodies()
        .into_iter()
        .map(|it| it["params"]["action"].clone())
        .collect();
    assert_eq!(actions, [1, 0]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_do_not_wait_for_each_other() {
    let house = House::open().await;
    let gate = house.sim.gate().clone();
    gate.hold_calls_to("HostGroup.AddIncident");

    let mut asking = Vec::new();
    for name in [
        "ws-042.corp.example",
        "ws-001.corp.example",
        "ws-002.corp.example",
    ] {
        let soar = house.soar();
        asking.push(tokio::spawn(async move { soar.isolate(name).await }));
    }
    gate.wait_until_waiting(3).await;
    gate.open();

    for one in asking {
        one.await.expect("no panic").expect(202);
    }
    house.close().await;
}
