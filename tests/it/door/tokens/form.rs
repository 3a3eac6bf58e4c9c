//! The outer form of a token: three parts in base64url, no more, no longer, and written in one way.

use acceptance::{House, Issuer};
use jsonwebtoken::Algorithm;
use serde_json::json;

use super::forge::{Case, Members, accept, part, refuse, with_header};

/// The most bytes that a token may have.
const MOST: usize = 16 * 1024;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The same bytes written with other bits in the unused end of the last letter.
fn uncanonical(part: &str) -> Option<String> {
    let last = part.bytes().last()?;
    let value = ALPHABET.iter().position(|it| *it == last)?;
    let other = match part.len() % 4 {
        2 | 3 => ALPHABET[value ^ 1],
        _ => return None,
    };
    Some(format!("{}{}", &part[..part.len() - 1], char::from(other)))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_in_any_other_form_is_refused() {
    let house = House::open().await;
    let good = with_header(&Members::header());
    let parts: Vec<&str> = good.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        panic!("three parts")
    };
    let mut cases = Vec::new();
    let mut add = |name: &str, token: String| cases.push(Case::new(name, token, ""));

    for token in [
        "x",
        ".",
        "..",
        "...",
        "a.b.c",
        "....",
        "null",
        "undefined",
        "{}",
        "ey",
        "-",
        "_._._",
        "%",
        "=",
        "==.==.==",
    ] {
        add(token, token.to_owned());
    }
    add("a dot behind", format!("{good}."));
    add("a dot before", format!(".{good}"));
    add("a doubled dot", format!("{header}..{claims}.{signature}"));
    add("detached claims", format!("{header}..{signature}"));
    add("no header", format!(".{claims}.{signature}"));
    add("no signature", format!("{header}.{claims}."));
    add("two parts", format!("{header}.{claims}"));
    add("four parts", format!("{good}.{signature}"));
    add("five parts", format!("{good}.{signature}.{signature}"));
    add("two tokens", format!("{good},{good}"));
    add("two tokens with a blank", format!("{good} {good}"));
    add("a blank inside", format!("{header}. {claims}.{signature}"));
    add("a tab inside", format!("{header}.{claims}\t.{signature}"));
    add("quoted", format!("\"{good}\""));
    add("in brackets", format!("<{good}>"));
    add("percent-encoded", good.replace('.', "%2E"));
    let swapped: Vec<&str> = parts.iter().rev().copied().collect();
    add("parts in reverse", swapped.join("."));
    let jwe = part(r#"{"alg":"RSA-OAEP","enc":"A256GCM","kid":"rs256-a"}"#);
    add(
        "encrypted",
        format!(
            "{jwe}.{0}.{1}.{0}.{1}",
            part("0123456789ab"),
            part("ciphertext")
        ),
    );
    let dir = part(r#"{"alg":"dir","enc":"A128GCM"}"#);
    add(
        "encrypted, direct",
        format!("{dir}..{0}.{0}.{0}", part("0123456789ab")),
    );
    add(
        "JSON serialization, flattened",
        json!({"protected": header, "payload": claims, "signature": signature}).to_string(),
    );
    add(
        "JSON serialization, general",
        json!({"payload": claims, "signatures": [{"protected": header, "signature": signature}]})
            .to_string(),
    );

    // A nested token, signed and whole: the claims are text, not an object.
    let nested = Issuer::shared().sign_parts(header, &part(&good), Algorithm::ES256);
    add("a token in a token", nested);
    for (which, name) in ["header", "claims", "signature"].into_iter().enumerate() {
        let with = |other: String| {
            let mut parts: Vec<String> = parts.iter().map(|it| (*it).to_owned()).collect();
            parts[which] = other;
            parts.join(".")
        };
        for padding in ["=", "==", "==="] {
            add(
                &format!("{name} with {padding}"),
                with(format!("{}{padding}", parts[which])),
            );
        }
        add(
            &format!("{name} with one letter more"),
            with(format!("{}A", parts[which])),
        );
        add(
            &format!("{name} with one letter less"),
            with(parts[which][..parts[which].len() - 1].to_owned()),
        );
        add(
            &format!("{name} with a plus"),
            with(format!("+{}", &parts[which][1..])),
        );
        add(
            &format!("{name} with a slash"),
            with(format!("/{}", &parts[which][1..])),
        );
        if let Some(other) = uncanonical(parts[which]) {
            add(&format!("{name} with other trailing bits"), with(other));
        }
    }
    // Padding and trailing bits under a signature that covers them.
    for (name, header, claims) in [
        (
            "signed padding of the header",
            format!("{header}="),
            claims.to_owned(),
        ),
        (
            "signed padding of the claims",
            header.to_owned(),
            format!("{claims}="),
        ),
    ] {
        add(
            name,
            Issuer::shared().sign_parts(&header, &claims, Algorithm::ES256),
        );
    }
    for pad in 0..4 {
        let claims = Members::claims()
            .add("pad", &format!("\"{}\"", "p".repeat(pad)))
            .part();
        if let Some(claims) = uncanonical(&claims) {
            add(
                &format!("signed trailing bits, {pad}"),
                Issuer::shared().sign_parts(header, &claims, Algorithm::ES256),
            );
        }
    }
    // Signatures that are none.
    for (name, bytes) in [
        ("zeros", vec![0; 64]),
        ("zeros, short", vec![0; 63]),
        ("zeros, long", vec![0; 65]),
        ("ones", vec![0xff; 64]),
        ("one zero", vec![0]),
        ("DER zeros", vec![0x30, 6, 2, 1, 0, 2, 1, 0]),
        ("DER ones", vec![0x30, 6, 2, 1, 1, 2, 1, 1]),
        ("r of zero", [vec![0; 32], vec![1; 32]].concat()),
        ("s of zero", [vec![1; 32], vec![0; 32]].concat()),
    ] {
        add(
            &format!("signature of {name}"),
            format!("{header}.{claims}.{}", part(bytes)),
        );
    }
    let other = Members::claims().set("sub", "\"admin\"").part();
    add(
        "claims of another token",
        format!("{header}.{other}.{signature}"),
    );
    let other = Members::header().add("x", "1").part();
    add(
        "header of another token",
        format!("{other}.{claims}.{signature}"),
    );
    refuse(&house, "forms", cases).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longest_token_is_taken_and_a_longer_one_is_not() {
    let house = House::open().await;
    let of_length = |length: usize| {
        (0..4)
            .flat_map(|blanks| (0..4).map(move |more| (blanks, more)))
            .map(|(blanks, more)| {
                let header = Members::header().set("x", &format!("\"{}\"", "h".repeat(blanks)));
                let claims = Members::claims().set(
                    "pad",
                    &format!("\"{}\"", "p".repeat(length * 3 / 4 - 400 + more)),
                );
                (header, claims)
            })
            .map(|(header, claims)| {
                let bare =
                    Issuer::shared().sign_parts(&header.part(), &claims.part(), Algorithm::ES256);
                let missing = length.saturating_sub(bare.len());
                let pad = length * 3 / 4 - 400;
                let claims =
                    claims.set("pad", &format!("\"{}\"", "p".repeat(pad + missing * 3 / 4)));
                Issuer::shared().sign_parts(&header.part(), &claims.part(), Algorithm::ES256)
            })
            .find(|it| it.len() == length)
    };
    let longest = of_length(MOST).expect("a token of that length");
    accept(&house, "the longest", &longest).await;
    let mut cases = Vec::new();
    for length in [
        MOST + 1,
        MOST + 2,
        MOST + 3,
        MOST + 1000,
        2 * MOST,
        4 * MOST,
    ] {
        if let Some(token) = of_length(length) {
            cases.push(Case::new(format!("{length} bytes"), token, "too long"));
        }
    }
    assert!(cases.len() >= 4, "{}", cases.len());
    cases.push(Case::new("letters", "x".repeat(MOST + 1), "too long"));
    cases.push(Case::new("dots", ".".repeat(MOST), "malformed"));
    cases.push(Case::new(
        "letters, as many as may be",
        "x".repeat(MOST),
        "malformed",
    ));
    refuse(&house, "lengths", cases).await;
    house.close().await;
}
