//! The issuer's folder: its files, who may read them, and one command at a time.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::key::{SigningAlgorithm, SigningKey};
use super::register::{RevokedList, TokenRegister};

const IDENTITY: &str = "issuer.json";
pub(super) const PRIVATE_KEY: &str = "private-key.pem";
pub(super) const KEY_SET: &str = "keys.json";
const REGISTER: &str = "issued.json";
pub(super) const REVOKED: &str = "revoked.json";
const LOCK: &str = ".lock";

/// For the owner alone.
const SECRET: u32 = 0o600;

/// For whoever may look into the folder, as the gateway must.
const PUBLIC: u32 = 0o644;

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// `init` makes nothing where something is.
    #[error("{} is there already, and nothing is overwritten: take another folder", .0.display())]
    There(PathBuf),
    /// A file cannot be read.
    #[error("{} cannot be read; is it the folder of an issuer (`issuer init`)?", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("{} cannot be written", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A file does not have its form. Nothing of it is repeated.
    #[error("{} does not have its form any more", .0.display())]
    Form(PathBuf),
    /// It leads elsewhere, and replacing it would leave what is there as it was.
    #[error("{} is a link: what it leads to would not change. Put the file itself here, and a link to it there", .0.display())]
    Link(PathBuf),
    /// Others than the owner can read the private key.
    #[error("{} can be read by others: whoever has can make tokens. Make a new issuer, or `chmod 600` it if nobody has", .0.display())]
    Open(PathBuf),
}

/// What the issuer is.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct IssuerIdentity {
    pub(super) issuer: String,
    pub(super) audience: String,
    pub(super) algorithm: SigningAlgorithm,
    pub(super) kid: String,
}

/// The folder, held by one command at a time.
pub(super) struct Folder {
    path: PathBuf,
    /// Let go when it is dropped.
    _lock: File,
}

impl Folder {
    /// Makes one where there is none of its files.
    pub(super) fn make(
        path: &Path,
        identity: &IssuerIdentity,
        key: &SigningKey,
        key_set: &Value,
    ) -> Result<(), FolderError> {
        std::fs::create_dir_all(path).map_err(|source| FolderError::Write {
            path: path.to_owned(),
            source,
        })?;
        let folder = Self {
            path: path.to_owned(),
            _lock: lock(path)?,
        };
        for name in [IDENTITY, PRIVATE_KEY, KEY_SET, REGISTER, REVOKED] {
            let path = folder.path.join(name);
            if path.symlink_metadata().is_ok() {
                return Err(FolderError::There(path));
            }
        }
        // The key first: without it the others are of no use, and it must not take the place of
        // one.
        let path = folder.path.join(PRIVATE_KEY);
        create(&path, SECRET, key.pem().as_bytes())
            .map_err(|source| FolderError::Write { path, source })?;
        folder.write(KEY_SET, key_set)?;
        folder.write(REGISTER, &TokenRegister::default())?;
        folder.write(REVOKED, &RevokedList::default())?;
        folder.write(IDENTITY, identity)
    }

    /// One that was made.
    pub(super) fn open(path: &Path) -> Result<Self, FolderError> {
        // Or the lock would make a folder of any.
        let identity = path.join(IDENTITY);
        std::fs::metadata(&identity).map_err(|source| FolderError::Read {
            path: identity,
            source,
        })?;
        Ok(Self {
            path: path.to_owned(),
            _lock: lock(path)?,
        })
    }

    pub(super) fn identity(&self) -> Result<IssuerIdentity, FolderError> {
        self.read(IDENTITY)
    }

    pub(super) fn key(&self, algorithm: SigningAlgorithm) -> Result<SigningKey, FolderError> {
        let path = self.path.join(PRIVATE_KEY);
        let unreadable = |source| FolderError::Read {
            path: path.clone(),
            source,
        };
        let mode = std::fs::metadata(&path)
            .map_err(unreadable)?
            .permissions()
            .mode();
        if mode & 0o077 != 0 {
            return Err(FolderError::Open(path));
        }
        let pem: SecretString = std::fs::read_to_string(&path).map_err(unreadable)?.into();
        SigningKey::read(pem, algorithm).ok_or(FolderError::Form(path))
    }

    pub(super) fn register(&self) -> Result<TokenRegister, FolderError> {
        self.read(REGISTER)
    }

    pub(super) fn write_register(&self, register: &TokenRegister) -> Result<(), FolderError> {
        self.write(REGISTER, register)
    }

    pub(super) fn revoked(&self) -> Result<RevokedList, FolderError> {
        self.read(REVOKED)
    }

    pub(super) fn write_revoked(&self, revoked: &RevokedList) -> Result<(), FolderError> {
        self.write(REVOKED, revoked)
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> Result<T, FolderError> {
        let path = self.path.join(name);
        match std::fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map_err(|_| FolderError::Form(path)),
            Err(source) => Err(FolderError::Read { path, source }),
        }
    }

    /// Puts a new file in the place of the old one: whoever reads it reads one of the two, and
    /// whole.
    fn write<T: Serialize>(&self, name: &str, value: &T) -> Result<(), FolderError> {
        let path = self.path.join(name);
        let new = self.path.join(format!(".{name}.new"));
        let before = path.symlink_metadata().ok();
        if before.as_ref().is_some_and(std::fs::Metadata::is_symlink) {
            return Err(FolderError::Link(path));
        }
        // Whoever could read it can, whatever the mask of this command is.
        let mode = before.map_or(PUBLIC, |it| it.permissions().mode() & 0o777);
        let mut text = serde_json::to_vec_pretty(value).expect("texts and times are JSON");
        text.push(b'\n');
        let written = || {
            // What a command left that was killed.
            match std::fs::remove_file(&new) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
            create(&new, mode, &text)?;
            std::fs::set_permissions(&new, Permissions::from_mode(mode))?;
            std::fs::rename(&new, &path)?;
            File::open(&self.path)?.sync_all()
        };
        written().map_err(|source| FolderError::Write { path, source })
    }
}

/// A new file with this content, on the disk.
fn create(path: &Path, mode: u32, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Waits until no other command holds the folder.
fn lock(folder: &Path) -> Result<File, FolderError> {
    let path = folder.join(LOCK);
    let locked = || {
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(SECRET)
            .open(&path)?;
        file.lock()?;
        Ok(file)
    };
    locked().map_err(|source| FolderError::Write {
        path: path.clone(),
        source,
    })
}
