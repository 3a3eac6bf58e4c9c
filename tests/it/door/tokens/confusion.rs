//! A public key taken for a shared secret, and the reverse (RFC 8725 section 2.1).

use acceptance::{House, Issuer, Token};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, EncodingKey};

use super::forge::{Case, Members, refuse};

/// What an attacker who has only read the key set could take for the secret.
fn guesses() -> Vec<(String, Vec<u8>)> {
    let issuer = Issuer::shared();
    let mut guesses = vec![
        ("nothing".to_owned(), Vec::new()),
        (
            "the key set".to_owned(),
            issuer.key_set().to_string().into_bytes(),
        ),
        ("the issuer's name".to_owned(), Issuer::NAME.into()),
    ];
    for algorithm in [Algorithm::ES256, Algorithm::RS256, Algorithm::EdDSA] {
        let der = issuer.public_der(algorithm);
        let jwk = issuer.public_jwk(algorithm);
        let lines: Vec<String> = STANDARD
            .encode(der)
            .as_bytes()
            .chunks(64)
            .map(|it| String::from_utf8_lossy(it).into_owned())
            .collect();
        let pem = format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----",
            lines.join("\n")
        );
        let mut add =
            |what: &str, secret: Vec<u8>| guesses.push((format!("{algorithm:?} {what}"), secret));
        add("PEM with a line end", format!("{pem}\n").into_bytes());
        add(
            "PEM with Windows line ends",
            format!("{pem}\n").replace('\n', "\r\n").into_bytes(),
        );
        add("PEM", pem.into_bytes());
        add("DER", der.to_vec());
        add("JWK", jwk.to_string().into_bytes());
        for member in ["x", "y", "n", "e", "kid"] {
            if let Some(text) = jwk[member].as_str() {
                add(member, text.as_bytes().to_vec());
            }
        }
        // The last bytes of a point or a raw key are the key as such.
        add("raw", der[der.len().saturating_sub(65)..].to_vec());
    }
    guesses
}

fn forgeries() -> Vec<Case> {
    let claims = Members::claims().part();
    let mut cases = Vec::new();
    for (what, secret) in guesses() {
        for (name, algorithm) in [
            ("HS256", Algorithm::HS256),
            ("HS384", Algorithm::HS384),
            ("HS512", Algorithm::HS512),
        ] {
            for kid in ["\"es256-a\"", "\"rs256-a\""] {
                let header = Members::header()
                    .set("alg", &format!("\"{name}\""))
                    .set("kid", kid);
                let message = format!("{}.{claims}", header.part());
                let key = EncodingKey::from_secret(&secret);
                let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, algorithm)
                    .expect("a signature");
                cases.push(Case::new(
                    format!("{name} with {what}, kid {kid}"),
                    format!("{message}.{signature}"),
                    "not accepted",
                ));
            }
        }
    }
    cases
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_key_is_no_secret() {
    let house = House::open().await;
    refuse(&house, "public keys as secrets", forgeries()).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_secret_is_configured_no_public_key_and_no_guess_serves() {
    let secret = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(&secret, "a secret of at least thirty-two bytes\n").expect("a file");
    let path = secret.path().display().to_string();
    let house = House::with(&[("auth.jwks_file", ""), ("auth.hs256_secret_file", &path)]).await;
    let hs256 = |secret: &[u8], header: &Members| {
        let message = format!("{}.{}", header.part(), Members::claims().part());
        let signature = jsonwebtoken::crypto::sign(
            message.as_bytes(),
            &EncodingKey::from_secret(secret),
            Algorithm::HS256,
        );
        format!("{message}.{}", signature.expect("a signature"))
    };
    let header = Members::header().set("alg", "\"HS256\"");
    let mut tried = 0;
    let mut tokens: Vec<String> = guesses().iter().map(|(_, it)| hs256(it, &header)).collect();
    // With the line end, which is not part of it; and the good secret under an algorithm it is not
    // for.
    tokens.push(hs256(b"a secret of at least thirty-two bytes\n", &header));
    tokens.push(hs256(
        b"a secret of at least thirty-two bytes",
        &Members::header().set("alg", "\"HS512\""),
    ));
    tokens.push(hs256(
        b"a secret of at least thirty-two bytes",
        &Members::header().set("alg", "\"none\""),
    ));
    for algorithm in [
        Algorithm::ES256,
        Algorithm::RS256,
        Algorithm::PS256,
        Algorithm::EdDSA,
    ] {
        tokens
            .push(Issuer::shared().sign(&Token::of("soar", "tasks.create").signed_with(algorithm)));
    }
    for token in tokens {
        let reply = house
            .caller_with(&token)
            .get("/v1/whoami")
            .await
            .expect(401);
        assert_eq!(reply.code(), "token_invalid");
        tried += 1;
    }
    let good = hs256(b"a secret of at least thirty-two bytes", &header);
    house.caller_with(&good).get("/v1/whoami").await.expect(200);
    acceptance::tell(&format!(
        "hostile tokens, guesses of a secret: {tried} tried, {tried} refused"
    ));
    house.close().await;
}
