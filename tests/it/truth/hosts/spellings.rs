//! One device in all the ways in which it is written: one host for requests, for searches, for what
//! is remembered and for the list of the protected.

use acceptance::calls::FIND_HOSTS;
use acceptance::{House, Plan, WS_042};
use ksc_simulator::{HostSpec, Scenario};
use serde_json::json;

use super::asking::encoded;

/// Devices with the names that KSC, Windows and people give them, and in how many ways each is
/// written.
fn devices() -> Vec<(HostSpec, Vec<&'static str>)> {
    let host = |number: u8, name: &str, fqdn: &str, netbios: &str| -> HostSpec {
        let spec = json!({
            "id": format!("5be11000-0000-4000-8000-0000000000{number:02x}"), "name": name, "fqdn": fqdn,
            "netbios": netbios, "ip": format!("10.77.0.{number}"),
        });
        serde_json::from_value(spec).expect("a device")
    };
    vec![
        (
            host(1, "WIN11-001", "win11-001.corp.example", "WIN11-001"),
            vec![
                "win11-001.corp.example.",
                "WIN11-001.CORP.EXAMPLE.",
                "win11-001.",
                "CORP\\WIN11-001",
                "corp\\win11-001$",
                "WIN11-001$",
                "\\\\WIN11-001",
                "\\\\win11-001.corp.example",
                "CORP.EXAMPLE\\win11-001",
                "{5BE11000-0000-4000-8000-000000000001}",
                "10.77.0.1",
                "::ffff:10.77.0.1",
                "::FFFF:0a4d:0001",
                "0:0:0:0:0:ffff:a4d:1",
                "::ffff:10.77.0.1%eth0",
                "64:ff9b::a4d:1",
                "1.0.77.10.in-addr.arpa",
                "1.0.77.10.in-addr.arpa.",
                "ＷＩＮ11-001",
            ],
        ),
        (
            host(2, "БУХ-11", "xn---11-9cd4gm.corp.example", "BUH-11"),
            vec![
                "бух-11",
                "бух-11.corp.example",
                "БУХ-11.corp.example.",
                "xn---11-9cd4gm.corp.example.",
                "XN---11-9CD4GM.CORP.EXAMPLE",
                "xn---11-9cd4gm",
            ],
        ),
        (
            // As a system that writes accents apart reports it.
            host(3, "Bu\u{308}ro-3", "buero-3.corp.example", "BUERO-3"),
            vec!["Büro-3", "büro-3", "BU\u{308}RO-3", "xn--bro-3-kva"],
        ),
        (
            host(4, "Café-4", "cafe-4.corp.example", "CAFE-4"),
            vec!["Cafe\u{301}-4", "CAFÉ-4"],
        ),
        (
            host(5, "PC-BUH-07~~10281", "pc-buh-07.b.example", "PC-BUH-07"),
            vec!["PC-BUH-07~~10281", "pc-buh-07~~10281"],
        ),
        (
            host(
                6,
                "Kiosk #4 (2), O'Brien's; R&D <a@b+c> = ^|!%{x}`y/z:",
                "k4.b.example",
                "K4",
            ),
            vec!["Kiosk #4 (2), O'Brien's; R&D <a@b+c> = ^|!%{x}`y/z:"],
        ),
        (host(7, "NOTE\\7", "n7.b.example", "N7"), vec!["NOTE\\7"]),
        (
            host(8, "Acme Inc.", "acme.b.example", "ACME$"),
            vec!["Acme Inc.", "ACME$"],
        ),
        (
            host(9, "Рабочая\u{a0}станция", "rs9.b.example", "RS9"),
            vec!["Рабочая\u{a0}станция"],
        ),
    ]
}

async fn house(settings: Vec<(&'static str, String)>) -> House {
    House::furnish(Plan {
        scenario: Scenario {
            extra_hosts: devices().into_iter().map(|(it, _)| it).collect(),
            ..Scenario::default()
        },
        settings,
        ..Plan::default()
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_spelling_of_a_device_is_the_device() {
    let house = house(vec![]).await;
    let soar = house.soar();
    for (host, spellings) in devices() {
        for spelling in spellings {
            let tried = soar.rehearse(spelling).await;
            assert_eq!(
                tried.expect(200).json["targetHost"]["id"],
                host.id,
                "{spelling}"
            );

            let address = spelling.contains("77") || spelling.contains("a4d");
            let parameter = match spelling {
                it if it.starts_with('{') => continue,
                _ if address => "ip",
                _ => "name",
            };
            let found = soar
                .get(&format!("/v1/hosts?{parameter}={}", encoded(spelling)))
                .await
                .expect(200);
            assert_eq!(found.json["hosts"][0]["id"], host.id, "{spelling}");
            assert_eq!(found.json["hosts"].as_array().map(Vec::len), Some(1));
        }
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn spellings_of_one_name_are_remembered_as_one() {
    let house = house(vec![]).await;
    let soar = house.soar();
    soar.isolate("WIN11-001.corp.example").await.expect(202);
    let asked = house.sim.journal().count(FIND_HOSTS);

    for spelling in [
        "win11-001.corp.example.",
        "CORP.EXAMPLE\\WIN11-001$",
        "\\\\WIN11-001.corp.example",
    ] {
        soar.isolate(spelling).await.expect(202);
    }

    assert_eq!(house.sim.journal().count(FIND_HOSTS), asked);
    let incidents = house.sim.journal().incidents();
    assert_eq!(incidents.len(), 4);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_protected_host_is_protected_in_every_spelling_of_the_pattern() {
    for (host, spellings) in devices() {
        for pattern in spellings.iter().filter(|it| !it.contains(", ")) {
            let house = house(vec![("tasks.protected_hosts", (*pattern).to_owned())]).await;
            for name in [&host.id, &host.name, &host.fqdn] {
                let refused = house.soar().isolate(name).await.expect(403);
                assert_eq!(refused.code(), "host_protected", "{pattern}: {name}");
            }
            house.soar().isolate(WS_042).await.expect(202);
            assert_eq!(house.sim.journal().incidents().len(), 1, "{pattern}");
            house.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_looks_like_an_address_and_is_none_is_refused_by_every_door() {
    let house = house(vec![]).await;
    let soar = house.soar();

    for text in [
        "10.77.0.001",
        "010.77.0.1",
        "10.77.0.256",
        "fe80::1",
        "fe80::1%12",
        "2001:db8::1",
        "::1",
        "10.77.0.0/24",
        "10.77.0.1:443",
        "256.0.77.10.in-addr.arpa",
    ] {
        let refused = soar.isolate(text).await.expect(422);
        let address = [("/targetHost".to_owned(), "address".to_owned())];
        assert_eq!(refused.violations(), address, "{text}");
        for (parameter, code) in [("name", "address"), ("ip", "ipv4")] {
            let found = soar
                .get(&format!("/v1/hosts?{parameter}={}", encoded(text)))
                .await;
            let expected = [(format!("?{parameter}"), code.to_owned())];
            assert_eq!(found.expect(422).violations(), expected, "{text}");
        }
        let listed = soar.get(&format!("/v1/tasks?host={}", encoded(text))).await;
        assert_eq!(listed.expect(422).violations().len(), 1, "{text}");
    }
    assert_eq!(house.sim.journal().count(FIND_HOSTS), 0);
    house.close().await;
}
