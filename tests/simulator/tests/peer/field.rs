//! What clients that work against real servers send, and what real servers answer.

use crate::clients::{Client, basic, isolation};
use ksc_simulator::{HostSpec, Scenario, Simulator, TagSetter, WS_042};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

async fn started(scenario: Scenario) -> (Simulator, Client) {
    let sim = Simulator::start(scenario).await.expect("it starts");
    let client = Client::with_session(&sim).await;
    (sim, client)
}

async fn count(client: &mut Client, arguments: Value) -> u64 {
    let found = client.done("HostGroup.FindHosts", arguments).await;
    let accessor = json!({"strAccessor": found["strAccessor"]});
    client.done("ChunkAccessor.Release", accessor).await;
    found["PxgRetVal"].as_u64().expect("a number")
}

#[tokio::test]
async fn searches_as_published_clients_write_them_are_understood() {
    let (sim, mut client) = started(Scenario::default()).await;
    let all = sim.hosts().len() as u64;
    let fields = json!(["KLHST_WKS_HOSTNAME"]);

    // Without the arguments that are optional, and for longer than documented.
    let short = json!({"wstrFilter": "(KLHST_WKS_STATUS & 4 <> 0)", "vecFieldsToReturn": fields, "lMaxLifeTime": 10800});
    assert_eq!(count(&mut client, short).await, all);
    for (filter, expected) in [
        ("", all),
        (
            " (&(KLHST_WKS_STATUS&1<>0)\n  (KLHST_WKS_GROUPID_GONE)) ",
            0,
        ),
        ("(KLHST_WKS_DN = \"WS-042\")", 1),
        ("KLHST_WKS_DN = \"WS-042\"", 1),
        (
            "(&(KLHST_WKS_DN=\"WS-042\")\r\n(KLHST_WKS_STATUS & 1 <> 0))",
            1,
        ),
    ] {
        let arguments = json!({
            "wstrFilter": filter, "vecFieldsToReturn": fields, "vecFieldsToOrder": [], "pParams": {},
            "lMaxLifeTime": 60,
        });
        if expected == 0 {
            // An attribute that there is not is refused all the same.
            assert_eq!(
                client.call("HostGroup.FindHosts", arguments).await.pxg().1,
                1192
            );
        } else {
            assert_eq!(count(&mut client, arguments).await, expected, "{filter:?}");
        }
    }
    let incidents = json!({
        "strFilter": "(KLINCDT_IS_HANDLED = False)", "pFieldsToReturn": ["KLINCDT_ID"], "pFieldsToOrder": [],
        "lMaxLifeTime": 99999,
    });
    let found = client.done("HostGroup.FindIncidents", incidents).await;
    assert_eq!(found["PxgRetVal"], 0);
}

#[tokio::test]
async fn the_root_of_the_managed_devices_is_no_group_in_the_status() {
    let (sim, mut client) = started(Scenario::default()).await;
    let mut seen = BTreeSet::new();

    for host in sim.hosts() {
        let wanted = json!({"strHostName": host.id, "pFields2Return": ["KLHST_WKS_STATUS", "KLHST_WKS_GROUPID"]});
        let row = client.done("HostGroup.GetHostInfo", wanted).await;
        let status = row["PxgRetVal"]["KLHST_WKS_STATUS"]
            .as_i64()
            .expect("a status");
        let group = row["PxgRetVal"]["KLHST_WKS_GROUPID"]
            .as_i64()
            .expect("a group");
        assert_eq!(status & 2 != 0, group != 0, "{}", host.name);
        seen.insert(group);
    }

    assert!(seen.contains(&0) && seen.len() > 2, "{seen:?}");
}

#[tokio::test]
async fn an_address_stands_in_two_attributes_in_opposite_order() {
    let (sim, mut client) = started(Scenario::default()).await;
    let host = sim.host("WS-042");
    let wanted =
        json!({"strHostName": host.id, "pFields2Return": ["KLHST_WKS_IP", "KLHST_WKS_IP_LONG"]});

    let row = client.done("HostGroup.GetHostInfo", wanted).await;

    let bytes = host.ip.octets();
    assert_eq!(
        row["PxgRetVal"]["KLHST_WKS_IP_LONG"]["value"],
        u32::from_be_bytes(bytes)
    );
    assert_eq!(row["PxgRetVal"]["KLHST_WKS_IP"], u32::from_le_bytes(bytes));
}

