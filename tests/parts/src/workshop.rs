//! An issuer of tokens for the parts that check them: in this process, or made by one that is not counted.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use edr_gateway::auth::Verifier;
use edr_gateway::config::Settings;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, get_current_timestamp};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ED25519, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::{Value, json};
use tempfile::TempDir;

const ISSUER: &str = "https://issuer.example";
const AUDIENCE: &str = "edr-gateway";

/// What tokens are signed with.
pub(crate) const ALGORITHMS: [Algorithm; 3] =
    [Algorithm::ES256, Algorithm::RS256, Algorithm::EdDSA];

/// How many tokens of each are made to be counted. To check one signature takes a little longer than to check another.
const TOKENS: usize = 105;

/// A folder with a key set and, where it was made here, the keys to it.
pub(crate) struct Workshop {
    key_set: PathBuf,
    keys: BTreeMap<String, EncodingKey>,
    /// Gone with this value.
    _own: Option<TempDir>,
}

impl Workshop {
    /// That of this process.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: LazyLock<Workshop> = LazyLock::new(|| {
            let folder = tempfile::tempdir().expect("a folder");
            let made = Workshop::make(folder.path()).expect("keys");
            Workshop {
                _own: Some(folder),
                ..made
            }
        });
        &SHARED
    }

    /// One that was made before.
    pub(crate) fn open(folder: &Path) -> Result<Self, String> {
        let key_set = folder.join("keys.json");
        let known = key_set.is_file();
        known
            .then_some(Self {
                key_set,
                keys: BTreeMap::new(),
                _own: None,
            })
            .ok_or_else(|| format!("{} was not prepared", folder.display()))
    }

    fn make(folder: &Path) -> Result<Self, String> {
        let made = ALGORITHMS.map(key);
        let public: Vec<&Value> = made.iter().map(|it| &it.1).collect();
        let key_set = folder.join("keys.json");
        let text = json!({ "keys": public }).to_string();
        fs::write(&key_set, text).map_err(|it| it.to_string())?;
        let keys = ALGORITHMS.iter().zip(made);
        Ok(Self {
            key_set,
            keys: keys.map(|(it, made)| (name(*it), made.0)).collect(),
            _own: None,
        })
    }

    /// A good token: one of those that were made, where they cannot be made here.
    pub(crate) fn token(&self, algorithm: Algorithm) -> String {
        if self.keys.contains_key(&name(algorithm)) {
            return self.sign(algorithm, 0);
        }
        let folder = self.key_set.parent().expect("a file is in a folder");
        let made = tokens(folder, algorithm).expect("it was prepared");
        made.into_iter().next().expect("there are some")
    }

    /// A good token like no other: as an identity provider's, with its usual claims.
    pub(crate) fn sign(&self, algorithm: Algorithm, serial: u64) -> String {
        let mut header = Header::new(algorithm);
        header.kid = Some(name(algorithm));
        let now = get_current_timestamp();
        let claims = json!({
            "iss": ISSUER, "aud": AUDIENCE, "sub": "soar", "azp": "portal", "typ": "Bearer",
            "scope": "tasks.create tasks.read tasks.cancel hosts.read",
            "iat": now, "nbf": now, "exp": now + 3600, "jti": format!("{serial:032}"),
        });
        let key = &self.keys[&name(algorithm)];
        encode(&header, &claims, key).expect("a signature")
    }

    /// Who checks them, by the settings that a gateway has when nothing else is said.
    pub(crate) async fn verifier(&self) -> Verifier {
        let key_set = self.key_set.to_str().expect("a path that is text");
        let settings = [
            ("AUTH__ISSUER", ISSUER),
            ("AUTH__AUDIENCE", AUDIENCE),
            ("AUTH__JWKS_FILE", key_set),
            // Nobody asks this one for anything.
            ("BACKENDS__KSC__KIND", "ksc"),
            ("BACKENDS__KSC__ENDPOINTS", "https://ksc.example:13299"),
            ("BACKENDS__KSC__USERNAME", "edr-gateway"),
            ("BACKENDS__KSC__PASSWORD_FILE", key_set),
        ];
        let settings = settings.map(|(key, value)| (format!("EDR_GATEWAY__{key}"), value.into()));
        let settings = Settings::load("", settings).expect("good settings");
        Verifier::new(&settings.auth).await.expect("good settings")
    }
}

/// Makes what is counted with: keys, and tokens of each kind.
pub(crate) fn prepare(folder: &Path) -> Result<(), String> {
    let workshop = Workshop::make(folder)?;
    for algorithm in ALGORITHMS {
        let tokens = (0..).take(TOKENS).map(|it| workshop.sign(algorithm, it));
        let text = tokens.collect::<Vec<_>>().join("\n");
        fs::write(folder.join(name(algorithm)), text).map_err(|it| it.to_string())?;
    }
    Ok(())
}

/// The tokens that were made.
pub(crate) fn tokens(folder: &Path, algorithm: Algorithm) -> Result<Vec<String>, String> {
    let path = folder.join(name(algorithm));
    let text = fs::read_to_string(&path).map_err(|it| format!("{}: {it}", path.display()))?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// What an algorithm is called, and its key.
pub(crate) fn name(algorithm: Algorithm) -> String {
    format!("{algorithm:?}")
}

/// A private key, and its public one as a member of a key set.
fn key(algorithm: Algorithm) -> (EncodingKey, Value) {
    let pair = match name(algorithm).as_str() {
        "RS256" => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048),
        "EdDSA" => KeyPair::generate_for(&PKCS_ED25519),
        _ => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256),
    };
    let pair = pair.expect("a key");
    let pem = pair.serialize_pem();
    let of_library = |key: EncodingKey| {
        let public = Jwk::from_encoding_key(&key, algorithm).expect("a public key");
        (key, serde_json::to_value(public).expect("plain data"))
    };
    let (private, mut public) = match name(algorithm).as_str() {
        "RS256" => of_library(EncodingKey::from_rsa_pem(pem.as_bytes()).expect("PEM")),
        // The library makes no JWK of an Ed25519 key; RFC 8037 says what it looks like.
        "EdDSA" => {
            let x = URL_SAFE_NO_PAD.encode(pair.public_key_raw());
            let public = json!({"kty": "OKP", "crv": "Ed25519", "x": x});
            let private = EncodingKey::from_ed_pem(pem.as_bytes()).expect("PEM");
            (private, public)
        }
        _ => of_library(EncodingKey::from_ec_pem(pem.as_bytes()).expect("PEM")),
    };
    public["kid"] = name(algorithm).into();
    public["alg"] = name(algorithm).into();
    public["use"] = "sig".into();
    (private, public)
}
