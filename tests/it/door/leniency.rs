//! What generated clients, low-code tools and people send that means no harm: `null` for nothing,
//! lines in a comment.

use acceptance::{House, NATIVE, Reply, WS_042, decisions, isolation, native};
use reqwest::Method;
use serde_json::{Value, json};

/// What a body may leave out in either form, and where the forms differ.
const OPTIONAL: [&str; 4] = ["severity", "comment", "externalId", "backend"];

#[tokio::test(flavor = "multi_thread")]
async fn null_for_an_optional_member_is_nothing() {
    let house = House::open().await;
    let soar = house.soar();
    let mut flat = isolation(WS_042);
    let mut other = native("isolateHost", WS_042, json!({"action": 1}));
    for member in OPTIONAL {
        flat[member] = Value::Null;
        other[member] = Value::Null;
    }
    flat["area"] = Value::Null;
    other["responseEventIncidentArea"] = Value::Null;
    let started = json!({"executablePath": "C:\\a.exe", "arguments": null, "workingFolder": null});
    let deleted = json!({"targetHost": WS_042, "path": "C:\\a.exe", "searchInSubfolders": null});

    soar.post("/v1/tasks/isolateHost", &flat).await.expect(202);
    soar.post(NATIVE, &other).await.expect(202);
    soar.create("startProcess", WS_042, started)
        .await
        .expect(202);
    soar.post("/v1/tasks/deleteFile", &deleted)
        .await
        .expect(202);
    let batch = json!({"tasks": [other]});
    let batch = soar.post("/v1/tasks/batch", &batch).await.expect(200);
    assert_eq!(batch.json["results"][0]["status"], 202, "{}", batch.text);

    // KSC gets what it would get of a request without the members.
    let bodies = house.incident_bodies();
    for (number, params) in [
        json!({"action": 1}),
        json!({"action": 1}),
        json!({"executablePath": "C:\\a.exe"}),
        json!({"md5hash": "", "sha256hash": "", "path": "C:\\a.exe"}),
    ]
    .into_iter()
    .enumerate()
    {
        let expected = json!({
            "targetHost": WS_042, "task": bodies[number]["task"], "params": params,
            "responseEventIncident": true, "responseEventIncidentArea": "Kuma",
        });
        assert_eq!(bodies[number], expected);
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn null_for_what_is_required_or_unknown_is_a_violation() {
    let house = House::open().await;

    for (body, pointer, code) in [
        (
            json!({"targetHost": null, "action": "isolate"}),
            "/targetHost",
            "type",
        ),
        (
            json!({"targetHost": WS_042, "action": null}),
            "/action",
            "type",
        ),
        (
            json!({"targetHost": WS_042, "action": "isolate", "extra": null}),
            "/extra",
            "unknown_member",
        ),
        (
            json!({"targetHost": WS_042, "action": "isolate", "severity": "grave"}),
            "/severity",
            "enum",
        ),
        (
            json!({"targetHost": WS_042, "action": "isolate", "comment": 5}),
            "/comment",
            "type",
        ),
    ] {
        let refused = house.soar().post("/v1/tasks/isolateHost", &body).await;
        let violations = refused.expect(422).violations();
        let expected = (pointer.to_owned(), code.to_owned());
        assert!(violations.contains(&expected), "{violations:?}");
    }
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_has_lines_and_forges_none() {
    let house = House::open().await;
    let soar = house.soar();
    let comment = "INC-20417\r\n\tbeaconing\nrequest.id=forged decision=created";
    let body = json!({"targetHost": WS_042, "action": "isolate", "comment": comment});

    let created = soar.post("/v1/tasks/isolateHost", &body).await.expect(202);

    let decided = decisions(created.request_id());
    assert!(
        decided.iter().any(|it| it["comment"] == comment),
        "{decided:?}"
    );
    for odd in ["\u{0}", "\u{7}", "\u{b}", "\u{1b}[31m", "\u{7f}"] {
        let body = json!({"targetHost": WS_042, "action": "isolate", "comment": odd});
        let refused = soar.post("/v1/tasks/isolateHost", &body).await.expect(422);
        assert_eq!(
            refused.violations(),
            [("/comment".to_owned(), "comment".to_owned())]
        );
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_byte_order_mark_is_taken_and_other_encodings_are_called_that() {
    let house = House::open().await;
    let text = isolation("WS-042").to_string();
    let send = |body: Vec<u8>| {
        let request = house
            .soar()
            .request(Method::POST, "/v1/tasks/isolateHost")
            .header("content-type", "application/json")
            .body(body);
        Reply::of(request)
    };

    send(format!("\u{feff}{text}").into_bytes())
        .await
        .expect(202);
    let wide = |unit: fn(u16) -> [u8; 2], mark: &str| -> Vec<u8> {
        format!("{mark}{text}")
            .encode_utf16()
            .flat_map(unit)
            .collect()
    };
    for (body, said) in [
        (wide(u16::to_le_bytes, "\u{feff}"), "at byte 0"),
        (wide(u16::to_be_bytes, "\u{feff}"), "at byte 0"),
        (wide(u16::to_le_bytes, ""), "at byte 1"),
        (
            text.replace("WS", "\u{fffd}")
                .replace('\u{fffd}', "")
                .replace("-042", "\u{1}")
                .into_bytes()
                .into_iter()
                .map(|it| if it == 1 { 0xc1 } else { it })
                .collect(),
            "at byte",
        ),
    ] {
        let refused = send(body).await.expect(400);
        assert_eq!(refused.code(), "malformed_json");
        let detail = refused.json["detail"].as_str().expect("a detail");
        assert!(
            detail.contains("is not UTF-8") && detail.contains(said),
            "{detail}"
        );
    }
    assert_eq!(house.sim.journal().incidents().len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_area_and_its_tag_fit_into_the_name_of_a_task() {
    let longest = "K".repeat(24);
    let with_tag = "K".repeat(23);
    let body = |area: &str| json!({"targetHost": WS_042, "action": "isolate", "area": area});

    let house = House::open().await;
    let path = "/v1/tasks/isolateHost";
    house.soar().post(path, &body(&longest)).await.expect(202);
    let refused = house.soar().post(path, &body(&format!("{longest}K"))).await;
    let too_long = [("/area".to_owned(), "too_long".to_owned())];
    assert_eq!(refused.expect(422).violations(), too_long);
    house.close().await;

    let house = House::with(&[("backends.ksc.correlation", "tag")]).await;
    house.soar().post(path, &body(&with_tag)).await.expect(202);
    for path in [path, "/v1/tasks/isolateHost/dry-run"] {
        let refused = house
            .soar()
            .post(path, &body(&format!("{with_tag}K")))
            .await;
        let refused = refused.expect(422);
        assert_eq!(refused.violations(), too_long);
        assert!(
            refused.text.contains("at most 23 characters"),
            "{}",
            refused.text
        );
    }
    let sent = house.incident_bodies();
    let area = sent[0]["responseEventIncidentArea"]
        .as_str()
        .expect("an area");
    assert_eq!((sent.len(), area.chars().count()), (1, 32));
    house.close().await;
}
