//! By how much the clocks of KSC and of this machine differ.
//!
//! No documented call gives the server's time. Its filters know it, though: `CURTIME(±seconds)` is
//! reckoned on the server. So a time that KSC keeps (that of the newest incident, or of a host that
//! has been away for a while) is compared with `CURTIME` there, and with our own clock here; each
//! answer says that the difference is more, or less, than so much. A few of them close in on it.
//!
//! # Rationale
//!
//! The `Date` header of an answer would be one question instead of sixteen. It was refused: the
//! vendor's pages do not mention one, and a proxy in between would answer with its own clock.

use ksc::{Error, Filter, Lease, SafeText};
use time::{Duration, OffsetDateTime};

use super::asking::{HOST_ID, HOST_SEEN, is_final};
use super::asking::{REQUEST_ID, said};
use super::report::{Check, Name};
use crate::backends::ksc::tasks::SKEW;
use crate::clock::Clock;

/// No reason to say anything.
const HARMLESS: Duration = Duration::seconds(2);

/// Seconds are what KSC's times are made of: closer than that nobody can come.
const CLOSE_ENOUGH: Duration = Duration::seconds(1);

/// Questions at most; ten and more are needed only when the clocks are hours apart.
const MOST_QUESTIONS: u32 = 16;

/// A host that has been away for so long will not report in the next second.
const AWAY: Duration = Duration::minutes(10);

/// A time that KSC keeps, and how to find the record that has it.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    record: RecordKind,
    which: Filter,
    attribute: &'static str,
    moment: OffsetDateTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RecordKind {
    Incident,
    Host,
}

impl Reference {
    pub(super) fn incident(id: i64, added: OffsetDateTime) -> Self {
        Self {
            record: RecordKind::Incident,
            which: Filter::number("KLINCDT_ID", id),
            attribute: "KLINCDT_ADDED",
            moment: added,
        }
    }

    /// Whether the record is there and this holds for it.
    async fn holds(&self, lease: &mut Lease, condition: &Filter) -> Result<bool, Error> {
        let filter = self.which.and(condition);
        let total = match self.record {
            RecordKind::Incident => lease.incidents(filter, 0, REQUEST_ID).await?.total,
            RecordKind::Host => lease.hosts(filter, &[HOST_ID], 0, REQUEST_ID).await?.total,
        };
        Ok(total > 0)
    }

    /// Whether the record still has this time.
    async fn stands(&self, lease: &mut Lease) -> Result<bool, Error> {
        let second = Duration::seconds(1);
        let from = Filter::after(self.attribute, self.moment - second);
        let to = Filter::before(self.attribute, self.moment + second);
        self.holds(lease, &from.and(&to)).await
    }
}

/// Compares the clocks, by this incident or by a host.
pub(super) async fn check(lease: &mut Lease, clock: &Clock, incident: Option<Reference>) -> Check {
    match measure(lease, clock, incident).await {
        Ok(Some(bounds)) => judge(bounds),
        Ok(None) => {
            unmeasured("could not be measured: KSC keeps no time to compare with".to_owned())
        }
        Err(error) if is_final(&error) => Check::failed(Name::Clock, said(&error))
            .means("KSC has stopped answering while its clock was being compared.")
            .try_this("Look at the log of the Administration Server, then run this again."),
        Err(error) => unmeasured(format!("could not be measured: {}", said(&error))),
    }
}

fn unmeasured(finding: String) -> Check {
    Check::warning(Name::Clock, finding)
        .means(format!(
            "When KSC's clock is more than {} s behind this machine's, tasks are not found.",
            SKEW.whole_seconds()
        ))
        .try_this("Check that KSC and this machine both follow NTP.")
}

async fn measure(
    lease: &mut Lease,
    clock: &Clock,
    incident: Option<Reference>,
) -> Result<Option<SkewBounds>, Error> {
    let reference = match incident {
        Some(incident) => Some(incident),
        None => host(lease, clock).await?,
    };
    let Some(reference) = reference else {
        return Ok(None);
    };
    let mut bounds = SkewBounds::default();
    for _ in 0..MOST_QUESTIONS {
        let Some(candidate) = bounds.next() else {
            break;
        };
        let before = clock.now();
        let seconds = (reference.moment - before - candidate)
            .as_seconds_f64()
            .round();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a float becomes the nearest integer, and dates are far within its range"
        )]
        let seconds = seconds as i64;
        let later = Filter::after_server_time(reference.attribute, seconds);
        let is_later = reference.holds(lease, &later).await?;
        let after = clock.now();
        bounds.learn(&Reading {
            ago: reference.moment - Duration::seconds(seconds),
            before,
            after,
            is_later,
        });
    }
    // A record that has changed meanwhile has answered about two different times.
    let usable = reference.stands(lease).await? && !bounds.contradict();
    Ok(usable.then_some(bounds))
}

