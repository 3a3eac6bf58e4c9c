//! `edr-gateway check-config`: what it says of settings, and of the files that they name.

use std::path::{Path, PathBuf};

use acceptance::{Answer, ask, environment, ksc_in_real_time, variable};
use ksc_simulator::Simulator;
use tempfile::TempDir;

/// Good settings, and a folder with the files that they name.
struct Site {
    _sim: Simulator,
    folder: TempDir,
    settings: Vec<(String, String)>,
}

impl Site {
    /// With every file that a gateway in front of a KSC can have.
    async fn open() -> Self {
        let sim = ksc_in_real_time(1.0).await;
        let folder = tempfile::tempdir().expect("a folder");
        let own = rcgen::generate_simple_self_signed(["gateway.example".to_owned()]);
        let own = own.expect("a certificate");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("a file");
            path.display().to_string()
        };
        let certificate = own.cert.pem();
        let settings = vec![
            (
                "server.tls.certificate_file",
                write("tls.crt", &certificate),
            ),
            (
                "server.tls.key_file",
                write("tls.key", &own.signing_key.serialize_pem()),
            ),
            ("server.tls.client_ca_file", write("ca.crt", &certificate)),
            (
                "auth.revoked_file",
                write("revoked.json", r#"{"revoked": []}"#),
            ),
            ("idempotency.store", "redis".to_owned()),
            (
                "idempotency.redis_url_file",
                write("redis", "redis://127.0.0.1:1/0\n"),
            ),
            ("telemetry.otlp_endpoint", "https://127.0.0.1:1".to_owned()),
            (
                "telemetry.otlp_headers_file",
                write("headers", "X-Scope: soc\n"),
            ),
            ("telemetry.otlp_ca_file", write("otlp.crt", &certificate)),
        ];
        let settings = environment(&sim, folder.path(), settings);
        Self {
            _sim: sim,
            folder,
            settings,
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What is said of the settings with these in place of others, and of this file.
    async fn check(&self, more: &[&str], others: &[(&str, &str)]) -> Answer {
        let mut all: Vec<(&str, &str)> = self
            .settings
            .iter()
            .filter(|(name, _)| !others.iter().any(|it| it.0 == name))
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        // Nothing to set is not set.
        all.extend(others.iter().filter(|it| !it.1.is_empty()));
        let arguments: Vec<&str> = std::iter::once(&"check-config")
            .chain(more)
            .copied()
            .collect();
        ask(&arguments, &all, b"").await
    }
}

/// The keys of the mistakes, in the order in which they are told.
fn keys(answer: &Answer) -> Vec<&str> {
    let lines = answer.errors.lines().filter_map(|it| it.strip_prefix("  "));
    lines
        .filter_map(|it| Some(it.split_once(": ")?.0))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn good_settings_and_files_are_good_and_nobody_is_asked() {
    let site = Site::open().await;

    let good = site.check(&[], &[]).await;

    // Neither Redis nor the collector is there.
    assert_eq!(good.code, Some(0), "{}", good.errors);
    assert!(good.output.contains("can be used"), "{}", good.output);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_file_that_cannot_be_used_is_told_with_its_key() {
    let site = Site::open().await;
    let keys_of_files = [
        ("server.tls.certificate_file", "tls.crt"),
        ("server.tls.key_file", "tls.key"),
        ("server.tls.client_ca_file", "ca.crt"),
        ("auth.jwks_file", "keys.json"),
        ("auth.revoked_file", "revoked.json"),
        ("backends.ksc.password_file", "password"),
        ("idempotency.redis_url_file", "redis"),
        ("telemetry.otlp_headers_file", "headers"),
        ("telemetry.otlp_ca_file", "otlp.crt"),
    ];
    let certificate = site.file("pinned");
    std::fs::write(&certificate, "no certificate").expect("a file");
    let certificate = certificate.display().to_string();

    for (key, name) in keys_of_files {
        let file = site.file(name);
        let good = std::fs::read(&file).expect("it is there");
        std::fs::remove_file(&file).expect("it is there");
        told(&site, key, &["cannot read"]).await;
        std::fs::write(&file, " \n").expect("a file");
        told(&site, key, &["is empty"]).await;
        // A password and a header may be anything.
        if !["password", "headers"].contains(&name) {
            std::fs::write(&file, "S3cret of another kind").expect("a file");
            told(&site, key, &[]).await;
        }
        std::fs::create_dir(site.file("folder")).expect("a folder");
        let folder = site.file("folder").display().to_string();
        let answer = site.check(&[], &[(&variable(key), &folder)]).await;
        assert_eq!(keys(&answer), [key], "{}", answer.errors);
        std::fs::remove_dir(folder).expect("it is there");
        std::fs::write(&file, good).expect("a file");
    }
    let pinned = "backends.ksc.pinned_certificate_file";
    let answer = site.check(&[], &[(&variable(pinned), &certificate)]).await;
    assert_eq!(keys(&answer), [pinned], "{}", answer.errors);
    assert_eq!(site.check(&[], &[]).await.code, Some(0));
}

/// The mistake is that of this key alone, says this, and repeats nothing of what is in the file.
async fn told(site: &Site, key: &str, says: &[&str]) {
    let answer = site.check(&[], &[]).await;
    assert_eq!(answer.code, Some(1), "{key}: {}", answer.output);
    // A key that does not fit its certificate is told of the certificate.
    let same =
        |it: &&str| it.trim_end_matches("certificate_file") == key.trim_end_matches("key_file");
    let of = keys(&answer);
    assert!(
        of == [key] || of.len() == 1 && of.iter().all(same),
        "{key}: {}",
        answer.errors
    );
    for text in says {
        assert!(answer.errors.contains(text), "{key}: {}", answer.errors);
    }
    assert!(!answer.errors.contains("S3cret"), "{}", answer.errors);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_files_are_told_at_once_and_none_is_looked_at_where_that_is_not_wanted() {
    let site = Site::open().await;
    for name in ["password", "keys.json", "redis"] {
        std::fs::remove_file(site.file(name)).expect("it is there");
    }

    let all = site.check(&[], &[]).await;
    let settings = site.check(&["--without-files"], &[]).await;

    assert_eq!(
        keys(&all),
        [
            "auth.jwks_file",
            "backends.ksc.password_file",
            "idempotency.redis_url_file"
        ]
    );
    assert!(all.errors.contains("3 mistakes"), "{}", all.errors);
    assert_eq!(settings.code, Some(0), "{}", settings.errors);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_too_short_and_an_identity_that_is_none_are_told() {
    let site = Site::open().await;
    let write = |name: &str, text: &str| {
        std::fs::write(site.file(name), text).expect("a file");
        site.file(name).display().to_string()
    };
    let (short, certificate) = (
        write("short", "S3cret"),
        write("none.crt", "no certificate"),
    );
    let key = std::fs::read_to_string(site.file("tls.key")).expect("a key");
    let key = write("kata.key", &key);
    let server = site.file("tls.crt").display().to_string();

    let secret = site
        .check(
            &[],
            &[
                (&variable("auth.jwks_file"), ""),
                (&variable("auth.hs256_secret_file"), &short),
            ],
        )
        .await;
    let kata = site
        .check(
            &[],
            &[
                (&variable("backends.kata.kind"), "kata"),
                (&variable("backends.kata.endpoints"), "https://kata.example"),
                (
                    &variable("backends.kata.external_system_id"),
                    "3f6d1b9e-52a7-4c0e-9a44-7a1d0e5c8b21",
                ),
                (&variable("backends.kata.certificate_file"), &certificate),
                (&variable("backends.kata.key_file"), &key),
                (&variable("backends.kata.pinned_certificate_file"), &server),
            ],
        )
        .await;

    assert_eq!(keys(&secret), ["auth.hs256_secret_file"]);
    assert!(!secret.errors.contains("S3cret"), "{}", secret.errors);
    assert_eq!(keys(&kata), ["backends.kata.certificate_file"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_toml_is_told_alone_and_a_misspelt_key_with_what_it_may_mean() {
    let folder = tempfile::tempdir().expect("a folder");
    let check = async |text: &str, environment: &[(&str, &str)]| {
        let file: &Path = &folder.path().join("gateway.toml");
        std::fs::write(file, text).expect("a file");
        let file = file.display().to_string();
        ask(&["check-config", "--config", &file], environment, b"").await
    };

    let broken = check("[server]\nlisten = \"0.0.0.0:1\n", &[]).await;
    let misspelt = check(
        "[server]\nlistn = \"0.0.0.0:1\"\n",
        &[("EDR_GATEWAY__AUTH__AUDIANCE", "x")],
    )
    .await;

    assert_eq!(broken.code, Some(1));
    assert_eq!(keys(&broken), ["configuration file"], "{}", broken.errors);
    assert!(broken.errors.contains("line 2"), "{}", broken.errors);
    for said in [
        "server.listn: there is no such setting; did you mean server.listen?",
        "did you mean EDR_GATEWAY__AUTH__AUDIENCE?",
    ] {
        assert!(misspelt.errors.contains(said), "{}", misspelt.errors);
    }
}
