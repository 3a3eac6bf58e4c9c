//! Which KSC task came of which incident.
//!
//! KSC says so nowhere. What is known: the task is made for the incident's host, after the
//! incident, named `[Response][<area>] <task> - <date> <time> - <ID>` (KES for Windows 12.10,
//! article 300214), and the service console works through incidents in their order. What `<ID>`
//! is, the vendor does not say; where it is the number of one of the incidents, that settles it.
//!
//! Everybody's requests count, not only ours: KUMA's scripts make the same tasks. A pairing is
//! given out only when no other would explain what is seen as well; else all candidates are.

use std::collections::HashMap;

use ksc::TaskInfo;
use time::OffsetDateTime;

use super::LIFE;
use crate::api::task::KscTask;
use crate::task::TaskType;

/// Clocks of the gateway, which dates incidents, and of KSC, which dates tasks, may differ by so
/// much.
pub(crate) const SKEW: time::Duration = time::Duration::seconds(5);

/// A request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Asked {
    pub(super) added: OffsetDateTime,
    pub(super) incident: i64,
}

/// A KSC task that could have come of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) created: OffsetDateTime,
}

impl From<KscTask> for Seen {
    fn from(task: KscTask) -> Self {
        Self {
            id: task.id,
            name: task.name,
            created: task.created_at.unwrap_or(OffsetDateTime::UNIX_EPOCH),
        }
    }
}

