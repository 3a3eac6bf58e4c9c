//! A secret where it does not belong, such as in the place of its file's name, is not repeated by
//! anything that the gateway says.

use acceptance::{environment, ksc_in_real_time, run, tell};
use edr_gateway::config::{ENVIRONMENT_PREFIX, Settings, TABLE};
use futures_util::{StreamExt as _, stream};

const SECRET: &str = "hunter2-S3cret-0f-the-test";

/// What people put in the place of a name.
fn contents() -> [String; 6] {
    [
        SECRET.to_owned(),
        format!("/{SECRET}+base64=="),
        format!("redis://:{SECRET}@127.0.0.1:1/0"),
        format!("-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----\n"),
        format!(r#"{{"keys": [{{"kty": "oct", "k": "{SECRET}"}}]}}"#),
        format!("Authorization: Bearer {SECRET}"),
    ]
}

/// What a setting needs beside it, and what it cannot stand.
fn beside(key: &str) -> (Vec<(&'static str, &'static str)>, &'static str) {
    match key {
        "server.tls.certificate_file" => (vec![("server.tls.key_file", "/proc/self/status")], ""),
        "server.tls.key_file" | "server.tls.client_ca_file" => {
            let there = "/proc/self/status";
            (
                vec![
                    ("server.tls.certificate_file", there),
                    ("server.tls.key_file", there),
                ],
                "",
            )
        }
        "auth.hs256_secret_file" => (Vec::new(), "auth.jwks_file"),
        "auth.jwks_ca_file" | "auth.jwks_token_file" => {
            let url = ("auth.jwks_url", "https://127.0.0.1:1/keys");
            (vec![url], "auth.jwks_file")
        }
        "backends.ksc.ca_file" => (Vec::new(), "backends.ksc.pinned_certificate_file"),
        "idempotency.redis_url_file" => (vec![("idempotency.store", "redis")], ""),
        "telemetry.otlp_headers_file" | "telemetry.otlp_ca_file" => {
            (vec![("telemetry.otlp_endpoint", "https://127.0.0.1:1")], "")
        }
        _ => (Vec::new(), ""),
    }
}

fn variable(key: &str) -> String {
    let name = key.to_uppercase().replace('.', "__");
    format!("{ENVIRONMENT_PREFIX}{name}")
}

/// The settings as a file.
fn toml(environment: &[(String, String)]) -> String {
    let line = |(name, value): &(String, String)| {
        let key = name.strip_prefix(ENVIRONMENT_PREFIX)?;
        let key = key.to_lowercase().replace("__", ".");
        Some(format!(
            "{key} = {}\n",
            serde_json::Value::from(value.as_str())
        ))
    };
    environment.iter().filter_map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_in_the_place_of_its_files_name_is_never_shown() {
    let sim = ksc_in_real_time(1.0).await;
    let folder = tempfile::tempdir().expect("a folder");
    let good = environment(&sim, folder.path(), Vec::new());
    let mut cases = Vec::new();
    for setting in TABLE.iter().filter(|it| it.key.ends_with("_file")) {
        let key = setting.example();
        for content in contents() {
            let (more, without) = beside(&key);
            let mut settings = good.clone();
            settings.retain(|(name, _)| *name != variable(without));
            settings.extend(
                more.iter()
                    .map(|(key, it)| (variable(key), (*it).to_owned())),
            );
            settings.retain(|(name, _)| *name != variable(&key));
            settings.push((variable(&key), content));
            let number = cases.len() / 4;
            let file = folder.path().join(format!("{number}.toml"));
            std::fs::write(&file, toml(&settings)).expect("a file");
            let file = file.display().to_string();
            let of_file = |command: &[&str]| {
                let more = ["--config", file.as_str()];
                let all = command.iter().chain(&more).map(|it| (*it).to_owned());
                (key.clone(), all.collect::<Vec<_>>(), Vec::new())
            };
            cases.push((key.clone(), vec!["serve".to_owned()], settings.clone()));
            cases.push((key.clone(), vec!["doctor".to_owned()], settings));
            cases.push(of_file(&["doctor", "--json"]));
            cases.push(of_file(&["check-config"]));
        }
    }

    let count = cases.len();
    let all = stream::iter(cases).map(|(key, arguments, environment)| async move {
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let said = run(&words, &environment).await;
        (key, arguments, said)
    });
    let mut all = all.buffer_unordered(4);
    while let Some((key, arguments, said)) = all.next().await {
        assert!(!said.contains(SECRET), "{key}: {arguments:?}\n{said}");
        assert!(
            !said.is_empty() || arguments[0] == "serve",
            "{key}: {arguments:?}"
        );
    }
    tell(&format!("secrets in the place of names: {count} runs"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_address_is_shown_with_the_secret_in_it() {
    let sim = ksc_in_real_time(1.0).await;
    let folder = tempfile::tempdir().expect("a folder");
    for (key, value, without) in [
        (
            "auth.jwks_url",
            format!("https://user:{SECRET}@127.0.0.1:1/jwks"),
            "auth.jwks_file",
        ),
        (
            "auth.jwks_url",
            format!("https://127.0.0.1:1/jwks?key={SECRET}"),
            "auth.jwks_file",
        ),
        (
            "auth.jwks_url",
            format!("http://user:{SECRET}@issuer.example/jwks"),
            "auth.jwks_file",
        ),
        (
            "telemetry.otlp_endpoint",
            format!("https://user:{SECRET}@127.0.0.1:1"),
            "",
        ),
        (
            "telemetry.otlp_endpoint",
            format!("https://127.0.0.1:1/?key={SECRET}"),
            "",
        ),
        (
            "backends.ksc.endpoints",
            format!("https://user:{SECRET}@127.0.0.1:1"),
            "",
        ),
        (
            "backends.ksc.endpoints",
            format!("https://127.0.0.1:1/?key={SECRET}"),
            "",
        ),
    ] {
        let mut settings = environment(&sim, folder.path(), Vec::new());
        settings.retain(|(name, _)| ![variable(without), variable(key)].contains(name));
        settings.push((variable(key), value));
        for arguments in [&["serve"][..], &["doctor"], &["check-config"]] {
            let said = run(arguments, &settings).await;
            assert!(!said.contains(SECRET), "{key}: {arguments:?}\n{said}");
        }
    }
}

fn complaint(file: &str, variables: &[(String, String)]) -> String {
    let loaded = Settings::load(file, variables.iter().cloned());
    loaded
        .err()
        .map(|it| format!("{it}\n{it:?}"))
        .unwrap_or_default()
}

#[test]
fn a_value_that_fits_no_setting_is_not_repeated() {
    let mut tried = 0;
    for setting in TABLE {
        let key = setting.example();
        for content in contents() {
            let texts = [
                format!("{} = {}", key, serde_json::Value::from(content.as_str())),
                format!("{} = [{}]", key, serde_json::Value::from(content.as_str())),
                format!(
                    "{} = {{ {} = 1 }}",
                    key,
                    serde_json::Value::from(content.as_str())
                ),
                format!("{key} = [{{ a = '{SECRET}' }}]"),
            ];
            for text in texts {
                let said = complaint(&text, &[]);
                assert!(!said.contains(SECRET), "{text}\n{said}");
                tried += 1;
            }
            let said = complaint("", &[(variable(&key), content)]);
            assert!(!said.contains(SECRET), "{key}\n{said}");
            tried += 1;
        }
    }
    tell(&format!("values that fit no setting: {tried} tried"));
}

#[test]
fn a_file_that_is_no_toml_is_complained_of_without_its_text() {
    let good = format!(
        "[backends.ksc]\nkind = \"ksc\"\nusername = \"edr\"\npassword_file = \"{SECRET}\"\nendpoints = [\"{SECRET}\"]\ninternal = true\n"
    );
    let (mut tried, mut broken) = (0, 0);
    for (at, _) in good.char_indices() {
        for odd in [
            "", "\"", "'", "=", "[", "]", "{", "}", ",", "#", "\n", "\\", ".", " ", "é",
            "\u{202e}", "\"\"\"",
        ] {
            // Put in, and in the place of what stands there.
            for upto in [at, at + 1] {
                let text = format!("{}{odd}{}", &good[..at], &good[upto..]);
                let said = complaint(&text, &[]);
                tried += 1;
                let Some(line) = said.lines().find(|it| it.contains("configuration file")) else {
                    continue;
                };
                broken += 1;
                assert!(line.contains("line ") && line.contains("column "), "{said}");
                for part in ["hunter2", "S3cret"] {
                    assert!(!said.contains(part), "{text}\n{said}");
                }
            }
        }
    }
    assert!(broken > 1000, "{broken} of {tried}");
    tell(&format!(
        "files that are no TOML: {broken} of {tried} broken"
    ));
}
