//! What KSC would suffer in silence stands in the journal.

use crate::clients::{Client, incident, isolation, request};
use ksc_simulator::{Rule, Scenario, Simulator, WS_042};
use serde_json::{Value, json};
use std::time::Duration;

async fn started() -> (Simulator, Client) {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let client = Client::with_session(&sim).await;
    (sim, client)
}

fn rules(sim: &Simulator) -> Vec<Rule> {
    sim.journal()
        .violations()
        .into_iter()
        .map(|violation| violation.rule)
        .collect()
}

#[tokio::test]
async fn breaches_of_the_transport_are_noted() {
    let (sim, mut client) = started().await;

    client
        .post("Session.Ping", &["Authorization: KSCT x"], "{}")
        .await;
    client
        .post("HostGroup.GroupIdGroups", &[], "{\"bExtra\": \"\u{0411}\"}")
        .await;
    let token = client.session().expect("a session");
    let headers = [
        "Content-Type: application/json; charset=utf-8".to_owned(),
        format!("X-KSC-Session: {token}"),
    ];
    client
        .send(&request("/api/v1.0/Session.Ping", &headers, "{}"))
        .await;
    assert_eq!(client.reply().await.expect("a reply").status, 200);

    assert_eq!(
        rules(&sim),
        [
            Rule::CredentialsOnLoginOnly,
            Rule::AsciiBody,
            Rule::KnownArguments,
            Rule::BareContentType,
        ]
    );
}

#[tokio::test]
async fn a_second_call_before_the_reply_is_noted() {
    let (sim, mut client) = started().await;
    sim.gate().hold();

    client.send_call("Session.Ping", &json!({})).await;
    sim.gate().wait_until_waiting(1).await;
    client.send_call("Session.Ping", &json!({})).await;
    sim.journal()
        .wait_for(|journal| !journal.violations().is_empty())
        .await;
    sim.gate().open();
    client.reply().await.expect("the first reply");
    client.reply().await.expect("the second reply");

    assert_eq!(rules(&sim), [Rule::OneCallAtATime]);
}

#[tokio::test]
async fn an_incident_that_the_console_cannot_use_is_stored_noted_and_makes_no_task() {
    let (sim, mut client) = started().await;
    let with = |member: &str, value: Value| {
        let mut arguments = isolation(WS_042);
        arguments["pData"][member] = value;
        arguments
    };
    let body = |text: &str| with("KLINCDT_BODY", json!(text));

    for (arguments, rule) in [
        (body("no JSON"), Rule::IncidentBody),
        (body("{\"task\": \"isolateHost\"}"), Rule::IncidentBody),
        (
            incident(WS_042, "isolateHost", &json!({"action": true})),
            Rule::TaskParameters,
        ),
        (incident(WS_042, "format", &json!({})), Rule::IncidentBody),
        (
            incident("WS-042", "isolateHost", &json!({"action": 1})),
            Rule::KnownHost,
        ),
    ] {
        let reply = client
            .done("HostGroup.AddIncident", arguments.clone())
            .await;
        assert!(reply["PxgRetVal"].is_i64(), "{arguments}");
        assert!(rules(&sim).contains(&rule), "{arguments}");
        sim.journal().forgive();
    }
    sim.advance(Duration::from_mins(1)).await;

    assert_eq!(sim.journal().incidents().len(), 5);
    assert!(sim.response_tasks().is_empty());
}

#[tokio::test]
async fn oddities_of_an_incident_are_noted_and_the_task_is_made() {
    let (sim, mut client) = started().await;
    let mut arguments = isolation(WS_042);
    arguments["pData"]["KLINCDT_SEVERITY"] = json!(4);
    arguments["pData"]["KLINCDT_TYPE"] = json!("EDR");
    arguments["pData"]["KLHST_WKS_HOSTNAME"] = json!(sim.host("WS-001").id);

    client.done("HostGroup.AddIncident", arguments).await;
    sim.advance(Duration::from_secs(2)).await;

    assert_eq!(
        rules(&sim),
        [Rule::NoIncidentType, Rule::SeverityScale, Rule::SameHost]
    );
    assert_eq!(sim.response_tasks()[0].runs[0].0, WS_042);
}

#[tokio::test]
async fn filters_that_smell_of_injection_are_noted() {
    let (sim, mut client) = started().await;
    let find = |filter: &str| {
        json!({"strFilter": filter, "pFieldsToReturn": ["KLINCDT_ID"], "pFieldsToOrder": [],
               "lMaxLifeTime": 60})
    };

    for filter in [
        r#"(KLHST_WKS_HOSTNAME = "*a")"#,
        r#"(KLHST_WKS_HOSTNAME = "a"") (KLINCDT_ID > 0")"#,
        r"KLINCDT_ID > 0",
    ] {
        client.done("HostGroup.FindIncidents", find(filter)).await;
        assert_eq!(rules(&sim), [Rule::PlainFilter], "{filter}");
        sim.journal().forgive();
    }
    client
        .done(
            "HostGroup.FindIncidents",
            find(r#"(KLINCDT_BODY = "getFile")"#),
        )
        .await;
    assert_eq!(rules(&sim), [Rule::NoFullTextFilter]);
}
