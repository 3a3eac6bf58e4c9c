//! The flat form: parameters at the top, values by name, and nothing that need not be said.

use acceptance::{House, Reply, WS_042};
use serde_json::{Value, json};

const MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";
const SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const FILE: &str = r"C:\a.exe";

/// A request for an action on the everyday host.
fn on_host(mut members: Value) -> Value {
    members["targetHost"] = WS_042.into();
    members
}

async fn rehearsed(house: &House, action: &str, members: Value) -> Reply {
    let path = format!("/v1/tasks/{action}/dry-run");
    house.soar().post(&path, &on_host(members)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_action_has_one_translation_into_the_vendors_parameters() {
    let house = House::open().await;
    let file =
        |md5: &str, sha256: &str| json!({"md5hash": md5, "sha256hash": sha256, "path": FILE});
    let with = |mut params: Value, member: &str, value: Value| {
        params[member] = value;
        params
    };
    let place = |kind: i64, path: &str, recursive: bool| json!({"enabled": true, "path": path, "recursive": recursive, "type": kind});

    for (action, members, params) in [
        (
            "isolateHost",
            json!({"action": "isolate"}),
            json!({"action": 1}),
        ),
        (
            "isolateHost",
            json!({"action": "release"}),
            json!({"action": 0}),
        ),
        ("releaseHost", json!({}), json!({"action": 0})),
        ("getFile", json!({"path": FILE}), file("", "")),
        ("getFile", json!({"path": FILE, "hash": MD5}), file(MD5, "")),
        (
            "quarantineFile",
            json!({"path": FILE, "hash": SHA256}),
            file("", SHA256),
        ),
        ("deleteFile", json!({"path": FILE}), file("", "")),
        (
            "deleteFile",
            json!({"path": FILE, "searchInSubfolders": false}),
            with(file("", ""), "searchInSubfolders", false.into()),
        ),
        (
            "terminateProcess",
            json!({"path": FILE, "hash": MD5}),
            with(file(MD5, ""), "caseSensitive", false.into()),
        ),
        (
            "preventExecution",
            json!({"hash": MD5}),
            json!({"hash": MD5, "path": "", "caseSensitive": false}),
        ),
        (
            "startProcess",
            json!({"executablePath": FILE, "arguments": "/all"}),
            json!({"executablePath": FILE, "arguments": "/all"}),
        ),
        (
            "onDemandScan",
            json!({"scanAreas": ["email", "allFixedDrives"]}),
            json!([place(18, "", true), place(25, "", true)]),
        ),
        (
            "onDemandScan",
            json!({"folders": ["C:\\Users", "D:\\"], "recursive": false,
                   "scanAreas": ["startupObjectsAndRunningProcesses"]}),
            json!([
                place(15, "", false),
                place(22, "C:\\Users", false),
                place(22, "D:\\", false)
            ]),
        ),
    ] {
        let told = rehearsed(&house, action, members.clone()).await.expect(200);

        let body = told.json["pData"]["KLINCDT_BODY"].as_str().expect("a text");
        let body: Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(body["params"], params, "{action} {members}");
    }
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn severity_is_a_word_and_an_empty_text_is_nothing() {
    let house = House::open().await;
    let soar = house.soar();
    for (word, number) in [
        (json!("information"), 1),
        (json!("warning"), 2),
        (json!("critical"), 3),
        (json!(""), 2),
        (Value::Null, 2),
    ] {
        let body = json!({"path": FILE, "hash": "", "severity": word, "area": "", "comment": "",
                          "externalId": "", "backend": ""});

        let created = soar.post("/v1/tasks/getFile", &on_host(body)).await;

        assert_eq!(created.expect(202).json["severity"], number, "{word}");
    }
    for body in house.incident_bodies() {
        let params = json!({"md5hash": "", "sha256hash": "", "path": FILE});
        assert_eq!(body["params"], params);
        assert_eq!(body["responseEventIncidentArea"], "Kuma");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn blanks_around_a_host_are_nothing() {
    let house = House::open().await;

    let created = house.soar().isolate("  ws-042 ").await.expect(202);

    assert_eq!(created.json["targetHost"]["id"], WS_042);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_a_rule_is_named_where_it_stands() {
    let house = House::open().await;
    for (action, members, pointer, code) in [
        ("isolateHost", json!({}), "/action", "required"),
        ("isolateHost", json!({"action": ""}), "/action", "enum"),
        ("isolateHost", json!({"action": 1}), "/action", "enum"),
        (
            "isolateHost",
            json!({"params": {"action": 1}}),
            "/params",
            "unknown_member",
        ),
        (
            "isolateHost",
            json!({"action": "release", "durationSeconds": 3600}),
            "/durationSeconds",
            "of_isolation",
        ),
        (
            "isolateHost",
            json!({"action": "isolate", "exclusions": [{"direction": "both"}]}),
            "/exclusions/0",
            "exclusion_of_everything",
        ),
        (
            "releaseHost",
            json!({"action": "release"}),
            "/action",
            "unknown_member",
        ),
        ("getFile", json!({"path": "a.exe"}), "/path", "windows_path"),
        ("getFile", json!({"path": ""}), "/path", "windows_path"),
        (
            "getFile",
            json!({"path": FILE, "hash": "abc"}),
            "/hash",
            "md5_or_sha256",
        ),
        (
            "getFile",
            json!({"path": FILE, "md5hash": MD5}),
            "/md5hash",
            "unknown_member",
        ),
        (
            "getFile",
            json!({"path": FILE, "severity": 2}),
            "/severity",
            "enum",
        ),
        (
            "getFile",
            json!({"path": FILE, "area": "a]b"}),
            "/area",
            "area",
        ),
        (
            "getFile",
            json!({"path": FILE, "area": "€uro"}),
            "/area",
            "area",
        ),
        ("preventExecution", json!({"hash": SHA256}), "/hash", "md5"),
        (
            "startProcess",
            json!({"executablePath": "/bin/id"}),
            "/executablePath",
            "windows_path",
        ),
        ("iocScan", json!({"ioc": "!"}), "/ioc", "not_base64"),
        ("onDemandScan", json!({}), "/scanAreas", "scan_nothing"),
        (
            "onDemandScan",
            json!({"scanAreas": [], "folders": []}),
            "/scanAreas",
            "scan_nothing",
        ),
        (
            "onDemandScan",
            json!({"scanAreas": ["folder"]}),
            "/scanAreas/0",
            "enum",
        ),
        (
            "onDemandScan",
            json!({"folders": [""]}),
            "/folders/0",
            "folder",
        ),
        (
            "onDemandScan",
            json!({"folders": ["C:\\a", "Users"]}),
            "/folders/1",
            "folder",
        ),
    ] {
        let refused = rehearsed(&house, action, members.clone()).await.expect(422);

        let found = refused.violations();
        let expected = (pointer.to_owned(), code.to_owned());
        assert!(found.contains(&expected), "{action} {members}: {found:?}");
    }
    house.close().await;
}
