//! Bad input gets a problem document that names every violation, and changes nothing.
//!
//! The rules are those of the vendor's page, where it contradicts itself by its code examples.

use acceptance::{House, WS_042, ioc};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

const MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";
const SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Good parameters of a task, with one member changed; `null` takes it away.
fn params(task: &str, member: &str, value: Value) -> Value {
    let mut params = match task {
        "getFile" | "quarantineFile" | "deleteFile" => {
            json!({"md5hash": MD5, "sha256hash": "", "path": r"C:\a.exe"})
        }
        "iocScan" => json!({
            "ioc": ioc::archive(&[("a.ioc", ioc::document("a").as_bytes())]), "isolateHost": false,
            "scanCriticalAreas": true, "quarantineObject": false,
        }),
        "startProcess" => json!({"executablePath": r"C:\a.exe"}),
        "terminateProcess" => {
            json!({"md5hash": "", "sha256hash": "", "path": r"C:\a.exe", "caseSensitive": false})
        }
        "isolateHost" => json!({"action": 1}),
        "preventExecution" => json!({"hash": MD5, "path": r"C:\a.exe", "caseSensitive": false}),
        _ => panic!("{task} has other parameters"),
    };
    if value.is_null() {
        params.as_object_mut().expect("an object").remove(member);
    } else {
        params[member] = value;
    }
    params
}

/// One scan object with one member changed.
fn scan(member: &str, value: Value) -> Value {
    let mut object = json!({"enabled": true, "path": "", "recursive": true, "type": 14});
    if value.is_null() {
        object.as_object_mut().expect("an object").remove(member);
    } else {
        object[member] = value;
    }
    json!([object])
}

/// A task, its bad parameters, and the one violation that they are.
type Case = (&'static str, Value, &'static str, &'static str);

fn file_cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for task in [
        "getFile",
        "quarantineFile",
        "deleteFile",
        "terminateProcess",
    ] {
        for (member, value, code) in [
            ("md5hash", json!(&MD5[1..]), "md5_or_empty"),
            ("md5hash", json!(SHA256), "md5_or_empty"),
            ("md5hash", json!("g".repeat(32)), "md5_or_empty"),
            ("md5hash", json!(false), "type"),
            ("md5hash", Value::Null, "required"),
            ("sha256hash", json!(MD5), "sha256_or_empty"),
            ("sha256hash", json!(&SHA256[1..]), "sha256_or_empty"),
            ("sha256hash", Value::Null, "required"),
            ("path", json!(""), "windows_path"),
            ("path", json!("a.exe"), "windows_path"),
            ("path", json!("/usr/bin/a"), "windows_path"),
            ("path", json!(r"C:\*.exe"), "windows_path"),
            ("path", json!("C:\\a\u{0}b"), "windows_path"),
            ("path", json!(7), "type"),
            ("path", Value::Null, "required"),
            ("extra", json!(1), "unknown_member"),
        ] {
            let pointer = Box::leak(format!("/params/{member}").into_boxed_str());
            cases.push((task, params(task, member, value), &*pointer, code));
        }
    }
    cases
}

