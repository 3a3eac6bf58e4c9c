//! How one is let in: tokens of every source, and the gateway's certificate.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use acceptance::{House, Plan, SelfSigned};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::hand::Hand;
use crate::outside::importers::conversation::{POWERFUL, token};

/// An identity provider that gives tokens to whoever knows the secret, and counts them.
async fn provider(valid: String) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let count = Arc::new(AtomicUsize::new(0));
    let given = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut bytes = vec![0; 8192];
            let read = stream.read(&mut bytes).await.unwrap_or(0);
            let request = String::from_utf8_lossy(&bytes[..read]).into_owned();
            // `kuma:se cret`, each part encoded as in a form first.
            let known = request.contains("authorization: Basic a3VtYTpzZStjcmV0");
            let asked =
                request.ends_with("grant_type=client_credentials&scope=tasks.create+tasks.read");
            let (status, body) = if known && asked {
                given.fetch_add(1, Ordering::Relaxed);
                (
                    "200 OK",
                    format!("{{\"access_token\": \"{valid}\", \"expires_in\": 600}}"),
                )
            } else {
                (
                    "401 Unauthorized",
                    "{\"error\": \"invalid_client\"}".to_owned(),
                )
            };
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
            let _gone = stream.write_all(answer.as_bytes()).await;
        }
    });
    (port, count)
}

