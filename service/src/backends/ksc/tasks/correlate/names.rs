//! What the name of a KSC task says: whether it is a response task, which kind of one, and whose.
//!
//! # Whether the number at its end is the incident's
//!
//! `<ID>` is not documented. It may be the number of the incident, or a counter that passes the
//! same numbers a little earlier or later. So a number is believed only where nothing speaks for a
//! counter: every like task ends in the number of a like request, all in the order in which both
//! were made, none before its request; and no request that came shortly before one that has its
//! task, or before the last task was made, goes without: the console works through them in their
//! order and would have come to it.
//!
//! # Which requests that takes
//!
//! Not all that there are: those from the lowest number in sight on, and those that were asked for
//! shortly before the first task was made ([`NameWindow`]). Every other one has a lower number and
//! is older by more than a console takes: it could neither have one of these numbers nor have been
//! passed over. So numbers are weighed among a few, where a host has had thousands of requests.

use time::OffsetDateTime;

use super::rivals::{PlacedRequest, Rivals};
use super::seen::{AT_MOST_WRONG, RequestRef, SeenTask};
use vocabulary::task::TaskType;

/// How the names of all response tasks begin, in lower case.
const RESPONSE: &str = "[response][";

/// A console makes a task well within this time: a request that is older and has none has lost it.
const SHORTLY: time::Duration = time::Duration::minutes(20);

/// A number that is so much higher than that of a request is that of no other one as a rule: it is
/// not worth while to ask.
const FAR: i64 = 1_000_000;

/// Whether a name is that of a response task, whoever asked for it.
pub(in crate::backends::ksc::tasks) fn is_response(name: &str) -> bool {
    let start = name.get(..RESPONSE.len());
    start.is_some_and(|it| it.eq_ignore_ascii_case(RESPONSE))
}

/// Whether a name is that of a response task of this area and type, by any case. Its time is not
/// asked for here: a task that is too old for one request may be what another one is explained by.
pub(crate) fn is_named(name: &str, area: &str, task: TaskType) -> bool {
    // A page asks this of each of KSC's tasks for each kind of its requests.
    if name.is_ascii() && area.is_ascii() {
        return is_named_in_ascii(name, area, task);
    }
    let name = name.to_lowercase();
    let prefix = format!("{RESPONSE}{}]", area.to_lowercase());
    let rest = name.strip_prefix(&prefix);
    rest.is_some_and(|it| kind_in(it) == task.name().to_lowercase())
}

fn is_named_in_ascii(name: &str, area: &str, task: TaskType) -> bool {
    let mut rest = Some(name);
    for prefix in [RESPONSE, area, "]"] {
        rest = rest
            .and_then(|it| it.split_at_checked(prefix.len()))
            .filter(|(start, _)| start.eq_ignore_ascii_case(prefix))
            .map(|(_, rest)| rest);
    }
    rest.is_some_and(|it| kind_in(it).eq_ignore_ascii_case(task.name()))
}

/// The type of a task in what stands behind the area in its name.
fn kind_in(rest: &str) -> &str {
    let kind = rest.trim_start().split([' ', '-']).next();
    kind.unwrap_or_default()
}

/// The number that is the last part of a task's name, when it is one and not the task's own.
pub(in crate::backends::ksc::tasks) fn number_of(task: &SeenTask) -> Option<i64> {
    number_in(&task.name, &task.id)
}

/// The number that is the last part of the name of the task of this id, when it is one and not the
/// task's own.
pub(crate) fn number_in(name: &str, id: &str) -> Option<i64> {
    let last = name.rsplit(" - ").next()?.trim();
    let number = last.parse().ok()?;
    (id != last).then_some(number)
}

/// The requests that have a say in whether the numbers in names are believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::backends::ksc::tasks) struct NameWindow {
    /// Those from this number on,
    pub(in crate::backends::ksc::tasks) least: i64,
    /// and those that say they were asked for after this moment.
    pub(in crate::backends::ksc::tasks) after: OffsetDateTime,
}

