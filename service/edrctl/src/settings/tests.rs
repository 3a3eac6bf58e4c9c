//! What a settings file may say, and what it may not.

use std::ffi::OsString;
use std::path::Path;

use super::place;
use super::profile::{ProxyChoice, TokenSource, TrustSource};
use super::*;

fn of(text: &str) -> Result<Settings, SettingsError> {
    parse(Path::new("/etc/edrctl/edrctl.toml"), text)
}

const WHOLE: &str = r#"
profile = "prod"

[profiles.prod]
gateway = "https://edr.corp.example/gateway"
ca_file = "ca.pem"
proxy = "http://proxy.corp.example:3128"
timeout = "20s"
retry_for = "2m"

[profiles.prod.oauth2]
token_url = "https://id.corp.example/token"
client_id = "kuma"
client_secret_file = "/run/secrets/kuma"
scope = "tasks.create tasks.read"

[profiles.lab]
gateway = "http://127.0.0.1:8080"
token_command = ["vault", "read"]
proxy = "none"

[kuma]
whole_time = "10s"
"#;

#[test]
fn a_file_with_several_profiles_is_read_whole() {
    let settings = of(WHOLE).expect("it is well-formed");

    let prod = settings.profile(None).expect("the preferred");
    assert_eq!(prod.name, "prod");
    assert_eq!(prod.gateway.path(), "/gateway");
    assert!(
        matches!(&prod.trust, TrustSource::CaFile(it) if it.as_path() == Path::new("/etc/edrctl/ca.pem"))
    );
    assert!(matches!(prod.proxy, ProxyChoice::Through(_)));
    assert_eq!(
        (prod.timeout.as_secs(), prod.retry_for.as_secs()),
        (20, 120)
    );
    assert!(matches!(prod.token, TokenSource::ClientCredentials(_)));
    let lab = settings.profile(Some("lab")).expect("the other");
    assert!(matches!(&lab.token, TokenSource::Command(it) if it.len() == 2));
    assert!(settings.kuma.is_some());
    let none = settings.profile(Some("test")).expect_err("none");
    assert_eq!(
        none.to_string(),
        "there is no profile `test`; there are: lab, prod"
    );
}

#[test]
fn what_cannot_be_is_told_with_its_key() {
    for (text, said) in [
        (
            "[profiles.a]\ngateway = \"https://a\"\n",
            "profiles.a.token_file: one of token_file",
        ),
        (
            "[profiles.a]\ngateway = \"https://a\"\ntoken_env = \"T\"\ntoken_file = \"f\"\n",
            "only one can be",
        ),
        (
            "[profiles.a]\ngateway = \"http://edr.corp.example\"\ntoken_env = \"T\"\n",
            "must begin with https://",
        ),
        (
            "[profiles.a]\ngateway = \"https://me:pw@a\"\ntoken_env = \"T\"\n",
            "without a user",
        ),
        (
            "[profiles.a]\ngateway = \"https://a\"\ntoken_env = \"T\"\npinned_sha256 = \"ab\"\n",
            "profiles.a.pinned_sha256",
        ),
        (
            "[profiles.a]\ngateway = \"https://a\"\ntoken = \"eyJ\"\n",
            "line 3: unknown field `token`",
        ),
        ("profile = \"b\"\n", "profile: there is no profile `b`"),
        (
            "[profiles.a]\ngateway = \"https://a\"\ntoken_env = \"T\"\ntimeout = \"soon\"\n",
            "line 4: Must be a whole number",
        ),
    ] {
        let error = of(text).expect_err(text).to_string();
        assert!(error.contains(said), "{error}");
        assert!(!error.contains("pw@"), "{error}");
    }
}

#[test]
fn without_a_file_the_environment_is_the_profile() {
    let variable = |name: &str| match name {
        "EDR_GATEWAY_URL" => Some(OsString::from("http://127.0.0.1:8080/")),
        "EDR_GATEWAY_TOKEN_FILE" => Some(OsString::from("/run/token")),
        _ => None,
    };
    let profile = place::profile(None, None, &variable).expect("a profile");
    assert!(
        matches!(&profile.token, TokenSource::File(it) if it.as_path() == Path::new("/run/token"))
    );

    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().as_os_str().to_owned();
    let nothing = move |name: &str| (name == "XDG_CONFIG_HOME").then(|| home.clone());
    if !Path::new(place::SYSTEM).exists() {
        let error = place::profile(None, None, &nothing).expect_err("nothing");
        assert!(error.to_string().contains("EDR_GATEWAY_URL"), "{error}");
    }
}
