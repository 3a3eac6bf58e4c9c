//! Paths of Windows, as people and tools write them: one absolute path, or an answer that says what
//! is wrong.

use acceptance::calls::FIND_HOSTS;
use acceptance::{House, Reply, WS_042, native};
use serde_json::{Value, json};

/// Each member that is a path: where a request for its task would go, its parameters with this
/// path, and the pointer to it.
fn members(path: &str) -> Vec<(&'static str, Value, &'static str)> {
    let file = json!({"md5hash": "", "sha256hash": "", "path": path});
    let with = |name: &str, value: Value| {
        let mut params = file.clone();
        params[name] = value;
        params
    };
    let prevented =
        json!({"hash": "d41d8cd98f00b204e9800998ecf8427e", "path": path, "caseSensitive": false});
    let place = json!({"enabled": true, "path": path, "recursive": true, "type": 22});
    vec![
        ("getFile", file.clone(), "/params/path"),
        (
            "deleteFile",
            with("searchInSubfolders", json!(false)),
            "/params/path",
        ),
        ("quarantineFile", file.clone(), "/params/path"),
        (
            "terminateProcess",
            with("caseSensitive", json!(false)),
            "/params/path",
        ),
        ("preventExecution", prevented, "/params/path"),
        (
            "startProcess",
            json!({"executablePath": path}),
            "/params/executablePath",
        ),
        (
            "startProcess",
            json!({"executablePath": "C:\\a.exe", "workingFolder": path}),
            "/params/workingFolder",
        ),
        ("onDemandScan", json!([place]), "/params/0/path"),
    ]
}

async fn tried(house: &House, task: &str, params: &Value) -> Reply {
    let body = native(task, WS_042, params.clone());
    house.soar().post("/v1/tasks/dry-run", &body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_path_that_windows_can_have_is_passed_on_as_it_is() {
    let house = House::open().await;

    for path in [
        r"C:\Users\Public\drop.exe",
        r"C:\Program Files (x86)\a, b; c\x.exe",
        r"C:\Users\o'neil\#1 @home\~tmp&co\!x^%y{z}[1]=+`.exe",
        r"C:\Папка\файл 🦀.exe",
        r"\\server\share\a.exe",
        r"\\10.20.30.42\c$\a.exe",
        r"\\?\C:\Users\a.exe",
        r"%TEMP%\a.exe",
    ] {
        for (task, params, pointer) in members(path) {
            let reply = tried(&house, task, &params).await.expect(200);
            let body = reply.json["pData"]["KLINCDT_BODY"]
                .as_str()
                .expect("a body");
            let body: Value = serde_json::from_str(body).expect("JSON");
            assert_eq!(body.pointer(pointer), Some(&json!(path)), "{task}");
        }
    }
    let stream = json!({"md5hash": "", "sha256hash": "", "path": r"C:\a.txt:Zone.Identifier"});
    tried(&house, "getFile", &stream).await.expect(200);
    for folder in [r"C:\", r"\\server\share", "%TEMP%"] {
        for (task, params, pointer) in members(folder) {
            let is_folder = matches!(pointer, "/params/0/path" | "/params/workingFolder");
            let status = if is_folder { 200 } else { 422 };
            tried(&house, task, &params).await.expect(status);
        }
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_windows_cannot_have_is_refused_where_it_stands() {
    let house = House::open().await;

    for path in [
        r#"C:\x\"q".exe"#,
        r#""C:\a.exe""#,
        r"C:\a<b",
        r"C:\a>b",
        r"C:\a|b",
        r"C:\*.exe",
        r"C:\a?.exe",
        r"C:\Temp C:\Users",
        r"C:\Temp;D:\x",
        r"C:\Temp,D:\x",
        r"C:\a;\\server\share\x",
        r"C:\Temp;%TEMP%\x",
        r"C:\a:b\c",
        r"C:\a:b:c",
        r"C:\a\..\b",
        r"C:\a/b",
        r"C:abc",
        r"abc\def",
        r"\\.\PhysicalDrive0",
        r"\\ser ver\share\a",
        r"\\server",
        "/etc/passwd",
    ] {
        for (task, params, pointer) in members(path) {
            let refused = tried(&house, task, &params).await.expect(422);
            let violations = refused.violations();
            assert_eq!(violations.len(), 1, "{task} {path}: {violations:?}");
            assert_eq!(violations[0].0, pointer, "{task} {path}");
            assert!(violations[0].1 != "shape", "{task} {path}");
        }
    }
    assert_eq!(house.sim.journal().count(FIND_HOSTS), 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_backslash_has_a_sentence_of_its_own() {
    let house = House::open().await;

    // What JSON reads as another character arrives as that.
    for path in [
        "C:\temp\\a.exe",
        "C:\new\\a.exe",
        "C:\reports\\a.exe",
        "C:\u{8}in\\a.exe",
        "C:\u{c}iles\\a",
    ] {
        for (task, params, pointer) in members(path) {
            let refused = tried(&house, task, &params).await.expect(422);
            let violations = refused.violations();
            assert_eq!(violations.len(), 1, "{task} {path:?}");
            assert_eq!(violations[0].0, pointer, "{task} {path:?}");
            assert!(refused.text.contains("written twice"), "{}", refused.text);
        }
    }
    let named = house.soar().isolate("CORP\new-pc").await.expect(422);
    assert!(named.text.contains("written twice"), "{}", named.text);

    // What JSON does not know breaks it.
    for text in [
        r#"{"targetHost": "x", "params": {"md5hash": "", "sha256hash": "", "path": "C:\Users\a.exe"}}"#,
        r#"{"targetHost": "x", "params": {"md5hash": "", "sha256hash": "", "path": "C:\users\a.exe"}}"#,
        r#"{"targetHost": "CORP\WS-042", "params": {"md5hash": "", "sha256hash": "", "path": ""}}"#,
        r#"{"targetHost": "x", "params": {"md5hash": "", "sha256hash": "", "path": "C:\"}}"#,
    ] {
        let request = house
            .soar()
            .request(reqwest::Method::POST, "/v1/tasks/getFile")
            .header("content-type", "application/json")
            .body(text);
        let refused = Reply::of(request).await.expect(400);
        assert_eq!(refused.code(), "malformed_json");
        let detail = refused.json["detail"].as_str().expect("a detail");
        assert!(detail.contains("written twice"), "{text}: {detail}");
        assert!(
            !detail.contains("Users") && !detail.contains("CORP"),
            "{detail}"
        );
    }
    house.close().await;
}
