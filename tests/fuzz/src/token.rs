//! Access tokens, as the guard in front of every guarded path meets them.
//!
//! The first byte chooses how the rest becomes an `Authorization` header:
//!
//! * it is the header itself;
//! * its lines are the header and the claims of a token, which is signed here with a key that the
//!   gateway trusts: what lies behind the signature is out of reach otherwise;
//! * the same, signed with a secret that is the public key: the gateway must not take one for the
//!   other.
//!
//! Whoever is let in is compared with what was signed, read with other code.

use std::collections::BTreeMap;
use std::time::Duration;

use actix_web::dev::Service as _;
use actix_web::http::header::{AUTHORIZATION, HeaderValue};
use actix_web::middleware::from_fn;
use actix_web::rt::SystemRunner;
use actix_web::test::{TestRequest, init_service, read_body_json};
use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse, rt};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use edr_gateway::auth::{Caller, Verifier};
use edr_gateway::config::{Audience, Auth, Keys, TrustedIssuer};
use edr_gateway::doors::guard::guard;
use jsonwebtoken::crypto::sign;
use jsonwebtoken::{Algorithm, EncodingKey, get_current_timestamp};
use rcgen::{KeyPair, PKCS_ED25519, PublicKeyData as _};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::Verdict;

const ISSUER: &str = "https://issuer.example";
const AUDIENCE: &str = "edr-gateway";
const LEEWAY: u64 = 60;

/// Not random, so that a kept token stays good.
const SECRET: &[u8] = b"a secret of the fuzzer's alone, 32 bytes or more";

/// Who was let in, as the handler behind the guard says. It is never closed: the server's parts
/// look for what their thread has already put away when they are dropped at its end.
type Door = &'static dyn Fn(&HeaderValue) -> Option<Value>;

/// A key that signs the same text in the same way each time.
struct Signer {
    key: EncodingKey,
    algorithm: Algorithm,
}

/// Two gateways' guards, each with its key.
struct Gate {
    shared: Signer,
    public: Signer,
    /// The public key as a secret that the gateway might mistake it for.
    mistaken: Vec<Signer>,
    behind_shared: Door,
    behind_public: Door,
    _folder: TempDir,
}

pub(crate) fn try_one(input: &[u8]) -> Verdict {
    thread_local! {
        static GATE: Gate = Gate::new();
    }
    let Some((kind, rest)) = input.split_first() else {
        return Verdict::Refused;
    };
    GATE.with(|gate| match kind % 4 {
        0 => gate.raw(rest),
        1 => knock(gate.behind_shared, &gate.shared, &gate.shared.token(rest)),
        2 => knock(gate.behind_public, &gate.public, &gate.public.token(rest)),
        _ => {
            for signer in &gate.mistaken {
                let header = bearer(&signer.token(rest));
                let caller = header.and_then(|it| (gate.behind_public)(&it));
                assert_eq!(caller, None, "a public key was taken for a secret");
            }
            Verdict::Refused
        }
    })
}

fn bearer(token: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("Bearer {token}")).ok()
}

fn knock(door: Door, signer: &Signer, token: &str) -> Verdict {
    let header = bearer(token).expect("base64 and dots");
    let Some(caller) = door(&header) else {
        return Verdict::Refused;
    };
    signer.assert_good(token, &caller);
    Verdict::Taken
}

impl Signer {
    /// A token of whatever stands in the first line and behind it.
    fn token(&self, text: &[u8]) -> String {
        let end = text
            .iter()
            .position(|it| *it == b'\n')
            .unwrap_or(text.len());
        let claims = text.get(end + 1..).unwrap_or_default();
        let parts = [&text[..end], claims].map(|it| URL_SAFE_NO_PAD.encode(it));
        let message = parts.join(".");
        let signature = sign(message.as_bytes(), &self.key, self.algorithm).expect("a signature");
        format!("{message}.{signature}")
    }

