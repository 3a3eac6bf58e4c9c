//! The requests that still wait for their KSC task.
//!
//! Which host a task is for its name does not say; but how many tasks there are of one kind, and
//! how many requests made them, does. Tasks that were seen and are gone were made all the same.
//! What was made and removed between two counts nobody has seen: but the service console works
//! through requests in their order, so one that it has passed waits no longer.

use std::collections::HashMap;

use super::super::correlate::{self, SeenTask};
use super::super::response::WaitingRequest;
use vocabulary::task::TaskType;

/// A console that has made a task has passed all requests that are older by so much, whatever the
/// clocks.
const PASSED: time::Duration = time::Duration::minutes(1);

/// The numbers of the requests that none of these tasks came of, both in their order.
pub(super) fn without_task(requests: &[WaitingRequest], made: &[SeenTask]) -> Vec<i64> {
    let mut kinds: HashMap<(&str, TaskType), Vec<&WaitingRequest>> = HashMap::new();
    for request in requests {
        let kind = (request.kind.area.as_str(), request.kind.task);
        kinds.entry(kind).or_default().push(request);
    }
    let mut without = Vec::new();
    for ((area, task_type), mut requests) in kinds {
        requests.sort_unstable_by_key(|it| it.incident);
        let mut waiting = requests.into_iter().peekable();
        for task in made {
            let fits = |it: &&WaitingRequest| correlate::may_follow(it.added, task);
            if waiting.peek().is_some_and(fits) && correlate::is_named(&task.name, area, task_type)
            {
                waiting.next();
            }
        }
        without.extend(waiting.map(|it| it.incident));
    }
    without.sort_unstable();
    without
}

/// The highest number of a request that the console has certainly passed, while it has made these
/// tasks; zero when that is not known.
pub(super) fn passed(requests: &[WaitingRequest], made: &[SeenTask]) -> i64 {
    by_name(requests, made).max(by_time(requests, made))
}

/// By the numbers in the names, where each is that of a request for just such a task.
fn by_name(requests: &[WaitingRequest], made: &[SeenTask]) -> i64 {
    let by_number: HashMap<i64, &WaitingRequest> =
        requests.iter().map(|it| (it.incident, it)).collect();
    let first = requests.iter().map(|it| it.added).min();
    let mut highest = 0;
    for task in made {
        if !first.is_some_and(|it| correlate::may_follow(it, task)) {
            // It may be that of a request which is too old to be in sight.
            continue;
        }
        let request = correlate::number_of(task).and_then(|it| by_number.get(&it));
        let is_like =
            |it: &&&WaitingRequest| correlate::is_named(&task.name, &it.kind.area, it.kind.task);
        match request.filter(is_like) {
            Some(request) => highest = highest.max(request.incident),
            None => return 0,
        }
    }
    highest
}

fn by_time(requests: &[WaitingRequest], made: &[SeenTask]) -> i64 {
    let Some(latest) = made.iter().filter_map(|it| it.created).max() else {
        return 0;
    };
    let passed = requests.iter().filter(|it| it.added < latest - PASSED);
    passed.map(|it| it.incident).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::super::super::response::RequestKind;
    use super::*;

    fn at(seconds: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(1_000_000_000 + seconds).expect("a time")
    }

    fn request(incident: i64, seconds: i64) -> WaitingRequest {
        WaitingRequest {
            incident,
            added: at(seconds),
            kind: RequestKind {
                host_id: "h".to_owned(),
                area: "kuma".to_owned(),
                task: TaskType::GetFile,
            },
        }
    }

    fn task(id: i64, seconds: i64, ending: &str) -> SeenTask {
        SeenTask {
            id: id.to_string(),
            name: format!("[Response][KUMA] getFile - 01/02/2026 - {ending}"),
            created: Some(at(seconds)),
        }
    }

    #[test]
    fn a_request_waits_until_a_task_is_there_for_it() {
        let requests = [request(1, 0), request(2, 1), request(3, 2)];

        assert_eq!(without_task(&requests, &[]), [1, 2, 3]);
        assert_eq!(without_task(&requests, &[task(10, 3, "x")]), [2, 3]);
        // One from before any of them explains none.
        assert_eq!(without_task(&requests, &[task(9, -60, "x")]), [1, 2, 3]);
    }

    #[test]
    fn a_console_has_passed_what_is_below_the_number_of_a_task_that_it_made() {
        let requests = [request(1, 0), request(2, 1), request(3, 2)];

        assert_eq!(passed(&requests, &[task(11, 4, "2")]), 2);
        // A number that is no request's is not that of an incident.
        assert_eq!(passed(&requests, &[task(11, 4, "2"), task(12, 4, "77")]), 0);
        // What is older than all requests in sight says nothing against it.
        assert_eq!(
            passed(&requests, &[task(9, -60, "77"), task(11, 4, "2")]),
            2
        );
    }

    #[test]
    fn a_console_has_passed_what_is_older_by_a_minute_than_what_it_makes() {
        let requests = [request(1, 0), request(2, 10), request(3, 100)];

        assert_eq!(passed(&requests, &[task(11, 65, "x")]), 1);
        assert_eq!(passed(&requests, &[task(11, 300, "x")]), 3);
    }
}
