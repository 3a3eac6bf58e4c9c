//! For how long what a replica has in hand is good, beside what that must exceed.
//!
//! Replicas take over from one that is not heard of, so each of these times must be longer than
//! whatever the other one may still be at. What it may be at is bounded here by the same numbers.

use std::time::Duration;

use crate::store::StoreTimes;

/// Pauses before each look for a lost answer. The back end may still be at work on a call whose
/// answer timed out.
pub(super) const PAUSES: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_millis(250),
    Duration::from_millis(750),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

/// The pauses together.
const PAUSED: Duration = Duration::from_secs(7);

/// A lost answer is looked for in the time of so many calls, and the pauses.
const CALLS_OF_A_LOOK_UP: u32 = 8;

/// What is done before a request is sent, beyond waiting: nothing of it takes as long as this.
const MARGIN: Duration = Duration::from_mins(1);

/// Longest that a lost answer is looked for, where a call takes so long at most.
pub(super) fn look_up_within(call: Duration) -> Duration {
    PAUSED + call * CALLS_OF_A_LOOK_UP
}

/// The times for requests that wait so long at most, to a back end whose calls take so long at
/// most.
#[must_use]
pub fn times(request_timeout: Duration, call: Duration) -> StoreTimes {
    StoreTimes {
        // Nothing that has left is on its way for longer than a call takes.
        life: call + Duration::from_secs(2),
        // A request is sent by its deadline or never; and one that has waited for the first with
        // its key begins anew.
        claim_for: request_timeout * 2 + MARGIN,
        // By the deadline the sending begins; behind it comes the look for a lost answer, and what
        // is left to do of a request that has arrived.
        turn_for: request_timeout + call + look_up_within(call) + call,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_replica_has_in_hand_outlives_whatever_it_may_be_at() {
        assert_eq!(PAUSES.iter().sum::<Duration>(), PAUSED);
        for seconds in [1, 5, 30, 60] {
            for call in [100, 1_000, 10_000, 60_000] {
                let timeout = Duration::from_secs(seconds);
                let call = Duration::from_millis(call);

                let times = times(timeout, call);

                let sent = timeout + call;
                assert!(times.life > call, "a frozen replica's call is over");
                assert!(times.claim_for > timeout * 2, "{timeout:?}");
                assert!(
                    times.turn_for > sent + look_up_within(call),
                    "{timeout:?} {call:?}"
                );
                assert!(look_up_within(call) > PAUSED, "every look has time");
            }
        }
    }
}