fn oauth2(house: &House, port: u16) -> String {
    format!(
        "[profiles.a]\ngateway = \"http://{}\"\n[profiles.a.oauth2]\ntoken_url = \"http://127.0.0.1:{port}/token\"\n\
         client_id = \"kuma\"\nclient_secret_file = \"secret\"\nscope = \"tasks.create tasks.read\"\n",
        house.addr()
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_providers_token_is_kept_between_runs_and_renewed_when_it_is_refused() {
    let house = House::open().await;
    let (port, count) = provider(token(POWERFUL)).await;
    let hand = Hand::with(&oauth2(&house, port));
    hand.write("secret", "wrong");
    let refused = hand.types(&["whoami"]).await;
    let none = count.load(Ordering::Relaxed);

    hand.write("secret", "se cret\n");
    let first = hand.types(&["whoami"]).await;
    let second = hand.types(&["whoami"]).await;
    let one = count.load(Ordering::Relaxed);
    let kept = std::fs::read_dir(hand.place(".cache/edrctl")).expect("a folder");
    let kept: Vec<_> = kept.map(|it| it.expect("an entry").file_name()).collect();
    let [name] = kept.as_slice() else {
        panic!("{kept:?}");
    };
    let name = format!(".cache/edrctl/{}", name.to_string_lossy());
    let text = std::fs::read_to_string(hand.place(&name)).expect("what is kept");
    // As after the provider has withdrawn its key.
    hand.write(&name, &text.replace("eyJ", "eyK"));
    let renewed = hand.types(&["whoami"]).await;

    assert_eq!((refused.code, none), (Some(3), 0), "{refused:?}");
    assert!(refused.err.contains("invalid_client"), "{refused:?}");
    assert!(!refused.err.contains("wrong"), "{refused:?}");
    assert_eq!(
        (first.code, second.code, one),
        (Some(0), Some(0), 1),
        "{first:?}"
    );
    assert_eq!(renewed.code, Some(0), "{renewed:?}");
    assert_eq!(count.load(Ordering::Relaxed), 2);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_comes_from_a_variable_or_a_program_and_never_shows() {
    let house = House::open().await;
    let gateway = format!("gateway = \"http://{}\"\n", house.addr());
    let settings = format!(
        "profile = \"file\"\n[profiles.file]\n{gateway}token_file = \"token\"\n[profiles.env]\n{gateway}token_env = \"T\"\n\
         [profiles.program]\n{gateway}token_command = [\"cat\", \"token\"]\n"
    );
    let hand = Hand::with(&settings);
    let secret = token(POWERFUL);
    hand.write("token", &secret);

    for profile in ["file", "env", "program"] {
        let mut command = hand
            .command(&["whoami", "--profile", profile, "-o", "json"])
            .await;
        let output = command.env("T", &secret).output().await.expect("it runs");
        assert!(output.status.success(), "{profile} {output:?}");
    }
    let missing = hand.types(&["whoami", "--profile", "env"]).await;
    hand.write("token", "eyJhbGciOiJub25lIn0.e30.");
    let invalid = hand
        .types(&["isolateHost", "--targetHost", "a", "--action", "1"])
        .await;
    let diagnosed = hand.types(&["doctor"]).await;

    assert_eq!(missing.code, Some(2), "{missing:?}");
    assert_eq!(invalid.code, Some(3), "{invalid:?}");
    assert!(invalid.err.contains("token_invalid"), "{invalid:?}");
    for ended in [&missing, &invalid, &diagnosed] {
        assert!(!format!("{ended:?}").contains("eyJ"), "{ended:?}");
    }
    assert_eq!(diagnosed.code, Some(3), "{diagnosed:?}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_finds_what_is_in_the_way() {
    let house = House::open().await;
    let hand = Hand::of(&house, POWERFUL);
    let reader = Hand::of(&house, "hosts.read");

    let well = hand.types(&["doctor"]).await;
    let few = reader.types(&["doctor", "-o", "json"]).await;
    let away = Hand::with("[profiles.a]\ngateway = \"https://127.0.0.1:9\"\ntoken_env = \"T\"\n");
    let mut away = away.command(&["doctor"]).await;
    let away = away
        .env("T", token(POWERFUL))
        .output()
        .await
        .expect("it runs");
    let nothing = Hand::with("").types(&["doctor"]).await;

    assert_eq!(well.code, Some(0), "{well:?}");
    for name in [
        "settings", "secret", "token", "let in", "scopes", "clock", "server",
    ] {
        assert!(
            well.out.contains(&format!("✓ {name}: ")),
            "{name}: {well:?}"
        );
    }
    assert_eq!(few.code, Some(3), "{few:?}");
    assert_eq!(few.json()["ok"], false);
    assert_eq!(away.status.code(), Some(4), "{away:?}");
    assert!(
        String::from_utf8_lossy(&away.stdout).contains("✗ way: "),
        "{away:?}"
    );
    assert_eq!(nothing.code, Some(2), "{nothing:?}");
    house.close().await;
}

/// The settings of a profile that trusts so.
fn trusting(house: &House, trust: &str) -> String {
    let port = house.addr().port();
    format!(
        "[profiles.a]\ngateway = \"https://localhost:{port}\"\ntoken_file = \"token\"\n{trust}\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_certificate_that_is_meant_is_talked_to() {
    let own = SelfSigned::new();
    let house = House::furnish(Plan {
        settings: own.settings().to_vec(),
        ..Plan::default()
    })
    .await;
    let other = SelfSigned::new();
    let hand = Hand::with("");
    hand.write("token", &token(POWERFUL));
    hand.write("own.pem", &own.certificate());
    hand.write("other.pem", &other.certificate());

    for (trust, code) in [
        ("pinned_certificate_file = \"own.pem\"".to_owned(), Some(0)),
        (
            format!("pinned_sha256 = \"{}\"", own.fingerprint()),
            Some(0),
        ),
        ("ca_file = \"own.pem\"".to_owned(), Some(0)),
        (
            "pinned_certificate_file = \"other.pem\"".to_owned(),
            Some(4),
        ),
        ("ca_file = \"other.pem\"".to_owned(), Some(4)),
        (String::new(), Some(4)),
        ("ca_file = \"nowhere.pem\"".to_owned(), Some(2)),
    ] {
        hand.write("edrctl.toml", &trusting(&house, &trust));
        let ended = hand
            .types(&[
                "isolateHost",
                "--targetHost",
                "ws-042",
                "--action",
                "1",
                "--retryFor",
                "0",
            ])
            .await;
        assert_eq!(ended.code, code, "{trust} {ended:?}");
    }
    let diagnosed = hand.types(&["doctor"]).await;
    hand.write(
        "edrctl.toml",
        &trusting(&house, "pinned_certificate_file = \"other.pem\""),
    );
    let diagnosed_too = hand.types(&["doctor"]).await;

    assert_eq!(diagnosed.code, Some(2), "{diagnosed:?}");
    assert_eq!(diagnosed_too.code, Some(4), "{diagnosed_too:?}");
    assert!(
        diagnosed_too.out.contains(&own.fingerprint()),
        "a person can compare it: {diagnosed_too:?}"
    );
    assert_eq!(house.sim.journal().incidents().len(), 3);
    house.close().await;
}

/// A proxy that says where it was asked to go, and goes nowhere.
async fn proxy() -> (u16, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let asked = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("somebody");
        let mut bytes = vec![0; 8192];
        let read = stream.read(&mut bytes).await.expect("a request");
        let answer = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        stream.write_all(answer).await.expect("answered");
        String::from_utf8_lossy(&bytes[..read]).into_owned()
    });
    (port, asked)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_proxy_of_the_settings_or_of_the_environment_is_gone_through() {
    let house = House::open().await;
    let base = "[profiles.a]\ngateway = \"https://edr.corp.example\"\ntoken_file = \"token\"\nca_file = \"ca.pem\"\n";
    let hand = Hand::with("");
    hand.write("token", &token(POWERFUL));
    hand.write("ca.pem", &SelfSigned::new().certificate());
    let whoami = ["whoami", "--retryFor", "0"];

    let (port, asked) = proxy().await;
    let settings = format!("{base}proxy = \"http://127.0.0.1:{port}\"\n");
    hand.write("edrctl.toml", &settings);
    let by_settings = hand.types(&whoami).await;
    let by_settings = (by_settings.code, asked.await.expect("it was asked"));
    let (port, asked) = proxy().await;
    hand.write("edrctl.toml", base);
    let mut command = hand.command(&whoami).await;
    command.env("HTTPS_PROXY", format!("http://127.0.0.1:{port}"));
    let by_environment = command.output().await.expect("it runs");
    let by_environment = (
        by_environment.status.code(),
        asked.await.expect("it was asked"),
    );
    // What is on this machine is asked without anybody in between, who would read the token.
    let own = format!(
        "[profiles.a]\ngateway = \"http://{}\"\ntoken_file = \"token\"\n",
        house.addr()
    );
    hand.write("edrctl.toml", &own);
    let mut command = hand.command(&whoami).await;
    command.env("HTTP_PROXY", "http://127.0.0.1:9");
    let straight = command.output().await.expect("it runs");

    for (code, asked) in [by_settings, by_environment] {
        assert_eq!(code, Some(4), "the proxy lets nobody through");
        assert!(
            asked.starts_with("CONNECT edr.corp.example:443 HTTP/1.1"),
            "{asked}"
        );
        assert!(!asked.contains("eyJ"), "it sees no token: {asked}");
    }
    assert!(straight.status.success(), "{straight:?}");
    house.close().await;
}