fn other_cases() -> Vec<Case> {
    let of_archive = |value: String| params("iocScan", "ioc", json!(value));
    vec![
        (
            "deleteFile",
            params("deleteFile", "searchInSubfolders", json!("yes")),
            "/params/searchInSubfolders",
            "type",
        ),
        (
            "deleteFile",
            params("deleteFile", "searchInSubfolders", json!(1)),
            "/params/searchInSubfolders",
            "type",
        ),
        (
            "getFile",
            params("getFile", "searchInSubfolders", json!(true)),
            "/params/searchInSubfolders",
            "unknown_member",
        ),
        (
            "terminateProcess",
            params("terminateProcess", "caseSensitive", Value::Null),
            "/params/caseSensitive",
            "required",
        ),
        (
            "terminateProcess",
            params("terminateProcess", "caseSensitive", json!("false")),
            "/params/caseSensitive",
            "type",
        ),
        (
            "isolateHost",
            params("isolateHost", "action", json!("1")),
            "/params/action",
            "type",
        ),
        (
            "isolateHost",
            params("isolateHost", "action", json!(true)),
            "/params/action",
            "type",
        ),
        (
            "isolateHost",
            params("isolateHost", "action", json!(2)),
            "/params/action",
            "enum",
        ),
        (
            "isolateHost",
            params("isolateHost", "action", json!(-1)),
            "/params/action",
            "enum",
        ),
        (
            "isolateHost",
            params("isolateHost", "action", json!(0.5)),
            "/params/action",
            "type",
        ),
        (
            "isolateHost",
            params("isolateHost", "action", json!(MD5)),
            "/params/action",
            "type",
        ),
        (
            "isolateHost",
            params("isolateHost", "action", Value::Null),
            "/params/action",
            "required",
        ),
        (
            "isolateHost",
            params("isolateHost", "duration", json!(60)),
            "/params/duration",
            "unknown_member",
        ),
        ("isolateHost", json!([{"action": 1}]), "/params", "type"),
        (
            "preventExecution",
            params("preventExecution", "hash", json!(SHA256)),
            "/params/hash",
            "md5",
        ),
        (
            "preventExecution",
            params("preventExecution", "hash", json!("")),
            "/params/hash",
            "md5",
        ),
        (
            "preventExecution",
            params("preventExecution", "hash", json!(&MD5[1..])),
            "/params/hash",
            "md5",
        ),
        (
            "preventExecution",
            params("preventExecution", "hash", Value::Null),
            "/params/hash",
            "required",
        ),
        (
            "preventExecution",
            params("preventExecution", "path", json!("a.exe")),
            "/params/path",
            "windows_path_or_empty",
        ),
        (
            "preventExecution",
            params("preventExecution", "path", Value::Null),
            "/params/path",
            "required",
        ),
        (
            "preventExecution",
            params("preventExecution", "caseSensitive", json!(0)),
            "/params/caseSensitive",
            "type",
        ),
        (
            "startProcess",
            params("startProcess", "executablePath", json!("")),
            "/params/executablePath",
            "windows_path",
        ),
        (
            "startProcess",
            params("startProcess", "executablePath", json!("cmd.exe")),
            "/params/executablePath",
            "windows_path",
        ),
        (
            "startProcess",
            params("startProcess", "executablePath", Value::Null),
            "/params/executablePath",
            "required",
        ),
        (
            "startProcess",
            params("startProcess", "arguments", json!(["/all"])),
            "/params/arguments",
            "type",
        ),
        (
            "startProcess",
            params("startProcess", "arguments", json!("a\nb")),
            "/params/arguments",
            "control_characters",
        ),
        (
            "startProcess",
            params("startProcess", "workingFolder", json!("temp")),
            "/params/workingFolder",
            "folder_or_empty",
        ),
        (
            "iocScan",
            of_archive(r"C:\iocs.zip".to_owned()),
            "/params/ioc",
            "not_base64",
        ),
        (
            "iocScan",
            of_archive(STANDARD.encode("not a zip")),
            "/params/ioc",
            "not_a_zip",
        ),
        (
            "iocScan",
            of_archive(String::new()),
            "/params/ioc",
            "too_short",
        ),
        (
            "iocScan",
            of_archive(ioc::archive(&[("a.txt", b"<ioc id='a'/>")])),
            "/params/ioc",
            "ioc_name",
        ),
        (
            "iocScan",
            of_archive(ioc::archive(&[("a.ioc", b"<html id='a'/>")])),
            "/params/ioc",
            "not_openioc",
        ),
        (
            "iocScan",
            of_archive(ioc::archive(&[
                ("a.ioc", ioc::document("a").as_bytes()),
                ("b.ioc", ioc::document("a").as_bytes()),
            ])),
            "/params/ioc",
            "ioc_duplicate_id",
        ),
        (
            "iocScan",
            of_archive(ioc::archive(&[("a.ioc", &vec![b' '; 2 * 1024 * 1024 + 1])])),
            "/params/ioc",
            "ioc_too_large",
        ),
        (
            "iocScan",
            params("iocScan", "isolateHost", Value::Null),
            "/params/isolateHost",
            "required",
        ),
        (
            "iocScan",
            params("iocScan", "scanCriticalAreas", json!("true")),
            "/params/scanCriticalAreas",
            "type",
        ),
        (
            "iocScan",
            params("iocScan", "quarantineObject", json!(1)),
            "/params/quarantineObject",
            "type",
        ),
        (
            "onDemandScan",
            scan("enabled", Value::Null)[0].clone(),
            "/params",
            "type",
        ),
        ("onDemandScan", json!([]), "/params", "too_few"),
        (
            "onDemandScan",
            scan("type", json!(19)),
            "/params/0/type",
            "enum",
        ),
        (
            "onDemandScan",
            scan("type", json!(13)),
            "/params/0/type",
            "enum",
        ),
        (
            "onDemandScan",
            scan("type", json!(26)),
            "/params/0/type",
            "enum",
        ),
        (
            "onDemandScan",
            scan("type", json!("14")),
            "/params/0/type",
            "type",
        ),
        (
            "onDemandScan",
            scan("type", Value::Null),
            "/params/0/type",
            "required",
        ),
        (
            "onDemandScan",
            scan("type", json!(22)),
            "/params/0/path",
            "scan_path",
        ),
        (
            "onDemandScan",
            scan("path", json!(r"C:\Users")),
            "/params/0/path",
            "scan_path",
        ),
        (
            "onDemandScan",
            scan("path", json!(r"C:\a C:\b|*")),
            "/params/0/path",
            "folder_or_empty",
        ),
        (
            "onDemandScan",
            scan("path", Value::Null),
            "/params/0/path",
            "required",
        ),
        (
            "onDemandScan",
            scan("enabled", Value::Null),
            "/params/0/enabled",
            "required",
        ),
        (
            "onDemandScan",
            scan("recursive", json!("no")),
            "/params/0/recursive",
            "type",
        ),
        (
            "onDemandScan",
            scan("extra", json!(1)),
            "/params/0/extra",
            "unknown_member",
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rule_of_the_nine_tasks_is_kept_on_both_routes_and_nothing_is_written() {
    let house = House::open().await;
    let soar = house.soar();

    for (task, params, pointer, code) in file_cases().into_iter().chain(other_cases()) {
        let body = json!({"targetHost": WS_042, "params": params});
        let flat = soar
            .post(&format!("/v1/tasks/{task}"), &body)
            .await
            .expect(422);
        let mut native = body.clone();
        native["task"] = task.into();
        let native = soar.post("/v1/tasks", &native).await.expect(422);

        let found = flat.violations();
        // A path that breaks the form and the folder rule is named for both.
        assert!(
            found.contains(&(pointer.to_owned(), code.to_owned())),
            "{task} {pointer} {code}: {}",
            flat.text
        );
        assert!(
            found.iter().all(|(at, _)| at == pointer),
            "{task} {pointer} {code}: {}",
            flat.text
        );
        assert_eq!(native.violations(), found, "{task} {pointer} {code}");
    }

    assert!(house.sim.journal().incidents().is_empty());
    assert_eq!(
        house.sim.journal().count("HostGroup.FindHosts"),
        0,
        "KSC is not even asked"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rule_of_the_envelope_is_kept() {
    let house = House::open().await;
    let good = json!({"targetHost": WS_042, "params": {"action": 1}});

    for (member, value, code) in [
        ("targetHost", Value::Null, "required"),
        ("targetHost", json!(""), "too_short"),
        ("targetHost", json!(42), "type"),
        ("targetHost", json!("ws*"), "host_name"),
        ("targetHost", json!("a\")(KLHST_WKS_DN=\"*"), "host_name"),
        ("targetHost", json!("x".repeat(256)), "too_long"),
        ("params", Value::Null, "required"),
        ("params", json!("action"), "type"),
        ("responseEventIncidentArea", json!("a]b"), "area"),
        ("responseEventIncidentArea", json!(""), "area"),
        (
            "responseEventIncidentArea",
            json!("x".repeat(25)),
            "too_long",
        ),
        ("severity", json!(0), "too_small"),
        ("severity", json!(4), "too_large"),
        ("severity", json!("2"), "type"),
        ("comment", json!("x".repeat(1025)), "too_long"),
        ("externalId", json!(""), "external_id"),
        ("responseEventIncident", json!(true), "unknown_member"),
        ("task", json!("isolateHost"), "unknown_member"),
    ] {
        let mut body = good.clone();
        if value.is_null() {
            body.as_object_mut().expect("an object").remove(member);
        } else {
            body[member] = value.clone();
        }

        let reply = house
            .soar()
            .post("/v1/tasks/isolateHost", &body)
            .await
            .expect(422);

        let found = reply.violations();
        assert!(
            found.contains(&(format!("/{member}"), code.to_owned())),
            "{member} {value}: {}",
            reply.text
        );
    }
    for (body, pointer, code) in [
        (json!([]), "", "type"),
        (json!("x"), "", "type"),
        (good.clone(), "/task", "required"),
        (
            json!({"task": "formatDisk", "targetHost": WS_042, "params": {}}),
            "/task",
            "enum",
        ),
        (
            json!({"task": 7, "targetHost": WS_042, "params": {}}),
            "/task",
            "enum",
        ),
    ] {
        let reply = house.soar().post("/v1/tasks", &body).await.expect(422);
        assert_eq!(
            reply.violations(),
            [(pointer.to_owned(), code.to_owned())],
            "{body}"
        );
    }
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_violations_are_listed_at_once() {
    let house = House::open().await;
    let body = json!({
        "targetHost": "ws?", "severity": 9, "surprise": {}, "also/odd~": 1,
        "params": [
            {"enabled": "yes", "path": "", "recursive": true, "type": 22},
            {"enabled": true, "path": r"C:\a", "recursive": true, "type": 19},
            {"enabled": true, "path": r"C:\a", "recursive": true, "type": 14},
        ],
    });

    let reply = house
        .soar()
        .post("/v1/tasks/onDemandScan", &body)
        .await
        .expect(422);

    let mut found = reply.violations();
    found.sort();
    let expected = [
        ("/also~1odd~0", "unknown_member"),
        ("/params/0/enabled", "type"),
        ("/params/0/path", "scan_path"),
        ("/params/1/type", "enum"),
        ("/params/2/path", "scan_path"),
        ("/severity", "too_large"),
        ("/surprise", "unknown_member"),
        ("/targetHost", "host_name"),
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|(at, code)| ((*at).to_owned(), (*code).to_owned()))
        .collect();
    assert_eq!(found, expected, "{}", reply.text);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_not_larger_than_its_question() {
    let house = House::open().await;
    let mut body = json!({"targetHost": WS_042, "params": {"action": 1}});
    for number in 0..5000 {
        body[format!("surprise-{number}")] = json!(0);
    }

    let reply = house
        .soar()
        .post("/v1/tasks/isolateHost", &body)
        .await
        .expect(422);

    assert_eq!(reply.violations().len(), 100);
    for number in 5000..20_000 {
        body[format!("surprise-{number}")] = json!(0);
    }
    let reply = house
        .soar()
        .post("/v1/tasks/isolateHost", &body)
        .await
        .expect(400);
    assert_eq!(reply.code(), "malformed_json");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_json_or_too_much_of_it_is_refused_by_name() {
    let house = House::with(&[("server.max_body_bytes", "4096")]).await;
    let soar = house.soar();
    let send = |kind: &'static str, body: Vec<u8>| {
        let request = soar
            .request(reqwest::Method::POST, "/v1/tasks/isolateHost")
            .header("content-type", kind)
            .body(body);
        async move { acceptance::Reply::of(request).await }
    };
    let good = json!({"targetHost": WS_042, "params": {"action": 1}}).to_string();

    for (body, code) in [
        ("{", "malformed_json"),
        ("", "malformed_json"),
        ("{} {}", "malformed_json"),
        (
            r#"{"targetHost": "a", "targetHost": "b", "params": {"action": 1}}"#,
            "malformed_json",
        ),
        ("\u{feff}\u{feff}{}", "malformed_json"),
    ] {
        assert_eq!(
            send("application/json", body.into())
                .await
                .expect(400)
                .code(),
            code,
            "{body}"
        );
    }
    assert_eq!(
        send("application/json", vec![0xff, 0xfe])
            .await
            .expect(400)
            .code(),
        "malformed_json"
    );
    let deep = "[".repeat(3000).into_bytes();
    assert_eq!(
        send("application/json", deep).await.expect(400).code(),
        "malformed_json"
    );
    let large = vec![b' '; 5000];
    assert_eq!(
        send("application/json", large).await.expect(413).code(),
        "body_too_large"
    );
    for kind in [
        "text/plain",
        "application/xml",
        "application/jsonx",
        "multipart/form-data",
    ] {
        let reply = send(kind, good.clone().into_bytes()).await.expect(415);
        assert_eq!(reply.code(), "unsupported_media_type", "{kind}");
    }
    assert!(house.sim.journal().incidents().is_empty());
    send("application/json; charset=utf-8", good.into_bytes())
        .await
        .expect(202);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_number_is_one_however_it_is_written() {
    let house = House::open().await;
    let send = |number: &str| {
        let body =
            format!(r#"{{"targetHost": "ws-042.corp.example", "params": {{"action": {number}}}}}"#);
        let request = house
            .soar()
            .request(reqwest::Method::POST, "/v1/tasks/isolateHost")
            .header("content-type", "application/json")
            .body(body);
        async move { acceptance::Reply::of(request).await }
    };

    for number in ["1.0", "1e0", "10e-1"] {
        send(number).await.expect(202);
    }
    for number in ["1.5", "1e400", "9007199254740993.0", "-0.5"] {
        let reply = send(number).await;
        assert!(
            [400, 422].contains(&reply.status),
            "{number}: {}",
            reply.text
        );
    }

    for body in house.incident_bodies() {
        assert_eq!(body["params"].to_string(), r#"{"action":1}"#);
    }
    assert_eq!(house.sim.journal().incidents().len(), 3);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_cannot_make_the_gateway_unpack_what_it_may_not_ask_for() {
    let house = House::open().await;
    let body = json!({
        "task": "iocScan", "targetHost": WS_042,
        "params": params("iocScan", "ioc", json!("not even base64")),
    });

    let reply = house
        .caller("tasks.create.getFile")
        .post("/v1/tasks", &body)
        .await
        .expect(403);

    assert_eq!(reply.code(), "scope_missing");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_archive_of_good_documents_is_taken_whole() {
    let house = House::open().await;
    let noise: String = (0..1_500_000_u32)
        .map(|it| {
            char::from(b'a' + u8::try_from(it.wrapping_mul(2_654_435_761) >> 28).expect("small"))
        })
        .collect();
    let documents: Vec<(String, String)> = (0..6)
        .map(|it| {
            (
                format!("{it}.ioc"),
                format!("{}<!-- {noise} -->", ioc::document(&it.to_string())),
            )
        })
        .collect();
    let documents: Vec<(&str, &[u8])> = documents
        .iter()
        .map(|(name, it)| (name.as_str(), it.as_bytes()))
        .collect();
    let params = params("iocScan", "ioc", json!(ioc::archive(&documents)));

    house
        .soar()
        .create("iocScan", WS_042, params.clone())
        .await
        .expect(202);

    assert_eq!(house.incident_bodies()[0]["params"], params);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_query_parameter_is_refused() {
    let house = House::open().await;
    let body = json!({"targetHost": WS_042, "params": {"action": 1}});

    for query in ["dryrun=true", "dryRun=yes", "dryRun=true&x=1"] {
        let reply = house
            .soar()
            .post(&format!("/v1/tasks/isolateHost?{query}"), &body)
            .await;
        assert_eq!(reply.expect(422).code(), "validation_failed", "{query}");
    }
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn small_archives_that_are_large_inside_hold_up_nobody_else() {
    let house = House::with(&[("limits.requests_per_minute_per_caller", "0")]).await;
    let blank = " ".repeat(2_000_000);
    let documents: Vec<(String, String)> = (0..6)
        .map(|it| (format!("{it}.ioc"), ioc::document(&it.to_string()) + &blank))
        .collect();
    let documents: Vec<(&str, &[u8])> = documents
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    let archive = ioc::archive(&documents);
    assert!(archive.len() < 64 * 1024, "{}", archive.len());
    let params = params("iocScan", "ioc", json!(archive));
    let task = json!({"task": "iocScan", "targetHost": acceptance::WS_042, "params": params});
    let body = json!({"tasks": vec![task; 12]});
    // More than there are threads that could be held up.
    let many = 2 * std::thread::available_parallelism().map_or(1, usize::from);
    let asking: Vec<_> = (0..many)
        .map(|_| {
            let (soar, body) = (house.soar(), body.clone());
            tokio::spawn(async move { soar.post("/v1/tasks/batch", &body).await })
        })
        .collect();

    // Where checking holds up the server's threads, one or two answers come between its beginning and
    // its end.
    let mut answered = 0;
    while !asking.iter().all(tokio::task::JoinHandle::is_finished) {
        house.soar().get("/v1/whoami").await.expect(200);
        answered += 1;
    }

    for one in asking {
        let reply = one.await.expect("no panic").expect(200);
        let problem = &reply.json["results"][11]["problem"];
        assert_eq!(problem["errors"][0]["code"], "ioc_total_too_large");
    }
    assert!(answered > 8, "{answered}");
    house.close().await;
}
