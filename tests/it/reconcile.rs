//! Many callers, a wire that breaks now and then, and at the end the books are compared.
//!
//! Every request asks for a path of its own, so each incident in KSC is known to belong to one
//! request. Then: an accepted request has exactly the incident that it was told; a refused one has
//! none; one whose outcome is unknown has one or none; and nobody has two.

use std::collections::HashMap;
use std::sync::Arc;

use acceptance::{House, Reply};
use ksc_simulator::{Fault, FaultKind};
use serde_json::json;

const REQUESTS: usize = 240;
const CALLERS: usize = 12;

/// What breaks, one after the other, each after so many more attempts to create an incident.
fn faults() -> Vec<(usize, Fault)> {
    let add = |kind| Fault::on("HostGroup.AddIncident", kind);
    let update = |kind| Fault::on("HostGroup.UpdateIncident", kind);
    vec![
        (5, add(FaultKind::CommitThenDrop)),
        (12, add(FaultKind::ExpireSessions)),
        (20, add(FaultKind::pxg("KLSTD", 1192))),
        (31, update(FaultKind::http(503, "busy")).times(2)),
        (40, add(FaultKind::DropBeforeCommit)),
        (52, add(FaultKind::Garbage)),
        (60, Fault::on("HostGroup.GetHostInfo", FaultKind::Truncate)),
        (71, add(FaultKind::CommitThenDrop).times(3)),
        (90, add(FaultKind::http(500, "oops"))),
        (
            104,
            Fault::on("ConEvents.*", FaultKind::RefuseConnection).times(2),
        ),
        (120, add(FaultKind::CommitThenStall)),
        (133, update(FaultKind::CommitThenDrop)),
        (
            150,
            Fault::on("HostGroup.FindIncidents", FaultKind::Garbage),
        ),
        (151, add(FaultKind::CommitThenDrop)),
        (170, add(FaultKind::ExpireSessions).times(3)),
        (
            190,
            Fault::on("Session.StartSession", FaultKind::http(503, "starting")),
        ),
        (191, add(FaultKind::ExpireSessions)),
        (205, add(FaultKind::WrongShape)),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_books_of_callers_and_ksc_agree_after_a_bad_day() {
    let house = Arc::new(
        House::with(&[
            ("ksc.request_timeout", "2s"),
            // There is room for all of them: this day is about delivery.
            ("tasks.budget", "1000"),
        ])
        .await,
    );
    let names: Vec<String> = house
        .sim
        .hosts()
        .into_iter()
        .filter(|it| it.online)
        .map(|it| it.id)
        .take(8)
        .collect();

    let breaking = {
        let house = Arc::clone(&house);
        tokio::spawn(async move {
            for (after, fault) in faults() {
                house
                    .sim
                    .journal()
                    .wait_for_calls("HostGroup.AddIncident", after)
                    .await;
                house.sim.faults().push(fault);
            }
        })
    };
    let mut calling = Vec::new();
    for caller in 0..CALLERS {
        let (soar, names) = (house.soar(), names.clone());
        calling.push(tokio::spawn(async move {
            let mut answers: Vec<(String, Reply)> = Vec::new();
            for number in (caller..REQUESTS).step_by(CALLERS) {
                let path = format!(r"C:\unique\{number}.exe");
                let params = json!({"md5hash": "", "sha256hash": "", "path": path});
                let host = &names[number % names.len()];
                answers.push((path, soar.create("getFile", host, params).await));
            }
            answers
        }));
    }
    let mut answers = Vec::new();
    for one in calling {
        answers.extend(one.await.expect("no panic"));
    }
    breaking.abort();

    let mut incidents: HashMap<String, Vec<i64>> = HashMap::new();
    for it in house.sim.journal().incidents() {
        let path = it.body["params"]["path"]
            .as_str()
            .expect("a path")
            .to_owned();
        incidents.entry(path).or_default().push(it.id);
    }
    let mut statuses: HashMap<u16, usize> = HashMap::new();
    for (path, reply) in &answers {
        *statuses.entry(reply.status).or_default() += 1;
        let own = incidents.remove(path).unwrap_or_default();
        match reply.status {
            202 => assert_eq!(
                own,
                [reply.json["incident"]["id"].as_i64().expect("a number")],
                "{path}"
            ),
            504 => assert!(own.len() <= 1, "{path}: {own:?}"),
            502 | 503 => assert!(own.is_empty(), "{path}: {own:?} after {}", reply.text),
            other => panic!("{path}: {other} {}", reply.text),
        }
    }
    assert!(
        incidents.is_empty(),
        "incidents that nobody asked for: {incidents:?}"
    );
    assert_eq!(answers.len(), REQUESTS);
    assert!(statuses[&202] > REQUESTS * 8 / 10, "{statuses:?}");
    house
        .sim
        .journal()
        .wait_for(|it| it.incidents().iter().all(|it| it.updates >= 1))
        .await;
    Arc::into_inner(house).expect("the last one").close().await;
}
