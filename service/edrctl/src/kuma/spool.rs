//! The folder in which accepted tasks are noted until somebody has told what became of them.
//!
//! A file a task, written whole or not at all. Its name is made of the task's id, so that a task
//! that is noted twice is there once.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::digest;

/// Most tasks that are noted: more than KSC keeps of everybody's, many times.
const MOST: usize = 10_000;
/// Most bytes of a note.
const MOST_BYTES: u64 = 64 * 1024;

/// What is noted of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// The task's id.
    pub task: String,
    /// The script that asked for it.
    pub script: String,
    /// The host as the rule named it.
    pub host: String,
    /// The event it is for, where the rule says so.
    #[serde(default)]
    pub event: Option<String>,
    /// The key it was asked for with.
    pub key: String,
    /// When, in RFC 3339.
    pub asked_at: String,
}

/// The folder.
#[derive(Debug, Clone)]
pub struct Spool {
    folder: PathBuf,
}

impl Spool {
    /// The spool in this folder, which must be there.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    fn file(&self, task: &str) -> PathBuf {
        let name = digest::hex(&[task]);
        self.folder.join(format!("task-{name}.json"))
    }

    /// Notes a task.
    ///
    /// # Errors
    /// Why it is not noted.
    pub fn add(&self, note: &Note) -> io::Result<()> {
        let file = self.file(&note.task);
        if fs::read_dir(&self.folder)?.take(MOST).count() >= MOST {
            return Err(io::Error::other(format!("there are {MOST} notes already")));
        }
        let text = serde_json::to_vec(note)?;
        let unfinished = self.folder.join(format!(
            ".new-{}-{}",
            std::process::id(),
            uuid::Uuid::new_v4()
        ));
        let written = File::create_new(&unfinished).and_then(|mut it| {
            it.write_all(&text)?;
            it.sync_all()
        });
        let placed = written.and_then(|()| fs::rename(&unfinished, &file));
        if placed.is_err() {
            let _nothing_more_can_be_done = fs::remove_file(&unfinished);
        }
        placed
    }

    /// What is noted, the oldest first; and the names of files that are no notes.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn notes(&self) -> io::Result<(Vec<Note>, Vec<String>)> {
        let mut notes = Vec::new();
        let mut odd = Vec::new();
        for entry in fs::read_dir(&self.folder)?.take(2 * MOST) {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if !name.starts_with("task-") {
                continue;
            }
            match read(&entry.path()) {
                Some(note) if self.file(&note.task) == entry.path() => notes.push(note),
                _ => odd.push(name),
            }
        }
        notes.sort_by(|one: &Note, other| {
            (&one.asked_at, &one.task).cmp(&(&other.asked_at, &other.task))
        });
        Ok((notes, odd))
    }

    /// Forgets a task.
    ///
    /// # Errors
    /// When it is still noted.
    pub fn remove(&self, task: &str) -> io::Result<()> {
        match fs::remove_file(self.file(task)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

fn read(file: &Path) -> Option<Note> {
    let known = fs::symlink_metadata(file).ok()?;
    if !known.is_file() || known.len() > MOST_BYTES {
        return None;
    }
    serde_json::from_slice(&fs::read(file).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(task: &str) -> Note {
        Note {
            task: task.to_owned(),
            script: "isolateHost.py".to_owned(),
            host: "ws".to_owned(),
            event: None,
            key: "kuma-1".to_owned(),
            asked_at: format!("2026-01-02T03:04:05Z {task}"),
        }
    }

    #[test]
    fn a_task_is_noted_once_and_forgotten() {
        let folder = tempfile::tempdir().expect("a folder");
        let spool = Spool::new(folder.path());
        for task in ["ksc-2", "ksc-1", "ksc-2", "../../x"] {
            spool.add(&note(task)).expect("noted");
        }
        fs::write(folder.path().join("task-odd.json"), "{").expect("written");
        fs::write(folder.path().join(".new-1"), "half").expect("written");

        let (notes, odd) = spool.notes().expect("notes");
        let tasks: Vec<&str> = notes.iter().map(|it| it.task.as_str()).collect();
        assert_eq!(tasks, ["../../x", "ksc-1", "ksc-2"]);
        assert_eq!(odd, ["task-odd.json"]);

        spool.remove("ksc-1").expect("forgotten");
        spool.remove("ksc-1").expect("forgotten already");
        assert_eq!(spool.notes().expect("notes").0.len(), 2);
        assert!(Spool::new(Path::new("/nowhere")).add(&note("x")).is_err());
    }
}
