//! The results of this run and of those before, a line each, written as soon as they are known.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::exit::Exit;

/// What became of a line.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) line: usize,
    pub(super) key: String,
    /// The gateway that was asked.
    pub(super) gateway: String,
    pub(super) exit: Exit,
    /// What the gateway said: a task, or a problem.
    pub(super) told: Value,
}

impl Record {
    /// The id of its task, where it was accepted.
    pub(super) fn id(&self) -> Option<String> {
        self.told["task"]["id"].as_str().map(str::to_owned)
    }

    /// It as a line has it.
    pub(super) fn value(&self) -> Value {
        let mut value = Map::new();
        value.insert("line".to_owned(), self.line.into());
        value.insert("key".to_owned(), self.key.clone().into());
        value.insert("gateway".to_owned(), self.gateway.clone().into());
        value.insert("exit".to_owned(), self.exit.number().into());
        if let Value::Object(told) = &self.told {
            value.extend(told.clone());
        }
        Value::Object(value)
    }

    fn of(value: &Value) -> Option<Self> {
        let exit = value["exit"].as_u64()?;
        let exit = Exit::ALL
            .into_iter()
            .find(|it| u64::from(it.number()) == exit)?;
        let told = |member: &str| value.get(member).map(|it| json!({member: it}));
        Some(Self {
            line: usize::try_from(value["line"].as_u64()?).ok()?,
            key: value["key"].as_str()?.to_owned(),
            gateway: value["gateway"].as_str()?.to_owned(),
            exit,
            told: told("task").or_else(|| told("problem"))?,
        })
    }
}

/// Where results are written and read.
#[derive(Debug)]
pub(super) struct Journal {
    file: Option<File>,
    accepted: BTreeMap<String, Record>,
}

impl Journal {
    /// For a run that leaves nothing behind.
    pub(super) const fn nowhere() -> Self {
        Self {
            file: None,
            accepted: BTreeMap::new(),
        }
    }

    /// The journal at this place, which may be new.
    pub(super) fn open(place: &Path) -> std::io::Result<Self> {
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(place)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        // A line that was cut short would swallow the next one.
        if text.last().is_some_and(|it| *it != b'\n') {
            file.seek(SeekFrom::End(0))?;
            file.write_all(b"\n")?;
        }
        let lines = text.split(|it| *it == b'\n');
        let values = lines.filter_map(|it| serde_json::from_slice::<Value>(it).ok());
        let records = values.filter_map(|it| Record::of(&it));
        let accepted = records.filter(|it| it.id().is_some());
        Ok(Self {
            accepted: accepted.map(|it| (it.key.clone(), it)).collect(),
            file: Some(file),
        })
    }

    /// Another gateway than this one, of which there are results: what it has accepted says nothing
    /// of this one.
    pub(super) fn of_another(&self, gateway: &str) -> Option<&str> {
        let gateways = self.accepted.values().map(|it| it.gateway.as_str());
        gateways.into_iter().find(|it| *it != gateway)
    }

    /// What became of a request of an earlier run, where it was accepted.
    pub(super) fn accepted(&self, key: &str) -> Option<Record> {
        self.accepted.get(key).cloned()
    }

    /// Writes a result down.
    pub(super) fn write(&mut self, record: &Record) -> std::io::Result<()> {
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        let line = format!("{}\n", record.value());
        file.write_all(line.as_bytes())?;
        file.sync_data()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(key: &str, told: Value) -> Record {
        Record {
            line: 1,
            key: key.to_owned(),
            gateway: "https://a/".to_owned(),
            exit: Exit::Done,
            told,
        }
    }

    #[test]
    fn what_was_accepted_is_known_to_the_next_run_and_nothing_else_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("results");
        let mut journal = Journal::open(&place).expect("a journal");
        journal
            .write(&record("a", json!({"task": {"id": "ksc-1"}})))
            .expect("written");
        journal
            .write(&record("b", json!({"problem": {"code": "rate_limited"}})))
            .expect("written");
        drop(journal);
        let mut torn = OpenOptions::new()
            .append(true)
            .open(&place)
            .expect("the file");
        torn.write_all(b"{\"key\": \"c\", \"li").expect("written");
        drop(torn);

        let mut journal = Journal::open(&place).expect("a journal");
        journal
            .write(&record("d", json!({"task": {"id": "ksc-2"}})))
            .expect("written");
        let journal = Journal::open(&place).expect("a journal");

        assert_eq!(journal.of_another("https://a/"), None);
        assert_eq!(journal.of_another("https://b/"), Some("https://a/"));
        let known = ["a", "b", "c", "d"].map(|it| journal.accepted(it).and_then(|it| it.id()));
        assert_eq!(
            known,
            [
                Some("ksc-1".to_owned()),
                None,
                None,
                Some("ksc-2".to_owned())
            ]
        );
    }
}
