//! From KSC's per-device status to a state.
//!
//! The numbers are the bits of KSC's "host task state" (KSCAPI 16, a00181). KSC has two more
//! numberings of task states, in events and in views; they are different tables and must not be
//! read with this one.

use std::time::Duration;

use super::own_row::OwnRow;
use vocabulary::report::State;

/// The state that the host's own status row means, and the sentence that says why.
pub(super) fn of(task: &str, row: OwnRow<'_>) -> (State, String) {
    let status = match row {
        OwnRow::One(status) => status,
        OwnRow::Missing => {
            return (
                State::Pending,
                format!("KSC task {task} exists and has no record for this host yet"),
            );
        }
        OwnRow::Contradicting(one, other) => {
            return (
                State::Pending,
                format!(
                    "KSC task {task} has records for this host that contradict each other: state_code {one} and {other}"
                ),
            );
        }
    };
    let Some(code) = status.state_code else {
        return (
            State::Pending,
            format!("KSC task {task} gives no state_code for this host"),
        );
    };
    let known = match code {
        1 => Some((State::Pending, "pending")),
        2 => Some((State::Running, "running")),
        4 => Some((State::Succeeded, "finished successfully")),
        8 => Some((State::Warning, "finished with a warning")),
        16 => Some((State::Failed, "failed")),
        32 => Some((State::Pending, "scheduled")),
        64 => Some((State::Paused, "paused")),
        _ => None,
    };
    match known {
        Some((state, word)) => (
            state,
            format!("KSC task {task} reports state_code {code} ({word}) for this host"),
        ),
        None => (
            State::Pending,
            format!(
                "KSC task {task} reports state_code {code} for this host, which is not documented; it is not taken for an end"
            ),
        ),
    }
}

/// Whether a device that reports this code is through with the task.
pub(super) const fn is_final(code: i64) -> bool {
    matches!(code, 4 | 8 | 16)
}

/// When to ask again. Devices come to KSC every quarter of an hour, so asking more often after the
/// first minutes finds nothing new.
pub(super) fn poll_after(state: State, age: time::Duration) -> u32 {
    match state {
        State::Succeeded | State::Warning | State::Failed | State::Lost | State::Unconfirmed => 0,
        State::Stalled | State::Paused | State::Ambiguous => 60,
        State::Accepted | State::Pending | State::Running => match age.whole_seconds() {
            ..60 => 5,
            60..600 => 15,
            _ => 60,
        },
    }
}

/// How often a task that somebody watches is looked at. A look is cheap and shared, and whoever
/// watches wants to know soon; what has not happened for long will not happen in the next seconds.
pub(super) fn look_again(state: State, age: time::Duration) -> Duration {
    let by_age = match age.whole_seconds() {
        ..60 => 2,
        60..600 => 5,
        600..3600 => 15,
        _ => 60,
    };
    let at_least = match state {
        State::Stalled | State::Paused | State::Ambiguous => 15,
        State::Accepted
        | State::Pending
        | State::Running
        | State::Succeeded
        | State::Warning
        | State::Failed
        | State::Lost
        | State::Unconfirmed => 0,
    };
    Duration::from_secs(by_age.max(at_least))
}

#[cfg(test)]
mod tests {
    use ksc::HostStatus;

    use super::*;

    fn status(state_code: Option<i64>) -> HostStatus {
        HostStatus {
            host_id: "h".to_owned(),
            state_code,
            description: String::new(),
            percent: None,
            started: None,
            finished: None,
        }
    }

    #[test]
    fn the_older_a_task_is_the_less_often_it_is_looked_at() {
        let pauses: Vec<Duration> = [0, 30, 59, 60, 599, 600, 3599, 3600, 1_000_000]
            .into_iter()
            .map(|it| look_again(State::Pending, time::Duration::seconds(it)))
            .collect();

        assert!(pauses.is_sorted());
        assert_eq!(pauses.first(), Some(&Duration::from_secs(2)));
        assert_eq!(pauses.last(), Some(&Duration::from_secs(60)));
    }

    #[test]
    fn only_bit_four_is_success_and_what_is_not_known_is_pending() {
        for code in -1..=256 {
            let (state, evidence) = of("195", OwnRow::One(&status(Some(code))));

            assert_eq!(state == State::Succeeded, code == 4, "{code}");
            assert!(evidence.contains(&code.to_string()));
            if ![1, 2, 4, 8, 16, 32, 64].contains(&code) {
                assert_eq!(state, State::Pending, "{code}");
            }
        }
        assert_eq!(of("195", OwnRow::One(&status(None))).0, State::Pending);
        assert_eq!(of("195", OwnRow::Missing).0, State::Pending);
        assert_eq!(of("195", OwnRow::Contradicting(4, 16)).0, State::Pending);
    }
}
