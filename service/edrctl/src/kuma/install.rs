//! Lays the nine links where the vendor's scripts lie, and takes them away again: all or none.
//!
//! A correlator does not work at all while the script of a rule is missing. So each link replaces
//! what was there in one step, and what was there is kept before ([`kept`]). A run that was ended in
//! the middle is repaired by the next, of either kind; what somebody else has put there meanwhile is
//! never overwritten.

mod error;
mod folder;
mod kept;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use self::folder::{Folder, Gate, READY};
use self::kept::{KEPT, Manifest, remove};
use super::script::Script;

pub use self::error::LayingError;

/// Where links are laid or taken away.
#[derive(Debug, Clone)]
pub struct Laying {
    /// The folder of the correlator's scripts.
    pub folder: PathBuf,
    /// The program that they lead to.
    pub program: PathBuf,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Laid {
    /// What was changed: names of scripts.
    pub changed: Vec<&'static str>,
    /// What was there before and is kept, or was given back.
    pub kept: Vec<String>,
}

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
        let links = Script::ALL.map(Script::file).into_iter();
        let orphans: Vec<&str> = links
            .filter(|it| is_orphan(&folder.path.join(it)))
            .collect();
        if !orphans.is_empty() {
            return Err(LayingError::Forgotten(orphans.join(", ")));
        }
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

/// Whether a link leads to an `edrctl`, though nobody knows any more what was there before.
fn is_orphan(link: &Path) -> bool {
    fs::read_link(link).is_ok_and(|it| it.file_name().is_some_and(|it| it == "edrctl"))
}

#[cfg(test)]
mod tests;