impl NameWindow {
    /// For a request, when these tasks are seen; nothing where a name has no number that can be an
    /// incident's, or a task no time: then all that could have made them have a say.
    pub(in crate::backends::ksc::tasks) fn of(own: RequestRef, seen: &[SeenTask]) -> Option<Self> {
        let oldest = oldest_near(own)?;
        let mut window: Option<Self> = None;
        let near = |it: &&SeenTask| it.created.is_none_or(|it| it >= oldest);
        for task in seen.iter().filter(near) {
            let number = number_of(task)?;
            if number > own.incident.saturating_add(FAR) {
                return None;
            }
            let of_task = Self {
                least: number.min(own.incident),
                // What is asked for is compared by whole seconds.
                after: task
                    .created?
                    .saturating_sub(SHORTLY + time::Duration::SECOND),
            };
            window = Some(window.map_or(of_task, |it| it.with(of_task)));
        }
        window
    }

    /// One that holds what either holds.
    pub(in crate::backends::ksc::tasks) fn with(self, other: Self) -> Self {
        Self {
            least: self.least.min(other.least),
            after: self.after.min(other.after),
        }
    }

    /// Whether a request is in it. One of which nobody knows the time may be.
    pub(in crate::backends::ksc::tasks) fn holds(&self, it: RequestRef) -> bool {
        it.incident >= self.least || it.added.is_none_or(|it| it > self.after)
    }
}

/// A task that is older than this has no say, unless the request, or a later one, is older than it
/// says.
pub(super) fn oldest_near(own: RequestRef) -> Option<OffsetDateTime> {
    own.added.map(|it| it.saturating_sub(AT_MOST_WRONG))
}

/// The requests whose tasks say so by their names, with the places of the tasks; nothing where the
/// names are not to be believed. Both requests and tasks are in their order.
pub(super) fn believed(
    requests: &[PlacedRequest],
    rivals: &Rivals,
    seen: &[SeenTask],
) -> Option<Vec<(i64, usize)>> {
    let mut named = Vec::with_capacity(seen.len());
    for (at, task) in seen.iter().enumerate() {
        let number = number_of(task)?;
        let mut of_number = requests.iter().filter(|it| it.asked.incident == number);
        let request = of_number.next()?;
        if of_number.next().is_some() {
            // KSC was restored from a backup, and has given it out again.
            return None;
        }
        let in_order = named.last().is_none_or(|(before, _)| *before < number);
        let known = rivals.known.get(&number).is_none_or(|it| *it == task.id);
        let sound = request.may_follow(task, request.slack()) && !rivals.was_before(task, number);
        if !(in_order && known && sound) {
            return None;
        }
        named.push((number, at));
    }
    let youngest = &seen[named.last()?.1];
    let passed_over = |it: &PlacedRequest| {
        let incident = it.asked.incident;
        let next = named.iter().find(|(number, _)| *number >= incident);
        let has_one = next.is_some_and(|(number, _)| *number == incident);
        if has_one || rivals.known.contains_key(&incident) {
            return false;
        }
        let task = next.map_or(youngest, |(_, at)| &seen[*at]);
        let times = it.asked.added.zip(task.created);
        let waited = times.map(|(added, created)| created - added);
        match next {
            Some(_) => waited.is_none_or(|it| it < SHORTLY),
            None => waited.is_none_or(|it| it >= time::Duration::ZERO),
        }
    };
    (!requests.iter().any(passed_over)).then_some(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_and_by_whole_type() {
        let like = |name: &str| is_named(name, "Kuma", TaskType::GetFile);

        assert!(like("[Response][KUMA] getFile - 01/02/2026 03:04:05 - 42"));
        assert!(like("[response][kuma] getfile - 2026-01-02 - x"));
        assert!(!like("[Response][KUMA] getFileX - 01/02/2026 - 42"));
        assert!(!like("[Response][KUMA2] getFile - 01/02/2026 - 42"));
        assert!(!like("getFile"));
        // The same where the name has other letters.
        assert!(like("[Response][KUMA] getFile - 01/02/2026 - ё"));
        assert!(!like("[Response][KUMA] getFileX - 01/02/2026 - ё"));
        let russian = |name: &str| is_named(name, "Кума", TaskType::GetFile);
        assert!(russian("[Response][КУМА] getFile - 01/02/2026 - 42"));
        assert!(!russian("[Response][KUMA] getFile - 01/02/2026 - 42"));
    }

    #[test]
    fn a_task_that_ends_in_its_own_number_says_nothing() {
        let task = |id: &str| SeenTask {
            id: id.to_owned(),
            name: "[Response][KUMA] getFile - 01/02/2026 03:04:05 - 42".to_owned(),
            created: None,
        };

        assert_eq!(number_of(&task("10")), Some(42));
        assert_eq!(number_of(&task("42")), None);
    }
}
