//! `[idempotency]`: where keys are kept, and for how long.

use std::time::Duration;

use super::file_name::FileName;
use super::reader::Reader;

/// Where keys are kept, and for how long.
#[derive(Debug, Clone)]
pub struct Idempotency {
    /// Where.
    pub store: KeyStore,
    /// After the answer.
    pub ttl: Duration,
}

/// Where keys are kept, and what else replicas share.
#[derive(Debug, Clone)]
pub enum KeyStore {
    /// In this replica's memory.
    Memory,
    /// In Redis or Valkey, for all replicas.
    Redis {
        /// A file with the URL, which can hold a password.
        url_file: FileName,
        /// What the names of all keys begin with.
        prefix: String,
        /// What to do when it cannot be asked.
        policy: StorePolicy,
    },
}

/// What to do when the shared store cannot be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StorePolicy {
    /// Create nothing.
    Refuse,
    /// Go by what this replica knows alone.
    Local,
}

impl Idempotency {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let ttl = reader.positive_duration("idempotency.ttl");
        let redis = reader.choice("idempotency.store", &[("memory", false), ("redis", true)]);
        let url_file = reader.optional_path("idempotency.redis_url_file");
        let prefix = prefix(reader);
        let policy = reader.choice(
            "idempotency.store_policy",
            &[
                ("refuse", StorePolicy::Refuse),
                ("local", StorePolicy::Local),
            ],
        );
        let store = match (redis?, url_file) {
            (false, None) => KeyStore::Memory,
            (true, Some(url_file)) => KeyStore::Redis {
                url_file,
                prefix: prefix?,
                policy: policy?,
            },
            (true, None) => {
                reader.mistake(
                    "idempotency.redis_url_file",
                    "is required when idempotency.store is \"redis\"",
                );
                return None;
            }
            (false, Some(_)) => {
                reader.mistake(
                    "idempotency.redis_url_file",
                    "does nothing when idempotency.store is \"memory\"",
                );
                return None;
            }
        };
        Some(Self { store, ttl: ttl? })
    }
}

fn prefix(reader: &mut Reader) -> Option<String> {
    const KEY: &str = "idempotency.redis_prefix";
    let prefix = reader.text(KEY)?;
    let plain = |it: char| it.is_ascii_alphanumeric() || "-_.:".contains(it);
    if prefix.len() > 64 || !prefix.chars().all(plain) {
        reader.mistake(
            KEY,
            "must be up to 64 letters, digits, dots, hyphens, colons and underscores",
        );
        return None;
    }
    Some(prefix)
}
