//! Searching and reading in pieces.

use crate::clients::{Client, isolation};
use ksc_simulator::{Scenario, Simulator, WS_042};
use serde_json::{Value, json};
use std::time::Duration;

async fn started() -> (Simulator, Client) {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let client = Client::with_session(&sim).await;
    (sim, client)
}

fn hosts(filter: &str, order: &Value) -> Value {
    json!({"wstrFilter": filter, "vecFieldsToReturn": ["KLHST_WKS_HOSTNAME", "KLHST_WKS_DN"],
           "vecFieldsToOrder": order, "pParams": {}, "lMaxLifeTime": 60})
}

async fn names(client: &mut Client, found: &Value) -> Vec<String> {
    let accessor = found["strAccessor"].clone();
    let mut names = Vec::new();
    loop {
        let window = json!({"strAccessor": accessor, "nStart": names.len(), "nCount": 20});
        let chunk = client.done("ChunkAccessor.GetItemsChunk", window).await;
        let rows = chunk["pChunk"]["KLCSP_ITERATOR_ARRAY"]
            .as_array()
            .expect("rows")
            .clone();
        assert_eq!(chunk["PxgRetVal"], rows.len());
        if rows.is_empty() {
            break;
        }
        for row in rows {
            assert_eq!(row["type"], "params");
            names.push(
                row["value"]["KLHST_WKS_DN"]
                    .as_str()
                    .expect("a name")
                    .to_owned(),
            );
        }
    }
    client
        .done("ChunkAccessor.Release", json!({"strAccessor": accessor}))
        .await;
    names
}

#[tokio::test]
async fn all_hosts_are_read_in_chunks_in_the_order_asked_for() {
    let (sim, mut client) = started().await;
    let order = json!([{"type": "params", "value": {"Name": "KLHST_WKS_DN", "Asc": false}}]);

    let arguments = hosts("(KLHST_WKS_STATUS & 4 <> 0)", &order);
    let found = client.done("HostGroup.FindHosts", arguments).await;

    assert_eq!(found["PxgRetVal"], sim.hosts().len());
    let names = names(&mut client, &found).await;
    assert_eq!(names.len(), sim.hosts().len());
    assert_eq!(names[0], "БУХ-07");
    assert_eq!(names.last().map(String::as_str), Some("SRV-FILES"));
    client.end_session().await;
    sim.verdict().expect("no rule was broken");
}

#[tokio::test]
async fn a_display_name_may_belong_to_two_hosts_or_be_cyrillic() {
    let (_sim, mut client) = started().await;

    let shared = hosts(r#"(KLHST_WKS_DN = "srv-files")"#, &json!([]));
    assert_eq!(
        client.done("HostGroup.FindHosts", shared).await["PxgRetVal"],
        2
    );
    let cyrillic = r#"{"wstrFilter": "(KLHST_WKS_DN = \"\u0411\u0423\u0425-07\")",
        "vecFieldsToReturn": ["KLHST_WKS_DN"], "vecFieldsToOrder": [], "pParams": {},
        "lMaxLifeTime": 60}"#;
    let found = client.post("HostGroup.FindHosts", &[], cyrillic).await;
    assert_eq!(found.json()["PxgRetVal"], 1);
    assert_eq!(names(&mut client, &found.json()).await, ["БУХ-07"]);
}

#[tokio::test]
async fn an_address_is_searched_as_a_number() {
    let (_sim, mut client) = started().await;
    let number = u32::from(std::net::Ipv4Addr::new(10, 20, 30, 42));

    let arguments = hosts(&format!("(KLHST_WKS_IP_LONG = {number})"), &json!([]));
    let found = client.done("HostGroup.FindHosts", arguments).await;

    assert_eq!(names(&mut client, &found).await, ["WS-042"]);
}

