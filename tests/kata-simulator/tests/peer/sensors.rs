//! `GET sensors`: the list, its filters, and the forms that it may have.

use crate::clients::{Client, Identity};
use kata_simulator::{MomentForm, Nobody, Scenario, SensorSpec, Simulator};
use serde_json::{Value, json};
use std::net::Ipv4Addr;
use std::time::Duration;

async fn start() -> (Simulator, Client) {
    with(Scenario::default()).await
}

async fn with(scenario: Scenario) -> (Simulator, Client) {
    let sim = Simulator::start(scenario).await.expect("it starts");
    let client = Client::accepted(&sim).await;
    (sim, client)
}

async fn list(client: &mut Client, query: &str) -> Vec<Value> {
    let reply = client.get(&format!("sensors{query}")).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let list = reply.json()["sensors"].as_array().cloned();
    list.expect("a list")
}

#[tokio::test]
async fn the_whole_list_has_every_documented_member_and_no_other() {
    let (_sim, mut client) = start().await;

    let reply = client.get("sensors").await;

    assert_eq!(
        reply.header("content-type").as_deref(),
        Some("application/json")
    );
    let body = reply.json();
    assert_eq!(body["server"], json!({"version": "7.1.0.0"}));
    let rows = body["sensors"].as_array().expect("a list");
    assert_eq!(rows.len(), 6);
    let mut names: Vec<_> = rows[0].as_object().expect("a row").keys().collect();
    names.sort();
    assert_eq!(
        names,
        [
            "capabilities",
            "hostIp",
            "lastAccessTimestamp",
            "licenseStatus",
            "osFamily",
            "osName",
            "selfDefenseState",
            "sensorId",
            "version"
        ]
    );
    let families: Vec<_> = rows.iter().map(|it| it["osFamily"].as_str()).collect();
    assert!(families.contains(&Some("windows")) && families.contains(&Some("linux")));
}

#[tokio::test]
async fn filters_narrow_the_list_and_can_be_combined() {
    let (_sim, mut client) = start().await;

    let by_ip = list(&mut client, "?ip=10.20.30.42").await;
    let id = by_ip[0]["sensorId"].as_str().expect("an id").to_owned();

    assert_eq!(by_ip.len(), 1);
    assert_eq!(list(&mut client, &format!("?sensor_id={id}")).await, by_ip);
    assert_eq!(list(&mut client, "?host=WS-042").await, by_ip);
    let both = format!("?sensor_id={id}&ip=10.20.30.43");
    assert!(list(&mut client, &both).await.is_empty());
}

#[tokio::test]
async fn a_name_is_found_in_its_own_case_only() {
    let (_sim, mut client) = start().await;

    assert_eq!(list(&mut client, "?host=WS-042").await.len(), 1);
    assert!(list(&mut client, "?host=ws-042").await.is_empty());
}

#[tokio::test]
async fn an_id_is_found_in_its_own_case_unless_told_otherwise() {
    let (sim, mut client) = start().await;
    let id = list(&mut client, "?host=WS-042").await[0]["sensorId"].clone();
    let lower = format!("?sensor_id={}", id.as_str().expect("an id").to_lowercase());

    assert!(list(&mut client, &lower).await.is_empty());
    sim.behave(|it| it.ids_in_any_case = true);
    assert_eq!(list(&mut client, &lower).await[0]["sensorId"], id);
}

#[tokio::test]
async fn two_hosts_behind_one_address_are_two_rows() {
    let ip = Ipv4Addr::new(203, 0, 113, 9);
    let sensors = vec![
        SensorSpec::windows("NAT-1", ip),
        SensorSpec::linux("NAT-2", ip),
    ];
    let (_sim, mut client) = with(Scenario {
        sensors,
        ..Scenario::default()
    })
    .await;

    assert_eq!(list(&mut client, "?ip=203.0.113.9").await.len(), 2);
}

