//! Lays the nine links where the vendor's scripts lie, and takes them away again: all or none.
//!
//! A correlator does not work at all while the script of a rule is missing. So each link replaces
//! what was there in one step, and what was there is kept before ([`kept`]). A run that was ended in
//! the middle is repaired by the next, of either kind; what somebody else has put there meanwhile is
//! never overwritten.

mod kept;

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, lchown, symlink};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use self::kept::{AtPlace, DONE, KEPT, Manifest, UNFINISHED, remove};
use super::script::Script;

/// Where what will replace something is made ready.
const READY: &str = ".edrctl-ready";

/// Where links are laid or taken away.
#[derive(Debug, Clone)]
pub struct Laying {
    /// The folder of the correlator's scripts.
    pub folder: PathBuf,
    /// The program that they lead to.
    pub program: PathBuf,
}

/// Why nothing was changed, or everything is as it was.
#[derive(Debug, thiserror::Error)]
pub enum LayingError {
    /// The folder is not there.
    #[error("{0} is no folder; KUMA makes it with the correlator")]
    NoFolder(PathBuf),
    /// The program cannot be run.
    #[error("{0} is no program that can be run; name one by its whole path")]
    NoProgram(PathBuf),
    /// Somebody else does the same just now.
    #[error("somebody else is at work in {0}")]
    Busy(PathBuf),
    /// Something there is neither ours nor what was there before.
    #[error("{0} was changed by somebody since the links were laid; move it away and try again")]
    Changed(String),
    /// A step failed, and everything was put back.
    #[error("{step}: {source}; everything is as it was")]
    PutBack {
        /// The step.
        step: String,
        /// Why.
        source: io::Error,
    },
    /// A step failed, and so did putting back.
    #[error("{step}: {source}; run the same command again, it goes on where this one ended")]
    Half {
        /// The step.
        step: String,
        /// Why.
        source: io::Error,
    },
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Laid {
    /// What was changed: names of scripts.
    pub changed: Vec<&'static str>,
    /// What was there before and is kept, or was given back.
    pub kept: Vec<String>,
}

/// Called before each step, by its name: a test says no.
type Gate<'a> = &'a mut dyn FnMut(&str) -> io::Result<()>;

/// Lays the links. What is laid already is left alone.
///
/// # Errors
/// Why they are not laid.
pub fn install(laying: &Laying) -> Result<Laid, LayingError> {
    install_gated(laying, &mut |_| Ok(()))
}

/// Gives back what was there before the links.
///
/// # Errors
/// Why it is not given back.
pub fn uninstall(folder: &Path) -> Result<Laid, LayingError> {
    uninstall_gated(folder, &mut |_| Ok(()))
}

fn install_gated(laying: &Laying, gate: Gate<'_>) -> Result<Laid, LayingError> {
    let program = &laying.program;
    let runs =
        fs::metadata(program).is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0);
    if !program.is_absolute() || !runs {
        return Err(LayingError::NoProgram(program.clone()));
    }
    let folder = Folder::open(&laying.folder)?;
    let half = |step: &str, source| LayingError::Half {
        step: step.to_owned(),
        source,
    };
    let put_back = |step: &str, source| LayingError::PutBack {
        step: step.to_owned(),
        source,
    };
    let there = Manifest::read(&folder.path).map_err(|it| put_back("the manifest", it))?;
    let is_first = there.is_none();
    let manifest = match there {
        None => gate("keep")
            .and_then(|()| folder.keep(program))
            .map_err(|it| put_back("keeping what is there", it))?,
        Some(manifest) => folder
            .know(manifest, program)
            .map_err(|it| put_back("the manifest", it))?,
    };
    let lay = folder.strange(&manifest).and_then(|()| {
        let made = gate("ready").and_then(|()| folder.make_ready(program));
        made.map_err(|it| put_back("making links ready", it))
    });
    let mut changed = Vec::new();
    let laid = lay.and_then(|()| {
        for script in Script::ALL {
            let name = script.file();
            let target = fs::read_link(folder.path.join(name));
            if target.is_ok_and(|it| it == *program) {
                continue;
            }
            let done = gate(name).and_then(|()| folder.place(name));
            done.map_err(|it| put_back(name, it))?;
            changed.push(name);
        }
        Ok(())
    });
    let _else_the_next_run_does = remove(&folder.path.join(READY));
    match laid {
        Ok(()) => Ok(Laid {
            changed,
            kept: manifest.before.into_iter().map(|it| it.name).collect(),
        }),
        Err(error) if is_first => match folder.give_back(&manifest, gate) {
            Ok(_) => Err(error),
            Err((step, source)) => Err(half(&step, source)),
        },
        // Some links may be of this run and some of an earlier one; each of them works.
        Err(LayingError::PutBack { step, source }) if !changed.is_empty() => {
            Err(half(&step, source))
        }
        Err(error) => Err(error),
    }
}

