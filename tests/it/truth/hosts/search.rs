//! The search for hosts: whole names and beginnings, all conditions, whole lists, page by page.

use std::collections::BTreeSet;

use acceptance::calls::FIND_HOSTS;
use acceptance::{Caller, House, Plan, Reply, WS_042};
use ksc_simulator::{Scenario, TagSetter};
use serde_json::{Value, json};

use super::asking::{encoded, keeps_the_document, kiosks};

async fn find(soar: &Caller, query: &str) -> Reply {
    soar.get(&format!("/v1/hosts?{query}")).await
}

fn ids(reply: &Reply) -> Vec<String> {
    let hosts = reply.json["hosts"].as_array().expect("hosts");
    let id = |it: &Value| it["id"].as_str().expect("an id").to_owned();
    hosts.iter().map(id).collect()
}

async fn house_with_kiosks(count: u16) -> House {
    House::furnish(Plan::of(Scenario {
        extra_hosts: kiosks(count),
        ..Scenario::default()
    }))
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_name_address_and_id_finds_the_host() {
    let house = House::open().await;
    let soar = house.soar();

    for query in [
        "name=WS-042",
        "name=ws-042",
        "name=ws-042.corp.example",
        "name=WS-042.Corp.Example",
        "ip=10.20.30.42",
        &format!("id={WS_042}"),
        &format!("id={}", WS_042.to_uppercase()),
        &format!("name=WS-042&ip=10.20.30.42&id={WS_042}"),
    ] {
        let found = find(&soar, query).await.expect(200);
        assert_eq!(ids(&found), [WS_042], "{query}");
        assert_eq!(found.json.get("nextCursor"), None, "{query}");
    }
    let found = find(&soar, "name=WS-042").await.expect(200);
    keeps_the_document(&house, "HostList", &found).await;
    let now = found.json["hosts"][0]["lastSeen"].clone();
    assert_eq!(
        found.json["hosts"][0],
        json!({
            "backend": "ksc",
            "id": WS_042, "name": "WS-042", "fqdn": "ws-042.corp.example", "dnsName": "ws-042",
            "netbios": "WS-042", "ip": "10.20.30.42", "lastSeen": now, "agentConnected": true,
            "ready": "yes"
        })
    );
    let cyrillic = find(&soar, &format!("name={}", encoded("бух-07")))
        .await
        .expect(200);
    assert_eq!(cyrillic.json["hosts"][0]["name"], "БУХ-07");
    assert_eq!(cyrillic.json["hosts"][0]["netbios"], "ACC-07");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_asked_must_hold_and_none_is_an_empty_list() {
    let house = House::open().await;
    let soar = house.soar();

    let both = find(&soar, "name=SRV-FILES").await.expect(200);
    assert_eq!(both.json["hosts"].as_array().map(Vec::len), Some(2));
    let one = find(&soar, "name=srv-files&ip=10.20.40.102").await;
    assert_eq!(
        one.expect(200).json["hosts"][0]["fqdn"],
        "srv-files.spb.corp.example"
    );
    for query in [
        "name=WS-04",
        "name=WS-042&ip=10.20.30.1",
        "name=10.20.30.42",
        &format!("name={WS_042}"),
        "id=00000000-0000-0000-0000-000000000000",
    ] {
        let none = find(&soar, query).await.expect(200);
        assert_eq!(none.json, json!({"hosts": []}), "{query}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_while_hosts_come_and_go() {
    let house = house_with_kiosks(25).await;
    let soar = house.soar();
    let all = ids(&find(&soar, "name=kiosk").await.expect(200));
    assert_eq!(all.len(), 25);
    assert!(all.is_sorted());

    let first = find(&soar, "name=kiosk&limit=10").await.expect(200);
    let cursor = first.json["nextCursor"].as_str().expect("more").to_owned();
    // The host that the cursor names goes, and so does one of the next page; both come back at
    // other places.
    let back = [&all[9], &all[12]].map(|it| house.sim.reregister_host(it));
    let mut seen = ids(&first);
    let mut next = Some(cursor);
    let mut pages = 1;
    while let Some(cursor) = next {
        let page = find(&soar, &format!("name=kiosk&limit=10&cursor={cursor}")).await;
        let page = page.expect(200);
        seen.extend(ids(&page));
        next = page.json["nextCursor"].as_str().map(str::to_owned);
        pages += 1;
    }

    assert_eq!(pages, 3);
    assert!(seen.is_sorted(), "{seen:?}");
    for id in all.iter().filter(|it| **it != all[12]) {
        assert_eq!(seen.iter().filter(|it| *it == id).count(), 1, "{id}");
    }
    assert!(!seen.contains(&all[12]));
    for id in back.iter().filter(|it| **it > all[9]) {
        assert!(seen.contains(id), "{id}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_just_full_has_no_next_one() {
    let house = house_with_kiosks(10).await;

    let full = find(&house.soar(), "name=kiosk&limit=10").await.expect(200);

    assert_eq!(ids(&full).len(), 10);
    assert_eq!(full.json.get("nextCursor"), None);
    house.close().await;
}

/// The ids of all pages, in their order, and how many pages there were.
async fn walked(soar: &Caller, query: &str) -> (Vec<String>, usize) {
    let mut seen = Vec::new();
    let mut pages = 0;
    let mut cursor = String::new();
    loop {
        let page = find(soar, &format!("{query}{cursor}")).await.expect(200);
        seen.extend(ids(&page));
        pages += 1;
        match page.json["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (seen, pages),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_hosts_than_are_read_at_once_come_part_by_part() {
    let mut hosts = kiosks(1_201);
    for (number, host) in (0_u32..).zip(&mut hosts) {
        // As KSC makes them: spread over all beginnings.
        let beginning = number.wrapping_mul(2_654_435_769);
        host.id = format!("{beginning:08x}-0000-4000-8000-{number:012x}");
    }
    let house = House::furnish(Plan::of(Scenario {
        extra_hosts: hosts,
        ..Scenario::default()
    }))
    .await;
    let soar = house.soar();

    let before = house.sim.journal().count(FIND_HOSTS);
    let (named, pages) = walked(&soar, "name=kiosk&limit=200").await;
    let asked = house.sim.journal().count(FIND_HOSTS) - before;
    let (all, _) = walked(&soar, "limit=200").await;

    assert_eq!(named.len(), 1_201);
    assert!(named.is_sorted() && all.is_sorted());
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    assert!(named.iter().all(|it| all.contains(it)));
    let known = find(&soar, "prefix=ws-&limit=200").await.expect(200);
    assert!(ids(&known).iter().all(|it| all.contains(it)) && !ids(&known).is_empty());
    assert!(asked <= pages * 6, "{asked} searches for {pages} pages");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_whose_ids_are_too_much_alike_are_refused_and_not_cut() {
    let mut hosts = kiosks(1_001);
    for (number, host) in hosts.iter_mut().enumerate() {
        host.id = format!("00000000-0000-4000-8000-{number:012x}");
    }
    let house = House::furnish(Plan::of(Scenario {
        extra_hosts: hosts,
        ..Scenario::default()
    }))
    .await;
    let soar = house.soar();

    let refused = find(&soar, "name=kiosk").await.expect(422);

    assert_eq!(
        refused.violations(),
        [("?name".to_owned(), "too_broad".to_owned())]
    );
    let narrow = find(&soar, "name=kiosk&ip=10.9.3.232").await.expect(200);
    assert_eq!(ids(&narrow).len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_hosts_are_listed_with_what_they_are_ready_for() {
    let house = House::open().await;
    let soar = house.soar();

    let all = find(&soar, "limit=200").await.expect(200);

    keeps_the_document(&house, "HostList", &all).await;
    assert!(ids(&all).contains(&WS_042.to_owned()), "{}", all.text);
    let mut apart = Vec::new();
    for ready in ["yes", "no", "unknown"] {
        let some = find(&soar, &format!("limit=200&ready={ready}"))
            .await
            .expect(200);
        for host in some.json["hosts"].as_array().expect("hosts") {
            assert_eq!(host["ready"], ready);
            let path = format!("/v1/hosts/{}", host["id"].as_str().expect("an id"));
            assert_eq!(soar.get(&path).await.expect(200).json["ready"], ready);
        }
        assert!(ready == "unknown" || !ids(&some).is_empty(), "{ready}");
        apart.extend(ids(&some));
    }
    apart.sort();
    assert_eq!(apart, ids(&all));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_beginning_finds_every_name_in_any_spelling() {
    let house = house_with_kiosks(3).await;
    let soar = house.soar();

    for (beginning, expected) in [
        ("prefix=kiosk-1", 1),
        ("prefix=KIOSK", 3),
        ("prefix=Kiosk-2.SHOP", 1),
        ("prefix=iosk", 0),
        ("prefix=kiosk&ip=10.9.0.1", 1),
        ("prefix=%D0%B1%D1%83", 1),
    ] {
        let found = find(&soar, beginning).await.expect(200);
        assert_eq!(ids(&found).len(), expected, "{beginning}: {}", found.text);
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn isolated_hosts_are_those_that_say_so_themselves() {
    let house = house_with_kiosks(120).await;
    let soar = house.soar();
    let tag = "ISOLATED FROM NETWORK";
    house.sim.set_tag(WS_042, tag, TagSetter::Product);

    let (isolated, pages) = walked(&soar, "isolation=isolated").await;
    let one = find(&soar, "name=ws-042&isolation=isolated")
        .await
        .expect(200);

    assert_eq!(isolated, [WS_042]);
    assert!(pages > 2, "some pages are empty: {pages}");
    assert_eq!(one.json["hosts"][0]["isolation"]["state"], "isolated");
    keeps_the_document(&house, "HostList", &one).await;
    let other = find(&soar, "name=ws-042&isolation=unknown")
        .await
        .expect(200);
    assert_eq!(other.json, json!({"hosts": []}));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_is_judged_as_a_whole_and_ksc_is_not_asked() {
    let house = House::open().await;
    let soar = house.soar();
    let named = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());

    let nowhere = find(&soar, "ip=0.0.0.0").await.expect(422);
    assert_eq!(nowhere.violations(), [named("?ip", "ipv4")]);
    let unclear = find(&soar, "prefix=a%2A&ready=true&isolation=").await;
    assert_eq!(
        unclear.expect(422).violations(),
        [
            named("?prefix", "host_name"),
            named("?ready", "ready"),
            named("?isolation", "isolation"),
        ]
    );
    let wrong = find(
        &soar,
        "name=a%2A&ip=fe80::1&id=a.b&limit=201&cursor=x&order=name&limit=1",
    );
    assert_eq!(
        wrong.await.expect(422).violations(),
        [
            named("?order", "unknown_parameter"),
            named("?name", "host_name"),
            named("?ip", "ipv4"),
            named("?id", "host_id"),
            named("?limit", "repeated"),
            named("?cursor", "cursor"),
        ]
    );

    assert_eq!(house.sim.journal().count(FIND_HOSTS), 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_have_a_scope_of_their_own() {
    let house = House::open().await;
    let path = format!("/v1/hosts/{WS_042}");

    for path in ["/v1/hosts?name=WS-042", "/v1/hosts", &path] {
        let other = house.caller("tasks.create tasks.read tasks.cancel");
        let refused = other.get(path).await.expect(403);
        assert_eq!(refused.code(), "scope_missing");
        assert!(
            refused
                .header("www-authenticate")
                .contains("scope=\"hosts.read\"")
        );
    }
    house.caller("hosts.read").get(&path).await.expect(200);
    assert_eq!(house.sim.journal().count(FIND_HOSTS), 0);
    house.close().await;
}
