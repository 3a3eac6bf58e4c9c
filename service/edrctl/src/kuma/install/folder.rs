//! The folder of scripts, and the steps in which it is changed.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt as _, lchown, symlink};
use std::path::{Path, PathBuf};

use super::error::LayingError;
use super::kept::{self, AtPlace, DONE, KEPT, Manifest, UNFINISHED, remove};
use crate::kuma::script::Script;

/// Where what will replace something is made ready.
pub(super) const READY: &str = ".edrctl-ready";

/// Called before each step, by its name: a test says no.
pub(super) type Gate<'a> = &'a mut dyn FnMut(&str) -> io::Result<()>;

/// The folder, in which nobody else works meanwhile.
pub(super) struct Folder {
    pub(super) path: PathBuf,
    owner: (u32, u32),
    pub(super) lock: fs::File,
}

impl Folder {
    pub(super) fn open(path: &Path) -> Result<Self, LayingError> {
        let missing = || LayingError::NoFolder(path.to_owned());
        let whole = fs::canonicalize(path).map_err(|_| missing())?;
        let lock = fs::File::open(&whole).map_err(|_| missing())?;
        let there = lock.metadata().map_err(|_| missing())?;
        if !there.is_dir() {
            return Err(missing());
        }
        lock.try_lock()
            .map_err(|_| LayingError::Busy(path.to_owned()))?;
        // What a run that was ended has left is nobody's.
        for rest in [READY, UNFINISHED, DONE] {
            let _else_a_step_says_so = remove(&whole.join(rest));
        }
        Ok(Self {
            path: whole,
            owner: (there.uid(), there.gid()),
            lock,
        })
    }

    /// Keeps what is there; from then on it is known that links are being laid.
    pub(super) fn keep(&self, program: &Path) -> io::Result<Manifest> {
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
    pub(super) fn know(&self, mut manifest: Manifest, program: &Path) -> io::Result<Manifest> {
        if !manifest.programs.iter().any(|it| it == program) {
            manifest.programs.push(program.to_owned());
            manifest.write(&self.path.join(KEPT))?;
        }
        Ok(manifest)
    }

    /// Refuses where something is neither ours nor what was there.
    pub(super) fn strange(&self, manifest: &Manifest) -> Result<(), LayingError> {
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
    pub(super) fn make_ready(&self, program: &Path) -> io::Result<()> {
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
    pub(super) fn place(&self, name: &str) -> io::Result<()> {
        fs::rename(self.path.join(READY).join(name), self.path.join(name))
    }

    /// Gives back what was there, and forgets that anything was laid.
    pub(super) fn give_back(
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

impl Drop for Folder {
    fn drop(&mut self) {
        // By closing alone it would stay locked for as long as a process that another thread is just
        // starting has a copy of the descriptor.
        let _closing_does_it_else = self.lock.unlock();
    }
}