    /// What must be true of a token whose bearer was let in, and of whom it was taken for.
    fn assert_good(&self, token: &str, caller: &Value) {
        let parts: Vec<&str> = token.split('.').collect();
        let [header, claims, signature] = parts.as_slice() else {
            panic!("{token} has not three parts");
        };
        let message = format!("{header}.{claims}");
        let expected = sign(message.as_bytes(), &self.key, self.algorithm).expect("a signature");
        assert_eq!(*signature, expected, "nobody signed {token}");

        let header = members(header);
        let name = format!("{:?}", self.algorithm);
        let alg = header.get("alg").and_then(Value::as_str);
        // RFC 9864's name for the same.
        let alg = alg.filter(|it| *it != "Ed25519").unwrap_or("EdDSA");
        assert_eq!(alg, name);
        for odd in ["crit", "b64", "zip", "enc", "cty"] {
            assert_eq!(header.get(odd), None, "{odd}");
        }
        let claims = members(claims);
        let claim = |name: &str| claims.get(name).filter(|it| !it.is_null());
        assert_eq!(claim("iss"), Some(&Value::from(ISSUER)));
        assert_eq!(caller["issuer"], ISSUER);
        let audience = claim("aud").expect("an audience");
        let list = audience.as_array();
        assert!(
            *audience == AUDIENCE || list.is_some_and(|it| it.iter().any(|it| *it == AUDIENCE)),
            "{audience}"
        );
        // Seconds as numbers: f64 is exact far beyond today, and a second's rounding is forgiven.
        let number = |name: &str| claim(name).map(|it| it.as_f64().expect("a number"));
        let now = Duration::from_secs(get_current_timestamp()).as_secs_f64();
        let slack = Duration::from_secs(LEEWAY + 5).as_secs_f64();
        assert!(number("exp").expect("an end") >= now - slack, "it is over");
        assert!(
            number("nbf").is_none_or(|it| it <= now + slack),
            "it is to come"
        );
        assert!(
            number("iat").is_none_or(|it| it <= now + slack),
            "it is to come"
        );
        for odd in ["cnf", "at_hash", "c_hash", "s_hash", "events"] {
            assert_eq!(claims.get(odd), None, "{odd}");
        }
        let name = |it: &str| claim(it).and_then(Value::as_str);
        let client = name("client_id").or(name("azp"));
        let expected = match name("sub") {
            Some(sub) if client != Some(sub) => {
                let kinds = ["client:", "subject:", "claim:", "issuer:"];
                let kind = kinds.iter().any(|it| sub.starts_with(it));
                format!("{}{sub}", if kind { "subject:" } else { "" })
            }
            Some(_) | None => format!("client:{}", client.expect("a name")),
        };
        let id = caller["id"].as_str().expect("a text");
        assert_eq!(id, expected);
        assert!(!id.trim().is_empty() && !id.chars().any(char::is_control));
        assert_scopes(caller, [claim("scope"), claim("scp")]);
    }
}

/// Each scope of the caller's stands in the token, between blanks or in a list.
fn assert_scopes(caller: &Value, given: [Option<&Value>; 2]) {
    let mut expected: Vec<&str> = Vec::new();
    for claim in given.into_iter().flatten() {
        match claim {
            Value::String(text) => expected.extend(text.split(' ')),
            Value::Array(list) => expected.extend(list.iter().filter_map(Value::as_str)),
            Value::Object(roles) => {
                assert!(roles.values().all(Value::is_object), "{claim} are no roles");
                expected.extend(roles.keys().map(String::as_str));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {
                panic!("{claim} are no scopes")
            }
        }
    }
    expected.retain(|it| !it.is_empty());
    expected.sort_unstable();
    expected.dedup();
    assert_eq!(caller["scopes"], json!(expected));
}

/// The members of a part of a token, each of which stands there once.
fn members(part: &str) -> Map<String, Value> {
    let text = URL_SAFE_NO_PAD.decode(part).expect("base64");
    let value: Value = serde_json::from_slice(&text).expect("JSON");
    crate::request::assert_read_whole(&text, &value);
    match value {
        Value::Object(members) => members,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            panic!("{value} is no object")
        }
    }
}

