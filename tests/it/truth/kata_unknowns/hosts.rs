//! What a host is called, and what is told of it.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use acceptance::{House, at, isolation, tell};
use kata_simulator::{MomentForm, Nobody, Scenario, SensorSpec};
use serde_json::Value;

const ISOLATE: &str = "/v1/tasks/isolateHost";

/// What orders are called in the simulator's journal.
const ORDERS: &str = "POST settings/network_isolation";

/// A house with a Central Node that has these hosts.
async fn house_of(fleet: u32, sensors: Vec<SensorSpec>) -> House {
    let scenario = Scenario {
        everyday_sensors: false,
        sensors,
        fleet,
        ..Scenario::default()
    };
    House::with_central_node_of(scenario, &[]).await
}

async fn details(house: &House, host: &str) -> Value {
    let id = house.kata().sensor(host);
    let path = format!("/v1/hosts/{id}?backend=kata");
    house.soar().get(&path).await.expect(200).json
}

/// Open: whether the case of an id counts. It is compared without, and sent as KATA writes it.
#[tokio::test(flavor = "multi_thread")]
async fn an_id_means_its_host_in_whichever_case_it_is_written() {
    for any_case in [false, true] {
        let house = House::with_central_node(&[]).await;
        house.kata().behave(|it| it.ids_in_any_case = any_case);
        let soar = house.soar();
        let id = house.kata().sensor("srv-db-01");
        let lower = id.to_lowercase();
        assert_ne!(id, lower);

        let created = soar.post(ISOLATE, &at("kata", isolation(&lower))).await;
        let created = created.expect(202);
        let shown = soar.get(&format!("/v1/hosts/{lower}?backend=kata")).await;

        assert_eq!(created.json["targetHost"]["id"], id.as_str());
        let orders = house.kata().journal().requests_of(ORDERS);
        let query = format!("sensor_id={id}");
        assert!(orders[0].query.contains(&query), "{}", orders[0].query);
        assert_eq!(shown.expect(200).json["id"], id.as_str());
        house.close().await;
    }
}

/// Open: how moments are written.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_contact_is_the_same_moment_however_it_is_written() {
    let house = House::with_central_node(&[]).await;
    let written = details(&house, "srv-db-01").await["lastSeen"].clone();
    assert!(written.is_string(), "{written}");
    for (form, expected) in [
        (MomentForm::Seconds, &written),
        (MomentForm::Milliseconds, &written),
        (MomentForm::Microseconds, &written),
        (MomentForm::Null, &Value::Null),
        (MomentForm::Absent, &Value::Null),
    ] {
        house.kata().behave(|it| it.moments = form);

        let host = details(&house, "srv-db-01").await;

        assert_eq!(&host["lastSeen"], expected, "{form:?}: {host}");
    }
    house.close().await;
}

/// Open: which words there are for the system, the licence and what a host can do. The system is
/// found in the word; nothing is refused by a word that nobody knows.
#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_nobody_knows_decides_nothing() {
    let of = |name: &str, last, family: &str, system: &str| SensorSpec {
        os_family: family.to_owned(),
        os_name: system.to_owned(),
        license: "on-the-house".to_owned(),
        capabilities: vec!["sendFlowers".to_owned()],
        ..SensorSpec::linux(name, Ipv4Addr::new(10, 20, 40, last))
    };
    let house = house_of(
        0,
        vec![
            of("srv-a", 71, "LinuxServer", "RED OS 8"),
            of("srv-b", 72, "windows_server", "2025"),
            of("srv-c", 73, "plan9", "Fourth Edition"),
        ],
    )
    .await;
    for (host, outcome, detail) in [
        ("srv-a", "passed", "A Linux host"),
        ("srv-b", "passed", "A Windows host"),
        ("srv-c", "unknown", "does not say plainly"),
    ] {
        let shown = details(&house, host).await;
        let check = &shown["checks"][0];
        assert_eq!(check["name"], "operatingSystem", "{shown}");
        assert_eq!(check["outcome"], outcome, "{shown}");
        assert!(check["detail"].to_string().contains(detail), "{shown}");

        let body = at("kata", isolation(host));
        house.soar().post(ISOLATE, &body).await.expect(202);
    }
    house.close().await;
}

