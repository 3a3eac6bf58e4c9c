//! What importers and generators choke on is not in the document, nor in its dialects.

use std::collections::BTreeSet;

use acceptance::House;
use acceptance::repository::read;
use dialects::Dialect;
use edr_gateway::doors::rest::document;
use reqwest::Method;
use serde_json::Value;

fn in_dialect(dialect: Dialect) -> Value {
    let text = document::in_dialect(&document::document(), dialect);
    serde_json::from_str(&text).expect("JSON")
}

/// Every object in a value that is no example, with where it stands.
fn objects<'a>(value: &'a Value, place: &str, found: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Object(members) => {
            found.push((place.to_owned(), value));
            let said = members.iter();
            for (name, it) in said
                .filter(|(name, _)| !["example", "examples", "x-example"].contains(&name.as_str()))
            {
                objects(it, &format!("{place}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, it) in items.iter().enumerate() {
                objects(it, &format!("{place}/{index}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The operations of a document, with where they stand.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            found.push((format!("{method} {path}"), operation));
        }
    }
    assert!(found.len() > 25, "{}", found.len());
    found
}

#[test]
fn the_files_are_what_the_code_says() {
    let document = document::document();
    for dialect in Dialect::ALL {
        let file = format!("openapi/{}", dialect.file());
        assert!(
            read(&file) == document::in_dialect(&document, dialect),
            "{file} is old: run `cargo openapi`"
        );
    }
}

#[test]
fn no_parameter_has_a_value_that_a_tool_could_send_by_itself() {
    for dialect in Dialect::ALL {
        let document = in_dialect(dialect);
        let mut found = Vec::new();
        objects(&document, "", &mut found);
        let mut parameters = 0;
        for (place, it) in found {
            let is_parameter = it["in"].is_string() && it["in"] != "body" && it["name"].is_string();
            if !is_parameter || place.contains("/security") {
                continue;
            }
            parameters += 1;
            for member in ["example", "examples", "default"] {
                assert!(it.get(member).is_none(), "{dialect:?} {place}: {member}");
                let schema = it.get("schema").unwrap_or(&Value::Null);
                assert!(
                    schema.get(member).is_none(),
                    "{dialect:?} {place}: {member}"
                );
            }
        }
        assert!(parameters > 5, "{dialect:?}: {parameters}");
    }
}

#[test]
fn every_operation_has_one_success() {
    for dialect in Dialect::ALL {
        let document = in_dialect(dialect);
        for (place, operation) in operations(&document) {
            let answers = operation["responses"].as_object().expect("answers");
            let good: Vec<&String> = answers.keys().filter(|it| it.starts_with('2')).collect();
            // Browsers know the end of a stream by it.
            let watches = place.ends_with("/events");
            assert!(good.len() == 1 || watches, "{dialect:?} {place}: {good:?}");
        }
    }
}

#[test]
fn schemas_are_what_every_reader_knows() {
    for dialect in Dialect::ALL {
        let document = in_dialect(dialect);
        let mut found = Vec::new();
        objects(&document, "", &mut found);
        for (place, it) in &found {
            assert!(
                !it["type"].is_array(),
                "{dialect:?} {place}: a list of types"
            );
            assert_ne!(it["type"], "null", "{dialect:?} {place}");
            assert!(it.get("nullable").is_none(), "{dialect:?} {place}");
            for member in ["oneOf", "anyOf"] {
                let is_native = dialect == Dialect::OpenApi31 && place.ends_with("/TaskRequest");
                assert!(
                    it.get(member).is_none() || is_native,
                    "{dialect:?} {place}: {member}"
                );
            }
            if let Some(pattern) = it.get("pattern").and_then(Value::as_str) {
                for odd in [
                    "\\p", "\\P", "(?=", "(?!", "(?<", "\\u", "\\d", "\\w", "\\s", "\\b",
                ] {
                    assert!(!pattern.contains(odd), "{dialect:?} {place}: {pattern}");
                }
            }
            if dialect != Dialect::OpenApi31 {
                let alone =
                    it.get("$ref").is_none() || it.as_object().is_some_and(|it| it.len() == 1);
                assert!(
                    alone,
                    "{dialect:?} {place}: something stands beside a reference"
                );
                for member in ["contentEncoding", "const", "identifier", "prefixItems"] {
                    assert!(it.get(member).is_none(), "{dialect:?} {place}: {member}");
                }
            }
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    for dialect in Dialect::ALL {
        let document = in_dialect(dialect);
        let mut found = Vec::new();
        objects(&document, "", &mut found);
        let mut references = 0;
        for (place, it) in found {
            if let Some(reference) = it.get("$ref").and_then(Value::as_str) {
                let target = document.pointer(reference.trim_start_matches('#'));
                assert!(target.is_some(), "{dialect:?} {place}: {reference}");
                references += 1;
            }
        }
        assert!(references > 100, "{dialect:?}: {references}");
    }
}

#[test]
fn what_is_written_for_one_tool_is_what_it_needs() {
    let shuffle = in_dialect(Dialect::Shuffle);
    for (place, operation) in operations(&shuffle) {
        if let Some(body) = operation.get("requestBody") {
            let content = &body["content"]["application/json"];
            assert!(content["example"].is_object(), "{place}: no example");
        }
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        for parameter in parameters {
            let name = parameter["$ref"].as_str().unwrap_or_default();
            assert!(!name.ends_with("Header"), "{place}: {name}");
            assert_ne!(parameter["in"], "header", "{place}");
        }
    }
    let xsoar = in_dialect(Dialect::Xsoar);
    assert_eq!(xsoar["securityDefinitions"]["BearerAuth"]["type"], "apiKey");
    for (place, operation) in operations(&xsoar) {
        let answers = &operation["responses"];
        assert!(
            answers["200"].is_object() && answers.get("202").is_none(),
            "{place}"
        );
    }
    for document in [&shuffle, &xsoar] {
        let size = document.to_string().len();
        assert!(size < 120_000, "{size} bytes");
    }
    let powershell = in_dialect(Dialect::PowerShell);
    let named: BTreeSet<&str> = operations(&powershell)
        .iter()
        .filter_map(|it| it.1["operationId"].as_str())
        .collect();
    for name in ["startEdrProcess", "getEdrFile", "isolateEdrHost"] {
        assert!(named.contains(name), "{name}: {named:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_sent_packed_and_once() {
    let house = House::open().await;
    let stranger = house.stranger();
    for dialect in Dialect::ALL {
        let query = dialect
            .tool()
            .map(|it| format!("?for={it}"))
            .unwrap_or_default();
        let path = format!("{}{query}", dialect.path());

        let plain = stranger.get(&path).await.expect(200);
        let packed = stranger
            .get_with(&path, ("accept-encoding", "br, gzip;q=0.8"))
            .await
            .expect(200);
        let mark = plain.header("etag").to_owned();
        let known = stranger.get_with(&path, ("if-none-match", &mark)).await;

        assert!(plain.json["paths"].is_object(), "{path}");
        if dialect == Dialect::Shuffle {
            // Its server is the caller's own.
            assert_eq!(packed.header("etag"), mark);
            continue;
        }
        assert_eq!(packed.header("content-encoding"), "gzip");
        assert_eq!(known.status, 304, "{path}");
        assert_ne!(packed.header("etag"), mark);
        let length: usize = packed.header("content-length").parse().expect("a length");
        assert!(length < 60_000, "{path}: {length}");
        acceptance::tell(&format!(
            "{path}: {} bytes, {length} packed",
            plain.text.len()
        ));
    }
    let refused = stranger
        .get("/openapi-3.0.json?for=outlook")
        .await
        .expect(422);
    assert!(refused.text.contains("shuffle"), "{}", refused.text);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_for_shuffle_says_where_its_reader_has_reached_the_gateway() {
    let house = House::open().await;

    let document = house
        .stranger()
        .get("/openapi-3.0.json?for=shuffle")
        .await
        .expect(200);

    let url = format!("http://{}", house.addr());
    assert_eq!(document.json["servers"][0]["url"], url.as_str());
    house.close().await;
    let house = House::with(&[("server.public_url", "https://edr.corp.example/edr")]).await;
    let request = house
        .stranger()
        .request(Method::GET, "/swagger-2.0.json?for=xsoar");
    let document = acceptance::Reply::of(request).await.expect(200).json;
    assert_eq!(document["host"], "edr.corp.example");
    assert_eq!(document["basePath"], "/edr");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tools_are_told_where_they_fetch_tokens() {
    let url = "https://idp.corp.example/oauth2/token";
    let house = House::with(&[("auth.token_url", url)]).await;
    let stranger = house.stranger();

    let document = stranger.get("/openapi-3.0.json").await.expect(200).json;
    let older = stranger.get("/swagger-2.0.json").await.expect(200).json;

    let flow = &document["components"]["securitySchemes"]["Oauth2"]["flows"]["clientCredentials"];
    assert_eq!(flow["tokenUrl"], url);
    assert!(
        flow["scopes"]["tasks.create.isolateHost"].is_string(),
        "{flow}"
    );
    let security = &document["paths"]["/v1/tasks/releaseHost"]["post"]["security"];
    let expected =
        serde_json::json!([{"BearerAuth": []}, {"Oauth2": ["tasks.create.isolateHost"]}]);
    assert_eq!(*security, expected);
    assert_eq!(older["securityDefinitions"]["Oauth2"]["tokenUrl"], url);
    assert_eq!(
        older["securityDefinitions"]["Oauth2"]["flow"],
        "application"
    );
    house.close().await;
}