impl From<&TaskInfo> for Seen {
    fn from(info: &TaskInfo) -> Self {
        Self {
            id: info.id.clone(),
            name: info.display_name.clone().unwrap_or_default(),
            // A task without a date fits no request.
            created: info.created.unwrap_or(OffsetDateTime::UNIX_EPOCH),
        }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// No task yet.
    None,
    /// This one and no other.
    One(Seen),
    /// Any of these.
    Many(Vec<Seen>),
    /// One of these perhaps: there are too many requests to tell whose they are.
    Unclear(Vec<Seen>),
}

/// How the names of all response tasks begin, in lower case.
const RESPONSE: &str = "[response][";

/// Whether a name is that of a response task, whoever asked for it.
pub(super) fn is_response(name: &str) -> bool {
    let start = name.get(..RESPONSE.len());
    start.is_some_and(|it| it.eq_ignore_ascii_case(RESPONSE))
}

/// Whether a name is that of a response task of this area and type, by any case. Its time is not asked
/// for here: a task that is too old for one request may be what another one is explained by.
pub(super) fn is_named(name: &str, area: &str, task: TaskType) -> bool {
    let name = name.to_lowercase();
    let prefix = format!("{RESPONSE}{}]", area.to_lowercase());
    let Some(rest) = name.strip_prefix(&prefix) else {
        return false;
    };
    let kind = rest
        .trim_start()
        .split([' ', '-'])
        .next()
        .unwrap_or_default();
    kind == task.name().to_lowercase()
}

/// Requests of one kind, and which of them have tasks that are known.
pub(super) struct Rivals {
    /// All requests of the kind; nothing when there are too many to be known.
    pub(super) asked: Option<Vec<Asked>>,
    /// The task of a request, where it was seen for certain before: it is nobody else's, and a request
    /// whose task is known competes for no other, be its own still there or gone.
    pub(super) known: HashMap<i64, String>,
}

/// The task of `own` among those seen, while its rivals may have made some of them.
pub(super) fn among(own: Asked, rivals: &Rivals, mut seen: Vec<Seen>) -> Found {
    let taken = |it: &Seen| {
        let mut others = rivals
            .known
            .iter()
            .filter(|(other, _)| **other != own.incident);
        others.any(|(_, task)| *task == it.id)
    };
    seen.retain(|it| !taken(it));
    let Some(asked) = &rivals.asked else {
        return any_of(own, seen);
    };
    // Those that are too old to have a task left, or younger than all tasks, have made none of them.
    let oldest = own.added.saturating_sub(LIFE);
    let latest = seen.iter().map(|it| it.created).max().unwrap_or(own.added);
    let latest = latest.saturating_add(time::Duration::minutes(1));
    let open = |it: &&Asked| {
        it.incident != own.incident
            && !rivals.known.contains_key(&it.incident)
            && (oldest..=latest).contains(&it.added)
    };
    by_window(own, asked.iter().filter(open).copied().collect(), seen)
}

/// The task whose name ends in the number of this request, when there is exactly one that the
/// request can have made. A name alone is not enough: what the number in it counts is not
/// documented, and one of another year may end in the same digits.
pub(super) fn by_number(own: Asked, seen: &[Seen]) -> Option<&Seen> {
    let mut named = seen
        .iter()
        .filter(|task| fits(own, task) && ends_in(task, own.incident));
    let first = named.next()?;
    named.next().is_none().then_some(first)
}

/// Every task that the request can have made, when too many others may have made them as well.
pub(super) fn any_of(own: Asked, seen: Vec<Seen>) -> Found {
    let possible: Vec<Seen> = seen.into_iter().filter(|it| fits(own, it)).collect();
    if possible.is_empty() {
        Found::None
    } else {
        Found::Unclear(possible)
    }
}

/// The task of `own` among those seen, while `others` may have made some of them.
pub(super) fn by_window(own: Asked, others: Vec<Asked>, mut seen: Vec<Seen>) -> Found {
    let mut asked = others;
    asked.push(own);
    asked.sort_unstable();
    seen.sort_by(|a, b| (a.created, a.id.len(), &a.id).cmp(&(b.created, b.id.len(), &b.id)));

    // Names that end in the number of a request speak for themselves.
    let named: Vec<(Asked, String)> = asked
        .iter()
        .filter_map(|it| by_number(*it, &seen).map(|task| (*it, task.id.clone())))
        .collect();
    if let Some((_, id)) = named.iter().find(|(it, _)| *it == own) {
        let task = seen.into_iter().find(|it| it.id == *id);
        return task.map_or(Found::None, Found::One);
    }
    asked.retain(|it| !named.iter().any(|(other, _)| other == it));
    seen.retain(|it| !named.iter().any(|(_, id)| *id == it.id));

    let at = asked
        .iter()
        .position(|it| *it == own)
        .expect("own is not named, so it is still there");
    let pairings = Pairings::new(&asked, &seen);
    let possible: Vec<usize> = (0..seen.len())
        .filter(|it| pairings.may_be(at, *it))
        .collect();
    match possible.as_slice() {
        [] => Found::None,
        [one] if !pairings.may_have_none(at) => Found::One(seen.swap_remove(*one)),
        many => Found::Many(many.iter().map(|it| seen[*it].clone()).collect()),
    }
}

/// Whether a task is young enough to have come of a request.
fn fits(asked: Asked, task: &Seen) -> bool {
    may_follow(asked.added, task)
}

/// Whether a task is young enough to have come of a request of this time.
pub(super) fn may_follow(added: OffsetDateTime, task: &Seen) -> bool {
    task.created >= added.saturating_sub(SKEW)
}

/// Whether the last part of a task's name is this number. A task that ends in its own number says
/// nothing of an incident's.
fn ends_in(task: &Seen, incident: i64) -> bool {
    number_of(task) == Some(incident)
}

/// The number that is the last part of a task's name, when it is one and not the task's own.
pub(super) fn number_of(task: &Seen) -> Option<i64> {
    let last = task.name.rsplit(" - ").next()?.trim();
    let number = last.parse().ok()?;
    (task.id != last).then_some(number)
}

/// All ways to pair requests with tasks in order, each task after its request, as many pairs as
/// can be. `before[i][j]` is the most pairs among the first i requests and j tasks, `behind[i][j]`
/// among those from there on.
struct Pairings<'a> {
    asked: &'a [Asked],
    seen: &'a [Seen],
    before: Vec<Vec<usize>>,
    behind: Vec<Vec<usize>>,
}

