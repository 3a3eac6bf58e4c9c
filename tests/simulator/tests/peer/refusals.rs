//! What the vendor documents as wrong is refused as the vendor documents it.

use crate::clients::{Client, isolation};
use ksc_simulator::{Scenario, Simulator, WS_042};
use serde_json::{Value, json};

async fn started() -> (Simulator, Client) {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let client = Client::with_session(&sim).await;
    (sim, client)
}

async fn refused(client: &mut Client, method: &str, arguments: Value) -> (String, i64) {
    client.call(method, arguments).await.pxg()
}

fn error(module: &str, code: i64) -> (String, i64) {
    (module.to_owned(), code)
}

#[tokio::test]
async fn an_unknown_call_and_a_wrong_case_are_not_implemented() {
    let (_sim, mut client) = started().await;

    for call in [
        "HostGroup.Explode",
        "hostgroup.AddIncident",
        "HostGroup.addIncident",
    ] {
        assert_eq!(
            refused(&mut client, call, json!({})).await,
            error("KLCONN", 1194),
            "{call}"
        );
    }
    client.done("Inst.HostGroup.GroupIdGroups", json!({})).await;
}

#[tokio::test]
async fn every_required_member_of_an_incident_is_asked_for() {
    let (sim, mut client) = started().await;

    for member in [
        "KLINCDT_SEVERITY",
        "KLINCDT_ADDED",
        "KLINCDT_BODY",
        "KLHST_WKS_HOSTNAME",
    ] {
        let mut arguments = isolation(WS_042);
        arguments["pData"]
            .as_object_mut()
            .expect("params")
            .remove(member);
        let answer = refused(&mut client, "HostGroup.AddIncident", arguments).await;
        assert_eq!(answer, error("KLPRSS", 1125), "{member}");
    }
    assert!(sim.journal().incidents().is_empty());
}

#[tokio::test]
async fn values_of_a_wrong_type_are_refused() {
    let (_sim, mut client) = started().await;

    for (member, value) in [
        ("KLINCDT_SEVERITY", json!("2")),
        ("KLINCDT_ADDED", json!("2026-01-02T03:04:05Z")),
        (
            "KLINCDT_ADDED",
            json!({"type": "datetime", "value": "2026-01-02T03:04:05.123Z"}),
        ),
        (
            "KLINCDT_ADDED",
            json!({"type": "datetime", "value": "2026-01-02T03:04:05+00:00"}),
        ),
        ("KLINCDT_BODY", json!({"task": "getFile"})),
        ("KLHST_WKS_HOSTNAME", json!(7)),
    ] {
        let mut arguments = isolation(WS_042);
        arguments["pData"][member] = value.clone();
        let answer = refused(&mut client, "HostGroup.AddIncident", arguments).await;
        assert_eq!(answer, error("KLSTD", 1192), "{member} {value}");
    }
}

#[tokio::test]
async fn an_update_needs_the_incident_and_its_own_host() {
    let (sim, mut client) = started().await;
    client
        .done("HostGroup.AddIncident", isolation(WS_042))
        .await;
    let update = |id: i64, data: Value| json!({"nId": id, "pData": data});
    let method = "HostGroup.UpdateIncident";

    let without_host = update(42, json!({"KLINCDT_IS_HANDLED": false}));
    assert_eq!(
        refused(&mut client, method, without_host).await,
        error("KLPRSS", 1125)
    );
    let unknown = update(41, json!({"KLHST_WKS_HOSTNAME": WS_042}));
    assert_eq!(
        refused(&mut client, method, unknown).await,
        error("KLSTD", 1186)
    );
    let moved = update(42, json!({"KLHST_WKS_HOSTNAME": sim.host("WS-001").id}));
    assert_eq!(
        refused(&mut client, method, moved).await,
        error("KLSTD", 1193)
    );
    assert_eq!(
        refused(&mut client, "HostGroup.DeleteIncident", json!({"nId": 41})).await,
        error("KLSTD", 1186)
    );
    client
        .done("HostGroup.DeleteIncident", json!({"nId": 42}))
        .await;
    assert!(
        sim.journal()
            .incident(42)
            .expect("it is remembered")
            .deleted
    );
}

#[tokio::test]
async fn without_rights_everything_but_the_session_is_denied() {
    let (sim, mut client) = started().await;
    sim.set_rights(false);

    let answer = refused(&mut client, "HostGroup.AddIncident", isolation(WS_042)).await;

    assert_eq!(answer, error("KLSTD", 1184));
    client.done("Session.Ping", json!({})).await;
}

