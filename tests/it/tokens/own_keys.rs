//! Tokens that bring a key, or say where one is: it is neither used nor fetched.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use acceptance::{House, Issuer};
use base64::Engine as _;
use jsonwebtoken::Algorithm;
use serde_json::json;
use tokio::net::TcpListener;

use super::forge::{Case, Members, refuse, with_header};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_brings_its_key_is_refused_and_the_key_is_not_fetched() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let visits = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&visits);
    let serving = tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    let house = House::open().await;
    let attacker = Issuer::with_ids("a");
    let mut cases = Vec::new();
    let mut add = |name: &str, raw: &str| {
        let header = Members::header().set(name, raw);
        cases.push(Case::new(
            format!("{name} {raw:.60}, the issuer's signature"),
            with_header(&header),
            "its own key",
        ));
        let forged =
            attacker.sign_parts(&header.part(), &Members::claims().part(), Algorithm::ES256);
        cases.push(Case::new(
            format!("{name} {raw:.60}, the attacker's signature"),
            forged,
            "its own key",
        ));
    };

    for scheme in ["http", "https"] {
        for name in ["jku", "x5u"] {
            add(name, &format!("\"{scheme}://{address}/keys.json\""));
            add(
                name,
                &format!("\"{scheme}://issuer.example@{address}/keys.json\""),
            );
        }
    }
    for raw in [
        "\"\"",
        "null",
        "0",
        "[]",
        "{}",
        "\"file:///dev/null\"",
        "\"//evil.example\"",
    ] {
        add("jku", raw);
        add("x5u", raw);
    }
    let jwk = attacker.public_jwk(Algorithm::ES256);
    add("jwk", &jwk.to_string());
    add("jwk", &json!({"kty": "oct", "k": "AAAA"}).to_string());
    for raw in ["null", "{}", "[]", "\"x\""] {
        add("jwk", raw);
    }
    let certificate =
        rcgen::generate_simple_self_signed(["evil.example".to_owned()]).expect("a certificate");
    let chain = base64::engine::general_purpose::STANDARD.encode(certificate.cert.der());
    add("x5c", &json!([chain]).to_string());
    for raw in ["null", "[]", "\"x\"", "[\"x\"]"] {
        add("x5c", raw);
    }
    // The attacker's key under the name of a good one, without any hint.
    let plain = attacker.sign_parts(
        &Members::header().part(),
        &Members::claims().part(),
        Algorithm::ES256,
    );
    cases.push(Case::new(
        "the attacker's key under a good kid",
        plain,
        "signature",
    ));
    refuse(&house, "keys that tokens bring", cases).await;

    assert_eq!(
        visits.load(Ordering::SeqCst),
        0,
        "the attacker's key server was asked"
    );
    // The listener does count: this is one.
    let _visit = tokio::net::TcpStream::connect(address)
        .await
        .expect("it listens");
    acceptance::eventually("the listener counts", || async {
        (visits.load(Ordering::SeqCst) == 1).then_some(())
    })
    .await;
    serving.abort();
    house.close().await;
}
