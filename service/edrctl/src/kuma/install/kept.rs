//! What was in the folder before: kept beside the links, with a manifest, so that it comes back
//! exactly as it was.
//!
//! A kept file is a second name of the same file, not a copy: its bytes, mode, owner and times are
//! its own. The folder can be read by its owner alone, since the vendor's scripts hold a password.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::digest;
use crate::kuma::script::Script;

/// The folder in which it is kept.
pub(super) const KEPT: &str = ".edrctl-kept";
/// The same before it is complete, and when it is needed no more.
pub(super) const UNFINISHED: &str = ".edrctl-kept.new";
pub(super) const DONE: &str = ".edrctl-kept.done";
const MANIFEST: &str = "manifest.json";
/// Largest of what is kept: far more than a script.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// What was there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// The programs that links of ours lead to.
    pub(super) programs: Vec<PathBuf>,
    /// What there was before, by name.
    pub(super) before: Vec<KeptFile>,
}

/// A file or link that was there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeptFile {
    /// Its name.
    pub(super) name: String,
    /// The digest of what it holds, or of where it leads.
    pub(super) digest: String,
}

/// What is at a script's place now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AtPlace {
    /// A link of ours.
    Ours,
    /// What was there before, or nothing where nothing was.
    Before,
    /// Somebody else's.
    Strange,
}

impl Manifest {
    /// The manifest of a folder in which links were laid, or are being laid.
    pub(super) fn read(folder: &Path) -> io::Result<Option<Self>> {
        let place = folder.join(KEPT).join(MANIFEST);
        if fs::symlink_metadata(&place).is_ok_and(|it| !it.is_file()) {
            return Err(io::Error::other("it is no file"));
        }
        match fs::read(place) {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Puts it into a folder of what is kept, whole or not at all.
    pub(super) fn write(&self, kept: &Path) -> io::Result<()> {
        let unfinished = kept.join("manifest.new");
        let _there_is_none = fs::remove_file(&unfinished);
        let mut file = fs::File::options()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&unfinished)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.sync_all()?;
        fs::rename(&unfinished, kept.join(MANIFEST))
    }

    fn kept(&self, name: &str) -> Option<&KeptFile> {
        self.before.iter().find(|it| it.name == name)
    }

    /// Whether something was there before.
    pub(super) fn had(&self, name: &str) -> bool {
        self.kept(name).is_some()
    }

    /// What is at a script's place now.
    pub(super) fn at_place(&self, folder: &Path, name: &str) -> io::Result<AtPlace> {
        let place = folder.join(name);
        let there = match fs::symlink_metadata(&place) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // Something that was there and is gone was taken away by somebody.
                let before = !self.had(name);
                return Ok(if before {
                    AtPlace::Before
                } else {
                    AtPlace::Strange
                });
            }
            other => other?,
        };
        if let Some(kept) = self.kept(name) {
            let known = fs::symlink_metadata(folder.join(KEPT).join(&kept.name))?;
            if (known.ino(), known.dev()) == (there.ino(), there.dev()) {
                return Ok(AtPlace::Before);
            }
        }
        let is_ours = there.is_symlink() && self.programs.contains(&fs::read_link(&place)?);
        Ok(if is_ours {
            AtPlace::Ours
        } else {
            AtPlace::Strange
        })
    }

    /// The kept files that are no more what they were.
    pub(super) fn changed(&self, folder: &Path) -> Vec<String> {
        let kept = folder.join(KEPT);
        let same = |it: &KeptFile| content(&kept.join(&it.name)).is_ok_and(|now| now == it.digest);
        let changed = self.before.iter().filter(|it| !same(it));
        changed.map(|it| it.name.clone()).collect()
    }
}

/// Keeps what is there now: in a folder that is not yet the one, so that a half is never taken for
/// the whole.
pub(super) fn keep(folder: &Path, program: &Path) -> io::Result<Manifest> {
    let unfinished = folder.join(UNFINISHED);
    remove(&unfinished)?;
    fs::DirBuilder::new().mode(0o700).create(&unfinished)?;
    let mut manifest = Manifest {
        programs: vec![program.to_owned()],
        before: Vec::new(),
    };
    for script in Script::ALL {
        let name = script.file();
        let place = folder.join(name);
        match fs::symlink_metadata(&place) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
            // A link to this program is none of anybody else: it was ours, and what was kept is gone.
            Ok(there) if there.is_symlink() && fs::read_link(&place)? == program => continue,
            Ok(there) if there.is_symlink() || there.is_file() => {}
            Ok(_) => return Err(io::Error::other(format!("{name} is no file"))),
        }
        // Of a link, too, this is a second name of the link itself.
        fs::hard_link(&place, unfinished.join(name))?;
        manifest.before.push(KeptFile {
            name: name.to_owned(),
            digest: content(&place)?,
        });
    }
    manifest.write(&unfinished)?;
    fs::File::open(&unfinished)?.sync_all()?;
    Ok(manifest)
}

fn content(file: &Path) -> io::Result<String> {
    let there = fs::symlink_metadata(file)?;
    if there.is_symlink() {
        let target = fs::read_link(file)?;
        return Ok(digest::hex(&[
            b"link",
            target.as_os_str().as_encoded_bytes(),
        ]));
    }
    if there.len() > MOST_BYTES {
        return Err(io::Error::other("it is too large to be a script"));
    }
    Ok(digest::hex(&[b"file", fs::read(file)?.as_slice()]))
}

/// Takes a folder of ours away, if it is there.
pub(super) fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
