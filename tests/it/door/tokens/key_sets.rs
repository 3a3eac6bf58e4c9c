//! Key sets as they are found: a key is either used, or left out and named.

use acceptance::{House, Issuer, Token};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

use super::forge::{Members, accept, part};

const ALGORITHMS: [Algorithm; 4] = [
    Algorithm::ES256,
    Algorithm::RS256,
    Algorithm::PS256,
    Algorithm::EdDSA,
];

fn of(algorithm: Algorithm) -> String {
    Issuer::shared().sign(&Token::of("soar", "tasks.read").signed_with(algorithm))
}

/// The number with a zero octet in front, as some issuers write it.
fn with_zero(number: &Value) -> Value {
    let octets = URL_SAFE_NO_PAD
        .decode(number.as_str().expect("a text"))
        .expect("base64url");
    URL_SAFE_NO_PAD.encode([vec![0], octets].concat()).into()
}

async fn house(set: &str) -> (House, tempfile::NamedTempFile) {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(&file, set).expect("a file");
    let path = file.path().display().to_string();
    (House::with(&[("auth.jwks_file", &path)]).await, file)
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_in_odd_spellings_check_tokens_as_the_plain_ones_do() {
    let mut set = Issuer::shared().key_set();
    for key in set["keys"].as_array_mut().expect("keys") {
        for name in ["n", "e", "x", "y"] {
            // A key of Ed25519 is no number: a zero in front makes it another.
            if key.get(name).is_some() && key["kty"] != "OKP" {
                key[name] = with_zero(&key[name]);
                key[name] = format!("{}==\n", key[name].as_str().expect("a text")).into();
            }
        }
        key["unknown"] = json!({"member": true});
    }
    let (house, _file) = house(&format!("\u{feff}{set}")).await;

    for algorithm in ALGORITHMS {
        accept(&house, &format!("{algorithm:?}"), &of(algorithm)).await;
    }
    assert_eq!(
        house
            .metric("edr_gateway_token_keys{state=\"usable\"}")
            .await,
        "4"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_left_out_shows_in_the_metric_and_the_others_serve() {
    let mut set = Issuer::shared().key_set();
    let keys = set["keys"].as_array_mut().expect("keys");
    keys[1]["n"] = "AQAB".into();
    keys[2]["alg"] = "ps256".into();
    keys.push(json!({"kty": "EC", "crv": "P-256", "x": "AQAB", "y": "AQAB", "d": "AQAB"}));
    keys.push(json!({"kty": "oct", "k": "AQAB"}));
    let (house, file) = house(&set.to_string()).await;

    for (algorithm, status) in ALGORITHMS.into_iter().zip([200, 401, 401, 200]) {
        let caller = house.caller_with(&of(algorithm));
        assert_eq!(
            caller.get("/v1/whoami").await.status,
            status,
            "{algorithm:?}"
        );
    }
    for (state, count) in [
        ("usable", "2"),
        ("size", "1"),
        ("algorithm", "1"),
        ("private", "1"),
        ("kind", "1"),
        ("numbers", "0"),
    ] {
        let series = format!("edr_gateway_token_keys{{state=\"{state}\"}}");
        assert_eq!(house.metric(&series).await, count, "{state}");
    }

    // What is mended in the file is used, and counted, without a restart.
    std::fs::write(file.path(), Issuer::shared().key_set().to_string()).expect("a file");
    acceptance::eventually("all keys are used", || async {
        (house
            .metric("edr_gateway_token_keys{state=\"usable\"}")
            .await
            == "4")
            .then_some(())
    })
    .await;
    accept(&house, "RS256", &of(Algorithm::RS256)).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_by_its_newer_name_checks_tokens_by_either_name() {
    let mut set = Issuer::shared().key_set();
    set["keys"][3]["alg"] = "Ed25519".into();
    let (house, _file) = house(&set.to_string()).await;

    accept(&house, "EdDSA", &of(Algorithm::EdDSA)).await;
    let header = Members::header()
        .set("alg", "\"Ed25519\"")
        .set("kid", "\"eddsa-a\"");
    let token = Issuer::shared().sign_parts(
        &header.part(),
        &part(Members::claims().text()),
        Algorithm::EdDSA,
    );
    accept(&house, "Ed25519", &token).await;
    house.close().await;
}
