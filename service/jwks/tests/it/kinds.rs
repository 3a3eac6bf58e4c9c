//! Which keys of a set may check a signature, and for which algorithm.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use jwks::Find;

use crate::issuer::{Issuer, Says, key, set_at, timing};

const ALL: [Algorithm; 6] = [
    Algorithm::RS256,
    Algorithm::PS256,
    Algorithm::ES256,
    Algorithm::EdDSA,
    Algorithm::HS256,
    Algorithm::RS512,
];

/// The example key of RFC 7515 appendix A.3.
const OTHER_X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
const OTHER_Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

/// The key with other numbers.
pub(crate) fn other(key: &str) -> String {
    key.replace("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", OTHER_X)
        .replace("4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM", OTHER_Y)
}

/// An RSA key of so many bits: numbers of that size, which is all that can be seen of it.
fn rsa(bits: usize, exponent: &str, more: &str) -> String {
    let mut modulus = vec![0xff; bits.div_ceil(8)];
    if let Some(first) = modulus.first_mut() {
        *first >>= (8 - bits % 8) % 8;
    }
    // A zero in front, as some issuers write it, makes no key longer.
    modulus.insert(0, 0);
    let modulus = URL_SAFE_NO_PAD.encode(modulus);
    format!(r#"{{"kty": "RSA", "kid": "k", {more} "n": "{modulus}", "e": "{exponent}"}}"#)
}

/// The algorithms that a set of these keys serves under the id `k`.
async fn served(keys: &[String]) -> Vec<Algorithm> {
    let (issuer, url) = Issuer::start().await;
    // Beside a good one of another id: a set must not stand or fall with one member.
    let good = other(&key("good"));
    let keys = format!("{{\"keys\": [{good}, {}]}}", keys.join(", "));
    issuer.say(Says::Document(keys));
    let set = set_at(url, timing(Duration::from_mins(10)));
    set.warm().await.expect("the issuer is up");
    assert!(matches!(
        set.find(Some("good"), Algorithm::ES256).await,
        Find::Key(_)
    ));
    let mut served = Vec::new();
    for algorithm in ALL {
        if matches!(set.find(Some("k"), algorithm).await, Find::Key(_)) {
            served.push(algorithm);
        }
    }
    served
}

fn ec(more: &str) -> String {
    key("k").replace("\"use\": \"sig\",", more)
}

#[tokio::test]
async fn a_key_serves_what_its_type_and_its_declarations_allow_and_nothing_else() {
    use Algorithm::{ES256, EdDSA, PS256, RS256};
    let ed = |x: &str, more: &str| {
        format!(r#"{{"kty": "OKP", "crv": "Ed25519", "kid": "k", {more} "x": "{x}"}}"#)
    };
    let ed_key = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let oct = |more: &str| {
        format!(
            r#"{{"kty": "oct", "kid": "k", {more} "k": "{}"}}"#,
            "A".repeat(43)
        )
    };
    let cases: Vec<(&str, String, Vec<Algorithm>)> = vec![
        (
            "RSA of 2048 bits",
            rsa(2048, "AQAB", ""),
            vec![RS256, PS256],
        ),
        (
            "RSA of 4096 bits",
            rsa(4096, "AQAB", ""),
            vec![RS256, PS256],
        ),
        (
            "RSA with exponent 3",
            rsa(2048, "Aw", ""),
            vec![RS256, PS256],
        ),
        ("RSA of 512 bits", rsa(512, "AQAB", ""), vec![]),
        ("RSA of 1024 bits", rsa(1024, "AQAB", ""), vec![]),
        ("RSA of 2047 bits", rsa(2047, "AQAB", ""), vec![]),
        ("RSA of 16384 bits", rsa(16384, "AQAB", ""), vec![]),
        ("RSA of no bits", rsa(0, "AQAB", ""), vec![]),
        ("RSA with exponent 1", rsa(2048, "AQ", ""), vec![]),
        ("RSA with exponent 0", rsa(2048, "AA", ""), vec![]),
        ("RSA with an even exponent", rsa(2048, "AQAA", ""), vec![]),
        ("RSA without an exponent", rsa(2048, "", ""), vec![]),
        (
            "RSA for RS256",
            rsa(2048, "AQAB", r#""alg": "RS256","#),
            vec![RS256],
        ),
        (
            "RSA for PS256",
            rsa(2048, "AQAB", r#""alg": "PS256","#),
            vec![PS256],
        ),
        (
            "RSA for RS512",
            rsa(2048, "AQAB", r#""alg": "RS512","#),
            vec![],
        ),
        (
            "RSA for ES256",
            rsa(2048, "AQAB", r#""alg": "ES256","#),
            vec![],
        ),
        (
            "RSA for HS256",
            rsa(2048, "AQAB", r#""alg": "HS256","#),
            vec![],
        ),
        (
            "RSA for none",
            rsa(2048, "AQAB", r#""alg": "none","#),
            vec![],
        ),
        (
            "RSA for encryption",
            rsa(2048, "AQAB", r#""use": "enc","#),
            vec![],
        ),
        (
            "RSA for key encryption",
            rsa(2048, "AQAB", r#""alg": "RSA-OAEP","#),
            vec![],
        ),
        (
            "RSA with its private half",
            rsa(2048, "AQAB", r#""d": "AQAB","#),
            vec![],
        ),
        (
            "RSA with a factor",
            rsa(2048, "AQAB", r#""p": "AQAB","#),
            vec![],
        ),
        ("EC", ec(""), vec![ES256]),
        ("EC for signatures", ec(r#""use": "sig","#), vec![ES256]),
        ("EC for encryption", ec(r#""use": "enc","#), vec![]),
        ("EC for something else", ec(r#""use": "tls","#), vec![]),
        (
            "EC for a use in another case",
            ec(r#""use": "SIG","#),
            vec![],
        ),
        ("EC to verify", ec(r#""key_ops": ["verify"],"#), vec![ES256]),
        (
            "EC to sign and verify",
            ec(r#""key_ops": ["sign", "verify"],"#),
            vec![ES256],
        ),
        ("EC to sign", ec(r#""key_ops": ["sign"],"#), vec![]),
        ("EC to derive", ec(r#""key_ops": ["deriveKey"],"#), vec![]),
        ("EC to do nothing", ec(r#""key_ops": [],"#), vec![]),
        (
            "EC with odd operations",
            ec(r#""key_ops": "verify","#),
            vec![],
        ),
        (
            "EC to sign, for signatures",
            ec(r#""use": "sig", "key_ops": ["sign"],"#),
            vec![],
        ),
        ("EC for ES384", ec(r#""alg": "ES384","#), vec![]),
        ("EC for RS256", ec(r#""alg": "RS256","#), vec![]),
        ("EC with its private half", ec(r#""d": "AQAB","#), vec![]),
        (
            "EC on another curve",
            ec("").replace("P-256", "P-384"),
            vec![],
        ),
        (
            "EC on a curve of its own",
            ec("").replace("P-256", "P-257"),
            vec![],
        ),
        (
            "EC with half a point",
            ec("").replace("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "AQ"),
            vec![],
        ),
        (
            "EC with no letters",
            ec("").replace("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "!!"),
            vec![],
        ),
        (
            "EC with a number for an id",
            ec("").replace("\"kid\": \"k\"", "\"kid\": 7"),
            vec![],
        ),
        ("Ed25519", ed(ed_key, ""), vec![EdDSA]),
        (
            "Ed25519 for EdDSA",
            ed(ed_key, r#""alg": "EdDSA","#),
            vec![EdDSA],
        ),
        ("Ed25519, short", ed("11qY", ""), vec![]),
        (
            "Ed25519, as long as a point",
            ed(&"A".repeat(87), ""),
            vec![],
        ),
        (
            "X25519",
            ed(ed_key, "").replace("Ed25519", "X25519"),
            vec![],
        ),
        ("symmetric", oct(""), vec![]),
        ("symmetric for HS256", oct(r#""alg": "HS256","#), vec![]),
        ("symmetric for RS256", oct(r#""alg": "RS256","#), vec![]),
        ("symmetric for signatures", oct(r#""use": "sig","#), vec![]),
        (
            "of another type",
            r#"{"kty": "AKP", "kid": "k", "pub": "AA"}"#.to_owned(),
            vec![],
        ),
        (
            "of no type",
            r#"{"kid": "k", "n": "AQAB", "e": "AQAB"}"#.to_owned(),
            vec![],
        ),
    ];
    for (what, key, wanted) in &cases {
        assert_eq!(served(std::slice::from_ref(key)).await, *wanted, "{what}");
    }
    println!("kinds of keys: {} looked at", cases.len());
}

#[tokio::test]
async fn two_keys_of_one_id_are_told_apart_by_their_type_alone() {
    let other = || other(&ec(""));
    assert_eq!(served(&[other()]).await, [Algorithm::ES256], "it is a key");
    assert_eq!(
        served(&[ec(""), other()]).await,
        [],
        "nobody can tell which"
    );
    assert_eq!(
        served(&[ec(""), ec("")]).await,
        [Algorithm::ES256],
        "it is one key"
    );
    assert_eq!(
        served(&[ec(""), rsa(2048, "AQAB", r#""alg": "RS256","#)]).await,
        [Algorithm::RS256, Algorithm::ES256]
    );
    // One that is not usable does not stand in the way of the one that is.
    assert_eq!(
        served(&[ec(r#""use": "enc","#), ec("")]).await,
        [Algorithm::ES256]
    );
    assert_eq!(
        served(&[rsa(1024, "AQAB", ""), rsa(2048, "AQAB", "")]).await,
        [Algorithm::RS256, Algorithm::PS256]
    );
}
