//! `edr-gateway issuer`: a key, tokens that last, and their end before time, without any identity
//! provider.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use acceptance::calls::LOGIN;
use acceptance::{House, Plan, WS_042, everything, ksc_in_real_time, run};
use edr_gateway::issuer::{self, IssuerError, SigningAlgorithm, Which};
use serde_json::{Value, json};
use time::OffsetDateTime;

const NAME: &str = "https://edr-gateway.example/own";

fn now() -> OffsetDateTime {
    edr_gateway::clock::Clock::system().now()
}

fn made(folder: &Path, algorithm: SigningAlgorithm) -> String {
    issuer::init(folder, NAME, "edr-gateway", algorithm).expect("a folder")
}

fn token(folder: &Path, subject: &str, scopes: &[&str], days: u16) -> Result<String, IssuerError> {
    let scopes: Vec<String> = scopes.iter().map(|it| (*it).to_owned()).collect();
    let mut output = Vec::new();
    issuer::token(folder, subject, &scopes, days, now(), &mut output)?;
    Ok(String::from_utf8(output)
        .expect("a text")
        .trim_end()
        .to_owned())
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_issuer_makes_opens_the_door_until_it_is_revoked() {
    for algorithm in [SigningAlgorithm::ES256, SigningAlgorithm::EdDsa] {
        let folder = tempfile::tempdir().expect("a folder");
        let said = made(folder.path(), algorithm);
        // The settings that it says, as it says them.
        let (_, file) = said.split_once("\n\n").expect("a block of settings");
        let house = House::furnish(Plan {
            file: file.to_owned(),
            settings: vec![(
                "auth.jwks_file",
                folder.path().join("keys.json").display().to_string(),
            )],
            ..Plan::default()
        })
        .await;
        let kuma = token(
            folder.path(),
            "kuma",
            &["tasks.create.isolateHost,tasks.read"],
            365,
        )
        .expect("a token");
        let other =
            token(folder.path(), "kuma", &["tasks.read", "hosts.read"], 1).expect("a token");
        let caller = house.caller_with(&kuma);

        let who = caller.get("/v1/whoami").await.expect(200);
        assert_eq!(who.json["caller"], "kuma");
        assert_eq!(
            who.json["scopes"],
            json!(["tasks.create.isolateHost", "tasks.read"])
        );
        caller.isolate(WS_042).await.expect(202);

        let register = read(&folder.path().join("issued.json"));
        let id = register["issued"][0]["jti"]
            .as_str()
            .expect("an id")
            .to_owned();
        issuer::revoke(folder.path(), &Which::Id(id), now()).expect("it is revoked");
        caller.isolate(WS_042).await.expect(401);
        house
            .caller_with(&other)
            .get("/v1/whoami")
            .await
            .expect(200);
        let said = issuer::revoke(folder.path(), &Which::Subject("kuma".to_owned()), now());
        assert!(said.expect("revoked").starts_with("1 more token is"));
        house
            .caller_with(&other)
            .get("/v1/whoami")
            .await
            .expect(401);
        let list = issuer::list(folder.path(), now()).expect("a list");
        assert_eq!(list.matches(" revoked ").count(), 2, "{list}");
        assert!(
            !everything().contains(&kuma) && !list.contains(&kuma[..40]),
            "{list}"
        );
        house.close().await;
    }
}

#[test]
fn the_private_key_is_its_owners_alone_and_nothing_is_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let within = folder.path().join("a/b");
    let said = made(&within, SigningAlgorithm::ES256);
    let mode = |name: &str| {
        std::fs::metadata(within.join(name))
            .expect("a file")
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode("private-key.pem"), 0o600);
    let key = std::fs::read_to_string(within.join("private-key.pem")).expect("a file");
    assert!(key.starts_with("-----BEGIN PRIVATE KEY-----\n") && !said.contains("BEGIN"));
    let set = read(&within.join("keys.json"));
    assert_eq!(set["keys"][0].get("d"), None);

    for name in [
        "private-key.pem",
        "keys.json",
        "issuer.json",
        "issued.json",
        "revoked.json",
    ] {
        let other = tempfile::tempdir().expect("a folder");
        std::fs::write(other.path().join(name), "mine").expect("a file");
        let error = issuer::init(other.path(), NAME, "a", SigningAlgorithm::ES256).expect_err(name);
        assert!(
            error.to_string().contains("nothing is overwritten"),
            "{error}"
        );
        assert_eq!(
            std::fs::read(other.path().join(name)).expect("a file"),
            b"mine"
        );
        assert_eq!(
            std::fs::read_dir(other.path()).expect("a folder").count(),
            2,
            "{name} and the lock"
        );
    }
    assert!(issuer::init(&within, NAME, "a", SigningAlgorithm::ES256).is_err());
    assert_eq!(
        std::fs::read_to_string(within.join("private-key.pem")).expect("a file"),
        key
    );

    std::fs::set_permissions(
        within.join("private-key.pem"),
        std::fs::Permissions::from_mode(0o640),
    )
    .expect("it is changed");
    let error = token(&within, "kuma", &["tasks.read"], 1).expect_err("others can read it");
    assert!(
        error.to_string().contains("can be read by others"),
        "{error}"
    );
}

