//! What this replica remembers of those who asked: so many entries, of so many bytes, for so long.
//! The oldest go first.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::asker::Asker;
use super::entry::{AskedKey, AskedTask, LIFE};
use vocabulary::task_id::TaskId;

/// Most entries.
const MOST: usize = 10_000;

/// Most bytes of them.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// What an entry takes beside its texts: its places in three collections, and the heads of texts.
const OVERHEAD: usize = 512;

/// Most of what is kept.
#[derive(Debug, Clone, Copy)]
struct ShelfLimits {
    entries: usize,
    bytes: usize,
}

/// The entries.
pub(super) struct Shelf {
    kept: HashMap<AskedKey, KeptAsker>,
    /// The oldest first, each with when it came ([`crate::clock::Clock::passed`]).
    line: VecDeque<(Duration, AskedKey)>,
    /// The tasks of each case, the oldest first.
    cases: HashMap<Arc<str>, VecDeque<TaskId>>,
    bytes: usize,
    limits: ShelfLimits,
}

struct KeptAsker {
    host_id: Box<str>,
    asker: Arc<Asker>,
}

impl KeptAsker {
    fn bytes(&self) -> usize {
        OVERHEAD + self.host_id.len() + self.asker.bytes()
    }
}

impl Default for Shelf {
    fn default() -> Self {
        Self::within(ShelfLimits {
            entries: MOST,
            bytes: MOST_BYTES,
        })
    }
}

impl Shelf {
    fn within(limits: ShelfLimits) -> Self {
        Self {
            kept: HashMap::new(),
            line: VecDeque::new(),
            cases: HashMap::new(),
            bytes: 0,
            limits,
        }
    }

    /// Keeps an entry, when so much has passed. One that is there stays as it is.
    pub(super) fn put(&mut self, entry: &AskedTask, passed: Duration) {
        self.sweep(passed);
        let key = entry.key();
        if self.kept.contains_key(&key) {
            return;
        }
        if let Some(case) = &entry.asker.external_id {
            let of_case = self.cases.entry(Arc::clone(case)).or_default();
            of_case.push_back(entry.id.clone());
        }
        let kept = KeptAsker {
            host_id: entry.host_id.as_str().into(),
            asker: Arc::clone(&entry.asker),
        };
        self.bytes += kept.bytes();
        self.kept.insert(key.clone(), kept);
        self.line.push_back((passed, key));
        while self.kept.len() > self.limits.entries || self.bytes > self.limits.bytes {
            if !self.drop_oldest() {
                return;
            }
        }
    }

    /// Who asked for the task of this key on this host.
    pub(super) fn get(&self, key: &AskedKey, host_id: &str) -> Option<&Arc<Asker>> {
        let kept = self.kept.get(key)?;
        kept.host_id
            .eq_ignore_ascii_case(host_id)
            .then_some(&kept.asker)
    }

    /// The tasks of a case, the youngest first.
    pub(super) fn of_case(&self, external_id: &str) -> impl Iterator<Item = &TaskId> {
        let of_case = self.cases.get(external_id).into_iter();
        of_case.flat_map(|it| it.iter().rev())
    }

    /// Lets go of what has been here for as long as a back end keeps tasks.
    pub(super) fn sweep(&mut self, passed: Duration) {
        let is_over = |(since, _): &(Duration, AskedKey)| passed.saturating_sub(*since) >= LIFE;
        while self.line.front().is_some_and(is_over) {
            self.drop_oldest();
        }
    }

    /// Whether there was one.
    fn drop_oldest(&mut self) -> bool {
        let Some((_, key)) = self.line.pop_front() else {
            return false;
        };
        let Some(kept) = self.kept.remove(&key) else {
            return true;
        };
        self.bytes -= kept.bytes();
        let Some(case) = &kept.asker.external_id else {
            return true;
        };
        if let Some(of_case) = self.cases.get_mut(case) {
            // It is the first, or near to it.
            if let Some(at) = of_case.iter().position(|it| *it == key.id) {
                of_case.remove(at);
            }
            if of_case.is_empty() {
                self.cases.remove(case);
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;

    fn entry(number: i64, case: Option<&str>, comment: &str) -> AskedTask {
        AskedTask {
            id: TaskId::parse(&format!("ksc-{number}")).expect("an id"),
            requested_at: OffsetDateTime::UNIX_EPOCH + time::Duration::seconds(number),
            host_id: "Host".to_owned(),
            asker: Arc::new(Asker {
                caller: "soar".into(),
                comment: Some(comment.into()),
                external_id: case.map(Into::into),
                request_id: None,
            }),
        }
    }

    fn of_case(shelf: &Shelf, case: &str) -> Vec<String> {
        shelf.of_case(case).map(ToString::to_string).collect()
    }

    #[test]
    fn the_oldest_go_first_by_number_and_by_bytes() {
        let limits = ShelfLimits {
            entries: 3,
            bytes: 10 * OVERHEAD,
        };
        let mut shelf = Shelf::within(limits);
        for number in 1..=4 {
            shelf.put(&entry(number, Some("case"), "why"), Duration::ZERO);
        }
        assert_eq!(of_case(&shelf, "case"), ["ksc-4", "ksc-3", "ksc-2"]);
        assert!(shelf.get(&entry(1, None, "").key(), "host").is_none());

        // One that is as large as all others.
        let large = "x".repeat(8 * OVERHEAD);
        shelf.put(&entry(5, None, &large), Duration::ZERO);

        assert!(of_case(&shelf, "case").is_empty());
        assert!(shelf.get(&entry(5, None, "").key(), "host").is_some());
        assert!(shelf.cases.is_empty() && shelf.kept.len() == 1 && shelf.line.len() == 1);
        assert!(shelf.bytes <= limits.bytes, "{}", shelf.bytes);
    }

    #[test]
    fn what_is_there_stays_until_its_time_is_over() {
        let mut shelf = Shelf::default();
        let (first, again) = (entry(1, Some("case"), "first"), entry(1, None, "again"));
        shelf.put(&first, Duration::ZERO);
        shelf.put(&again, Duration::from_secs(1));

        let kept = shelf.get(&first.key(), "HOST").map(Arc::clone);
        assert_eq!(kept, Some(Arc::clone(&first.asker)));
        // Another request's, that has its number by now.
        assert!(shelf.get(&first.key(), "another").is_none());
        assert!(shelf.get(&entry(2, None, "").key(), "host").is_none());

        shelf.sweep(LIFE);
        assert!(shelf.get(&first.key(), "host").is_none());
        assert!(shelf.bytes == 0 && shelf.cases.is_empty());
    }
}