/// The host that has been away for longest, of a few.
async fn host(lease: &mut Lease, clock: &Clock) -> Result<Option<Reference>, Error> {
    let away = Filter::before(HOST_SEEN, clock.now() - AWAY);
    let found = lease
        .hosts(away, &[HOST_ID, HOST_SEEN], 20, REQUEST_ID)
        .await?;
    let known = found.rows.iter().filter_map(|row| {
        let id = SafeText::parse(row.str(HOST_ID)?).ok()?;
        Some(Reference {
            record: RecordKind::Host,
            which: Filter::text(HOST_ID, &id),
            attribute: HOST_SEEN,
            moment: row.datetime(HOST_SEEN)?,
        })
    });
    Ok(known.min_by_key(|it| it.moment))
}

/// What one question has shown.
struct Reading {
    /// KSC was asked whether its clock stands before this.
    ago: OffsetDateTime,
    /// Our time when it was asked.
    before: OffsetDateTime,
    /// Our time when the answer was there.
    after: OffsetDateTime,
    is_later: bool,
}

/// What is known of KSC's clock minus ours: at least, and less than.
#[derive(Debug, Clone, Copy, Default)]
struct SkewBounds {
    least: Option<Duration>,
    less_than: Option<Duration>,
}

impl SkewBounds {
    /// What to ask next: whether the difference is less than this. Nothing when it is known.
    fn next(&self) -> Option<Duration> {
        let second = Duration::seconds(1);
        match (self.least, self.less_than) {
            (None, None) => Some(second),
            // Four times as far each time, until it is between two of them.
            (Some(least), None) => Some(least.max(second) * 4),
            (None, Some(less)) if less > -second / 2 => Some(-second),
            (None, Some(less)) => Some(less.min(-second) * 4),
            (Some(least), Some(less)) => {
                (less - least > CLOSE_ENOUGH).then(|| least + (less - least) / 2)
            }
        }
    }

    /// KSC looked at its clock at some moment between `before` and `after`, and both ends of that
    /// are allowed for.
    fn learn(&mut self, answer: &Reading) {
        if answer.is_later {
            let bound = answer.ago - answer.before;
            self.less_than = Some(self.less_than.map_or(bound, |it| it.min(bound)));
        } else {
            let bound = answer.ago - answer.after;
            self.least = Some(self.least.map_or(bound, |it| it.max(bound)));
        }
    }

    /// Cut-off seconds may overlap by one; more than that is a clock that was set meanwhile.
    fn contradict(&self) -> bool {
        matches!((self.least, self.less_than), (Some(least), Some(less)) if least - less > CLOSE_ENOUGH)
    }
}

fn judge(bounds: SkewBounds) -> Check {
    let (Some(least), Some(less)) = (bounds.least, bounds.less_than) else {
        let (side, bound) = match (bounds.least, bounds.less_than) {
            (Some(least), _) => ("ahead of", least),
            (None, Some(less)) => ("behind", less),
            (None, None) => return unmeasured("could not be measured".to_owned()),
        };
        return apart(side, &format!("more than {}", spoken(bound.abs())));
    };
    // KSC cuts seconds off and so does this: what is compared are whole ones.
    let middle: Duration = least + (less - least) / 2;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a float becomes the nearest integer, and the difference is within its range"
    )]
    let skew = Duration::seconds(middle.as_seconds_f64().floor() as i64);
    let side = if skew.is_negative() {
        "behind"
    } else {
        "ahead of"
    };
    let width = less - least;
    if width > SKEW && skew.abs() <= SKEW + width / 2 {
        return unmeasured(format!(
            "could be measured only roughly, because KSC answers slowly: its clock is between {} s and {} s from this machine's",
            least.whole_seconds(),
            less.whole_seconds()
        ));
    }
    if skew.abs() <= HARMLESS {
        return Check::ok(
            Name::Clock,
            format!(
                "KSC's clock and this machine's agree within {} s",
                HARMLESS.whole_seconds()
            ),
        );
    }
    if skew.abs() <= SKEW {
        return Check::warning(
            Name::Clock,
            format!(
                "KSC's clock is {} {side} this machine's",
                spoken(skew.abs())
            ),
        )
        .means(format!(
            "Requests and their tasks are matched by time, and {} s are forgiven. There is little \
             left of that.",
            SKEW.whole_seconds()
        ))
        .try_this("Let KSC and this machine follow NTP.");
    }
    let about = if width > CLOSE_ENOUGH * 2 {
        "about "
    } else {
        ""
    };
    apart(side, &format!("{about}{}", spoken(skew.abs())))
}