#[tokio::test]
async fn incidents_are_found_by_host_and_time_newest_first() {
    let (sim, mut client) = started().await;
    for _ in 0..3 {
        client
            .done("HostGroup.AddIncident", isolation(WS_042))
            .await;
    }
    let filter = format!(
        "(&(KLHST_WKS_HOSTNAME = \"{WS_042}\")(KLINCDT_ADDED > T\"2026-01-02 03:04:04\")\
         (KLINCDT_ADDED < T\"2026-01-02 03:04:06\"))"
    );
    let arguments = json!({
        "strFilter": filter,
        "pFieldsToReturn": ["KLINCDT_ID", "KLINCDT_IS_HANDLED", "KLHST_WKS_DN"],
        "pFieldsToOrder": [{"type": "params", "value": {"Name": "KLINCDT_ID", "Asc": false}}],
        "lMaxLifeTime": 60,
    });

    let found = client.done("HostGroup.FindIncidents", arguments).await;
    let window = json!({"strAccessor": found["strAccessor"], "nStart": 0, "nCount": 2});
    let chunk = client.done("ChunkAccessor.GetItemsChunk", window).await;

    assert_eq!(found["PxgRetVal"], 3);
    let first = &chunk["pChunk"]["KLCSP_ITERATOR_ARRAY"][0]["value"];
    assert_eq!(
        *first,
        json!({"KLINCDT_ID": 44, "KLINCDT_IS_HANDLED": false, "KLHST_WKS_DN": "WS-042"})
    );
    assert_eq!(sim.journal().incidents().len(), 3);
    assert!(sim.journal().violations().is_empty());
}

#[tokio::test]
async fn tasks_are_walked_and_the_end_is_an_empty_row() {
    let (sim, mut client) = started().await;
    client
        .done("HostGroup.AddIncident", isolation(WS_042))
        .await;
    sim.advance(Duration::from_secs(2)).await;
    let all = json!({"nGroupId": 0, "bGroupIdSignificant": false, "strProductName": null,
        "strVersion": null, "strComponentName": null, "strInstanceId": null, "strTaskName": null,
        "bIncludeSupergroups": true});

    let iterator = client.done("Tasks.ResetTasksIterator", all).await;
    let mut names = Vec::new();
    loop {
        let row = client.done("Tasks.GetNextTask", iterator.clone()).await["pTaskData"].clone();
        if row == json!({}) {
            break;
        }
        let name = row["TASK_INFO_PARAMS"]["value"]["DisplayName"]
            .as_str()
            .expect("a name");
        names.push(name.to_owned());
    }
    client.done("Tasks.ReleaseTasksIterator", iterator).await;

    assert_eq!(names.len(), 3);
    assert!(
        names[2].starts_with("[Response][KUMA] isolateHost - "),
        "{names:?}"
    );
    assert_eq!(sim.open_iterators(), 0);
}

#[tokio::test]
async fn facts_about_the_server_and_a_host_are_given_by_name() {
    let (_sim, mut client) = started().await;

    let wanted = json!({"pValues": ["KLADMSRV_PRODUCT_FULL_VERSION"]});
    let facts = client.done("HostGroup.GetStaticInfo", wanted).await;
    assert_eq!(
        facts["PxgRetVal"],
        json!({"KLADMSRV_PRODUCT_FULL_VERSION": "15.1.0.20748"})
    );
    let all = client
        .done("HostGroup.GetStaticInfo", json!({"pValues": null}))
        .await;
    assert_eq!(
        all["PxgRetVal"]["KLADMSRV_PRODUCT_NAME"],
        "Kaspersky Security Center"
    );
    let wanted =
        json!({"strHostName": WS_042, "pFields2Return": ["KLHST_WKS_FQDN", "KLHST_WKS_IP_LONG"]});
    let host = client.done("HostGroup.GetHostInfo", wanted).await;
    assert_eq!(
        host["PxgRetVal"],
        json!({"KLHST_WKS_FQDN": "ws-042.corp.example",
               "KLHST_WKS_IP_LONG": {"type": "long", "value": 169_090_602}})
    );
}