fn uninstall_gated(folder: &Path, gate: Gate<'_>) -> Result<Laid, LayingError> {
    let folder = Folder::open(folder)?;
    let half = |(step, source)| LayingError::Half { step, source };
    let manifest =
        Manifest::read(&folder.path).map_err(|it| half(("the manifest".to_owned(), it)))?;
    let Some(manifest) = manifest else {
        return Ok(Laid {
            changed: Vec::new(),
            kept: Vec::new(),
        });
    };
    folder.strange(&manifest)?;
    let changed = manifest.changed(&folder.path);
    if !changed.is_empty() {
        let names = format!("{KEPT}: {}", changed.join(", "));
        return Err(LayingError::Changed(names));
    }
    let changed = folder.give_back(&manifest, gate).map_err(half)?;
    Ok(Laid {
        changed,
        kept: manifest.before.into_iter().map(|it| it.name).collect(),
    })
}

/// The folder, in which nobody else works meanwhile.
struct Folder {
    path: PathBuf,
    owner: (u32, u32),
    _lock: fs::File,
}

impl Folder {
    fn open(path: &Path) -> Result<Self, LayingError> {
        let missing = || LayingError::NoFolder(path.to_owned());
        let whole = fs::canonicalize(path).map_err(|_| missing())?;
        let lock = fs::File::open(&whole).map_err(|_| missing())?;
        let there = lock.metadata().map_err(|_| missing())?;
        if !there.is_dir() {
            return Err(missing());
        }
        flock(&lock, FlockOperation::NonBlockingLockExclusive)
            .map_err(|_| LayingError::Busy(path.to_owned()))?;
        // What a run that was ended has left is nobody's.
        for rest in [READY, UNFINISHED, DONE] {
            let _else_a_step_says_so = remove(&whole.join(rest));
        }
        Ok(Self {
            path: whole,
            owner: (there.uid(), there.gid()),
            _lock: lock,
        })
    }

    /// Keeps what is there; from then on it is known that links are being laid.
    fn keep(&self, program: &Path) -> io::Result<Manifest> {
        let manifest = kept::keep(&self.path, program).and_then(|manifest| {
            fs::rename(self.path.join(UNFINISHED), self.path.join(KEPT))?;
            Ok(manifest)
        });
        if manifest.is_err() {
            let _else_the_next_run_does = remove(&self.path.join(UNFINISHED));
        }
        manifest
    }

    /// Notes another program that links of ours lead to.
    fn know(&self, mut manifest: Manifest, program: &Path) -> io::Result<Manifest> {
        if !manifest.programs.iter().any(|it| it == program) {
            manifest.programs.push(program.to_owned());
            manifest.write(&self.path.join(KEPT))?;
        }
        Ok(manifest)
    }

    /// Refuses where something is neither ours nor what was there.
    fn strange(&self, manifest: &Manifest) -> Result<(), LayingError> {
        let is_strange = |name: &str| {
            manifest
                .at_place(&self.path, name)
                .map_or(true, |it| it == AtPlace::Strange)
        };
        let names = Script::ALL.map(Script::file);
        let strange: Vec<&str> = names.into_iter().filter(|it| is_strange(it)).collect();
        if strange.is_empty() {
            return Ok(());
        }
        Err(LayingError::Changed(strange.join(", ")))
    }

    /// Makes all links, with the owner of the folder, where nobody looks yet.
    fn make_ready(&self, program: &Path) -> io::Result<()> {
        let ready = self.path.join(READY);
        fs::create_dir(&ready)?;
        for script in Script::ALL {
            let link = ready.join(script.file());
            symlink(program, &link)?;
            let (uid, gid) = self.owner;
            lchown(&link, Some(uid), Some(gid))?;
        }
        Ok(())
    }

    /// Puts what is ready in its place, in one step.
    fn place(&self, name: &str) -> io::Result<()> {
        fs::rename(self.path.join(READY).join(name), self.path.join(name))
    }

    /// Gives back what was there, and forgets that anything was laid.
    fn give_back(
        &self,
        manifest: &Manifest,
        gate: Gate<'_>,
    ) -> Result<Vec<&'static str>, (String, io::Error)> {
        let mut changed = Vec::new();
        for script in Script::ALL {
            let name = script.file();
            let step = |source| (format!("giving back {name}"), source);
            let there = manifest.at_place(&self.path, name).map_err(step)?;
            if there != AtPlace::Ours {
                continue;
            }
            gate(name).map_err(step)?;
            self.give_back_one(manifest, name).map_err(step)?;
            changed.push(name);
        }
        let step = |source| ("forgetting what was kept".to_owned(), source);
        gate("forget").map_err(step)?;
        fs::rename(self.path.join(KEPT), self.path.join(DONE)).map_err(step)?;
        let _else_the_next_run_does = remove(&self.path.join(DONE));
        let _there_is_none = remove(&self.path.join(READY));
        Ok(changed)
    }

    fn give_back_one(&self, manifest: &Manifest, name: &str) -> io::Result<()> {
        if !manifest.had(name) {
            return fs::remove_file(self.path.join(name));
        }
        // A second name again, so that what is kept stays until all is given back.
        let ready = self.path.join(READY);
        remove(&ready)?;
        fs::create_dir(&ready)?;
        fs::hard_link(self.path.join(KEPT).join(name), ready.join(name))?;
        self.place(name)
    }
}

#[cfg(test)]
mod tests;