fn apart(side: &str, by: &str) -> Check {
    let meaning = if side == "behind" {
        "Tasks seem older than the requests they come of, and will not be found: requests stay \
         `accepted` and then `stalled`, although the devices may have acted."
    } else {
        "Tasks seem younger than they are, so that the task of one request can be another's: \
         requests for one host become `ambiguous`."
    };
    Check::failed(
        Name::Clock,
        format!("KSC's clock is {by} {side} this machine's"),
    )
    .means(meaning)
    .try_this(
        "Set NTP on both machines. A difference of whole hours is a wrong time zone: KSC's \
         machine shows the right local time and means another moment.",
    )
}

/// A length of time for people.
fn spoken(length: Duration) -> String {
    let seconds = length.whole_seconds();
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min {} s", seconds / 60, seconds % 60),
        7200..172_800 => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::super::CheckResult;
    use super::*;

    /// Asks a server whose clock differs by this and which takes so long to answer.
    fn measured(skew: Duration, latency: Duration, cut_off: bool) -> (SkewBounds, u32) {
        let stored = datetime!(2026-01-02 03:04:05 UTC);
        let mut ours = datetime!(2026-01-02 09:00:00.4 UTC);
        let mut bounds = SkewBounds::default();
        let mut questions = 0;
        while let Some(candidate) = bounds.next().filter(|_| questions < MOST_QUESTIONS) {
            questions += 1;
            let before = ours;
            let seconds = (stored - before - candidate).as_seconds_f64().round();
            let ago = stored - Duration::seconds_f64(seconds);
            let mut theirs: OffsetDateTime = before + latency / 2 + skew;
            if cut_off {
                theirs = theirs.replace_nanosecond(0).unwrap();
            }
            ours += latency;
            bounds.learn(&Reading {
                ago,
                before,
                after: ours,
                is_later: theirs < ago,
            });
        }
        (bounds, questions)
    }

    #[test]
    fn the_difference_is_found_whatever_its_size_and_direction() {
        for milliseconds in [
            0,
            400,
            -700,
            1500,
            3000,
            -3600,
            4500,
            -7000,
            61_000,
            -61_000,
            3_600_000,
            -10_800_000,
        ] {
            for latency in [0, 15, 180] {
                for cut_off in [true, false] {
                    let skew = Duration::milliseconds(milliseconds);
                    let (bounds, questions) =
                        measured(skew, Duration::milliseconds(latency), cut_off);

                    let case = format!("{skew} {latency} {cut_off}: {bounds:?}");
                    assert!(!bounds.contradict(), "{case}");
                    let (least, less) = (bounds.least.unwrap(), bounds.less_than.unwrap());
                    let slack = Duration::milliseconds(1000);
                    assert!(least - slack <= skew && skew <= less + slack, "{case}");
                    let close: Duration =
                        Duration::max(skew.abs() / 64, Duration::milliseconds(1400));
                    assert!(less - least <= close, "{case}");
                    assert!(questions <= MOST_QUESTIONS, "{case}");
                }
            }
        }
    }

    #[test]
    fn clocks_that_agree_are_known_to_after_three_questions() {
        let (bounds, questions) = measured(Duration::ZERO, Duration::milliseconds(5), false);

        assert_eq!(judge(bounds).outcome(), CheckResult::Ok);
        assert!(questions <= 4, "{questions}");
    }

    fn between(least: i64, less: i64) -> Check {
        judge(SkewBounds {
            least: Some(Duration::seconds(least)),
            less_than: Some(Duration::seconds(less)),
        })
    }

    #[test]
    fn two_seconds_are_harmless_and_more_than_five_are_too_much() {
        for (least, expected) in [
            (0, CheckResult::Ok),
            (2, CheckResult::Ok),
            (-2, CheckResult::Ok),
            (3, CheckResult::Warning),
            (-3, CheckResult::Warning),
            (5, CheckResult::Warning),
            (-5, CheckResult::Warning),
            (6, CheckResult::Failed),
            (-6, CheckResult::Failed),
            (3600, CheckResult::Failed),
        ] {
            let check = between(least, least + 1);
            assert_eq!(check.outcome(), expected, "{least}: {}", check.finding());
        }
    }

    #[test]
    fn a_measurement_that_is_too_rough_decides_nothing_unless_it_is_far_off() {
        assert_eq!(between(-6, 6).outcome(), CheckResult::Warning);
        assert_eq!(between(100, 110).outcome(), CheckResult::Failed);
    }
}
