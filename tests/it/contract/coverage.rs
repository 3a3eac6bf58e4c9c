//! A walk over the published document: what holds for one operation holds for every one.

use acceptance::{House, Reply, decisions};
use reqwest::Method;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::contract::document::{description, followed};

/// A path with its parameters filled in.
fn filled(path: &str) -> String {
    path.replace("{id}", "ksc-1").replace("{name}", "getFile")
}

/// Method, path with its parameters filled in, and the operation itself.
async fn operations(house: &House) -> Vec<(Method, String, Value)> {
    let document = house.stranger().get("/openapi.json").await.expect(200).json;
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let method = method.to_uppercase().parse().expect("a method");
            all.push((method, filled(path), operation.clone()));
        }
    }
    assert!(all.len() >= 17, "the document has lost operations");
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_refuses_a_missing_token_before_it_reads_the_body() {
    let house = House::open().await;

    for (method, path, _) in operations(&house).await {
        let mut stream = TcpStream::connect(house.addr())
            .await
            .expect("a connection");
        // A body is announced and never sent: whoever waits for it never answers.
        let id = format!("unread.{method}{}", path.replace('/', "."));
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: gateway\r\nx-request-id: {id}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.expect("it is sent");
        let mut answer = [0; 12];
        let read = stream.read_exact(&mut answer);
        tokio::time::timeout(std::time::Duration::from_secs(10), read)
            .await
            .unwrap_or_else(|_| panic!("{method} {path} waits for the body"))
            .expect("an answer");
        assert_eq!(&answer, b"HTTP/1.1 401", "{method} {path}");
        let audit = decisions(&id);
        assert_eq!(audit.len(), 1, "{method} {path}");
        assert_eq!(audit[0]["problem.code"], "token_missing");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_says_who_it_is_and_what_it_answers() {
    let house = House::open().await;
    let document = house.stranger().get("/openapi.json").await.json;
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(
        document["components"]["securitySchemes"]["BearerAuth"]["scheme"],
        "bearer"
    );
    let mut ids = std::collections::BTreeSet::new();
    let mut summaries = std::collections::BTreeSet::new();

    for (method, path, operation) in operations(&house).await {
        let name = format!("{method} {path}");
        let text = |it: &str| operation[it].as_str().unwrap_or_default().to_owned();
        assert!(
            ids.insert(text("operationId")) && !text("operationId").is_empty(),
            "{name}"
        );
        assert!(
            summaries.insert(text("summary")) && !text("summary").is_empty(),
            "{name}"
        );
        assert!(!text("description").is_empty(), "{name}");
        assert!(
            operation["security"][0].get("BearerAuth").is_some(),
            "{name}"
        );
        if method == Method::POST && !path.ends_with("/cancel") {
            let content = &operation["requestBody"]["content"]["application/json"];
            assert!(
                content.get("example").is_some() || content.get("examples").is_some(),
                "{name}"
            );
            assert_eq!(operation["requestBody"]["required"], true, "{name}");
        }
        for (status, response) in operation["responses"].as_object().expect("responses") {
            assert!(
                !description(&document, response).is_empty(),
                "{name} {status}"
            );
            let response = followed(&document, response);
            if status == "204" {
                assert!(response.get("content").is_none(), "{name} {status}");
                continue;
            }
            let events = path.ends_with("/events");
            let kind = match (status.starts_with('2'), events) {
                (true, true) => "text/event-stream",
                (true, false) => "application/json",
                (false, _) => "application/problem+json",
            };
            let content = &response["content"][kind];
            assert!(
                content.get("example").is_some() || content.get("examples").is_some(),
                "{name} {status}"
            );
            let named = content["schema"]["$ref"].is_string();
            assert!(named || kind == "text/event-stream", "{name} {status}");
        }
    }
    house.close().await;
}

/// The schema of this name, with all that it refers to.
fn validator(document: &Value, name: &str) -> jsonschema::Validator {
    let schema = serde_json::json!({
        "$ref": format!("#/components/schemas/{name}"), "components": document["components"],
    });
    jsonschema::draft202012::new(&schema).expect("a schema")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_of_the_document_keeps_its_own_schema() {
    let house = House::open().await;
    let document = house.stranger().get("/openapi.json").await.json;
    let check = |schema: &Value, example: &Value, place: &str| {
        let name = schema["$ref"]
            .as_str()
            .and_then(|it| it.rsplit('/').next())
            .expect("a name");
        let errors: Vec<String> = validator(&document, name)
            .iter_errors(example)
            .map(|it| it.to_string())
            .collect();
        assert!(errors.is_empty(), "{place}: {errors:?}");
    };

    for (method, path, operation) in operations(&house).await {
        let bodies = operation["requestBody"]["content"]
            .as_object()
            .into_iter()
            .flatten();
        let answers = operation["responses"].as_object().into_iter().flatten();
        let answers = answers.map(|(_, it)| followed(&document, it));
        let answers = answers.flat_map(|it| it["content"].as_object().into_iter().flatten());
        let json = bodies.chain(answers).filter(|it| it.0.contains("json"));
        for (kind, content) in json {
            let place = format!("{method} {path} {kind}");
            if let Some(example) = content.get("example") {
                check(&content["schema"], example, &place);
            }
            for (name, example) in content["examples"].as_object().into_iter().flatten() {
                check(
                    &content["schema"],
                    &example["value"],
                    &format!("{place} {name}"),
                );
            }
        }
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_request_is_accepted_and_every_answer_is_documented() {
    let house = House::open().await;
    let document = house.stranger().get("/openapi.json").await.json;
    let documented = |operation: &Value, reply: &Reply, schema: &str| {
        let response = &operation["responses"][reply.status.to_string()];
        assert!(
            response.is_object(),
            "{} is not documented: {}",
            reply.status,
            reply.text
        );
        if reply.status >= 400 {
            let codes = description(&document, response);
            let code = format!("`{}`", reply.code());
            assert!(codes.contains(&code), "{code} is not documented: {codes}");
        }
        let errors: Vec<String> = validator(&document, schema)
            .iter_errors(&reply.json)
            .map(|it| it.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?}: {}", reply.text);
    };

    for (method, path, operation) in operations(&house).await {
        let strange = Reply::of(house.stranger().request(method.clone(), &path))
            .await
            .expect(401);
        documented(&operation, &strange, "Problem");
        assert!(!strange.header("www-authenticate").is_empty());
        if method == Method::GET || path.ends_with("/cancel") {
            continue;
        }
        if path.ends_with("/settings/check") {
            // Settings are not refused but judged.
            let body = &operation["requestBody"]["content"]["application/json"]["example"];
            for body in [body, &serde_json::json!({})] {
                let told = house.soar().post(&path, body).await.expect(200);
                documented(&operation, &told, "SettingsReport");
            }
            continue;
        }
        let empty = house
            .soar()
            .post(&path, &serde_json::json!({}))
            .await
            .expect(422);
        documented(&operation, &empty, "Problem");
        let content = &operation["requestBody"]["content"]["application/json"];
        let mut examples: Vec<Value> = content.get("example").cloned().into_iter().collect();
        examples.extend(
            content["examples"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(_, it)| it["value"].clone()),
        );
        if path.ends_with("/dry-run") {
            for example in examples {
                let is_unknown =
                    path.contains("/allowExecution") || example["task"] == "allowExecution";
                let told = house.soar().post(&path, &example).await;
                let told = told.expect(if is_unknown { 422 } else { 200 });
                documented(
                    &operation,
                    &told,
                    if is_unknown { "Problem" } else { "DryRun" },
                );
            }
            continue;
        }
        if path.ends_with("/batch") {
            let answered = house.soar().post(&path, &examples[0]).await.expect(200);
            documented(&operation, &answered, "TaskBatchResponse");
            continue;
        }
        for example in examples {
            if path.ends_with("/allowExecution") || example["task"] == "allowExecution" {
                // The house has a KSC alone.
                let refused = house.soar().post(&path, &example).await.expect(422);
                assert_eq!(refused.code(), "task_not_supported");
                documented(&operation, &refused, "Problem");
                continue;
            }
            let created = house.soar().post(&path, &example).await.expect(202);
            documented(&operation, &created, "Task");
            let dry_run = house
                .soar()
                .post(&format!("{path}/dry-run"), &example)
                .await
                .expect(200);
            assert_eq!(dry_run.json["warnings"], created.json["warnings"]);
            let read = house.read(&created).await;
            documented(&document["paths"]["/v1/tasks/{id}"]["get"], &read, "Task");
        }
    }
    for (path, schema) in [
        ("/v1/whoami", "WhoAmI"),
        ("/v1/budget", "BudgetReport"),
        ("/v1/tasks", "TaskList"),
    ] {
        let read = house.soar().get(path).await.expect(200);
        documented(&document["paths"][path]["get"], &read, schema);
    }
    house.advance(std::time::Duration::from_secs(3)).await;
    let cancel = Reply::of(
        house
            .soar()
            .request(Method::POST, "/v1/tasks/ksc-42/cancel"),
    );
    let cancel = cancel.await.expect(200);
    documented(
        &document["paths"]["/v1/tasks/{id}/cancel"]["post"],
        &cancel,
        "Task",
    );
    house.close().await;
}

/// Every scope that the document names.
const SCOPES: [&str; 15] = [
    "tasks.create",
    "tasks.create.getFile",
    "tasks.create.deleteFile",
    "tasks.create.quarantineFile",
    "tasks.create.iocScan",
    "tasks.create.startProcess",
    "tasks.create.terminateProcess",
    "tasks.create.isolateHost",
    "tasks.create.preventExecution",
    "tasks.create.onDemandScan",
    "tasks.create.allowExecution",
    "tasks.read",
    "tasks.cancel",
    "hosts.read",
    "settings.check",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_opens_to_its_own_scope_and_to_no_other() {
    let house = House::open().await;
    let mut walked = 0;
    for (method, path, operation) in operations(&house).await {
        let wanted = operation["security"][0]["BearerAuth"].as_array();
        let wanted = wanted.expect("it says which scopes it takes");
        let ask = async |scopes: &str| {
            let caller = house.caller(scopes);
            let request = caller.request(method.clone(), &path);
            let request = if method == Method::POST {
                request.json(&serde_json::json!({}))
            } else {
                request
            };
            Reply::of(request).await
        };
        let Some(scope) = wanted.first().and_then(Value::as_str) else {
            // Whoever has a good token may ask who it is.
            ask("").await.expect(200);
            continue;
        };
        assert!(SCOPES.contains(&scope), "{scope}");
        // `tasks.create` opens what any of its parts opens, and where the task is in the body each
        // part opens the door to it.
        let opens = |it: &str| it == scope || it == "tasks.create" && scope.starts_with(it);
        let may_open = |it: &str| scope == "tasks.create" && it.starts_with("tasks.create.");
        let others: Vec<&str> = SCOPES
            .into_iter()
            .filter(|it| !opens(it) && !may_open(it))
            .collect();
        let before = house.sim.journal().calls().len();

        let refused = ask(&others.join(" ")).await;

        assert_eq!(refused.status, 403, "{method} {path}: {}", refused.text);
        assert_eq!(refused.code(), "scope_missing", "{method} {path}");
        assert!(
            refused.text.contains(scope),
            "{method} {path}: {}",
            refused.text
        );
        assert_eq!(house.sim.journal().calls().len(), before, "{method} {path}");
        for own in SCOPES.into_iter().filter(|it| opens(it)) {
            let let_in = ask(own).await;
            let shut = [401, 403].contains(&let_in.status);
            assert!(!shut, "{own} {method} {path}: {}", let_in.text);
        }
        walked += 1;
    }
    assert!(walked >= 18, "only {walked} operations take a scope");
    house.close().await;
}
