//! Tokens of the issuer that the gateway itself has made, and its key in the form of each reader.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::KeyPair;
use serde_json::{Value, json};
use tokio::process::Command;

/// The issuer's name, `iss`.
pub(crate) const ISSUER: &str = "bench";

/// Whom its tokens are for, `aud`.
pub(crate) const AUDIENCE: &str = "edr-gateway";

/// What callers may do.
const SCOPES: &str = "tasks.create tasks.read tasks.cancel hosts.read";

/// So long a token is good: longer than any measurement.
const LIFE: Duration = Duration::from_secs(24 * 3600);

/// How many callers the tokens are of, by turns: one of them alone may have few keys kept.
const CALLERS: u64 = 32;

/// An issuer with a folder of its own.
pub(crate) struct Issuer {
    folder: PathBuf,
    key: EncodingKey,
    key_id: String,
    serial: std::cell::Cell<u64>,
}

impl Issuer {
    /// Has `edr-gateway issuer init` make one.
    pub(crate) async fn make(gateway: &Path, folder: &Path) -> Result<Self, String> {
        let folder = folder.join("issuer");
        let made = Command::new(gateway)
            .args(["issuer", "init", "--name", ISSUER, "--audience", AUDIENCE])
            .args(["--algorithm", "ES256", "--folder"])
            .arg(&folder)
            .output()
            .await
            .map_err(|it| format!("{}: {it}", gateway.display()))?;
        if !made.status.success() {
            let said = String::from_utf8_lossy(&made.stderr).into_owned();
            return Err(format!("`issuer init` ended with {}: {said}", made.status));
        }
        let pem = read(&folder.join("private-key.pem"))?;
        let set: Value =
            serde_json::from_str(&read(&folder.join("keys.json"))?).map_err(|it| it.to_string())?;
        let key_id = set["keys"][0]["kid"].as_str();
        let key_id = key_id
            .ok_or("the key set has no key with an id")?
            .to_owned();
        let key = EncodingKey::from_ec_pem(pem.as_bytes()).map_err(|it| it.to_string())?;
        let public = KeyPair::from_pem(&pem).map_err(|it| it.to_string())?;
        let path = folder.join("public-key.pem");
        std::fs::write(&path, public.public_key_pem()).map_err(|it| it.to_string())?;
        Ok(Self {
            folder,
            key,
            key_id,
            serial: std::cell::Cell::new(0),
        })
    }

    /// Its key set, as the gateway, Envoy and Python read it.
    pub(crate) fn key_set(&self) -> PathBuf {
        self.folder.join("keys.json")
    }

    /// Its public key, as HAProxy reads it.
    pub(crate) fn public_key(&self) -> PathBuf {
        self.folder.join("public-key.pem")
    }

    /// So many tokens, no two of them alike: what `edr-gateway issuer token` writes, without a
    /// process for each.
    pub(crate) fn tokens(&self, count: usize) -> Result<Vec<String>, String> {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.key_id.clone());
        let now = unix_now();
        let sign = |_| {
            let serial = self.serial.get();
            self.serial.set(serial + 1);
            let claims = json!({
                "iss": ISSUER, "aud": AUDIENCE, "sub": format!("soar-{}", serial % CALLERS), "scope": SCOPES,
                "iat": now, "nbf": now, "exp": now + LIFE.as_secs(),
                "jti": format!("bench-{serial:010}"),
            });
            encode(&header, &claims, &self.key).map_err(|it| it.to_string())
        };
        (0..count).map(sign).collect()
    }
}

pub(crate) fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|it| format!("{}: {it}", path.display()))
}

/// Seconds since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "tokens live by the system's time, and records are named by it; there is no gateway's clock here"
)]
pub(crate) fn unix_now() -> u64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or(Duration::ZERO)
        .as_secs()
}
