//! Nobody gets through who should not.

use acceptance::{House, Issuer, Token, WS_042, decisions, isolation, refused_because};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const ALL: &str = "tasks.create tasks.read";

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_each_algorithm_is_accepted() {
    let house = House::open().await;

    for algorithm in [
        Algorithm::RS256,
        Algorithm::PS256,
        Algorithm::ES256,
        Algorithm::EdDSA,
    ] {
        let token = Issuer::shared().sign(&Token::of("soar", ALL).signed_with(algorithm));
        let reply = house
            .caller_with(&token)
            .get("/v1/whoami")
            .await
            .expect(200);

        assert_eq!(reply.json["caller"], "soar", "{algorithm:?}");
        assert_eq!(reply.json["issuer"], Issuer::NAME);
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoami_says_what_the_token_may_do() {
    let house = House::open().await;

    let some = house
        .caller("tasks.create.isolateHost tasks.read other")
        .get("/v1/whoami")
        .await
        .expect(200);
    assert_eq!(some.json["tasks"], json!(["isolateHost"]));
    assert_eq!(
        some.json["scopes"],
        json!(["other", "tasks.create.isolateHost", "tasks.read"])
    );
    let list = Token::of("soar", "")
        .with("scope", Value::Null)
        .with("scp", json!(["tasks.create"]));
    let list = house
        .caller_with(&Issuer::shared().sign(&list))
        .get("/v1/whoami")
        .await
        .expect(200);
    assert_eq!(list.json["tasks"].as_array().map(Vec::len), Some(9));
    let client = Token::of("x", "")
        .with("sub", Value::Null)
        .with("client_id", json!("playbook"));
    let client = house
        .caller_with(&Issuer::shared().sign(&client))
        .get("/v1/whoami")
        .await
        .expect(200);
    assert_eq!(client.json["caller"], "client:playbook");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_token_is_refused_with_one_sentence_and_the_cause_is_in_the_log_alone() {
    let house = House::open().await;
    let issuer = Issuer::shared();
    let now = Token::of("x", "").claims["iat"].as_u64().expect("a time");
    let good = Token::of("soar", ALL);
    let mut tampered = issuer.sign(&good);
    tampered.replace_range(tampered.len() - 6.., "AAAAAA");
    let header = |change: fn(&mut Header)| {
        let mut token = good.clone();
        change(&mut token.header);
        issuer.sign(&token)
    };
    let stranger = Issuer::with_ids("a");
    let secret = EncodingKey::from_secret(issuer.key_set().to_string().as_bytes());
    let confused = {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some("rs256-a".to_owned());
        encode(&header, &good.claims, &secret).expect("a token")
    };
    let unsigned = {
        let part = |it: &str| {
            base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, it)
        };
        format!(
            "{}.{}.",
            part(r#"{"alg":"none","typ":"JWT"}"#),
            part(&good.claims.to_string())
        )
    };

    let cases: Vec<(String, &str)> = vec![
        ("x".to_owned(), "malformed"),
        ("a.b.c".to_owned(), "malformed"),
        (unsigned, "not accepted"),
        (confused, "not accepted"),
        (tampered, "signature"),
        (stranger.sign(&good), "signature"),
        ("x".repeat(20_000), "too long"),
        (
            issuer.sign(&good.clone().with("exp", json!(now - 3600))),
            "expired",
        ),
        (
            issuer.sign(&good.clone().with("exp", Value::Null)),
            "the claim exp is missing",
        ),
        (
            issuer.sign(&good.clone().with("exp", json!("tomorrow"))),
            "the claim exp has the wrong type",
        ),
        (
            issuer.sign(&good.clone().with("nbf", json!(now + 3600))),
            "not valid yet",
        ),
        (
            issuer.sign(&good.clone().with("aud", json!("another"))),
            "audience",
        ),
        (
            issuer.sign(&good.clone().with("aud", Value::Null)),
            "the claim aud is missing",
        ),
        (
            issuer.sign(&good.clone().with("iss", json!("https://evil.example"))),
            "issuer",
        ),
        (
            issuer.sign(&good.clone().with("iss", Value::Null)),
            "the claim iss is missing",
        ),
        (
            issuer.sign(&good.clone().with("sub", Value::Null)),
            "names nobody",
        ),
        (
            issuer.sign(&good.clone().with("sub", json!(7))),
            "the claim sub has the wrong type",
        ),
        (
            issuer.sign(&good.clone().with("scope", json!(7))),
            "the claim scope has the wrong type",
        ),
        (
            issuer.sign(&good.clone().with("aud", json!({"edr-gateway": 1}))),
            "the claim aud has the wrong type",
        ),
        (
            issuer.sign(&good.clone().with("nbf", json!("soon"))),
            "the claim nbf has the wrong type",
        ),
        (
            header(|it| it.kid = Some("unknown".to_owned())),
            "no such key",
        ),
        (
            header(|it| it.kid = Some("rs256-a".to_owned())),
            "no such key",
        ),
        (
            header(|it| it.typ = Some("logout+jwt".to_owned())),
            "not an access token",
        ),
    ];
    for (token, cause) in cases {
        let reply = house.caller_with(&token).isolate(WS_042).await.expect(401);

        assert_eq!(reply.code(), "token_invalid", "{cause}");
        assert!(
            reply
                .header("www-authenticate")
                .starts_with("Bearer error=\"invalid_token\"")
        );
        let logged = refused_because(reply.request_id());
        assert!(logged.contains(cause), "{logged} lacks {cause}");
        assert!(
            !reply.text.contains(&logged),
            "the cause is for the log: {}",
            reply.text
        );
        assert_eq!(decisions(reply.request_id())[0]["decision"], "refused");
    }
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_bearer_token_the_door_stays_shut() {
    let house = House::open().await;
    let stranger = house.stranger();
    let with = |value: &'static str| {
        stranger
            .request(reqwest::Method::GET, "/v1/whoami")
            .header("authorization", value)
    };

    let none = stranger.get("/v1/whoami").await.expect(401);
    assert_eq!(none.code(), "token_missing");
    assert_eq!(none.header("www-authenticate"), "Bearer");
    for value in ["Basic dXNlcjpwYXNz", "Bearer", "token"] {
        assert_eq!(
            acceptance::Reply::of(with(value)).await.expect(401).code(),
            "token_missing",
            "{value}"
        );
    }
    let twice = with("Bearer a").header("authorization", "Bearer b");
    assert_eq!(
        acceptance::Reply::of(twice).await.expect(401).code(),
        "token_invalid"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_opens_its_own_door_and_no_other() {
    let house = House::open().await;
    let isolator = house.caller("tasks.create.isolateHost");
    let native = json!({"task": "isolateHost", "targetHost": WS_042, "params": {"action": 1}});
    let other = json!({
        "task": "getFile", "targetHost": WS_042,
        "params": {"md5hash": "", "sha256hash": "", "path": r"C:\a"},
    });

    isolator.isolate(WS_042).await.expect(202);
    let created = isolator.post("/v1/tasks", &native).await.expect(202);
    for refused in [
        isolator.post("/v1/tasks", &other).await,
        isolator
            .create("getFile", WS_042, other["params"].clone())
            .await,
        isolator.read(&created).await,
        house.caller("").isolate(WS_042).await,
        house
            .caller("tasks.read tasks.createall")
            .post("/v1/tasks", &native)
            .await,
        house
            .caller("tasks.create.isolateHostX")
            .isolate(WS_042)
            .await,
    ] {
        let refused = refused.expect(403);
        assert_eq!(refused.code(), "scope_missing");
        assert!(
            refused.json["detail"]
                .as_str()
                .is_some_and(|it| it.contains("tasks."))
        );
        assert!(
            refused
                .header("www-authenticate")
                .contains("insufficient_scope")
        );
        let audit = decisions(refused.request_id());
        assert_eq!((audit.len(), &audit[0]["decision"]), (1, &json!("refused")));
    }
    assert_eq!(house.sim.journal().incidents().len(), 2);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_secret_serves_hs256_alone() {
    let secret = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(&secret, "a secret of at least thirty-two bytes\n").expect("a file");
    let path = secret.path().display().to_string();
    let house = House::with(&[("auth.jwks_file", ""), ("auth.hs256_secret_file", &path)]).await;
    let key = EncodingKey::from_secret(b"a secret of at least thirty-two bytes");
    let token = encode(
        &Header::new(Algorithm::HS256),
        &Token::of("soar", ALL).claims,
        &key,
    );

    house
        .caller_with(&token.expect("a token"))
        .get("/v1/whoami")
        .await
        .expect(200);
    house.soar().get("/v1/whoami").await.expect(401);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_set_file_that_changes_is_read_again() {
    let house = House::open().await;
    let (old, new) = (Issuer::shared(), Issuer::with_ids("b"));
    let token = |issuer: &Issuer| issuer.sign(&Token::of("soar", ALL));
    house
        .caller_with(&token(&new))
        .get("/v1/whoami")
        .await
        .expect(401);

    std::fs::write(house.file("keys.json"), new.key_set().to_string()).expect("a file");
    acceptance::eventually("the new keys are read", || async {
        (house
            .caller_with(&token(&new))
            .get("/v1/whoami")
            .await
            .status
            == 200)
            .then_some(())
    })
    .await;

    house
        .caller_with(&token(old))
        .get("/v1/whoami")
        .await
        .expect(401);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_set_from_the_issuers_url_is_used_and_kept() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}/jwks", listener.local_addr().expect("an address"));
    let document = Issuer::shared().key_set().to_string();
    let asked = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut request = [0; 2048];
        let read = stream.read(&mut request).await.expect("a request");
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n",
            document.len()
        );
        stream
            .write_all((head + &document).as_bytes())
            .await
            .expect("it takes it");
        // The issuer is gone from here on.
        String::from_utf8_lossy(&request[..read]).into_owned()
    });

    let house = House::with(&[("auth.jwks_file", ""), ("auth.jwks_url", &url)]).await;

    assert!(asked.await.expect("it was asked").starts_with("GET /jwks"));
    for _ in 0..3 {
        house.soar().get("/v1/whoami").await.expect(200);
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_create_but_not_read_is_not_shown_what_comes_of_it() {
    let house = House::open().await;
    let caller = house.caller("tasks.create");
    let request = caller
        .request(reqwest::Method::POST, "/v1/tasks/isolateHost")
        .header("prefer", "wait=1")
        .json(&isolation(WS_042));

    let created = acceptance::Reply::of(request).await.expect(202);

    assert_eq!(created.header("preference-applied"), "");
    assert_eq!(created.json["state"], "accepted");
    // Nobody has looked for its task.
    assert_eq!(house.sim.journal().count("Tasks.GetAllTasksOfHost"), 0);
    house.close().await;
}
