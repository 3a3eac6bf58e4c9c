//! Key sets as they are found: what is called usable checks a signature that was really made, and
//! everything else is left out by name.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RSA_PSS_SHA256, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;
use jwks::{Census, Find, KeySet, LeftOut, LoadError};
use serde_json::{Value, json};

use crate::issuer::{PUBLIC, is_known};

const MESSAGE: &[u8] = b"header.claims";

/// Keys that sign, and their numbers.
struct Signers {
    rsa: RsaKeyPair,
    n: Vec<u8>,
    ec: EcdsaKeyPair,
    x: Vec<u8>,
    y: Vec<u8>,
    ed: Ed25519KeyPair,
    ed_x: Vec<u8>,
}

impl Signers {
    fn new() -> Self {
        let rsa = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
        // RSAPublicKey: a sequence of two integers, the first with its sign octet.
        let n = rsa.public_key().as_ref()[9..265].to_vec();
        // One key in 128 has a coordinate with a zero in front: such a one is what issuers cut
        // short.
        let (ec, point) = (0..20_000)
            .map(|_| EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key"))
            .map(|it| {
                let point = it.public_key().as_ref().to_vec();
                (it, point)
            })
            .find(|(_, point)| point[1] == 0)
            .expect("one of thousands");
        let ed = Ed25519KeyPair::generate().expect("a key");
        let ed_x = ed.public_key().as_ref().to_vec();
        Self {
            rsa,
            n,
            x: point[1..33].to_vec(),
            y: point[33..].to_vec(),
            ec,
            ed,
            ed_x,
        }
    }

    fn sign(&self, algorithm: Algorithm) -> Vec<u8> {
        let random = SystemRandom::new();
        let rsa = |encoding| {
            let mut signature = vec![0; self.rsa.public_modulus_len()];
            self.rsa
                .sign(encoding, &random, MESSAGE, &mut signature)
                .expect("a signature");
            signature
        };
        match format!("{algorithm:?}").as_str() {
            "RS256" => rsa(&RSA_PKCS1_SHA256),
            "PS256" => rsa(&RSA_PSS_SHA256),
            "ES256" => self
                .ec
                .sign(&random, MESSAGE)
                .expect("a signature")
                .as_ref()
                .to_vec(),
            _ => self.ed.sign(MESSAGE).as_ref().to_vec(),
        }
    }

    fn rsa(&self) -> Value {
        json!({"kty": "RSA", "kid": "k", "n": part(&self.n), "e": "AQAB"})
    }

    fn ec(&self) -> Value {
        json!({"kty": "EC", "crv": "P-256", "kid": "k", "x": part(&self.x), "y": part(&self.y)})
    }

    fn ed(&self) -> Value {
        json!({"kty": "OKP", "crv": "Ed25519", "kid": "k", "x": part(&self.ed_x)})
    }
}

fn part(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn with(mut key: Value, name: &str, value: impl Into<Value>) -> Value {
    key[name] = value.into();
    key
}

fn zeros(count: usize, number: &[u8]) -> Vec<u8> {
    [vec![0; count], number.to_vec()].concat()
}

async fn read(document: impl AsRef<[u8]>) -> Result<KeySet, LoadError> {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(&file, document).expect("a file");
    KeySet::file(file.path().to_owned(), &PUBLIC).await
}

fn names(census: &Census) -> Vec<&'static str> {
    census.left_out.iter().map(|it| it.why.name()).collect()
}

/// What the set serves under the id of the key, each proven by a signature.
async fn proven(set: &KeySet, signers: &Signers, id: Option<&str>) -> Vec<Algorithm> {
    let mut proven = Vec::new();
    for algorithm in PUBLIC {
        if let Find::Key(key) = set.find(id, algorithm).await {
            let signature = signers.sign(algorithm);
            assert!(
                key.has_signed(MESSAGE, &signature, algorithm),
                "{key:?} is counted as usable"
            );
            assert!(!key.has_signed(b"other", &signature, algorithm));
            proven.push(algorithm);
        }
    }
    proven
}

#[tokio::test]
async fn a_number_is_the_same_however_it_is_written() {
    use Algorithm::{ES256, EdDSA, PS256, RS256};
    let signers = Signers::new();
    let lines = |text: &str| {
        let lines: Vec<String> = text
            .as_bytes()
            .chunks(64)
            .map(|it| String::from_utf8_lossy(it).into_owned())
            .collect();
        lines.join("\r\n")
    };
    let both = vec![RS256, PS256];
    let rsa = |n: String| with(signers.rsa(), "n", n);
    let cases: Vec<(&str, Value, Vec<Algorithm>)> = vec![
        ("RSA", signers.rsa(), both.clone()),
        (
            "RSA, a zero in front",
            rsa(part(&zeros(1, &signers.n))),
            both.clone(),
        ),
        (
            "RSA, zeros in front",
            rsa(part(&zeros(9, &signers.n))),
            both.clone(),
        ),
        (
            "RSA, a zero in front of e",
            with(signers.rsa(), "e", "AAEAAQ"),
            both.clone(),
        ),
        (
            "RSA, e in four octets",
            with(signers.rsa(), "e", part(&[0, 1, 0, 1])),
            both.clone(),
        ),
        (
            "RSA, padded",
            rsa(URL_SAFE.encode(&signers.n)),
            both.clone(),
        ),
        (
            "RSA, e padded",
            with(signers.rsa(), "e", "AQAB===="),
            both.clone(),
        ),
        (
            "RSA, standard base64",
            rsa(STANDARD.encode(&signers.n)),
            both.clone(),
        ),
        ("RSA, in lines", rsa(lines(&part(&signers.n))), both.clone()),
        (
            "RSA, blanks around",
            rsa(format!(" {}\n", part(&signers.n))),
            both.clone(),
        ),
        (
            "RSA, alg null",
            with(signers.rsa(), "alg", Value::Null),
            both.clone(),
        ),
        (
            "RSA, use null",
            with(signers.rsa(), "use", Value::Null),
            both.clone(),
        ),
        (
            "RSA, key_ops null",
            with(signers.rsa(), "key_ops", Value::Null),
            both.clone(),
        ),
        (
            "RSA, unknown members",
            with(
                with(signers.rsa(), "issuer", "x"),
                "nested",
                json!({"a": [1]}),
            ),
            both.clone(),
        ),
        (
            "RSA with a certificate",
            with(signers.rsa(), "x5c", json!(["AAAA"])),
            both.clone(),
        ),
        (
            "RSA with an odd certificate",
            with(signers.rsa(), "x5c", 7),
            both.clone(),
        ),
        ("RSA, crv", with(signers.rsa(), "crv", "P-256"), both),
        ("EC", signers.ec(), vec![ES256]),
        (
            "EC, x cut short",
            with(signers.ec(), "x", part(&signers.x[1..])),
            vec![ES256],
        ),
        (
            "EC, zeros in front",
            with(signers.ec(), "x", part(&zeros(3, &signers.x))),
            vec![ES256],
        ),
        (
            "EC, y with a zero in front",
            with(signers.ec(), "y", part(&zeros(1, &signers.y))),
            vec![ES256],
        ),
        (
            "EC, padded",
            with(signers.ec(), "y", URL_SAFE.encode(&signers.y)),
            vec![ES256],
        ),
        (
            "EC, standard base64",
            with(signers.ec(), "y", STANDARD.encode(&signers.y)),
            vec![ES256],
        ),
        ("Ed25519", signers.ed(), vec![EdDSA]),
        (
            "Ed25519, padded",
            with(signers.ed(), "x", URL_SAFE.encode(&signers.ed_x)),
            vec![EdDSA],
        ),
        (
            "Ed25519 for EdDSA",
            with(signers.ed(), "alg", "EdDSA"),
            vec![EdDSA],
        ),
        (
            "Ed25519 by its newer name",
            with(signers.ed(), "alg", "Ed25519"),
            vec![EdDSA],
        ),
    ];
    for (what, key, wanted) in &cases {
        let set = read(json!({"keys": [key]}).to_string()).await;
        let set = set.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(proven(&set, &signers, Some("k")).await, *wanted, "{what}");
        assert_eq!(
            (set.census().usable, names(&set.census())),
            (1, vec![]),
            "{what}"
        );
    }
    println!("ways to write a key: {} tried", cases.len());
}

#[tokio::test]
async fn what_can_check_nothing_is_left_out_by_name() {
    let signers = Signers::new();
    let (rsa, ec, ed) = (|| signers.rsa(), || signers.ec(), || signers.ed());
    let modulus = |bits: usize| {
        let mut n = vec![0xff; bits / 8];
        n[0] = 0x80;
        part(&n)
    };
    let mut off = signers.x.clone();
    off[31] ^= 1;
    let without = |mut key: Value, name: &str| {
        key.as_object_mut().expect("an object").remove(name);
        key
    };
    let mut even = signers.n.clone();
    even[255] &= 0xfe;
    let many_bits = part(&[1, 0, 0, 0, 0, 0, 0, 0, 1]);
    let cases: Vec<(&str, Value, LeftOut)> = vec![
        ("a text", json!("k"), LeftOut::NotAKey),
        ("null", Value::Null, LeftOut::NotAKey),
        ("a list", json!([rsa()]), LeftOut::NotAKey),
        ("nothing", json!({}), LeftOut::Kind),
        ("RSA with d", with(rsa(), "d", "AQAB"), LeftOut::Private),
        (
            "RSA with d null",
            with(rsa(), "d", Value::Null),
            LeftOut::Private,
        ),
        ("EC with d", with(ec(), "d", "AQAB"), LeftOut::Private),
        ("Ed25519 with d", with(ed(), "d", "AQAB"), LeftOut::Private),
        ("oct", json!({"kty": "oct", "k": "AAAA"}), LeftOut::Kind),
        (
            "kty in lower case",
            with(rsa(), "kty", "rsa"),
            LeftOut::Kind,
        ),
        ("kty in odd case", with(ec(), "kty", "Ec"), LeftOut::Kind),
        ("kty a number", with(rsa(), "kty", 7), LeftOut::Kind),
        ("no kty", without(rsa(), "kty"), LeftOut::Kind),
        ("P-384", with(ec(), "crv", "P-384"), LeftOut::Kind),
        ("secp256k1", with(ec(), "crv", "secp256k1"), LeftOut::Kind),
        ("p-256", with(ec(), "crv", "p-256"), LeftOut::Kind),
        ("no crv", without(ec(), "crv"), LeftOut::Kind),
        ("Ed448", with(ed(), "crv", "Ed448"), LeftOut::Kind),
        ("X25519", with(ed(), "crv", "X25519"), LeftOut::Kind),
        ("use enc", with(rsa(), "use", "enc"), LeftOut::Use),
        ("use Sig", with(rsa(), "use", "Sig"), LeftOut::Use),
        (
            "use a list",
            with(rsa(), "use", json!(["sig"])),
            LeftOut::Use,
        ),
        ("use empty", with(rsa(), "use", ""), LeftOut::Use),
        (
            "key_ops sign",
            with(rsa(), "key_ops", json!(["sign"])),
            LeftOut::Use,
        ),
        (
            "key_ops Verify",
            with(rsa(), "key_ops", json!(["Verify"])),
            LeftOut::Use,
        ),
        (
            "key_ops a text",
            with(rsa(), "key_ops", "verify"),
            LeftOut::Use,
        ),
        (
            "key_ops with a number",
            with(rsa(), "key_ops", json!(["verify", 1])),
            LeftOut::Use,
        ),
        (
            "alg in lower case",
            with(rsa(), "alg", "rs256"),
            LeftOut::Algorithm,
        ),
        (
            "alg unknown",
            with(rsa(), "alg", "RS-256"),
            LeftOut::Algorithm,
        ),
        (
            "alg of another size",
            with(rsa(), "alg", "RS512"),
            LeftOut::Algorithm,
        ),
        (
            "alg of another kind",
            with(ec(), "alg", "EdDSA"),
            LeftOut::Algorithm,
        ),
        (
            "alg for encryption",
            with(rsa(), "alg", "RSA-OAEP-256"),
            LeftOut::Algorithm,
        ),
        ("alg a number", with(rsa(), "alg", 256), LeftOut::Algorithm),
        ("alg empty", with(rsa(), "alg", ""), LeftOut::Algorithm),
        ("kid a number", with(rsa(), "kid", 7), LeftOut::Id),
        ("kid a list", with(rsa(), "kid", json!(["k"])), LeftOut::Id),
        (
            "RSA of 1024 bits",
            with(rsa(), "n", modulus(1024)),
            LeftOut::Size,
        ),
        (
            "RSA of 1024 bits and zeros",
            with(rsa(), "n", part(&zeros(128, &[0xff; 128]))),
            LeftOut::Size,
        ),
        (
            "RSA of 2040 bits",
            with(rsa(), "n", modulus(2040)),
            LeftOut::Size,
        ),
        (
            "RSA of 8200 bits",
            with(rsa(), "n", modulus(8200)),
            LeftOut::Size,
        ),
        (
            "RSA of zeros",
            with(rsa(), "n", part(&[0; 256])),
            LeftOut::Size,
        ),
        (
            "RSA with an even n",
            with(rsa(), "n", part(&even)),
            LeftOut::Numbers,
        ),
        ("e of 1", with(rsa(), "e", "AQ"), LeftOut::Numbers),
        (
            "e of 1 and zeros",
            with(rsa(), "e", part(&[0, 0, 1])),
            LeftOut::Numbers,
        ),
        ("e even", with(rsa(), "e", "AQAA"), LeftOut::Numbers),
        ("e of 0", with(rsa(), "e", "AA"), LeftOut::Numbers),
        (
            "e of many bits",
            with(rsa(), "e", many_bits),
            LeftOut::Numbers,
        ),
        ("e a number", with(rsa(), "e", 65537), LeftOut::Numbers),
        ("no e", without(rsa(), "e"), LeftOut::Numbers),
        ("no n", without(rsa(), "n"), LeftOut::Numbers),
        (
            "n in hex",
            with(rsa(), "n", format!("0x:{}", part(&signers.n))),
            LeftOut::Numbers,
        ),
        (
            "a certificate alone",
            json!({"kty": "RSA", "kid": "k", "x5c": ["AAAA"]}),
            LeftOut::Certificate,
        ),
        (
            "x not on the curve",
            with(ec(), "x", part(&off)),
            LeftOut::Numbers,
        ),
        (
            "x and y swapped",
            with(with(ec(), "x", part(&signers.y)), "y", part(&signers.x)),
            LeftOut::Numbers,
        ),
        (
            "a point of zeros",
            with(with(ec(), "x", part(&[0; 32])), "y", part(&[0; 32])),
            LeftOut::Numbers,
        ),
        (
            "x too long",
            with(ec(), "x", part(&[1; 33])),
            LeftOut::Numbers,
        ),
        ("no y", without(ec(), "y"), LeftOut::Numbers),
        (
            "Ed25519 cut short",
            with(ed(), "x", part(&signers.ed_x[1..])),
            LeftOut::Numbers,
        ),
        (
            "Ed25519, a zero in front",
            with(ed(), "x", part(&zeros(1, &signers.ed_x))),
            LeftOut::Numbers,
        ),
    ];
    // A key of its own: a copy of one whose private half is published is none.
    let other = Signers::new();
    for (what, key, why) in &cases {
        let good = with(other.ec(), "kid", "good");
        let set = read(json!({"keys": [key, good]}).to_string()).await;
        let set = set.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(proven(&set, &signers, Some("k")).await, [], "{what}");
        assert_eq!(
            proven(&set, &other, Some("good")).await,
            [Algorithm::ES256],
            "{what}"
        );
        assert_eq!(names(&set.census()), [why.name()], "{what}");
        assert_eq!(set.census().usable, 1, "{what}");
        // And alone it is a set without keys, which says what there is instead.
        let alone = read(json!({"keys": [key]}).to_string())
            .await
            .err()
            .expect("no key");
        assert!(
            alone.to_string().contains(&why.to_string()),
            "{what}: {alone}"
        );
    }
    let twice = format!(
        r#"{{"keys": [{{"kid": "other", {}, {}]}}"#,
        &rsa().to_string()[1..],
        with(ec(), "kid", "good")
    );
    let set = read(twice).await.expect("a set");
    assert_eq!(names(&set.census()), ["repeated_member"]);
    println!("keys that are none: {} tried", cases.len() + 1);
}

#[tokio::test]
async fn of_keys_that_cannot_be_told_apart_none_is_used_and_each_is_named() {
    let (one, other) = (Signers::new(), Signers::new());
    let of = |keys: &[Value]| {
        let text = json!({ "keys": keys }).to_string();
        async move { read(text).await }
    };
    let without_id = |mut key: Value| {
        key.as_object_mut().expect("an object").remove("kid");
        key
    };

    let named = of(&[one.ec(), other.ec(), with(one.rsa(), "kid", "r")])
        .await
        .expect("a set");
    assert_eq!(names(&named.census()), ["shared_kid", "shared_kid"]);
    assert_eq!(named.census().usable, 1);
    assert!(matches!(
        named.find(Some("k"), Algorithm::ES256).await,
        Find::Unknown
    ));

    let again = of(&[one.ec(), one.ec()]).await.expect("a set");
    assert_eq!(
        (again.census().usable, names(&again.census())),
        (1, vec!["again"])
    );
    assert_eq!(proven(&again, &one, Some("k")).await, [Algorithm::ES256]);

    let kinds = of(&[one.ec(), one.rsa(), one.ed()]).await.expect("a set");
    assert_eq!((kinds.census().usable, names(&kinds.census())), (3, vec![]));
    assert_eq!(proven(&kinds, &one, Some("k")).await, PUBLIC);

    // One key without a name is the one that a token without a name means; of two nobody can tell.
    let alone = of(&[without_id(one.ec()), one.rsa()]).await.expect("a set");
    assert_eq!(alone.census().usable, 2);
    assert_eq!(proven(&alone, &one, None).await, PUBLIC[..3]);
    let two = of(&[without_id(one.ec()), without_id(other.ec())])
        .await
        .err()
        .expect("no key");
    assert!(
        matches!(&two, LoadError::Empty(out) if out.len() == 2 && out.iter().all(|it| it.why == LeftOut::NoId)),
        "{two}"
    );
    let beside = of(&[without_id(one.ec()), other.ec()])
        .await
        .expect("a set");
    assert_eq!(
        (beside.census().usable, names(&beside.census())),
        (1, vec!["no_kid"])
    );

    // An empty name is a name.
    let empty = of(&[with(one.ec(), "kid", ""), other.ec()])
        .await
        .expect("a set");
    assert_eq!(empty.census().usable, 2);
    assert_eq!(proven(&empty, &one, Some("")).await, [Algorithm::ES256]);
}

#[tokio::test]
async fn every_copy_of_a_key_whose_private_half_is_published_is_anybodys() {
    let signers = Signers::new();
    let good = with(Signers::new().ec(), "kid", "good");
    for key in [signers.rsa(), signers.ec(), signers.ed()] {
        for (name, value) in [("kid", "other"), ("use", "enc"), ("alg", "none")] {
            let betrayed = with(with(key.clone(), "d", "AQAB"), name, value);
            for keys in [
                [betrayed.clone(), key.clone(), good.clone()],
                [key.clone(), good.clone(), betrayed.clone()],
            ] {
                let set = read(json!({ "keys": keys }).to_string())
                    .await
                    .expect("a set");
                assert_eq!(proven(&set, &signers, Some("k")).await, [], "{betrayed}");
                assert_eq!(names(&set.census()), ["private"; 2], "{betrayed}");
            }
        }
    }
}

#[tokio::test]
async fn a_key_is_known_by_its_numbers_whatever_it_is_accepted_for() {
    let signers = Signers::new();
    let betrayed = with(signers.rsa(), "d", "AQAB");
    let keys = [with(signers.rsa(), "kid", "copy"), betrayed, signers.ec()];
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(&file, json!({ "keys": keys }).to_string()).expect("a file");
    for accepted in [Algorithm::PS256, Algorithm::RS256] {
        let accepted = [accepted, Algorithm::ES256];
        let set = KeySet::file(file.path().to_owned(), &accepted)
            .await
            .expect("a set");
        assert_eq!(set.census().usable, 1);
        assert_eq!(names(&set.census()), ["private"; 2]);
    }
}

#[tokio::test]
async fn a_file_that_takes_the_place_of_another_is_read_however_like_it_it_is() {
    let signers = Signers::new();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keys.json");
    let long_ago = std::time::SystemTime::UNIX_EPOCH;
    let write = |name: &str, id: &str| {
        let path = folder.path().join(name);
        let keys = [with(signers.ec(), "kid", id)];
        std::fs::write(&path, json!({ "keys": keys }).to_string()).expect("a file");
        let file = std::fs::File::options().write(true).open(&path);
        let file = file.expect("a file");
        file.set_modified(long_ago).expect("a time");
    };
    write("keys.json", "a");
    let set = KeySet::file(path.clone(), &PUBLIC).await.expect("a set");
    assert!(is_known(&set, "a").await);

    write("new.json", "b");
    std::fs::rename(folder.path().join("new.json"), &path).expect("it is replaced");

    assert!(!is_known(&set, "a").await);
    assert!(is_known(&set, "b").await);
}

#[tokio::test]
async fn a_set_has_a_bound_and_what_stands_behind_it_is_named() {
    let signers = Signers::new();
    let keys: Vec<Value> = (0..103)
        .map(|it| with(signers.ec(), "kid", format!("k{it}")))
        .collect();
    let set = read(json!({ "keys": keys }).to_string())
        .await
        .expect("a set");

    assert_eq!(set.census().usable, 100);
    assert_eq!(names(&set.census()), ["excess"; 3]);
    assert_eq!(set.census().left_out[2].id.as_deref(), Some("k102"));
}

#[tokio::test]
async fn a_document_that_is_no_set_says_so_and_nothing_of_what_stands_in_it() {
    let signers = Signers::new();
    let set = json!({"keys": [signers.ec()]}).to_string();
    let utf16: Vec<u8> = std::iter::once(0xfeff)
        .chain(set.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("nothing", vec![], "not JSON"),
        ("a secret", b"hunter2-hunter2-hunter2".to_vec(), "not JSON"),
        (
            "a secret as a text",
            b"\"hunter2-hunter2-hunter2\"".to_vec(),
            "no list of keys",
        ),
        (
            "a single key",
            signers.ec().to_string().into_bytes(),
            "single key",
        ),
        (
            "a list",
            json!([signers.ec()]).to_string().into_bytes(),
            "bare list",
        ),
        (
            "keys as an object",
            json!({"keys": {"k": signers.ec()}})
                .to_string()
                .into_bytes(),
            "no list of keys",
        ),
        (
            "keys as a text",
            b"{\"keys\": \"hunter2\"}".to_vec(),
            "no list of keys",
        ),
        ("keys null", b"{\"keys\": null}".to_vec(), "no list of keys"),
        (
            "Keys",
            set.replace("keys", "Keys").into_bytes(),
            "no list of keys",
        ),
        (
            "keys twice",
            format!("{{\"keys\": [], {}", &set[1..]).into_bytes(),
            "twice",
        ),
        ("UTF-16", utf16, "not UTF-8"),
        ("text behind", format!("{set} x").into_bytes(), "not JSON"),
        (
            "certificates by id",
            b"{\"k\": \"-----BEGIN CERTIFICATE-----\"}".to_vec(),
            "no list of keys",
        ),
    ];
    for (what, document, wanted) in cases {
        let error = read(document)
            .await
            .err()
            .unwrap_or_else(|| panic!("{what} was taken"));
        let mut said = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(it) = cause {
            said = format!("{said}: {it}");
            cause = it.source();
        }
        assert!(said.contains(wanted), "{what}: {said}");
        assert!(
            !said.contains("hunter2") && !said.contains("BEGIN"),
            "{what}: {said}"
        );
    }
    let marked = [b"\xef\xbb\xbf".as_slice(), set.as_bytes()].concat();
    let marked = read(marked).await.expect("a set behind a byte order mark");
    assert_eq!(
        proven(&marked, &signers, Some("k")).await,
        [Algorithm::ES256]
    );
    let empty = read("{\"keys\": []}").await.err().expect("no key");
    assert!(
        matches!(&empty, LoadError::Empty(out) if out.is_empty()),
        "{empty}"
    );
}

#[tokio::test]
async fn a_key_for_an_algorithm_that_is_not_accepted_is_none() {
    let signers = Signers::new();
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(
        &file,
        json!({"keys": [signers.rsa(), with(signers.ec(), "kid", "e")]}).to_string(),
    )
    .expect("a file");
    let set = KeySet::file(file.path().to_owned(), &[Algorithm::PS256])
        .await
        .expect("a set");

    assert_eq!(
        (set.census().usable, names(&set.census())),
        (1, vec!["not_accepted"])
    );
    assert!(matches!(
        set.find(Some("k"), Algorithm::RS256).await,
        Find::Unknown
    ));
    assert!(matches!(
        set.find(Some("k"), Algorithm::PS256).await,
        Find::Key(_)
    ));
    let none = KeySet::file(file.path().to_owned(), &[Algorithm::EdDSA])
        .await
        .err()
        .expect("no key");
    assert!(none.to_string().contains("not accepted"), "{none}");
}
