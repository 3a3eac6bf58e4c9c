//! Keys that the issuer is asked for: it says where they are, and is believed for itself alone.

use std::sync::Arc;

use acceptance::{House, Issuer, Plan, Token, Web, eventually};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

const PLACE: &str = "/.well-known/openid-configuration";

fn keys() -> String {
    Issuer::shared().key_set().to_string()
}

async fn house(issuer: &str, more: &[(&'static str, &str)]) -> House {
    let mut settings = vec![
        ("auth.jwks_file", String::new()),
        ("auth.issuer", issuer.to_owned()),
    ];
    settings.extend(more.iter().map(|(key, it)| (*key, (*it).to_owned())));
    House::furnish(Plan {
        settings,
        ..Plan::default()
    })
    .await
}

async fn status(house: &House, issuer: &str) -> u16 {
    let token = Token::of("soar", "tasks.read").with("iss", json!(issuer));
    let caller = house.caller_with(&Issuer::shared().sign(&token));
    caller.get("/v1/whoami").await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_says_where_its_keys_are_in_each_of_the_two_ways() {
    for (path, place) in [
        ("", PLACE),
        ("/", PLACE),
        (
            "/realms/soc",
            "/realms/soc/.well-known/openid-configuration",
        ),
        (
            "/realms/soc/",
            "/realms/soc/.well-known/openid-configuration",
        ),
        (
            "/realms/soc",
            "/.well-known/oauth-authorization-server/realms/soc",
        ),
        ("", "/.well-known/oauth-authorization-server"),
    ] {
        let web = Web::start().await;
        let issuer = format!("{}{path}", web.at);
        web.page("/elsewhere/keys", 200, &keys());
        let metadata = json!({"issuer": issuer, "jwks_uri": format!("{}/elsewhere/keys", web.at), "more": [1]});
        web.page(place, 200, &metadata.to_string());
        let house = house(&issuer, &[]).await;

        for _ in 0..3 {
            assert_eq!(status(&house, &issuer).await, 200, "{path} {place}");
        }
        assert_eq!(
            (web.count(place), web.count("/elsewhere/keys")),
            (1, 1),
            "{path} {place}"
        );
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_starts_while_its_issuer_is_away_and_serves_when_it_is_back() {
    let web = Web::start().await;
    let house = house(&web.at, &[("auth.jwks_max_age", "1s")]).await;
    assert_eq!(status(&house, &web.at).await, 503);

    web.page("/keys", 200, &keys());
    web.page(
        PLACE,
        200,
        &json!({"issuer": web.at, "jwks_uri": format!("{}/keys", web.at)}).to_string(),
    );
    eventually("the keys are found", || async {
        (status(&house, &web.at).await == 200).then_some(())
    })
    .await;

    // The issuer moves its keys: it is asked again each time.
    let new = Issuer::with_ids("b");
    web.page("/moved", 200, &new.key_set().to_string());
    web.page(
        PLACE,
        200,
        &json!({"issuer": web.at, "jwks_uri": format!("{}/moved", web.at)}).to_string(),
    );
    eventually("the old key is refused", || async {
        (status(&house, &web.at).await == 401).then_some(())
    })
    .await;
    let token = Token::of("soar", "tasks.read").with("iss", json!(web.at));
    house
        .caller_with(&new.sign(&token))
        .get("/v1/whoami")
        .await
        .expect(200);

    // And when it is away altogether, the last good set is kept.
    web.clear();
    let asked = web.count(PLACE);
    eventually("it was asked in vain", || async {
        (web.count(PLACE) > asked + 1).then_some(())
    })
    .await;
    house
        .caller_with(&new.sign(&token))
        .get("/v1/whoami")
        .await
        .expect(200);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_that_are_not_the_issuers_own_are_not_believed() {
    let evil = Web::start().await;
    evil.page("/keys", 200, &keys());
    let mut tried = 0;
    let cases: Vec<(u16, Value)> = vec![
        (
            200,
            json!({"issuer": "https://evil.example", "jwks_uri": "AT/keys"}),
        ),
        (200, json!({"issuer": "AT/", "jwks_uri": "AT/keys"})),
        (200, json!({"jwks_uri": "AT/keys"})),
        (200, json!({"issuer": ["AT"], "jwks_uri": "AT/keys"})),
        (200, json!({"issuer": "AT"})),
        (200, json!({"issuer": "AT", "jwks_uri": 7})),
        (200, json!({"issuer": "AT", "jwks_uri": "/keys"})),
        (
            200,
            json!({"issuer": "AT", "jwks_uri": "file:///etc/passwd"}),
        ),
        (
            200,
            json!({"issuer": "AT", "jwks_uri": "http://keys.example/keys"}),
        ),
        (
            200,
            json!({"issuer": "AT", "jwks_uri": "http://127.0.0.1@keys.example/keys"}),
        ),
        (200, json!({"issuer": "AT", "jwks_uri": "AT/missing"})),
        (200, json!(["AT"])),
        (200, json!("x".repeat(2 << 20))),
        (302, json!(format!("{}/metadata", evil.at))),
        (500, json!({"issuer": "AT", "jwks_uri": "AT/keys"})),
    ];
    let web = Web::start().await;
    web.page("/keys", 200, &keys());
    for (status_code, document) in cases {
        let text = match (status_code, &document) {
            (302, Value::String(to)) => to.clone(),
            _ => document.to_string().replace("AT", &web.at),
        };
        web.page(PLACE, status_code, &text);
        let house = house(&web.at, &[]).await;
        assert_eq!(status(&house, &web.at).await, 503, "{text:.200}");
        tried += 1;
        house.close().await;
    }
    web.page(
        PLACE,
        200,
        &format!(
            "{{\"issuer\": \"{0}\", \"issuer\": \"{0}\", \"jwks_uri\": \"{0}/keys\"}}",
            web.at
        ),
    );
    let house = house(&web.at, &[]).await;
    assert_eq!(status(&house, &web.at).await, 503);
    house.close().await;
    assert_eq!(web.count("/keys"), 0);
    assert!(evil.asked().is_empty(), "a redirect was followed");
    acceptance::tell(&format!(
        "metadata that are not the issuer's: {} tried",
        tried + 1
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_the_issuer_is_shown_to_it_and_to_nobody_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("token");
    std::fs::write(&file, "s3cret-of-the-pod\n").expect("a file");
    let (web, keys_at) = (Web::start().await, Web::start().await);
    keys_at.page("/keys", 200, &keys());
    web.page(
        PLACE,
        200,
        &json!({"issuer": web.at, "jwks_uri": format!("{}/keys", keys_at.at)}).to_string(),
    );
    let shown = |web: &Web| {
        web.asked()
            .iter()
            .map(|it| it.contains("Bearer s3cret-of-the-pod"))
            .collect::<Vec<_>>()
    };
    let token = file.display().to_string();
    let house = house(&web.at, &[("auth.jwks_token_file", &token)]).await;

    assert_eq!(status(&house, &web.at).await, 200);
    assert_eq!((shown(&web), shown(&keys_at)), (vec![true], vec![false]));
    assert!(!acceptance::everything().contains("s3cret-of-the-pod"));
    house.close().await;

    let web = Web::start().await;
    web.page("/keys", 200, &keys());
    let url = format!("{}/keys", web.at);
    let house = House::with(&[
        ("auth.jwks_file", ""),
        ("auth.jwks_url", &url),
        ("auth.jwks_token_file", &token),
    ])
    .await;
    house.soar().get("/v1/whoami").await.expect(200);
    assert_eq!(shown(&web), [true]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_behind_a_certificate_of_an_authority_of_its_own_are_fetched_with_that_authority_alone()
 {
    let certified =
        rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let folder = tempfile::tempdir().expect("a folder");
    let ca = folder.path().join("ca.crt");
    std::fs::write(&ca, certified.cert.pem()).expect("a file");
    let key = PrivateKeyDer::Pkcs8(certified.signing_key.serialize_der().into());
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .expect("a certificate");
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!(
        "https://localhost:{}/keys",
        listener.local_addr().expect("an address").port()
    );
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            let _read = stream.read(&mut [0; 2048]).await;
            let body = keys();
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            let _written = stream.write_all((head + &body).as_bytes()).await;
            let _closed = stream.shutdown().await;
        }
    });
    let path = ca.display().to_string();
    for (settings, wanted) in [
        (vec![("auth.jwks_ca_file", path.as_str())], 200),
        (vec![], 503),
    ] {
        let mut all = vec![("auth.jwks_file", ""), ("auth.jwks_url", url.as_str())];
        all.extend(settings);
        let house = House::with(&all).await;
        assert_eq!(house.soar().get("/v1/whoami").await.status, wanted);
        house.close().await;
    }
}
