//! What the gateway writes into KSC is what the vendor's own client writes for the same input.

use std::path::Path;

use acceptance::calls::{ADD, UPDATE};
use acceptance::repository::fixture;
use acceptance::{House, NATIVE, WS_042, native};
use serde_json::{Value, json};

/// What the vendor's client sent, for each of the nine tasks.
fn recorded() -> Vec<(String, Value)> {
    let folder = fixture("ksc");
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the fixtures") {
        let path = entry.expect("a file").path();
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        if let Some(task) = name.strip_prefix("add_incident_") {
            let exchange = exchange(&path);
            let body = exchange["request"]["body"].as_str().expect("a body");
            all.push((task.to_owned(), serde_json::from_str(body).expect("JSON")));
        }
    }
    assert_eq!(all.len(), 9);
    all
}

fn exchange(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).expect("a file")).expect("JSON")
}

/// The call with the body parsed and the time stamp, which differs each time, taken out.
fn comparable(mut call: Value) -> Value {
    let record = &mut call["pData"];
    let body = record["KLINCDT_BODY"].as_str().expect("a body").to_owned();
    record["KLINCDT_BODY"] = serde_json::from_str(&body).expect("JSON in the string");
    let added = record["KLINCDT_ADDED"].take();
    assert_eq!(added["type"], "datetime");
    assert!(
        added["value"]
            .as_str()
            .is_some_and(|it| it.len() == 20 && it.ends_with('Z')),
        "{added}"
    );
    call
}

