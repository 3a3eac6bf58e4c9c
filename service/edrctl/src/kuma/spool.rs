//! The folder in which calls are noted until somebody has told what became of their tasks.
//!
//! A file a call, written whole or not at all, and before anything is sent: KUMA may end a script
//! at any moment, and what it was about is then still known. Its name is made of the call's key, so
//! that a call that comes again is there once; what has been told is remembered for a while, so that
//! a rule in a loop is not told of again and again.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::digest;

/// Most calls that are noted: more than KSC keeps tasks of everybody's, many times.
const MOST: usize = 10_000;
/// Most bytes of a note.
const MOST_BYTES: u64 = 64 * 1024;
/// How long it is remembered that something was told: longer than the gateway knows a key.
const REMEMBERED: Duration = Duration::from_hours(48);
/// How long a file may be in the making.
const IN_THE_MAKING: Duration = Duration::from_mins(10);

const NOTE: &str = "note-";
const TOLD: &str = "told-";
const NEW: &str = ".new-";

/// What is noted of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// The key it is asked for with.
    pub key: String,
    /// The task's id, once the gateway has said it.
    #[serde(default)]
    pub task: Option<String>,
    /// The reference by which the task is found where its id was not heard.
    pub external_id: String,
    /// The script that asks for it.
    pub script: String,
    /// The host as the rule names it.
    pub host: String,
    /// The event it is for, where the rule says so.
    #[serde(default)]
    pub event: Option<String>,
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

    fn file(&self, kind: &str, key: &str) -> PathBuf {
        self.folder.join(format!("{kind}{}", digest::hex(&[key])))
    }

    /// Notes a call before it is sent; false when it is noted already, or has been told.
    ///
    /// # Errors
    /// Why it is not noted.
    pub fn begin(&self, note: &Note) -> io::Result<bool> {
        if fs::read_dir(&self.folder)?.take(MOST).count() >= MOST {
            return Err(io::Error::other(format!("there are {MOST} files already")));
        }
        if self.file(TOLD, &note.key).exists() {
            return Ok(false);
        }
        let unfinished = self.unfinished(note)?;
        // A second name fails where there is one already, and a rename would not.
        let placed = fs::hard_link(&unfinished, self.file(NOTE, &note.key));
        let _the_follower_does = fs::remove_file(&unfinished);
        match placed {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            other => other.map(|()| true),
        }
    }

    /// Notes what the task is called, unless it has been told.
    ///
    /// # Errors
    /// Why it is not noted.
    pub fn accepted(&self, note: &Note) -> io::Result<()> {
        if self.file(TOLD, &note.key).exists() {
            return Ok(());
        }
        let unfinished = self.unfinished(note)?;
        fs::rename(&unfinished, self.file(NOTE, &note.key))
    }

    /// Writes a note where nobody looks yet.
    fn unfinished(&self, note: &Note) -> io::Result<PathBuf> {
        let text = serde_json::to_vec(note)?;
        let name = format!("{NEW}{}", uuid::Uuid::new_v4());
        let unfinished = self.folder.join(name);
        let written = File::create_new(&unfinished).and_then(|mut it| {
            it.write_all(&text)?;
            it.sync_all()
        });
        written.map(|()| unfinished)
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
            if !name.starts_with(NOTE) {
                continue;
            }
            match read(&entry.path()) {
                Some(note) if self.file(NOTE, &note.key) == entry.path() => notes.push(note),
                _ => odd.push(name),
            }
        }
        notes.sort_by(|one: &Note, other| {
            (&one.asked_at, &one.key).cmp(&(&other.asked_at, &other.key))
        });
        Ok((notes, odd))
    }

    /// Forgets a call of which nothing came.
    ///
    /// # Errors
    /// When it is still noted.
    pub fn remove(&self, key: &str) -> io::Result<()> {
        match fs::remove_file(self.file(NOTE, key)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Forgets a call that has been told, and remembers that it has.
    ///
    /// # Errors
    /// When it is still noted.
    pub fn told(&self, key: &str) -> io::Result<()> {
        match fs::rename(self.file(NOTE, key), self.file(TOLD, key)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Takes away what is older than anybody needs it.
    pub fn tidy(&self, now: SystemTime) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let most = match () {
                () if name.starts_with(TOLD) => REMEMBERED,
                () if name.starts_with(NEW) => IN_THE_MAKING,
                () => continue,
            };
            let age = entry.metadata().and_then(|it| it.modified());
            let age = age.ok().and_then(|it| now.duration_since(it).ok());
            if age.is_some_and(|it| it > most) {
                let _the_next_round_does = fs::remove_file(entry.path());
            }
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

    fn note(key: &str) -> Note {
        Note {
            key: key.to_owned(),
            task: None,
            external_id: key.to_owned(),
            script: "isolateHost.py".to_owned(),
            host: "ws".to_owned(),
            event: None,
            asked_at: format!("2026-01-02T03:04:05Z {key}"),
        }
    }

    #[test]
    fn a_call_is_noted_once_before_it_is_sent_and_remembered_after_it_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let spool = Spool::new(folder.path());
        let begun = ["b", "a", "b", "../../x"].map(|it| spool.begin(&note(it)).expect("noted"));
        fs::write(folder.path().join("note-odd"), "{").expect("written");
        fs::write(folder.path().join(".new-1"), "half").expect("written");
        let accepted = Note {
            task: Some("ksc-1".to_owned()),
            ..note("a")
        };
        spool.accepted(&accepted).expect("noted");

        assert_eq!(begun, [true, true, false, true]);
        let (notes, odd) = spool.notes().expect("notes");
        let keys: Vec<&str> = notes.iter().map(|it| it.key.as_str()).collect();
        assert_eq!(keys, ["../../x", "a", "b"]);
        assert_eq!(notes[1].task.as_deref(), Some("ksc-1"));
        assert_eq!(odd, ["note-odd"]);

        spool.told("a").expect("told");
        spool.told("a").expect("told already");
        spool.remove("b").expect("forgotten");
        assert_eq!(spool.begin(&note("a")).ok(), Some(false), "it was told");
        spool.accepted(&accepted).expect("it was told");
        assert_eq!(spool.notes().expect("notes").0.len(), 1);
        assert!(Spool::new(Path::new("/nowhere")).begin(&note("x")).is_err());
    }

    #[test]
    fn what_is_old_is_taken_away_and_notes_are_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let spool = Spool::new(folder.path());
        for key in ["a", "b"] {
            spool.begin(&note(key)).expect("noted");
        }
        spool.told("a").expect("told");
        fs::write(folder.path().join(".new-1"), "half").expect("written");
        let made = fs::metadata(folder.path().join(".new-1")).expect("it is there");
        let made = made.modified().expect("a time");
        let count = || fs::read_dir(folder.path()).expect("a folder").count();

        spool.tidy(made + Duration::from_secs(1));
        assert_eq!(count(), 3);
        spool.tidy(made + Duration::from_hours(1));
        assert_eq!(count(), 2);
        spool.tidy(made + Duration::from_hours(100));
        assert_eq!(count(), 1);
        assert_eq!(spool.notes().expect("notes").0.len(), 1);
    }
}