#[test]
fn names_that_settings_could_not_say_make_no_issuer() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, audience) in [
        ("", "edr-gateway"),
        (" ", "edr-gateway"),
        ("own ", "edr-gateway"),
        ("o\u{7f}wn", "edr-gateway"),
        ("o\u{200b}wn", "edr-gateway"),
        (NAME, ""),
        (NAME, "\t"),
        (NAME, " edr"),
        (NAME, "edr,gateway"),
    ] {
        let error = issuer::init(folder.path(), name, audience, SigningAlgorithm::ES256);
        let error = error.expect_err("no issuer").to_string();
        assert!(error.contains("no name for an issuer"), "{error}");
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        0
    );
}

#[test]
fn what_no_token_can_say_is_refused_by_name_and_leaves_no_trace() {
    let folder = tempfile::tempdir().expect("a folder");
    made(folder.path(), SigningAlgorithm::EdDsa);
    let long = "n".repeat(256);
    for (subject, scopes, days, said) in [
        ("kuma", &["tasks.creat"][..], 1, "\"tasks.creat\""),
        (
            "kuma",
            &["tasks.read", "tasks.create.isolatehost"],
            1,
            "\"tasks.create.isolatehost\"",
        ),
        ("kuma", &["tasks.*"], 1, "\"tasks.*\""),
        ("kuma", &["Tasks.read"], 1, "\"Tasks.read\""),
        ("kuma", &[], 1, "at least one"),
        ("kuma", &["", " , "], 1, "at least one"),
        ("kuma", &["tasks.read"], 0, "days"),
        ("kuma", &["tasks.read"], 1097, "days"),
        ("", &["tasks.read"], 1, "no name"),
        (" kuma", &["tasks.read"], 1, "no name"),
        ("ku\u{200b}ma", &["tasks.read"], 1, "no name"),
        ("client:kuma", &["tasks.read"], 1, "no name"),
        ("issuer:b:kuma", &["tasks.read"], 1, "no name"),
        (&long, &["tasks.read"], 1, "no name"),
    ] {
        let error = token(folder.path(), subject, scopes, days).expect_err(said);
        assert!(error.to_string().contains(said), "{error}");
    }
    assert_eq!(
        read(&folder.path().join("issued.json"))["issued"],
        json!([])
    );
    for which in [Which::Id("x".to_owned()), Which::Subject("x".to_owned())] {
        assert!(issuer::revoke(folder.path(), &which, now()).is_err());
    }
    assert_eq!(
        read(&folder.path().join("revoked.json"))["revoked"],
        json!([])
    );
    let empty = tempfile::tempdir().expect("a folder");
    let error = token(empty.path(), "kuma", &["tasks.read"], 1).expect_err("no issuer");
    assert!(error.to_string().contains("issuer init"), "{error}");
    assert_eq!(
        std::fs::read_dir(empty.path()).expect("a folder").count(),
        0
    );
}

#[test]
fn a_list_stays_readable_for_whom_it_was_and_is_never_written_beside_the_one_that_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    made(folder.path(), SigningAlgorithm::EdDsa);
    let list = folder.path().join("revoked.json");
    for (mode, subject) in [(0o640, "a"), (0o664, "b"), (0o600, "c")] {
        token(folder.path(), subject, &["tasks.read"], 1).expect("a token");
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(&list, permissions).expect("it is changed");
        issuer::revoke(folder.path(), &Which::Subject(subject.to_owned()), now()).expect("revoked");
        let data = std::fs::metadata(&list).expect("a file");
        assert_eq!(data.permissions().mode() & 0o777, mode, "{mode:o}");
    }

    let elsewhere = tempfile::tempdir().expect("a folder");
    let target = elsewhere.path().join("revoked.json");
    std::fs::rename(&list, &target).expect("it is moved");
    std::os::unix::fs::symlink(&target, &list).expect("a link");
    token(folder.path(), "d", &["tasks.read"], 1).expect("a token");
    let error = issuer::revoke(folder.path(), &Which::Subject("d".to_owned()), now());
    let error = error.expect_err("the gateway reads what the link leads to");
    assert!(error.to_string().contains("is a link"), "{error}");
    assert!(list.symlink_metadata().expect("a link").is_symlink());
    assert_eq!(
        read(&target)["revoked"].as_array().expect("a list").len(),
        3
    );
}

