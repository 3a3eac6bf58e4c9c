//! A caller that is confined to some back ends: the others do not exist for it.

use acceptance::{Caller, EVERYTHING, House, Issuer, Token, WS_042, at, isolation};
use serde_json::{Value, json};

fn caller(house: &House, name: &str, claims: &[(&str, Value)]) -> Caller {
    let mut token = Token::of(name, EVERYTHING);
    for (claim, value) in claims {
        token = token.with(claim, value.clone());
    }
    house.caller_with(&Issuer::shared().sign(&token))
}

const ISOLATE: &str = "/v1/tasks/isolateHost";

/// For this caller there is the branch alone, whatever it asks.
async fn sees_the_branch_alone(house: &House, tenant: &Caller) {
    let all = house.soar();
    let other = all
        .post(ISOLATE, &at("ksc", isolation(WS_042)))
        .await
        .expect(202);
    let sent = house.sim.journal().incidents().len();

    let who = tenant.get("/v1/whoami").await.expect(200);
    let backends = tenant.get("/v1/backends").await.expect(200);
    // A device of both is one of one here.
    let own = tenant.post(ISOLATE, &isolation(WS_042)).await.expect(202);
    let batch = json!({"tasks": [
        {"task": "isolateHost", "targetHost": WS_042, "params": {"action": 1}, "backend": "ksc"},
        {"task": "isolateHost", "targetHost": WS_042, "params": {"action": 1}}
    ]});
    let batch = tenant.post("/v1/tasks/batch", &batch).await.expect(200);
    let tasks = tenant.get("/v1/tasks").await.expect(200);
    let hosts = tenant.get("/v1/hosts?name=ws-042").await.expect(200);

    assert_eq!(who.json["backends"], json!(["branch"]));
    assert_eq!(backends.json["backends"].as_array().map(Vec::len), Some(1));
    assert_eq!(own.json["backend"], "branch");
    assert_eq!(
        batch.json["results"][0]["problem"]["code"],
        "validation_failed"
    );
    assert_eq!(batch.json["results"][1]["task"]["backend"], "branch");
    for task in tasks.json["tasks"].as_array().expect("tasks") {
        assert_eq!(task["backend"], "branch");
    }
    assert_eq!(hosts.json["hosts"].as_array().map(Vec::len), Some(1));
    assert_eq!(hosts.json["hosts"][0]["backend"], "branch");
    tenant.get(&format!("/v1/hosts/{WS_042}")).await.expect(200);
    assert_eq!(
        tenant.get("/v1/budget").await.expect(200).json["backend"],
        "branch"
    );

    // What is another's is as if it were not there.
    for body in [
        at("ksc", isolation(WS_042)),
        at("nowhere", isolation(WS_042)),
    ] {
        let refused = tenant.post(ISOLATE, &body).await.expect(422);
        assert_eq!(refused.violations()[0].0, "/backend");
        assert!(!refused.text.contains("ksc"), "{}", refused.text);
        tenant
            .post(&format!("{ISOLATE}/dry-run"), &body)
            .await
            .expect(422);
    }
    let read = tenant.read(&other).await.expect(404);
    assert_eq!(read.code(), "task_not_found");
    let path = other.header("location");
    tenant.get(&format!("{path}/events")).await.expect(404);
    tenant
        .post_nothing(&format!("{path}/cancel"))
        .await
        .expect(404);
    for path in ["/v1/tasks", "/v1/budget", &format!("/v1/hosts/{WS_042}")] {
        let refused = tenant.get(&format!("{path}?backend=ksc")).await.expect(422);
        assert_eq!(refused.violations()[0].0, "?backend");
    }
    let id = other.task_id();
    let listed = tenant.get(&format!("/v1/tasks?id={id}")).await.expect(200);
    assert_eq!(listed.json["tasks"], json!([]));
    assert_eq!(
        house.sim.journal().incidents().len(),
        sent,
        "nothing reached the other server"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_is_confined_by_the_operators_word() {
    let house = House::with_branch(&[("auth.grants", "tenant = backends.branch")]).await;

    sees_the_branch_alone(&house, &caller(&house, "tenant", &[])).await;

    let other = caller(&house, "other", &[])
        .get("/v1/whoami")
        .await
        .expect(200);
    assert_eq!(other.json["backends"], json!(["branch", "ksc"]));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_is_confined_by_a_claim_of_its_token() {
    let house = House::with_branch(&[("auth.backend_claims", "edr_backends")]).await;
    let claims = |value: Value| vec![("edr_backends", value)];
    let tenant = caller(&house, "tenant", &claims(json!("branch nowhere")));
    let soar = caller(&house, "soar", &claims(json!(["ksc", "branch"])));

    let who = soar.get("/v1/whoami").await.expect(200);
    assert_eq!(who.json["backends"], json!(["branch", "ksc"]));
    assert_eq!(
        tenant.get("/v1/whoami").await.expect(200).json["backends"],
        json!(["branch"])
    );
    tenant
        .post(ISOLATE, &at("ksc", isolation(WS_042)))
        .await
        .expect(422);
    tenant
        .post(ISOLATE, &at("branch", isolation(WS_042)))
        .await
        .expect(202);

    // What says nothing may use nothing.
    for claims in [vec![], claims(json!("nowhere")), claims(json!([]))] {
        let nobody = caller(&house, "nobody", &claims);
        let who = nobody.get("/v1/whoami").await.expect(200);
        assert_eq!(who.json["backends"], json!([]));
        assert_eq!(who.json["tasks"], json!([]));
        for path in ["/v1/tasks", "/v1/hosts?name=ws-042", "/v1/budget"] {
            assert_eq!(
                nobody.get(path).await.expect(403).code(),
                "scope_missing",
                "{path}"
            );
        }
        let refused = nobody
            .post(ISOLATE, &at("branch", isolation(WS_042)))
            .await
            .expect(403);
        assert_eq!(refused.code(), "scope_missing");
        assert_eq!(
            nobody.get("/v1/backends").await.expect(200).json["backends"],
            json!([])
        );
    }
    let odd = caller(&house, "odd", &claims(json!({"ksc": true})));
    assert_eq!(
        odd.get("/v1/whoami").await.expect(401).code(),
        "token_invalid"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_before_is_not_given_to_a_caller_that_was_confined_since() {
    let house = House::with_branch(&[
        ("auth.backend_claims", "edr_backends"),
        ("routing.order", "ksc"),
    ])
    .await;
    let wide = caller(&house, "soar", &[("edr_backends", json!("ksc branch"))]);
    let narrow = caller(&house, "soar", &[("edr_backends", json!("branch"))]);
    let named = wide
        .post_once(ISOLATE, "case-1", &at("ksc", isolation(WS_042)))
        .await
        .expect(202);
    let unnamed = wide.isolate_once(WS_042, "case-2").await.expect(202);

    let again = narrow
        .post_once(ISOLATE, "case-1", &at("ksc", isolation(WS_042)))
        .await
        .expect(422);
    let own = narrow
        .post_once(ISOLATE, "case-1", &at("branch", isolation(WS_042)))
        .await
        .expect(422);
    let other = narrow.isolate_once(WS_042, "case-2").await.expect(422);

    assert_eq!(again.code(), "validation_failed");
    assert_eq!(own.code(), "idempotency_key_reused");
    assert_eq!(other.code(), "idempotency_key_reused");
    for told in [again, own, other] {
        assert!(!told.text.contains("ksc"), "{}", told.text);
    }
    assert_eq!(
        [
            named.json["backend"].clone(),
            unnamed.json["backend"].clone()
        ],
        ["ksc", "ksc"]
    );
    assert_eq!(house.at("branch").journal().incidents().len(), 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn which_other_server_could_not_be_asked_is_told_to_its_caller_alone() {
    let house = House::with_branch(&[("auth.backend_claims", "edr_backends")]).await;
    let wide = caller(&house, "soar", &[("edr_backends", json!("ksc branch"))]);
    let narrow = caller(&house, "soar", &[("edr_backends", json!("ksc"))]);
    let tenant = caller(&house, "tenant", &[("edr_backends", json!("ksc"))]);
    house.wire_to("branch").set_away(true);
    let created = wide.isolate_once(WS_042, "case-1").await.expect(202);
    assert!(
        created.json["warnings"].to_string().contains("branch"),
        "{}",
        created.text
    );

    let again = narrow.isolate_once(WS_042, "case-1").await.expect(202);
    // By now only the gateway remembers what was asked for.
    house.sim.delete_incident(created.incident());
    house.advance(std::time::Duration::from_secs(60)).await;
    let read = tenant.read(&created).await.expect(200);

    house.wire_to("branch").set_away(false);
    assert_eq!(again.header("idempotency-replayed"), "true");
    for told in [again, read] {
        assert!(!told.text.contains("branch"), "{}", told.text);
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_none_does_not_tell_which_servers_there_are() {
    let house = House::with_branch(&[("auth.grants", "tenant = backends.branch")]).await;

    for caller in [
        caller(&house, "tenant", &[]),
        house.soar(),
        house.stranger(),
    ] {
        let there = caller.post_nothing("/v1/tasks/ksc-1").await;
        let nowhere = caller.post_nothing("/v1/tasks/nowhere-1").await;

        let told = |it: &acceptance::Reply| (it.status, it.code().to_owned());
        assert_eq!(
            told(&there),
            told(&nowhere),
            "{}\n{}",
            there.text,
            nowhere.text
        );
    }
    house.close().await;
}