impl<'a> Pairings<'a> {
    fn new(asked: &'a [Asked], seen: &'a [Seen]) -> Self {
        let (n, m) = (asked.len(), seen.len());
        let mut it = Self {
            asked,
            seen,
            before: vec![vec![0; m + 1]; n + 1],
            behind: vec![vec![0; m + 1]; n + 1],
        };
        for i in 1..=n {
            for j in 1..=m {
                let pair = if it.fits(i - 1, j - 1) {
                    it.before[i - 1][j - 1] + 1
                } else {
                    0
                };
                it.before[i][j] = pair.max(it.before[i - 1][j]).max(it.before[i][j - 1]);
            }
        }
        for i in (0..n).rev() {
            for j in (0..m).rev() {
                let pair = if it.fits(i, j) {
                    it.behind[i + 1][j + 1] + 1
                } else {
                    0
                };
                it.behind[i][j] = pair.max(it.behind[i + 1][j]).max(it.behind[i][j + 1]);
            }
        }
        it
    }

    fn fits(&self, request: usize, task: usize) -> bool {
        fits(self.asked[request], &self.seen[task])
    }

    fn most(&self) -> usize {
        self.behind[0][0]
    }

    /// Whether some best pairing gives this task to this request.
    fn may_be(&self, request: usize, task: usize) -> bool {
        self.fits(request, task)
            && self.before[request][task] + 1 + self.behind[request + 1][task + 1] == self.most()
    }

    /// Whether some best pairing gives this request nothing.
    fn may_have_none(&self, request: usize) -> bool {
        (0..=self.seen.len())
            .any(|it| self.before[request][it] + self.behind[request + 1][it] == self.most())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(1_000_000 + seconds).expect("a time")
    }

    fn asked(incident: i64, seconds: i64) -> Asked {
        Asked {
            incident,
            added: at(seconds),
        }
    }

    fn seen(id: u32, seconds: i64, ending: &str) -> Seen {
        let name = format!("[Response][KUMA] getFile - 01/02/2026 03:04:05 - {ending}");
        Seen {
            id: id.to_string(),
            name,
            created: at(seconds),
        }
    }

    fn one(found: Found) -> String {
        match found {
            Found::One(task) => task.id,
            Found::None | Found::Many(_) | Found::Unclear(_) => panic!("not one: {found:?}"),
        }
    }

    fn many(found: Found) -> Vec<String> {
        match found {
            Found::Many(tasks) => tasks.into_iter().map(|it| it.id).collect(),
            Found::None | Found::One(_) | Found::Unclear(_) => panic!("not many: {found:?}"),
        }
    }

    #[test]
    fn one_request_and_one_task_belong_together() {
        assert_eq!(
            one(by_window(asked(1, 0), vec![], vec![seen(10, 2, "x")])),
            "10"
        );
    }

    #[test]
    fn requests_and_tasks_of_equal_number_are_paired_in_order() {
        let tasks = || vec![seen(12, 12, "x"), seen(10, 2, "y"), seen(11, 7, "z")];
        let all = [asked(1, 0), asked(2, 5), asked(3, 10)];

        for (own, task) in [(0, "10"), (1, "11"), (2, "12")] {
            let others = all.iter().copied().filter(|it| *it != all[own]).collect();
            assert_eq!(one(by_window(all[own], others, tasks())), task);
        }
    }

    #[test]
    fn a_task_that_two_requests_could_have_made_is_nobodys_for_sure() {
        let (a, b) = (asked(1, 0), asked(2, 1));
        let tasks = || vec![seen(10, 20, "x")];

        assert_eq!(many(by_window(a, vec![b], tasks())), ["10"]);
        assert_eq!(many(by_window(b, vec![a], tasks())), ["10"]);
    }

    #[test]
    fn a_task_from_before_the_second_request_is_the_firsts() {
        let (a, b) = (asked(1, 0), asked(2, 600));
        let tasks = || vec![seen(10, 20, "x")];

        assert_eq!(one(by_window(a, vec![b], tasks())), "10");
        assert_eq!(by_window(b, vec![a], tasks()), Found::None);
    }

