//! A provider's token in a file of the user's, so that a script which asks a hundred times does not
//! ask the provider a hundred times.
//!
//! Only its owner can read the file, and it is not kept where there is no place for it. A file that
//! others can read, or that is another's, is not believed.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::secret::checked;

/// Where a token is kept.
#[derive(Debug, Clone)]
pub(super) struct Shelf {
    file: PathBuf,
}

/// What the file holds.
#[derive(Serialize, Deserialize)]
struct Kept {
    token: String,
    ends: i64,
}

/// So long before its end a token counts as over, in seconds: clocks differ, and a request takes time.
const MARGIN: i64 = 60;

impl Shelf {
    /// The place for what is known by this name, in this folder.
    pub(super) fn new(folder: &Path, name: &str) -> Self {
        Self {
            file: folder.join(format!("token-{name}.json")),
        }
    }

    /// The token, while it has not ended.
    pub(super) fn take(&self, now: i64) -> Option<SecretString> {
        let about = fs::symlink_metadata(&self.file).ok()?;
        let own = about.uid() == rustix::process::geteuid().as_raw();
        let others = about.mode() & 0o077;
        if !(about.is_file() && own && others == 0) {
            return None;
        }
        let kept: Kept = serde_json::from_slice(&fs::read(&self.file).ok()?).ok()?;
        (kept.ends - MARGIN > now).then(|| checked(&kept.token).ok())?
    }

    /// Keeps a token until it ends. That it cannot be kept is no failure.
    pub(super) fn put(&self, token: &SecretString, ends: i64) {
        let _not_kept = self.try_put(token, ends);
    }

    fn try_put(&self, token: &SecretString, ends: i64) -> std::io::Result<()> {
        let folder = self.file.parent().unwrap_or(Path::new("."));
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true).mode(0o700).create(folder)?;
        let kept = Kept {
            token: token.expose_secret().to_owned(),
            ends,
        };
        let name = format!(".token-{}", uuid::Uuid::new_v4());
        let temporary = folder.join(name);
        let written = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&temporary)
            .and_then(|mut file| file.write_all(&serde_json::to_vec(&kept)?))
            .and_then(|()| fs::rename(&temporary, &self.file));
        if written.is_err() {
            let _gone = fs::remove_file(&temporary);
        }
        written
    }

    /// Forgets it.
    pub(super) fn forget(&self) {
        let _gone = fs::remove_file(&self.file);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_token_is_kept_until_shortly_before_its_end_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let shelf = Shelf::new(&folder.path().join("edrctl"), "a");
        let token = SecretString::from("abc");

        assert!(shelf.take(0).is_none());
        shelf.put(&token, 1_000);
        assert_eq!(shelf.take(900).expect("kept").expose_secret(), "abc");
        assert!(shelf.take(940).is_none(), "it ends soon");
        let mode = fs::metadata(&shelf.file)
            .expect("the file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);

        fs::set_permissions(&shelf.file, fs::Permissions::from_mode(0o644)).expect("opened");
        assert!(shelf.take(0).is_none(), "others could have written it");
        shelf.put(&token, 1_000);
        shelf.forget();
        assert!(shelf.take(0).is_none());
    }
}
