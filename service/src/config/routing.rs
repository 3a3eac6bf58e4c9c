//! `[routing]`: which server acts when several know the host and can do it.

use std::collections::{BTreeMap, BTreeSet};

use vocabulary::task::TaskType;
use vocabulary::task_id::Alias;

use super::reader::Reader;

/// Which server is preferred when several know the host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Routing {
    order: Vec<Alias>,
    of_task: BTreeMap<TaskType, Vec<Alias>>,
}

impl Routing {
    /// The servers that are preferred for tasks of this type, the first one most. Those that are
    /// not among them are not preferred to each other.
    #[must_use]
    pub fn of(&self, task: TaskType) -> &[Alias] {
        self.of_task.get(&task).unwrap_or(&self.order)
    }

    pub(super) fn read(reader: &mut Reader, known: &BTreeSet<Alias>) -> Option<Self> {
        let order = aliases(reader, "routing.order", known);
        let mut of_task = BTreeMap::new();
        let mut whole = true;
        for task in TaskType::ALL {
            let key = format!("routing.{task}");
            if !reader.is_set(&key) {
                continue;
            }
            let preferred = aliases(reader, &key, known);
            whole &= preferred.is_some();
            of_task.extend(preferred.map(|it| (task, it)));
        }
        let order = order?;
        whole.then_some(Self { order, of_task })
    }
}

/// Aliases of servers, each once.
fn aliases(reader: &mut Reader, key: &str, known: &BTreeSet<Alias>) -> Option<Vec<Alias>> {
    let mut aliases: Vec<Alias> = Vec::new();
    let mut whole = true;
    for (number, text) in (1..).zip(reader.list(key)?) {
        let wrong = match Alias::parse(&text).filter(|it| known.contains(it)) {
            Some(alias) if aliases.contains(&alias) => "is there twice",
            Some(alias) => {
                aliases.push(alias);
                continue;
            }
            None => "is no alias of a back end",
        };
        whole = false;
        reader.mistake(key, format!("entry {number} {wrong}"));
    }
    whole.then_some(aliases)
}