#[tokio::test]
async fn nobody_is_an_empty_list_or_not_found() {
    let (sim, mut client) = start().await;

    assert!(list(&mut client, "?ip=192.0.2.250").await.is_empty());
    sim.behave(|it| it.nobody = Nobody::NotFound);
    let reply = client.get("sensors?ip=192.0.2.250").await;

    assert_eq!(
        (reply.status, reply.body.as_str()),
        (404, r#"{"error":"Not Found"}"#)
    );
}

#[tokio::test]
async fn the_last_contact_moves_with_the_clock_for_hosts_on_line_only() {
    let (sim, mut client) = start().await;
    let before = list(&mut client, "").await;

    sim.advance(Duration::from_secs(3_600));
    let after = list(&mut client, "").await;

    let contact = "lastAccessTimestamp";
    assert_ne!(before[0][contact], after[0][contact]);
    assert_eq!(before[4][contact], after[4][contact], "it is off line");
}

#[tokio::test]
async fn a_host_goes_and_comes_but_one_that_never_comes_does_not() {
    let (sim, mut client) = start().await;
    let id = sim.sensor("WS-042");
    let contact = "lastAccessTimestamp";

    assert!(sim.set_on_line(&id, false));
    assert!(!sim.set_on_line(&id, false), "it is so already");
    let gone = list(&mut client, "?host=WS-042").await[0][contact].clone();
    sim.advance(Duration::from_secs(60));
    assert_eq!(list(&mut client, "?host=WS-042").await[0][contact], gone);
    assert!(sim.set_on_line(&id, true));
    assert_ne!(list(&mut client, "?host=WS-042").await[0][contact], gone);

    assert!(!sim.set_on_line(&sim.sensor("srv-lost-01"), true));
}

#[tokio::test]
async fn the_last_contact_has_every_form_that_it_may_have() {
    let (sim, mut client) = start().await;
    let contact = "lastAccessTimestamp";

    for (form, digits) in [
        (MomentForm::Seconds, 10),
        (MomentForm::Milliseconds, 13),
        (MomentForm::Microseconds, 16),
    ] {
        sim.behave(|it| it.moments = form);
        let number = list(&mut client, "").await[0][contact].clone();
        assert_eq!(number.to_string().len(), digits, "{number}");
    }
    sim.behave(|it| it.moments = MomentForm::Null);
    assert_eq!(
        list(&mut client, "").await[0].get(contact),
        Some(&Value::Null)
    );
    sim.behave(|it| it.moments = MomentForm::Absent);
    assert_eq!(list(&mut client, "").await[0].get(contact), None);
}

#[tokio::test]
async fn swapped_codes_say_400_to_strangers_and_401_to_wrong_parameters() {
    let (sim, mut client) = start().await;
    let twice = "sensors?ip=192.0.2.1&ip=192.0.2.2";
    let mut stranger = Client::connect(&sim, &Identity::make()).await;
    assert_eq!(client.get(twice).await.status, 400);
    assert_eq!(stranger.get("sensors").await.status, 401);

    sim.behave(|it| it.swapped_codes = true);

    let wrong = client.get(twice).await;
    assert_eq!(
        (wrong.status, wrong.body.as_str()),
        (401, r#"{"error":"Bad Request"}"#)
    );
    let refused = stranger.get("sensors").await;
    assert_eq!(
        (refused.status, refused.body.as_str()),
        (400, r#"{"error":"Unauthorized"}"#)
    );
}

#[tokio::test]
async fn a_hundred_thousand_hosts_come_whole_and_one_of_them_alone() {
    let (sim, mut client) = with(Scenario {
        fleet: 100_000,
        everyday_sensors: false,
        ..Scenario::default()
    })
    .await;
    sim.behave(|it| it.host_name_member = Some("hostName".to_owned()));

    let all = list(&mut client, "").await;

    assert_eq!(all.len(), 100_000);
    let last = &all[99_999];
    assert_eq!(last["hostName"], "FLEET-099999");
    let id = last["sensorId"].as_str().expect("an id");
    assert_eq!(
        list(&mut client, &format!("?sensor_id={id}")).await,
        std::slice::from_ref(last)
    );
    assert_eq!(
        list(&mut client, "?host=FLEET-099999").await,
        std::slice::from_ref(last)
    );
    let ip = last["hostIp"].as_str().expect("an address");
    assert_eq!(
        list(&mut client, &format!("?ip={ip}")).await,
        std::slice::from_ref(last)
    );
}

#[tokio::test]
async fn members_that_no_page_knows_can_be_everywhere() {
    let (sim, mut client) = start().await;
    sim.behave(|it| it.unknown_members = true);

    let reply = client.get("sensors?host=WS-042").await.json();

    assert_eq!(reply["xRevision"], 7);
    assert_eq!(reply["sensors"][0]["xRevision"], 7);
}

#[tokio::test]
async fn a_parameter_that_no_page_knows_is_passed_over_and_noted() {
    let (sim, mut client) = start().await;

    assert_eq!(list(&mut client, "?hostname=WS-042").await.len(), 6);

    let verdict = sim.verdict().expect_err("it is odd");
    assert_eq!(verdict, "GET sensors: no page has a parameter hostname");
}
