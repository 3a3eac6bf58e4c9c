//! Every action, from what is typed to what the back end gets.

use acceptance::ioc::{archive, document};
use acceptance::{House, WS_042, at, isolation};
use serde_json::{Value, json};

use super::hand::Hand;
use crate::outside::importers::conversation::POWERFUL;

const MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";
const SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const FILE: &str = r"C:\Users\Public\drop.exe";

#[tokio::test(flavor = "multi_thread")]
async fn every_action_becomes_the_incident_that_the_vendor_documents() {
    let house = House::open().await;
    let hand = Hand::of(&house, POWERFUL);
    let ioc = archive(&[("a.ioc", document("a").as_bytes())]);
    let bytes = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, &ioc);
    std::fs::write(hand.place("iocs.zip"), bytes.expect("base64")).expect("written");
    let file =
        |md5: &str, sha256: &str| json!({"md5hash": md5, "sha256hash": sha256, "path": FILE});
    let with = |mut params: Value, member: &str, value: Value| {
        params[member] = value;
        params
    };
    let place = |kind: i64, path: &str| json!({"enabled": true, "path": path, "recursive": true, "type": kind});
    let scan = json!({"ioc": ioc, "isolateHost": false, "scanCriticalAreas": true, "quarantineObject": false});

    for (task, typed, params) in [
        (
            "isolateHost",
            vec!["isolateHost", "--action", "1"],
            json!({"action": 1}),
        ),
        (
            "isolateHost",
            vec!["isolate-host", "--action=release"],
            json!({"action": 0}),
        ),
        ("isolateHost", vec!["releaseHost"], json!({"action": 0})),
        ("getFile", vec!["getFile", "--path", FILE], file("", "")),
        (
            "quarantineFile",
            vec!["quarantineFile", "--path", FILE, "--hash", SHA256],
            file("", SHA256),
        ),
        (
            "deleteFile",
            vec![
                "deleteFile",
                "--path",
                FILE,
                "--md5hash",
                MD5,
                "--searchInSubfolders",
            ],
            with(file(MD5, ""), "searchInSubfolders", true.into()),
        ),
        (
            "terminateProcess",
            vec!["terminateProcess", "--path", FILE],
            with(file("", ""), "caseSensitive", false.into()),
        ),
        (
            "preventExecution",
            vec!["preventExecution", "--hash", MD5],
            json!({"hash": MD5, "path": "", "caseSensitive": false}),
        ),
        (
            "startProcess",
            vec![
                "startProcess",
                "--executablePath",
                FILE,
                "--arguments=--all /x \"a b\"",
            ],
            json!({"executablePath": FILE, "arguments": "--all /x \"a b\""}),
        ),
        (
            "iocScan",
            vec!["iocScan", "--ioc", "iocs.zip", "--scanCriticalAreas"],
            scan,
        ),
        (
            "onDemandScan",
            vec![
                "onDemandScan",
                "--scanAreas",
                "systemMemory",
                "--folders",
                "C:\\a, b",
            ],
            json!([place(14, ""), place(22, "C:\\a, b")]),
        ),
    ] {
        let typed = [&typed, &["--targetHost", WS_042, "-o", "json"][..]].concat();
        let before = house.incident_bodies().len();

        let ended = hand.types(&typed).await;

        assert_eq!(ended.code, Some(0), "{typed:?} {ended:?}");
        assert_eq!(ended.json()["task"], task);
        assert!(ended.key().starts_with("edrctl-"));
        let bodies = house.incident_bodies();
        assert_eq!(bodies.len(), before + 1, "{typed:?}");
        let body = bodies.last().expect("an incident");
        let documented = json!({
            "targetHost": WS_042, "task": task, "params": params,
            "responseEventIncident": true, "responseEventIncidentArea": "Kuma",
        });
        assert_eq!(*body, documented, "{typed:?}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_central_node_takes_is_asked_of_it_by_the_same_words() {
    let house = House::with_central_node(&[]).await;
    let hand = Hand::of(&house, POWERFUL);
    let of_kata = |typed: &[&'static str]| [typed, &["--backend", "kata", "-o", "json"]].concat();

    let rule = "[{\"direction\": \"outbound\", \"remoteIpv4\": \"192.0.2.10\"}]";
    let isolate = [
        "isolateHost",
        "--targetHost",
        "srv-db-01",
        "--action",
        "on",
        "--durationSeconds",
        "14400",
    ];
    let isolated = [&of_kata(&isolate)[..], &["--exclusions", rule]].concat();
    let isolated = hand.types(&isolated).await;
    let started = of_kata(&[
        "startProcess",
        "--targetHost",
        "srv-db-01",
        "--executablePath",
        "/opt/ir/collect.sh",
    ]);
    let started = hand.types(&started).await;
    let prevented = [
        "preventExecution",
        "--targetHost",
        "WS-042",
        "--hash",
        SHA256,
    ];
    let prevented = hand.types(&of_kata(&prevented)).await;
    let allowed = ["allowExecution", "--targetHost", "WS-042", "--hash", SHA256];
    let allowed = hand.types(&of_kata(&allowed)).await;
    let scan = of_kata(&[
        "onDemandScan",
        "--targetHost",
        "srv-db-01",
        "--scanAreas",
        "email",
    ]);
    let scan = hand.types(&scan).await;

    for ended in [&isolated, &started, &prevented, &allowed] {
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert_eq!(ended.json()["backend"], "kata", "{ended:?}");
    }
    assert_eq!(isolated.json()["params"]["durationSeconds"], 14_400);
    assert_eq!(
        isolated.json()["params"]["exclusions"][0]["remoteIpv4"],
        "192.0.2.10"
    );
    let journal = house.kata().journal();
    let runs = journal.runs_of(
        started.json()["id"]
            .as_str()
            .expect("an id")
            .trim_start_matches("kata-"),
    );
    assert_eq!(
        format!("{runs:?}").matches("collect.sh").count().min(1),
        1,
        "{runs:?}"
    );
    assert_eq!(scan.code, Some(3), "{scan:?}");
    assert!(scan.err.contains("task_not_supported"), "{scan:?}");
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_shows_what_would_be_sent_and_does_nothing() {
    let house = House::open().await;
    let hand = Hand::of(&house, POWERFUL);

    let shown = hand
        .types(&[
            "isolateHost",
            "--targetHost",
            "ws-042",
            "--action",
            "1",
            "--dryRun",
        ])
        .await;
    let read = hand
        .types(&[
            "isolateHost",
            "--targetHost",
            "ws-042",
            "--action",
            "1",
            "--dryRun",
            "--query",
            "/pData/KLINCDT_SEVERITY",
        ])
        .await;
    let no_key = shown.err.is_empty();

    assert_eq!(shown.code, Some(0), "{shown:?}");
    for words in ["nothing was done", "✓ host: ", "HostGroup.AddIncident"] {
        assert!(shown.out.contains(words), "{words}: {shown:?}");
    }
    assert!(no_key, "{shown:?}");
    assert_eq!(read.out, "2\n");
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_is_one_request_and_a_body_comes_from_a_file() {
    let house = House::open().await;
    let hand = Hand::of(&house, POWERFUL);
    hand.write("body.json", &isolation(WS_042).to_string());

    let first = hand
        .types(&[
            "isolateHost",
            "--body",
            "body.json",
            "--key",
            "case-1",
            "-o",
            "name",
        ])
        .await;
    let again = hand
        .types(&[
            "isolateHost",
            "--body",
            "body.json",
            "--key",
            "case-1",
            "-o",
            "name",
        ])
        .await;
    let other = hand
        .types(&["releaseHost", "--targetHost", WS_042, "--key", "case-1"])
        .await;
    let body = at("nowhere", isolation(WS_042)).to_string();
    hand.write("body.json", &body);
    let nowhere = hand.types(&["isolateHost", "--body", "body.json"]).await;

    assert_eq!(
        (first.code, &first.out),
        (Some(0), &again.out),
        "{first:?} {again:?}"
    );
    assert!(
        again.err.contains("used for the same request before"),
        "{again:?}"
    );
    assert_eq!(other.code, Some(3), "{other:?}");
    assert!(other.err.contains("idempotency_key_reused"), "{other:?}");
    assert_eq!(nowhere.code, Some(3), "{nowhere:?}");
    assert!(nowhere.err.contains("--backend: "), "{nowhere:?}");
    assert_eq!(house.sim.journal().incidents().len(), 1);
    house.close().await;
}