    #[test]
    fn a_task_that_is_explained_by_an_earlier_request_leaves_the_later_ones_to_the_later() {
        let (a, b) = (asked(1, 0), asked(2, 20));
        let tasks = || vec![seen(10, 2, "x"), seen(11, 22, "y")];

        assert_eq!(one(by_window(a, vec![b], tasks())), "10");
        assert_eq!(one(by_window(b, vec![a], tasks())), "11");
    }

    #[test]
    fn the_number_of_a_request_at_the_end_of_a_name_settles_it() {
        let (a, b) = (asked(41, 0), asked(42, 1));
        let tasks = || vec![seen(10, 20, "42")];

        assert_eq!(one(by_window(b, vec![a], tasks())), "10");
        assert_eq!(by_window(a, vec![b], tasks()), Found::None);
    }

    #[test]
    fn an_old_task_that_ends_in_the_number_by_chance_settles_nothing() {
        let (a, b) = (asked(41, 0), asked(42, 1));
        let old = || seen(9, -86_400, "42");

        assert_eq!(by_window(b, vec![], vec![old()]), Found::None);
        assert_eq!(
            one(by_window(b, vec![], vec![old(), seen(10, 3, "x")])),
            "10"
        );
        assert_eq!(
            many(by_window(a, vec![b], vec![old(), seen(10, 20, "x")])),
            ["10"]
        );
    }

    #[test]
    fn among_too_many_requests_every_task_that_fits_is_possible() {
        let tasks = || vec![seen(9, -60, "x"), seen(10, 2, "y"), seen(11, 3, "z")];

        let all = any_of(asked(1, 0), tasks());
        assert_eq!(
            all,
            Found::Unclear(vec![seen(10, 2, "y"), seen(11, 3, "z")])
        );
        assert_eq!(any_of(asked(1, 60), tasks()), Found::None);
    }

    #[test]
    fn a_task_that_ends_in_its_own_number_says_nothing() {
        let named = |id| vec![seen(id, 20, "42"), seen(11, 21, "x")];

        assert_eq!(
            by_number(asked(42, 0), &named(10)).map(|it| &*it.id),
            Some("10")
        );
        assert_eq!(by_number(asked(42, 0), &named(42)), None);
    }

    #[test]
    fn a_request_whose_task_is_known_competes_for_no_other() {
        let rivals = |known: &[(i64, &str)]| Rivals {
            asked: Some(vec![asked(1, 0), asked(2, 1)]),
            known: known
                .iter()
                .map(|(it, id)| (*it, (*id).to_owned()))
                .collect(),
        };
        let tasks = || vec![seen(11, 20, "x")];

        assert_eq!(many(among(asked(2, 1), &rivals(&[]), tasks())), ["11"]);
        // The first one's task was seen, and is gone.
        let gone = rivals(&[(1, "10")]);
        assert_eq!(one(among(asked(2, 1), &gone, tasks())), "11");
        // What is known of the request itself does not bind it.
        let own = rivals(&[(2, "10")]);
        assert_eq!(many(among(asked(2, 1), &own, tasks())), ["11"]);
        // A task that is known to be another's is not this one's.
        let others = rivals(&[(1, "11")]);
        assert_eq!(among(asked(2, 1), &others, tasks()), Found::None);
    }

    #[test]
    fn a_task_that_somebody_made_by_hand_makes_it_ambiguous() {
        let tasks = vec![seen(10, 2, "x"), seen(11, 9, "y")];

        assert_eq!(many(by_window(asked(1, 0), vec![], tasks)), ["10", "11"]);
    }

    #[test]
    fn names_are_compared_without_case_and_by_whole_type() {
        let like = |name: &str| is_named(name, "Kuma", TaskType::GetFile);

        assert!(like("[Response][KUMA] getFile - 01/02/2026 03:04:05 - 42"));
        assert!(like("[response][kuma] getfile - 2026-01-02 - x"));
        assert!(!like("[Response][KUMA] getFileX - 01/02/2026 - 42"));
        assert!(!like("[Response][KUMA2] getFile - 01/02/2026 - 42"));
        assert!(!like("getFile"));
    }
}