#[test]
fn commands_at_a_time_lose_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    made(folder.path(), SigningAlgorithm::EdDsa);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let folder = folder.path();
            scope.spawn(move || {
                for number in 0..10 {
                    token(folder, &format!("c{thread}-{number}"), &["tasks.read"], 1)
                        .expect("a token");
                    let which = Which::Subject(format!("c{thread}-{number}"));
                    issuer::revoke(folder, &which, now()).expect("it is revoked");
                }
            });
        }
    });
    let count = |name: &str, list: &str| {
        read(&folder.path().join(name))[list]
            .as_array()
            .expect("a list")
            .len()
    };
    assert_eq!(
        (
            count("issued.json", "issued"),
            count("revoked.json", "revoked")
        ),
        (40, 40)
    );
}

#[test]
fn a_token_that_nobody_hears_is_in_the_register() {
    struct Deaf;
    impl std::io::Write for Deaf {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    made(folder.path(), SigningAlgorithm::ES256);

    let error = issuer::token(
        folder.path(),
        "kuma",
        &["tasks.read".to_owned()],
        1,
        now(),
        &mut Deaf,
    );

    let id = read(&folder.path().join("issued.json"))["issued"][0]["jti"]
        .as_str()
        .expect("an id")
        .to_owned();
    let error = error.expect_err("nobody hears it").to_string();
    assert!(error.contains(&id), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_do_what_the_readme_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("own").display().to_string();
    let command = |words: &[&str]| {
        let words: Vec<String> = ["issuer"]
            .iter()
            .chain(words)
            .map(|it| (*it).to_owned())
            .collect();
        let path = path.clone();
        async move {
            let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
            words.extend(["--folder", &path]);
            run(&words, &[]).await
        }
    };
    assert!(
        command(&["init", "--name", NAME])
            .await
            .contains("revoked_file = ")
    );
    let token = command(&[
        "token",
        "--subject",
        "kuma",
        "--scope",
        "tasks.create",
        "--days",
        "90",
    ])
    .await;
    assert_eq!(token.lines().count(), 1, "{token}");
    assert_eq!(token.split('.').count(), 3);
    assert!(
        command(&[
            "token",
            "--subject",
            "kuma",
            "--scope",
            "tasks.creat",
            "--days",
            "90"
        ])
        .await
        .contains("no scope \"tasks.creat\"")
    );
    let list = command(&["list"]).await;
    assert!(
        list.contains("kuma, tasks.create") && !list.contains(&token),
        "{list}"
    );

    // And doctor says what it may do, and why not.
    let sim = ksc_in_real_time(1.0).await;
    let at = |name: &str| Path::new(&path).join(name).display().to_string();
    let settings = vec![
        ("auth.issuer", NAME.to_owned()),
        ("auth.jwks_file", at("keys.json")),
        ("auth.revoked_file", at("revoked.json")),
    ];
    let settings = acceptance::environment(&sim, folder.path(), settings);
    let file = folder.path().join("token");
    let file_name = file.display().to_string();
    let logins = sim.journal().count(LOGIN);
    let examine = |text: String| {
        std::fs::write(&file, text).expect("a file");
        let (file_name, settings) = (file_name.clone(), settings.clone());
        async move { run(&["doctor", "--token", &file_name], &settings).await }
    };
    for text in [
        token.clone(),
        format!("{token}\n"),
        format!("Bearer {token}"),
        format!("Authorization: Bearer {token}\n"),
    ] {
        let said = examine(text).await;
        assert!(
            said.contains(
                "ok    token            good for kuma of https://edr-gateway.example/own until 20"
            ),
            "{said}"
        );
        assert!(said.contains("it may tasks.create"), "{said}");
    }
    let mut said = Vec::new();
    let claims = |name: &str, value: Value| {
        let token = acceptance::Token::of("soar", "tasks.read")
            .with("iss", json!(NAME))
            .with(name, value);
        acceptance::Issuer::shared().sign(&token)
    };
    for (text, wanted) in [
        ("nonsense".to_owned(), "not three parts"),
        (String::new(), "not three parts"),
        (
            claims("iss", json!("https://evil.example")),
            "another issuer",
        ),
        (claims("aud", json!("x")), "no such key"),
        (claims("iss", Value::Null), "the claim iss is missing"),
    ] {
        let report = examine(text.clone()).await;
        assert!(
            report.contains("FAIL  token") && report.contains(wanted),
            "{wanted}: {report}"
        );
        said.push((text, report));
    }
    command(&["revoke", "--subject", "kuma"]).await;
    let report = examine(token.clone()).await;
    assert!(
        report.contains("FAIL  token            it is revoked"),
        "{report}"
    );
    said.push((token, report));
    for (text, report) in said {
        for part in text.split('.').filter(|it| it.len() > 12) {
            assert!(!report.contains(part), "{report}");
        }
    }
    assert_eq!(sim.journal().count(LOGIN), logins, "KSC is not asked");
}