#[tokio::test]
async fn what_a_device_has_not_reported_is_left_out() {
    let (sim, mut client) = started(Scenario {
        nulls: true,
        ..Scenario::default()
    })
    .await;
    let fields = [
        "KLHST_WKS_HOSTNAME",
        "KLHST_WKS_DN",
        "KLHST_WKS_RTP_AV_VERSION",
        "KLHST_WKS_IP_LONG",
        "KLHST_WKS_OS_NAME",
    ];
    let mut missing: BTreeSet<&str> = BTreeSet::new();

    for host in sim.hosts() {
        let wanted = json!({"strHostName": host.id, "pFields2Return": fields});
        let row = client.done("HostGroup.GetHostInfo", wanted).await;
        let row = row["PxgRetVal"].as_object().expect("a row").clone();
        assert!(row.values().all(|it| !it.is_null()), "{row:?}");
        assert!(row.contains_key("KLHST_WKS_HOSTNAME") && row.contains_key("KLHST_WKS_DN"));
        missing.extend(fields.into_iter().filter(|it| !row.contains_key(*it)));
    }

    assert_eq!(missing.len(), 3, "{missing:?}");
}

#[tokio::test]
async fn the_settings_of_a_task_can_be_read() {
    let (sim, mut client) = started(Scenario::default()).await;
    client
        .done("HostGroup.AddIncident", isolation(WS_042))
        .await;
    sim.advance(Duration::from_mins(1)).await;
    let task = sim.tasks().pop().expect("a task");

    let data = client
        .done("Tasks.GetTaskData", json!({"strTask": task.id}))
        .await;

    assert_eq!(data["PxgRetVal"]["DisplayName"], task.display_name);
    assert_eq!(
        data["PxgRetVal"]["TASK_INFO_PARAMS"]["value"]["DisplayName"],
        task.display_name
    );
    let none = client
        .call("Tasks.GetTaskData", json!({"strTask": "99999"}))
        .await;
    assert_eq!(none.pxg().0, "KLSTD");
}

#[tokio::test]
async fn whoever_is_logged_in_on_the_connection_may_ask_for_a_token() {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let mut client = Client::connect(&sim).await;
    let stranger = client.call("Session.StartSession", json!({})).await;
    assert_eq!(stranger.status, 401);

    let authorization = format!("Authorization: {}", basic(sim.username(), sim.password()));
    let login = client.post("login", &[&authorization], "{}").await;
    assert_eq!(login.status, 200, "{}", login.body);
    let started = client.done("Session.StartSession", json!({})).await;
    let token = started["PxgRetVal"].as_str().expect("a token").to_owned();

    // Good on another connection, and both are given back.
    let mut other = Client::connect(&sim).await;
    other.use_session(Some(token));
    other.done("Session.Ping", json!({})).await;
    other.end_session().await;
    client.done("Session.Ping", json!({})).await;
    client.end_session().await;
    sim.verdict().expect("nothing is left behind");
}

#[tokio::test]
async fn each_console_makes_a_task_of_an_incident() {
    let (sim, mut client) = started(Scenario {
        consoles: 2,
        ..Scenario::default()
    })
    .await;

    client
        .done("HostGroup.AddIncident", isolation(WS_042))
        .await;
    sim.advance(Duration::from_mins(1)).await;

    let made: Vec<_> = sim.tasks().into_iter().filter(|it| it.response).collect();
    assert_eq!(made.len(), 2, "{made:?}");
    assert_ne!(made[0].id, made[1].id);
}

#[tokio::test]
async fn the_tags_of_a_device_say_who_has_set_them() {
    let linux = json!({
        "id": "5be11000-0000-4000-8000-00000000a001", "name": "tux", "fqdn": "tux.corp.example", "netbios": "TUX",
        "ip": "10.88.0.1", "os": "Ubuntu 22.04",
    });
    let linux: HostSpec = serde_json::from_value(linux).expect("a device");
    let (sim, mut client) = started(Scenario {
        extra_hosts: vec![linux.clone()],
        ..Scenario::default()
    })
    .await;
    let tags = |host: &str| json!({"szwHostId": host, "pParams": {}});

    sim.set_tag(WS_042, "accounting", TagSetter::Rule);
    for host in [WS_042, &linux.id] {
        client.done("HostGroup.AddIncident", isolation(host)).await;
    }
    sim.advance(Duration::from_mins(2)).await;

    let windows = client.done("HostTagsApi.GetHostTags", tags(WS_042)).await;
    assert_eq!(
        windows["PxgRetVal"],
        json!([{"type": "params", "value": {
            "KLHST_TagValue": "accounting", "KLHST_IS_TAG_SET_BY_PRODUCT": false,
            "KLHST_IS_TAG_SET_BY_HOSTTAGRULE": true,
        }}])
    );
    let tux = client
        .done("HostTagsApi.GetHostTags", tags(&linux.id))
        .await;
    assert_eq!(
        tux["PxgRetVal"],
        json!([{"type": "params", "value": {
            "KLHST_TagValue": "ISOLATED FROM NETWORK", "KLHST_IS_TAG_SET_BY_PRODUCT": true,
            "KLHST_IS_TAG_SET_BY_HOSTTAGRULE": false,
        }}])
    );
    let nobody = client.call("HostTagsApi.GetHostTags", tags("nobody")).await;
    assert_eq!(nobody.pxg().0, "KLSTD");
}
