//! Tokens that end before their time: the list is read again, what waits ends, and what cannot be
//! read opens nothing.

use std::path::Path;
use std::time::{Duration, Instant};

use acceptance::{Caller, Events, House, Issuer, Said, Token, WS_042, eventually, refused_because};
use reqwest::Method;
use serde_json::{Value, json};

const SCOPES: &str = "tasks.create tasks.read";

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).expect("a file");
}

/// Puts a new file in the place of the old one, as `issuer revoke` and the kubelet do.
fn replace(path: &Path, text: &str) {
    let new = path.with_extension("new");
    write(&new, text);
    std::fs::rename(&new, path).expect("it is replaced");
}

fn list(ids: &[&str]) -> String {
    let entries: Vec<Value> = ids
        .iter()
        .map(|it| json!({"jti": it, "subject": "soar"}))
        .collect();
    json!({ "revoked": entries }).to_string()
}

fn with_id(house: &House, id: &str) -> Caller {
    let token = Token::of("soar", SCOPES).with("jti", json!(id));
    house.caller_with(&Issuer::shared().sign(&token))
}

async fn house(folder: &Path) -> House {
    let path = folder.join("revoked.json");
    write(&path, &list(&["old"]));
    House::with(&[
        ("auth.revoked_file", &path.display().to_string()),
        ("limits.requests_per_minute_per_caller", "0"),
    ])
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_token_is_refused_at_once_and_every_other_is_good() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = house(folder.path()).await;
    let path = folder.path().join("revoked.json");
    let (one, other) = (with_id(&house, "one"), with_id(&house, "other"));

    one.isolate(WS_042).await.expect(202);
    let reply = with_id(&house, "old").isolate(WS_042).await.expect(401);
    assert_eq!(refused_because(reply.request_id()), "it is revoked");
    for swapped in [false, true] {
        let change = if swapped { replace } else { write };
        change(&path, &list(&["old", "one"]));
        assert_eq!(
            refused_because(one.isolate(WS_042).await.expect(401).request_id()),
            "it is revoked"
        );
        other.get("/v1/whoami").await.expect(200);
        // Of the same length, and taken back.
        change(&path, &list(&["old", "two"]));
        one.get("/v1/whoami").await.expect(200);
    }
    // One that could not be revoked is not good where others can be.
    for jti in [Value::Null, json!(7), json!(["one"])] {
        let token = Token::of("soar", SCOPES).with("jti", jti.clone());
        let reply = house
            .caller_with(&Issuer::shared().sign(&token))
            .get("/v1/whoami")
            .await;
        assert!(
            refused_because(reply.expect(401).request_id()).contains("the claim jti"),
            "{jti}"
        );
    }
    assert_eq!(house.sim.journal().incidents().len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_cannot_be_read_opens_nothing_until_it_can() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = house(folder.path()).await;
    let path = folder.path().join("revoked.json");
    let one = with_id(&house, "one");
    let good = list(&["old"]);
    let broken = [
        String::new(),
        "{".to_owned(),
        good[..good.len() - 1].to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        r#"["one"]"#.to_owned(),
        r#"{"revoked": {}}"#.to_owned(),
        r#"{"revoked": ["one"]}"#.to_owned(),
        r#"{"revoked": [{"jit": "one"}]}"#.to_owned(),
        r#"{"revoked": [{"jti": 7}]}"#.to_owned(),
        r#"{"revoked": [{"jti": ""}]}"#.to_owned(),
        r#"{"revoked": [{"jti": "a", "jti": "b"}]}"#.to_owned(),
        r#"{"revoked": [], "revoked": [{"jti": "one"}]}"#.to_owned(),
        format!("{good} x"),
    ];
    let tried = broken.len() + 1;
    for text in broken {
        replace(&path, &text);
        let reply = one.isolate(WS_042).await.expect(503);
        assert_eq!(reply.code(), "auth_keys_unavailable", "{text}");
        assert!(refused_because(reply.request_id()).contains("revoked tokens cannot be read"));
        replace(&path, &good);
        one.get("/v1/whoami").await.expect(200);
    }
    std::fs::remove_file(&path).expect("it is removed");
    one.isolate(WS_042).await.expect(503);
    write(&path, &good);
    one.get("/v1/whoami").await.expect(200);
    assert!(house.sim.journal().incidents().is_empty());
    acceptance::tell(&format!(
        "lists of revoked tokens that are none: {tried} tried, none opened anything"
    ));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_was_replaced_behind_its_mount_opens_nothing() {
    use std::os::fd::AsRawFd as _;

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("revoked.json");
    write(&path, &list(&["old"]));
    // As a container sees a file that was mounted by itself: by its inode, whatever its name comes
    // to mean.
    let held = std::fs::File::open(&path).expect("a file");
    let mounted = format!("/proc/self/fd/{}", held.as_raw_fd());
    let house = House::with(&[("auth.revoked_file", &mounted)]).await;
    let one = with_id(&house, "one");
    one.get("/v1/whoami").await.expect(200);

    replace(&path, &list(&["old", "one"]));

    let reply = one.isolate(WS_042).await.expect(503);
    assert!(refused_because(reply.request_id()).contains("revoked tokens cannot be read"));
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_by_a_revoked_token_ends_and_nothing_else_does() {
    for broken in [false, true] {
        let folder = tempfile::tempdir().expect("a folder");
        let house = house(folder.path()).await;
        let path = folder.path().join("revoked.json");
        let (one, other) = (with_id(&house, "one"), with_id(&house, "other"));
        let off = house.switched_off();
        let created = one.isolate(&off).await.expect(202);
        let events = format!("{}/events", created.header("location"));
        let mut ends = Events::open(one.request(Method::GET, &events)).await;
        let mut stays = Events::open(other.request(Method::GET, &events)).await;
        ends.state().await;
        stays.state().await;

        let began = Instant::now();
        let text = if broken {
            "{".to_owned()
        } else {
            list(&["old", "one"])
        };
        replace(&path, &text);
        while !matches!(ends.next().await, Said::End) {}
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "{:?}",
            began.elapsed()
        );
        if broken {
            while !matches!(stays.next().await, Said::End) {}
        } else {
            let told = tokio::time::timeout(Duration::from_millis(300), stays.next()).await;
            assert!(!matches!(told, Ok(Said::End)));
        }
        drop(stays);
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_come_while_the_list_changes_are_refused_from_then_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = house(folder.path()).await;
    let path = folder.path().join("revoked.json");
    for round in 0..30 {
        let id = format!("id-{round}");
        let caller = with_id(&house, &id);
        let many: Vec<_> = (0..8)
            .map(|_| caller.clone())
            .map(|it| tokio::spawn(async move { it.get("/v1/whoami").await.status }))
            .collect();
        replace(&path, &list(&[&id]));
        assert_eq!(caller.get("/v1/whoami").await.status, 401, "{round}");
        for it in many {
            assert!(matches!(it.await.expect("no panic"), 200 | 401));
        }
    }
    eventually("it is still read", || async {
        (with_id(&house, "id-29").get("/v1/whoami").await.status == 401).then_some(())
    })
    .await;
    house.close().await;
}
