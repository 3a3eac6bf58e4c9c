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

use super::rivals::{PlacedRequest, Rivals};
use super::seen::SeenTask;
use vocabulary::task::TaskType;

/// How the names of all response tasks begin, in lower case.
const RESPONSE: &str = "[response][";

/// A console makes a task well within this time: a request that is older and has none has lost it.
const SHORTLY: time::Duration = time::Duration::minutes(20);

/// Whether a name is that of a response task, whoever asked for it.
pub(in crate::backends::ksc::tasks) fn is_response(name: &str) -> bool {
    let start = name.get(..RESPONSE.len());
    start.is_some_and(|it| it.eq_ignore_ascii_case(RESPONSE))
}

/// Whether a name is that of a response task of this area and type, by any case. Its time is not
/// asked for here: a task that is too old for one request may be what another one is explained by.
pub(crate) fn is_named(name: &str, area: &str, task: TaskType) -> bool {
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