#[tokio::test]
async fn the_two_searches_have_different_prefixes() {
    let (_sim, mut client) = started().await;
    let arguments = json!({"strFilter": "(KLHST_WKS_DN)", "pFieldsToReturn": [],
        "pFieldsToOrder": [], "pParams": {}, "lMaxLifeTime": 60});

    let answer = refused(&mut client, "HostGroup.FindHosts", arguments).await;

    assert_eq!(answer, error("KLPRSS", 1125));
}

#[tokio::test]
async fn bad_filters_orders_and_lives_are_refused() {
    let (sim, mut client) = started().await;
    let find = |filter: &str, order: &str, life: i64| {
        let order = json!([{"type": "params", "value": {"Name": order, "Asc": true}}]);
        json!({"strFilter": filter, "pFieldsToReturn": ["KLINCDT_ID"], "pFieldsToOrder": order,
               "lMaxLifeTime": life})
    };

    for arguments in [
        find("(KLINCDT_ID = )", "KLINCDT_ID", 60),
        find("(KLINCDT_ID = \"42\")", "KLINCDT_ID", 60),
        find("(NO_SUCH = 1)", "KLINCDT_ID", 60),
        find("(KLINCDT_ID > 0)", "KLINCDT_BODY", 60),
        find("(KLINCDT_ID > 0)", "KLHST_WKS_HOSTNAME", 60),
        find("(KLINCDT_ID > 0)", "GNRL_EXTRA_PARAMS", 60),
        find("(KLINCDT_ID > 0)", "KLINCDT_ID", 0),
    ] {
        let answer = refused(&mut client, "HostGroup.FindIncidents", arguments.clone()).await;
        assert_eq!(answer, error("KLSTD", 1192), "{arguments}");
    }
    let mut bare = find("(KLINCDT_ID > 0)", "KLINCDT_ID", 60);
    bare["pFieldsToOrder"] = json!([{"Name": "KLINCDT_ID", "Asc": true}]);
    let answer = refused(&mut client, "HostGroup.FindIncidents", bare).await;
    assert_eq!(answer, error("KLSTD", 1192));
    assert_eq!(sim.open_accessors(), 0);
}

#[tokio::test]
async fn unknown_hosts_and_tasks_are_not_found() {
    let (_sim, mut client) = started().await;

    for (method, arguments) in [
        (
            "HostGroup.GetHostInfo",
            json!({"strHostName": "WS-042", "pFields2Return": []}),
        ),
        (
            "Tasks.GetAllTasksOfHost",
            json!({"strDomainName": "", "strHostName": "WS-042"}),
        ),
        ("Tasks.GetTask", json!({"strTask": "9"})),
        ("Tasks.GetTask", json!({"strTask": "012"})),
        ("Tasks.GetTaskStatistics", json!({"strTask": "9"})),
        ("Tasks.CancelTask", json!({"strTask": "9"})),
        ("Tasks.DeleteTask", json!({"strTask": "9"})),
        (
            "Tasks.ReleaseHostStatusIterator",
            json!({"strHostIteratorId": "hit-9"}),
        ),
    ] {
        let answer = refused(&mut client, method, arguments).await;
        assert_eq!(answer, error("KLSTD", 1186), "{method}");
    }
    let lifetime = json!({"strTask": "12", "pFields2Return": [], "nHostStateMask": 127,
        "nLifetime": 7201});
    let answer = refused(
        &mut client,
        "Tasks.ResetHostIteratorForTaskStatus",
        lifetime,
    )
    .await;
    assert_eq!(answer, error("KLSTD", 1192));
}

#[tokio::test]
async fn what_is_no_call_at_all_is_refused_by_the_transport() {
    let (_sim, mut client) = started().await;

    let broken = client
        .post("HostGroup.AddIncident", &[], "{\"pData\": ")
        .await;
    assert_eq!(broken.status, 400);
    assert!(!broken.body.starts_with('{'), "{}", broken.body);
    assert_eq!(
        client.post("HostGroup.AddIncident", &[], "[]").await.status,
        400
    );
    assert_eq!(client.post("nothing", &[], "{}").await.status, 404);
    client
        .send(b"GET /api/v1.0/Session.Ping HTTP/1.1\r\nHost: k\r\n\r\n")
        .await;
    assert_eq!(client.reply().await.expect("a reply").status, 405);
}