impl Gate {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let secret = folder.path().join("secret");
        std::fs::write(&secret, SECRET).expect("a file");
        let pair = KeyPair::generate_for(&PKCS_ED25519).expect("a key");
        let raw = pair.public_key_raw().to_vec();
        let set = json!({"keys": [{
            "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(&raw), "kid": "a",
        }]});
        let set = set.to_string();
        let keys = folder.path().join("jwks.json");
        std::fs::write(&keys, &set).expect("a file");
        let hmac = |secret: &[u8]| Signer {
            key: EncodingKey::from_secret(secret),
            algorithm: Algorithm::HS256,
        };
        let encoded = URL_SAFE_NO_PAD.encode(&raw);
        let mistaken = [
            &raw[..],
            encoded.as_bytes(),
            set.as_bytes(),
            &pair.subject_public_key_info(),
            b"",
        ];
        Self {
            shared: hmac(SECRET),
            public: Signer {
                key: EncodingKey::from_ed_pem(pair.serialize_pem().as_bytes()).expect("PEM"),
                algorithm: Algorithm::EdDSA,
            },
            mistaken: mistaken.into_iter().map(hmac).collect(),
            behind_shared: door(Keys::Secret(secret.into()), vec![Algorithm::HS256]),
            behind_public: door(
                Keys::File(keys.into()),
                vec![
                    Algorithm::RS256,
                    Algorithm::PS256,
                    Algorithm::ES256,
                    Algorithm::EdDSA,
                ],
            ),
            _folder: folder,
        }
    }

    /// The header as it is.
    fn raw(&self, value: &[u8]) -> Verdict {
        let Ok(header) = HeaderValue::from_bytes(value) else {
            return Verdict::Refused;
        };
        let doors = [
            (self.behind_shared, &self.shared),
            (self.behind_public, &self.public),
        ];
        let mut taken = false;
        for (door, signer) in doors {
            if let Some(caller) = door(&header) {
                let text = header.to_str().expect("it was read");
                let (scheme, token) = text.split_once(' ').expect("two words");
                assert!(scheme.eq_ignore_ascii_case("bearer"), "{text}");
                signer.assert_good(token.trim(), &caller);
                taken = true;
            }
        }
        Verdict::taken(taken)
    }
}

/// A guard with these settings, and a handler behind it that says who was let in.
fn door(keys: Keys, algorithms: Vec<Algorithm>) -> Door {
    async fn who(caller: Caller) -> HttpResponse {
        HttpResponse::Ok().json(json!({
            "id": *caller.id,
            "issuer": *caller.issuer,
            "scopes": *caller.scopes,
        }))
    }
    let names = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect();
    let issuer = TrustedIssuer {
        at: "auth".to_owned(),
        name: None,
        issuer: ISSUER.to_owned(),
        audience: Audience::Named(names(&[AUDIENCE])),
        required_claims: Vec::new(),
        keys,
        jwks_max_age: Duration::from_mins(10),
        algorithms,
        leeway: Duration::from_secs(LEEWAY),
        scope_claims: names(&["scope", "scp"]),
        scope_prefix: String::new(),
        caller_claims: names(&["sub", "client_id", "azp"]),
        grants: BTreeMap::new(),
        backend_claims: Vec::new(),
        revoked_file: None,
        token_url: None,
    };
    let settings = Auth {
        issuers: vec![issuer],
    };
    let system: SystemRunner = rt::System::new();
    let service = system.block_on(async {
        let verifier = Verifier::new(&settings).await.expect("good settings");
        let guarded = web::scope("").wrap(from_fn(guard));
        let guarded = guarded.route("/", web::get().to(who));
        init_service(App::new().app_data(Data::new(verifier)).service(guarded)).await
    });
    Box::leak(Box::new(move |header: &HeaderValue| {
        system.block_on(async {
            let request = TestRequest::get().uri("/");
            let request = request.insert_header((AUTHORIZATION, header.clone()));
            let response = service.call(request.to_request()).await.expect("an answer");
            let status = response.status().as_u16();
            assert!(matches!(status, 200 | 401), "{status}");
            if status == 401 {
                return None;
            }
            Some(read_body_json::<Value, _>(response).await)
        })
    }))
}
