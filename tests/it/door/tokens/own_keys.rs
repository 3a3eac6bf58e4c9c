//! Tokens that bring a key, or say where one is: it is neither used nor fetched, and does no harm
//! to a good one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use acceptance::{House, Issuer};
use base64::Engine as _;
use jsonwebtoken::Algorithm;
use serde_json::json;
use tokio::net::TcpListener;

use super::forge::{Case, Members, accept, refuse, with_header};

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_a_token_brings_or_points_to_is_passed_over() {
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
    let mut good = Vec::new();
    let mut cases = Vec::new();
    let mut add = |name: &str, raw: &str| {
        let header = Members::header().set(name, raw);
        good.push((format!("{name} {raw:.60}"), with_header(&header)));
        let claims = Members::claims().part();
        for (kid, cause) in [
            ("\"es256-a\"", "signature"),
            ("\"attacker\"", "no such key"),
        ] {
            let header = header.clone().set("kid", kid).part();
            cases.push(Case::new(
                format!("{name} {raw:.60}, the attacker's signature, kid {kid}"),
                attacker.sign_parts(&header, &claims, Algorithm::ES256),
                cause,
            ));
        }
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
    for name in ["x5t", "x5t#S256"] {
        for raw in ["\"ZcOCORZNYy-DWpqq30jZyJGHTN0\"", "\"\"", "null", "7", "[]"] {
            add(name, raw);
        }
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
    let tried = good.len();
    for (name, token) in good {
        accept(&house, &name, &token).await;
    }
    acceptance::tell(&format!(
        "good tokens with keys or addresses of keys in their headers: {tried} tried, {tried} taken"
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