/// What the vendor's parameters are in the flat form: the hash by itself, values by name, and
/// nothing where nothing is said.
fn flat(task: &str, params: &Value) -> Value {
    let path = &params["path"];
    let hash = [&params["md5hash"], &params["sha256hash"]]
        .into_iter()
        .find(|it| it.as_str().is_some_and(|it| !it.is_empty()));
    let mut body = match task {
        "isolateHost" => {
            assert_eq!(*params, json!({"action": 1}));
            json!({"action": "isolate"})
        }
        "getFile" | "quarantineFile" | "terminateProcess" => json!({"path": path}),
        "deleteFile" => {
            json!({"path": path, "searchInSubfolders": params["searchInSubfolders"]})
        }
        "onDemandScan" => {
            assert_eq!(params.as_array().map(Vec::len), Some(2));
            assert_eq!(
                (&params[0]["type"], &params[1]["type"]),
                (&14.into(), &22.into())
            );
            json!({"scanAreas": ["systemMemory"], "folders": [params[1]["path"]]})
        }
        "iocScan" | "startProcess" | "preventExecution" => params.clone(),
        other => panic!("{other} has no flat form here"),
    };
    body["targetHost"] = WS_042.into();
    if let Some(hash) = hash {
        body["hash"] = hash.clone();
    }
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_the_nine_tasks_makes_the_incident_that_the_vendors_client_makes() {
    let house = House::open().await;

    for (task, call) in recorded() {
        let body: Value =
            serde_json::from_str(call["pData"]["KLINCDT_BODY"].as_str().expect("text"))
                .expect("JSON");
        assert_eq!(body["targetHost"], WS_042);
        for (path, request) in [
            (format!("/v1/tasks/{task}"), flat(&task, &body["params"])),
            (
                NATIVE.to_owned(),
                native(&task, WS_042, body["params"].clone()),
            ),
        ] {
            house.soar().post(&path, &request).await.expect(202);

            let sent = house.sim.journal().calls_to(ADD).pop().expect("a call");
            assert_eq!(
                comparable(sent.arguments),
                comparable(call.clone()),
                "{task} by {path}"
            );
        }
    }

    let updates = house.sim.journal().calls_to(UPDATE);
    assert_eq!(updates.len(), 18);
    let path = fixture("ksc/update_incident.json");
    let recorded = exchange(&path);
    let recorded: Value =
        serde_json::from_str(recorded["request"]["body"].as_str().expect("text")).expect("JSON");
    assert_eq!(updates[0].arguments, recorded);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_text_arrives_as_it_was_written() {
    let house = House::open().await;
    let long = format!(r"C:\{}end.exe", r"очень длинный путь\".repeat(220));
    assert!(long.chars().count() > 4096);
    let paths = [
        r"C:\x\'q'.exe",
        r"C:\back\\slash\ends\here\",
        r"C:\Пользователи\Общие\дроп.exe",
        "C:\\🦀\\\u{1F469}\u{200D}\u{1F4BB}\\a.exe",
        "C:\\\u{ffff}\u{10ffff}\u{2028}\u{e000}\\a.exe",
        r"C:\{'task','isolateHost'}\',.exe",
        r"\\server\share\a b.exe",
        r"%TEMP%\a.exe",
        &long,
    ];

    for path in paths {
        let params = json!({"md5hash": "", "sha256hash": "", "path": path});
        let created = house
            .soar()
            .create("getFile", WS_042, params.clone())
            .await
            .expect(202);

        let body = house.incident_bodies().pop().expect("an incident");
        let expected = json!({
            "targetHost": WS_042, "task": "getFile", "params": params,
            "responseEventIncident": true, "responseEventIncidentArea": "Kuma",
        });
        assert_eq!(body, expected);
        let read = house.read(&created).await;
        assert_eq!(read.json["params"]["path"], path);
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_caller_may_choose_arrives_and_what_is_for_the_audit_log_does_not() {
    let house = House::open().await;
    let request = json!({
        "targetHost": WS_042, "action": "release", "area": "Мой SOAR-2", "severity": "critical",
        "comment": "why", "externalId": "case-7",
    });

    let created = house
        .soar()
        .post("/v1/tasks/isolateHost", &request)
        .await
        .expect(202);

    let call = house.sim.journal().calls_to(ADD).pop().expect("a call");
    let sent = comparable(call.arguments);
    assert_eq!(
        sent["pData"],
        json!({
            "KLINCDT_SEVERITY": 3, "KLINCDT_ADDED": null, "KLHST_WKS_HOSTNAME": WS_042,
            "KLINCDT_BODY": {
                "targetHost": WS_042, "task": "isolateHost", "params": {"action": 0},
                "responseEventIncident": true, "responseEventIncidentArea": "Мой SOAR-2",
            },
        })
    );
    let audit = acceptance::decisions(created.request_id());
    assert_eq!(audit.len(), 1);
    assert_eq!(audit[0]["comment"], "why");
    assert_eq!(audit[0]["external.id"], "case-7");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_shows_the_very_call_and_creates_nothing() {
    let house = House::open().await;
    let host = "ws-042.corp.example";

    let dry_run = house.soar().rehearse(host).await.expect(200);

    assert_eq!(dry_run.json["dryRun"], true);
    assert_eq!(dry_run.json["targetHost"]["id"], WS_042);
    let checks = dry_run.json["checks"].as_array().expect("checks");
    assert!(checks.iter().all(|it| it["ok"] == true), "{}", dry_run.text);
    assert!(house.sim.journal().incidents().is_empty());
    assert_eq!(
        acceptance::decisions(dry_run.request_id())[0]["decision"],
        "rehearsed"
    );
    house.soar().isolate(host).await.expect(202);
    let call = house.sim.journal().calls_to(ADD).pop().expect("a call");
    let shown = json!({"pData": dry_run.json["pData"]});
    assert_eq!(comparable(shown), comparable(call.arguments));

    house.sim.set_console(false);
    let failing = house.soar().rehearse(host).await.expect(200);
    let console = failing.json["checks"].as_array().expect("checks").iter();
    let console = console
        .clone()
        .find(|it| it["name"] == "serviceConsole")
        .expect("the check");
    assert_eq!(console["ok"], false);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_is_audited_once_whatever_comes_of_it_and_whenever() {
    let house = House::with(&[("server.request_timeout", "1s")]).await;

    let refused = house.soar().rehearse("ws-999").await.expect(404);

    let audit = acceptance::decisions(refused.request_id());
    assert_eq!(audit.len(), 1);
    assert_eq!(audit[0]["decision"], "refused");
    assert_eq!(audit[0]["operation"], "createTask");
    assert_eq!(audit[0]["problem.code"], "host_not_found");
    assert_eq!(audit[0]["dry_run"], true);
    // One that takes too long is audited when it is through.
    let gate = house.sim.gate().clone();
    gate.hold_calls_to("ConEvents.IsAnyServiceConsoleAvailable");
    let late = house.soar().rehearse(WS_042).await.expect(503);
    let audit = || acceptance::decisions(late.request_id());
    assert!(audit().is_empty());
    gate.open();
    acceptance::eventually("the audit line", || async {
        (!audit().is_empty()).then_some(())
    })
    .await;
    house.close().await;
    let audit = audit();
    assert_eq!(audit.len(), 1);
    assert_eq!(audit[0]["decision"], "rehearsed");
    assert_eq!(audit[0]["host.id"], WS_042);
}
