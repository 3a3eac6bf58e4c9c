//! Key sets of issuers: a key is found only where the document has one that may be used so.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use jwks::{Find, Key, KeySet};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::Verdict;

const PUBLIC: [Algorithm; 4] = [
    Algorithm::RS256,
    Algorithm::PS256,
    Algorithm::ES256,
    Algorithm::EdDSA,
];

/// No key of a set is for these.
const NEVER: [Algorithm; 8] = [
    Algorithm::HS256,
    Algorithm::HS384,
    Algorithm::HS512,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES384,
];

/// A place for the document, and a runtime to read it on.
struct Desk {
    runtime: Runtime,
    file: PathBuf,
    _folder: TempDir,
}

pub(crate) fn try_one(input: &[u8]) -> Verdict {
    thread_local! {
        static DESK: Desk = Desk::new();
    }
    DESK.with(|it| it.check(input))
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self {
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime"),
            file: folder.path().join("jwks.json"),
            _folder: folder,
        }
    }

    fn check(&self, input: &[u8]) -> Verdict {
        std::fs::write(&self.file, input).expect("a file");
        self.runtime.block_on(async {
            let Ok(set) = KeySet::file(self.file.clone(), &every()).await else {
                return Verdict::Refused;
            };
            let text = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input);
            let document: Value = serde_json::from_slice(text).expect("it was read");
            let members = document["keys"].as_array().expect("it was read");
            let census = set.census();
            assert!(census.usable > 0, "a set without a key is none");
            // Nothing is passed over in silence.
            assert_eq!(census.usable + census.left_out.len(), members.len());
            let ids = members.iter().filter_map(|it| it.get("kid")?.as_str());
            let ids: Vec<Option<&str>> = std::iter::once(None).chain(ids.map(Some)).collect();
            for id in ids.into_iter().take(4) {
                for algorithm in PUBLIC {
                    if let Find::Key(key) = set.find(id, algorithm).await {
                        assert_fits(&key, id, algorithm, members);
                    }
                }
            }
            Verdict::Taken
        })
    }
}

fn assert_fits(key: &Key, id: Option<&str>, algorithm: Algorithm, members: &[Value]) {
    assert!(key.serves(algorithm));
    assert!(!NEVER.iter().any(|it| key.serves(*it)));
    assert!(id.is_none() || key.id() == id, "a key of another id");
    let fitting = members
        .iter()
        .filter(|it| may_sign(it, key.id(), algorithm));
    assert!(
        fitting.count() > 0,
        "no key of the set is for {algorithm:?}: {members:?}"
    );
    assert!(!key.has_signed(b"nobody has", &[0; 64], algorithm));
}

/// What a gateway could be told to accept, and what it never is.
fn every() -> Vec<Algorithm> {
    [&PUBLIC[..], &NEVER[..]].concat()
}

/// Whether a member of the set is a public key for signatures of this kind (RFC 7517, RFC 7518).
fn may_sign(member: &Value, id: Option<&str>, algorithm: Algorithm) -> bool {
    let text = |name: &str| member.get(name).and_then(Value::as_str);
    let is = |name: &str, value: &str| text(name) == Some(value);
    let bytes = |name: &str| {
        let mut letters = text(name)?.replace('+', "-").replace('/', "_");
        letters.retain(|it| !it.is_ascii_whitespace());
        let octets = URL_SAFE_NO_PAD.decode(letters.trim_end_matches('=')).ok()?;
        let is_number = name != "x";
        let zeros = octets
            .iter()
            .take_while(|it| is_number && **it == 0)
            .count();
        Some(octets.len() - zeros)
    };
    let kind = if algorithm == Algorithm::EdDSA {
        is("kty", "OKP") && is("crv", "Ed25519") && bytes("x") == Some(32)
    } else if algorithm == Algorithm::ES256 {
        is("kty", "EC") && is("crv", "P-256")
    } else {
        is("kty", "RSA") && bytes("n").is_some_and(|it| it >= 256)
    };
    let name = format!("{algorithm:?}");
    let absent = |name: &str| member.get(name).is_none_or(Value::is_null);
    let private = ["d", "p", "q", "dp", "dq", "qi", "oth"];
    let operations = member.get("key_ops").and_then(Value::as_array);
    kind && text("kid") == id
        && (absent("alg") || is("alg", &name) || (is("alg", "Ed25519") && name == "EdDSA"))
        && (absent("use") || is("use", "sig"))
        && operations.is_none_or(|it| it.iter().any(|it| it == "verify"))
        && private.iter().all(|it| member.get(it).is_none())
}
