//! Requests for one host leave in the order in which they came, by whatever name it is called.

use std::time::Duration;

use acceptance::House;
use acceptance::calls::{ADD, FIND_HOSTS, LOGIN, UPDATE};
use ksc_simulator::{Fault, FaultKind, Journal};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_release_never_overtakes_the_isolation_before_it() {
    let house = House::open().await;
    let gate = house.sim.gate().clone();
    gate.hold_calls_to(ADD);
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
            let asked_for =
                |it: &Journal| it.count(FIND_HOSTS) + it.count("HostGroup.GetHostInfo") > number;
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
    let pair = [ADD, UPDATE];
    assert_eq!(writes, pair.repeat(4).iter().collect::<Vec<_>>());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_by_id_does_not_pass_an_isolation_by_name_whose_look_up_is_slow() {
    let house = House::open().await;
    let slow = Fault::on(FIND_HOSTS, FaultKind::delay(Duration::from_secs(1)));
    house.sim.faults().push(slow);
    let ask = |name: &'static str, action: u8| {
        let soar = house.soar();
        tokio::spawn(async move {
            soar.create("isolateHost", name, json!({"action": action}))
                .await
        })
    };

    let isolation = ask("ws-042.corp.example", 1);
    house.sim.journal().wait_for_calls(FIND_HOSTS, 1).await;
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
    gate.hold_calls_to(ADD);

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

/// Asks for an isolation under this name.
fn ask(house: &House, name: &'static str) -> tokio::task::JoinHandle<acceptance::Reply> {
    let soar = house.soar();
    tokio::spawn(async move { soar.isolate(name).await })
}

/// One request for WS-042 is on its way, and another one, by name, waits behind it; it was looked
/// up.
async fn waiting_by_name(
    settings: &[(&'static str, &str)],
) -> (
    House,
    tokio::task::JoinHandle<acceptance::Reply>,
    tokio::task::JoinHandle<acceptance::Reply>,
) {
    let house = House::with(&[settings, &[("backends.ksc.budget_policy", "off")]].concat()).await;
    let gate = house.sim.gate().clone();
    gate.hold_calls_to(ADD);
    let first = ask(&house, acceptance::WS_042);
    gate.wait_until_waiting(1).await;
    let second = ask(&house, "ws-042.corp.example");
    house.sim.journal().wait_for_calls(FIND_HOSTS, 1).await;
    // It has its place when its look-up was answered and its session is free again.
    acceptance::eventually("it waits for its turn", || async {
        let leases = house.metric_of_ksc("edr_gateway_ksc_leases_in_use").await;
        (leases == "1").then_some(())
    })
    .await;
    (house, first, second)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_becomes_protected_while_its_request_waits_is_not_touched() {
    let protected = [("tasks.protected_hosts", "group:domain controllers,VIP-*")];
    for by_group in [true, false] {
        let (house, first, second) = waiting_by_name(&protected).await;

        house.advance(Duration::from_secs(6)).await;
        if by_group {
            let group = "Managed devices/Servers/Domain controllers";
            house.sim.move_host(acceptance::WS_042, group);
        } else {
            // The caller has asked by its DNS name, which it keeps as one of its names: another
            // device must not get it.
            house.sim.rename_host(acceptance::WS_042, "VIP-1");
            let other = house.sim.host("WS-001").id;
            house.sim.rename_host(&other, "ws-042.corp.example");
            house
                .sim
                .move_host(&other, "Managed devices/Domain controllers");
        }
        house.sim.gate().open();

        first.await.expect("no panic").expect(202);
        let refused = second.await.expect("no panic").expect(403);
        assert_eq!(refused.code(), "host_protected");
        assert_eq!(house.sim.journal().count(ADD), 1);
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_moves_while_its_request_waits_takes_the_turn_of_the_device_that_it_means() {
    let (house, first, second) = waiting_by_name(&[]).await;
    let gate = house.sim.gate().clone();
    let other = house.sim.host("WS-001").id;
    let by_id = other.clone();
    let soar = house.soar();
    let third = tokio::spawn(async move { soar.isolate(&by_id).await });
    gate.wait_until_waiting(2).await;

    house.advance(Duration::from_secs(6)).await;
    house.sim.rename_host(acceptance::WS_042, "OLD-042");
    house.sim.rename_host(&other, "ws-042.corp.example");
    // The first one is done; the second looks its name up again and waits behind the third.
    gate.let_through(1);
    first.await.expect("no panic").expect(202);
    house.sim.journal().wait_for_calls(FIND_HOSTS, 2).await;
    acceptance::eventually("it waits behind the third", || async {
        let leases = house.metric_of_ksc("edr_gateway_ksc_leases_in_use").await;
        (leases == "1").then_some(())
    })
    .await;
    assert_eq!(gate.waiting(), 1);
    gate.open();

    third.await.expect("no panic").expect(202);
    let second = second.await.expect("no panic").expect(202);
    assert_eq!(second.json["targetHost"]["id"], other);
    let hosts: Vec<String> = house
        .sim
        .journal()
        .incidents()
        .into_iter()
        .map(|it| it.host)
        .collect();
    assert_eq!(
        hosts,
        [acceptance::WS_042.to_owned(), other.clone(), other.clone()]
    );
    let audit = acceptance::lines("audit", second.request_id());
    assert_eq!(audit[0]["host.id"], other);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_means_nothing_or_two_hosts_after_the_wait_is_refused() {
    for (status, code) in [(404, "host_not_found"), (409, "host_ambiguous")] {
        let (house, first, second) = waiting_by_name(&[]).await;

        house.advance(Duration::from_secs(6)).await;
        if status == 404 {
            house.sim.rename_host(acceptance::WS_042, "OLD-042");
        } else {
            house.sim.double_host(acceptance::WS_042);
        }
        house.sim.gate().open();

        first.await.expect("no panic").expect(202);
        let refused = second.await.expect("no panic").expect(status);
        assert_eq!(refused.code(), code);
        assert_eq!(house.sim.journal().count(ADD), 1);
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_up_that_fails_after_the_wait_sends_nothing() {
    let (house, first, second) = waiting_by_name(&[]).await;

    house.advance(Duration::from_secs(6)).await;
    house
        .sim
        .faults()
        .push(Fault::on(FIND_HOSTS, FaultKind::pxg("KLSTD", 1195)));
    house.sim.gate().open();

    first.await.expect("no panic").expect(202);
    second.await.expect("no panic").expect(503);
    assert_eq!(house.sim.journal().count(ADD), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_that_a_look_up_outlives_asks_for_nothing_again() {
    let (house, first, second) = waiting_by_name(&[]).await;

    house.advance(Duration::from_secs(4)).await;
    house.sim.gate().open();

    first.await.expect("no panic").expect(202);
    second.await.expect("no panic").expect(202);
    assert_eq!(house.sim.journal().count(FIND_HOSTS), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_moves_while_the_console_or_the_session_is_waited_for_is_looked_up_again() {
    for method in ["ConEvents.IsAnyServiceConsoleAvailable", LOGIN] {
        let house = House::with(&[("backends.ksc.budget_policy", "off")]).await;
        let gate = house.sim.gate().clone();
        if method == LOGIN {
            // The session is lost between the console's answer and the incident.
            house
                .sim
                .faults()
                .push(Fault::on(ADD, FaultKind::ExpireSessions));
        }
        gate.hold_calls_to(method);
        let asking = ask(&house, "ws-042.corp.example");
        gate.wait_until_waiting(1).await;

        house.advance(Duration::from_secs(6)).await;
        house.sim.rename_host(acceptance::WS_042, "OLD-042");
        let other = house.sim.host("WS-001").id;
        house.sim.rename_host(&other, "ws-042.corp.example");
        gate.open();

        let reply = asking.await.expect("no panic").expect(202);
        assert_eq!(reply.json["targetHost"]["id"], other, "{method}");
        assert_eq!(house.sim.journal().incidents().len(), 1, "{method}");
        house.close().await;
    }
}
