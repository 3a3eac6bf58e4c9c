//! Settings of the KATAEDR task, checked over the API: everything at once, and nothing is done.

use acceptance::{House, Reply, decisions};
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/v1/kataedr/settings/check";

/// As 12.0 to 12.3 have them.
const FLAT: &str = "Address=192.0.2.10\nPort=443\nUseClientPinnedCertificate=No\nSynchronizationPeriod=5\nConnectionTimeout=10\nRequestTimeout=10\nMaximumDataTransferTime=30\nUseRequestCountLimits=Yes\nMaximumNumberOfEventsInHour=3000\nEventLimitExceededPercentage=15\nEnableTelemetry=Yes\n";

async fn check(house: &House, query: &str, text: &str) -> Reply {
    let request = house
        .soar()
        .request(Method::POST, &format!("{PATH}{query}"))
        .header("content-type", "text/plain; charset=utf-8")
        .body(text.to_owned());
    Reply::of(request).await
}

/// The finding of this code.
fn found<'a>(reply: &'a Reply, code: &str) -> &'a Value {
    let findings = reply.json["findings"].as_array().expect("findings");
    let found = findings.iter().find(|it| it["code"] == code);
    found.unwrap_or_else(|| panic!("no {code}: {}", reply.text))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_of_a_file_is_told_at_once_with_its_line_and_its_pointer() {
    let house = House::open().await;
    let text = "Mode=EDRKATA\nSynchronizationPeriod=0\n[Endpoints.item_0000]\nAddress=127.0.0.1\nPort=70000\n[Endpoints.item_0002]\nAddress=\n";

    let reply = check(&house, "?kesVersion=12.4", text).await.expect(200);

    assert_eq!(reply.json["usable"], false, "{}", reply.text);
    assert_eq!(
        [
            &reply.json["layout"],
            &reply.json["mode"],
            &reply.json["kesVersion"]
        ],
        ["sections", "EDRKATA", "12.4"]
    );
    for (code, severity, line, pointer) in [
        ("not-positive", "error", 2, "/SynchronizationPeriod"),
        ("default-address", "risk", 4, "/Endpoints/0/Address"),
        ("port-out-of-range", "error", 5, "/Endpoints/0/Port"),
        ("list-gap", "error", 6, "/Endpoints/2"),
        ("empty-address", "error", 7, "/Endpoints/2/Address"),
    ] {
        let finding = found(&reply, code);
        let seen = [&finding["severity"], &finding["line"], &finding["pointer"]];
        assert_eq!(seen, [&json!(severity), &json!(line), &json!(pointer)]);
        for member in ["reason", "mend"] {
            assert!(finding[member].as_str().is_some_and(|it| it.ends_with('.')));
        }
    }
    let errors = reply.json["findings"].as_array().expect("findings").iter();
    let errors = errors.filter(|it| it["severity"] == "error").count();
    assert_eq!(reply.json["errors"], errors);
    for member in ["ini", "json", "commands"] {
        assert!(reply.json.get(member).is_none(), "{member}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_can_be_used_come_back_in_both_forms_with_what_to_type() {
    let house = House::open().await;
    let reply = check(&house, "?kesVersion=12.3&isolationUsed=true", FLAT).await;
    let reply = reply.expect(200);

    assert_eq!(reply.json["usable"], true, "{}", reply.text);
    assert_eq!(reply.json["ini"], FLAT);
    assert_eq!(reply.json["json"]["Port"], 443);
    let commands = reply.json["commands"].as_array().expect("commands");
    let typed: Vec<&str> = commands
        .iter()
        .filter_map(|it| it["command"].as_str())
        .collect();
    assert!(
        typed
            .iter()
            .any(|it| it.ends_with("--set-settings 24 --file kataedr.ini")),
        "{typed:?}"
    );
    let stop = commands
        .iter()
        .find(|it| it["stage"] == "stop")
        .expect("a stop");
    let answers = stop["answers"].as_array().expect("answers");
    let stopped = answers.iter().find(|it| it["code"] == 70);
    assert_eq!(stopped.map(|it| &it["then"]), Some(&json!("continue")));

    // The same as JSON, by what came back.
    let again = house
        .soar()
        .post(
            &format!("{PATH}?kesVersion=12.3&isolationUsed=true"),
            &reply.json["json"],
        )
        .await
        .expect(200);
    assert_eq!(again.json["ini"], FLAT);
    // What the normal form does not have is named.
    let commented = format!("# of the south wing\n{FLAT}Colour=blue\n");
    let commented = check(&house, "?kesVersion=12.3", &commented)
        .await
        .expect(200);
    let fate = |fate: &str| {
        let changes = commented.json["changes"].as_array().expect("changes");
        changes.iter().find(|it| it["fate"] == fate).cloned()
    };
    let left_out = fate("commentLeftOut").expect("the comment");
    assert_eq!(left_out["line"], 1, "{left_out}");
    assert!(left_out["value"].to_string().contains("of the south wing"));
    assert_eq!(fate("kept").expect("the key")["key"], "Colour");
    assert_eq!(commented.json["ini"], format!("{FLAT}Colour=blue\n"));
    let lost = json!({"Address": "192.0.2.10", "Colour": null});
    let lost = house
        .soar()
        .post(&format!("{PATH}?kesVersion=12.3"), &lost)
        .await;
    let lost = lost.expect(200);
    assert_eq!(lost.json["usable"], true, "{}", lost.text);
    assert!(lost.json.get("ini").is_none(), "{}", lost.text);
    assert_eq!(lost.json["changes"][0]["fate"], "lost", "{}", lost.text);
    // Without a version nobody can say what to type.
    let guessed = check(&house, "", FLAT).await.expect(200);
    assert!(guessed.json.get("commands").is_none());
    found(&guessed, "version-guessed");
    house.close().await;
}

/// A device of which all is known, and with which all is well.
const WELL: &str = "clientCertificateAdded=false&serverCertificateAdded=true&isolationUsed=true&isolationExclusionsSet=true&policyInForce=false&mdrIntegration=false&behaviorDetection=true&proxy=false&container=false&licence=true&auditSocketMasked=true";

#[tokio::test(flavor = "multi_thread")]
async fn the_documents_example_of_an_answer_is_the_answer_to_its_example_of_settings() {
    let house = House::open().await;
    let document = house.stranger().get("/openapi.json").await.json;
    let operation = &document["paths"][PATH]["post"];
    let body = &operation["requestBody"]["content"]["application/json"]["example"];
    let answer = &operation["responses"]["200"]["content"]["application/json"]["example"];

    let path = format!("{PATH}?kesVersion=12.4&{WELL}");
    let reply = house.soar().post(&path, body).await.expect(200);

    assert_eq!(reply.json, *answer);
    // A mistake in JSON has the pointer of the body.
    for code in ["name-during-isolation", "port-out-of-range"] {
        let pointer = found(&reply, code)["pointer"].as_str().expect("it has one");
        assert!(body.pointer(pointer).is_some(), "{pointer}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_no_settings_is_refused_or_told() {
    let house = House::open().await;
    let post = async |kind: &str, query: &str, body: Vec<u8>| {
        let request = house
            .soar()
            .request(Method::POST, &format!("{PATH}{query}"))
            .header("content-type", kind)
            .body(body);
        Reply::of(request).await
    };
    for (kind, query, body, status, code) in [
        (
            "text/html",
            "",
            b"Port=1".to_vec(),
            415,
            "unsupported_media_type",
        ),
        (
            "text/plain; charset=utf-16",
            "",
            b"Port=1".to_vec(),
            415,
            "unsupported_media_type",
        ),
        (
            "application/json",
            "",
            b"[]".to_vec(),
            422,
            "validation_failed",
        ),
        (
            "application/json",
            "",
            b"{\"Port\":1,\"Port\":2}".to_vec(),
            400,
            "malformed_json",
        ),
        ("application/json", "", b"{".to_vec(), 400, "malformed_json"),
        (
            "text/plain",
            "?kesVersion=10",
            b"Port=1".to_vec(),
            422,
            "validation_failed",
        ),
        (
            "text/plain",
            "?isolationUsed=yes",
            b"Port=1".to_vec(),
            422,
            "validation_failed",
        ),
        (
            "text/plain",
            "?version=12.4",
            b"Port=1".to_vec(),
            422,
            "validation_failed",
        ),
        (
            "text/plain",
            "",
            vec![b'#'; 16 * 1024 + 1],
            413,
            "body_too_large",
        ),
    ] {
        let refused = post(kind, query, body).await.expect(status);
        assert_eq!(refused.code(), code, "{kind} {query}");
    }
    // What cannot be read as settings is told like any other mistake.
    for (body, code) in [
        (Vec::new(), "no-settings"),
        (vec![0xff, 0xfe, b'=', 0], "not-utf8"),
        (b"Port=443 trailing\n\"\n".to_vec(), "malformed-line"),
    ] {
        let told = post("text/plain", "", body).await.expect(200);
        assert_eq!(told.json["usable"], false);
        found(&told, code);
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_takes_its_own_scope_asks_nobody_and_is_audited() {
    let house = House::open().await;
    let before = house.sim.journal().calls().len();
    let own = house
        .caller("settings.check")
        .request(Method::POST, PATH)
        .header("x-request-id", "checks-settings")
        .header("content-type", "text/plain")
        .body(FLAT);

    Reply::of(own).await.expect(200);
    let other = house.caller("tasks.create tasks.read hosts.read");
    let refused = other.post(PATH, &json!({})).await.expect(403);

    assert!(refused.text.contains("settings.check"), "{}", refused.text);
    assert_eq!(house.sim.journal().calls().len(), before);
    let audit = decisions("checks-settings");
    assert_eq!(audit.len(), 1, "{audit:?}");
    assert_eq!(audit[0]["decision"], "allowed");
    assert_eq!(audit[0]["operation"], format!("POST {PATH}"));
    assert!(!audit[0].to_string().contains("192.0.2.10"));
    house.close().await;
}