/// Open: whether a host that is not there is an empty list or 404; and the pages' swapped codes,
/// which mean nothing to a gateway that is accepted.
#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_not_there_is_not_found_however_that_is_told() {
    let house = House::with_central_node(&[]).await;
    let soar = house.soar();
    for nobody in [Nobody::EmptyList, Nobody::NotFound] {
        for swapped in [false, true] {
            house.kata().behave(|it| {
                it.nobody = nobody;
                it.swapped_codes = swapped;
            });
            for name in [
                "srv-nobody",
                "10.99.99.99",
                "00000000-0000-4000-8000-00000000BEEF",
            ] {
                let refused = soar.post(ISOLATE, &at("kata", isolation(name))).await;
                let refused = refused.expect(404);
                assert_eq!(refused.code(), "host_not_found", "{nobody:?} {name}");
            }
        }
    }
    assert_eq!(house.kata().journal().count(ORDERS), 0);
    house.close().await;
}

/// Open: whether hosts can share an address; a script in use takes the first row that comes.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_hosts_behind_one_address_none_is_guessed() {
    let address = Ipv4Addr::new(10, 20, 40, 80);
    let house = house_of(
        0,
        vec![
            SensorSpec::linux("srv-nat-01", address),
            SensorSpec::linux("srv-nat-02", address),
        ],
    )
    .await;
    let body = at("kata", isolation("10.20.40.80"));

    let refused = house.soar().post(ISOLATE, &body).await.expect(409);

    assert_eq!(refused.code(), "host_ambiguous");
    let candidates = refused.json["candidates"].as_array().expect("candidates");
    let mut ids: Vec<&str> = candidates
        .iter()
        .filter_map(|it| it["id"].as_str())
        .collect();
    ids.sort_unstable();
    let mut own = ["srv-nat-01", "srv-nat-02"].map(|it| house.kata().sensor(it));
    own.sort_unstable();
    assert_eq!(ids, own);
    assert_eq!(house.kata().journal().count(ORDERS), 0);
    house.close().await;
}

/// Open: the size of a list that has no pages. A name in another case than KATA's is found in the
/// whole of it, which is read once a minute.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_in_another_case_is_found_among_ten_thousand_that_are_read_once() {
    let house = house_of(10_000, Vec::new()).await;
    house
        .kata()
        .behave(|it| it.host_name_member = Some("hostName".to_owned()));
    let soar = house.soar();
    let path = format!("{ISOLATE}/dry-run");
    let whole = || {
        let lists = house.kata().journal().requests_of("GET sensors");
        lists.iter().filter(|it| it.query.is_empty()).count()
    };
    let begun = Instant::now();

    for name in ["fleet-009999", "Fleet-000001", "fLEET-005000"] {
        let dry = soar.post(&path, &at("kata", isolation(name))).await;
        let dry = dry.expect(200);
        let shown = dry.json["targetHost"]["name"].to_string();
        assert!(shown.eq_ignore_ascii_case(&format!("{name:?}")), "{shown}");
    }

    assert_eq!(whole(), 1);
    let took = begun.elapsed();
    house.advance(Duration::from_secs(61)).await;
    let body = at("kata", isolation("fleet-000002"));
    soar.post(&path, &body).await.expect(200);
    assert_eq!(whole(), 2);
    tell(&format!(
        "kata: three names among 10,000 hosts, one list: {:.1} s",
        took.as_secs_f64()
    ));
    house.close().await;
}

/// `all` means every host in another call of this API, and nothing that a task may be for; and a
/// name stays one value of the query, whatever is in it.
#[tokio::test(flavor = "multi_thread")]
async fn neither_all_nor_a_name_with_a_query_in_it_reaches_more_than_a_name_may() {
    let house = House::with_central_node(&[]).await;
    for name in [
        "all",
        "ALL",
        "srv-db-01&sensor_id=all",
        "x&settings_type=prevention#",
        "srv-db-01%26ip=10.20.40.62",
    ] {
        let body = at("kata", isolation(name));
        let refused = house.soar().post(ISOLATE, &body).await.expect(404);
        assert_eq!(refused.code(), "host_not_found", "{name}");
    }

    let requests = house.kata().journal().requests();
    for request in &requests {
        let parts: Vec<&str> = request.query.split('&').collect();
        assert!(parts.len() <= 1, "{}", request.query);
        assert!(
            !request.query.starts_with("sensor_id=all"),
            "{}",
            request.query
        );
    }
    assert_eq!(house.kata().journal().count("POST *"), 0);
    house.close().await;
}
