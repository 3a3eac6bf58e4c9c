//! Random worlds: never is a request sent again while KSC holds an incident or a task of it.

use ksc::{AddIncident, Incident};
use time::{Duration, OffsetDateTime};

use super::*;
use crate::backends::ksc::incidents::milestone::Milestone;

const HOST: &str = "4328e16a-bf83-47c3-8d0b-0fdf79f9d673";

/// Numbers that are the same in every run: `SplitMix64`.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }

    /// One time in so many.
    fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// A number between minus this and this.
    fn around(&mut self, most: i64) -> i64 {
        let span = u64::try_from(2 * most + 1).expect("a span");
        i64::try_from(self.below(span)).expect("small") - most
    }
}

/// What stands at the end of the names of tasks.
#[derive(Clone, Copy, PartialEq)]
enum Suffix {
    Incident,
    Random,
    /// Numbers like those of incidents, that count something else.
    Counter,
}

/// What KSC holds, and whose each thing is.
struct HostWorld {
    dice: Dice,
    suffix: Suffix,
    /// Whether numbers are given out again.
    restored: bool,
    /// How far KSC's clock is from the gateway's, in seconds.
    skew: i64,
    now: OffsetDateTime,
    next: i64,
    counter: i64,
    next_task: i64,
    /// `None` where the row has lost its number.
    incidents: Vec<(Option<i64>, Incident, bool)>,
    tasks: Vec<(HostTask, bool)>,
}

fn body(action: u8, task: &str, spaces: u64) -> String {
    let gap = " ".repeat(usize::try_from(spaces).expect("small"));
    format!(
        r#"{{"targetHost":{gap}"{HOST}","task":"{task}","params":{{"action":{action}}},"responseEventIncident":true,"responseEventIncidentArea":"Kuma"}}"#
    )
}

impl HostWorld {
    fn new(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let suffix = [Suffix::Incident, Suffix::Random, Suffix::Counter]
            [usize::try_from(dice.below(3)).expect("small")];
        // Where numbers say nothing, only clocks that agree more or less tell one task from
        // another.
        let skew = dice.around(if suffix == Suffix::Counter {
            30
        } else {
            6 * 3600
        });
        let first = 40 + dice.around(2);
        let counter = 40 + dice.around(4);
        Self {
            dice,
            suffix,
            restored: false,
            skew,
            now: time::macros::datetime!(2026-01-02 3:04:05 UTC),
            next: first,
            counter,
            next_task: 195,
            incidents: Vec::new(),
            tasks: Vec::new(),
        }
    }

    fn pass(&mut self, most: u64) {
        let seconds = i64::try_from(1 + self.dice.below(most)).expect("small");
        self.now += Duration::seconds(seconds);
    }

    /// An incident is stored; perhaps the console makes its task.
    fn store(&mut self, text: String, added: OffsetDateTime, is_own: bool) -> i64 {
        let id = self.next;
        self.next += 1;
        let wish = Wish::read(&text);
        let incident = Incident {
            id,
            severity: Some(2),
            added: Some(added),
            body: Some(text),
            handled: Some(false),
            host_id: Some(HOST.to_owned()),
        };
        self.incidents.push((Some(id), incident, is_own));
        // A counter, and a number that is given out again, are told from the number of an incident
        // once the console has made all tasks.
        let late = self.dice.once_in(8) && self.suffix != Suffix::Counter && !self.restored;
        if let Some(wish) = wish
            && !late
        {
            self.counter += 1;
            let suffix = match self.suffix {
                Suffix::Incident => id.to_string(),
                Suffix::Random => (1_000_000 + self.dice.below(1_000_000)).to_string(),
                Suffix::Counter => self.counter.to_string(),
            };
            let name = format!(
                "[Response][KUMA] {} - 01/02/2026 03:04:05 - {suffix}",
                wish.likeness.task.name()
            );
            let after = i64::try_from(self.dice.below(20)).expect("small");
            let task = HostTask {
                id: self.next_task.to_string(),
                name: Some(name).filter(|_| !self.dice.once_in(40)),
                created: Some(self.now + Duration::seconds(self.skew + after))
                    .filter(|_| !self.dice.once_in(40)),
            };
            self.next_task += 1;
            self.tasks.push((task, is_own));
        }
        id
    }

    /// Somebody else, by a clock of his own.
    fn others(&mut self, most: u64) {
        for _ in 0..self.dice.below(most) {
            self.pass(4_000);
            let spaces = 4 + self.dice.below(3);
            let text = match self.dice.below(5) {
                0 => body(1, "isolateHost", spaces),
                1 | 2 => body(0, "isolateHost", spaces),
                3 => body(1, "getFile", spaces),
                _ => "malware was found".to_owned(),
            };
            let added = self.now + Duration::seconds(self.dice.around(6 * 3600));
            self.store(text, added, false);
        }
    }

    fn analyst(&mut self) {
        for _ in 0..self.dice.below(4) {
            if self.incidents.is_empty() {
                return;
            }
            let own = self.incidents.iter().position(|it| it.2);
            let count = u64::try_from(self.incidents.len()).expect("few");
            let any = usize::try_from(self.dice.below(count)).expect("few");
            let at = own.filter(|_| !self.dice.once_in(3)).unwrap_or(any);
            let what = self.dice.below(8);
            let (number, row, _) = &mut self.incidents[at];
            match what {
                0 | 1 => drop(self.incidents.remove(at)),
                2 => row.body = Some("closed by Ann".to_owned()),
                3 => {
                    let value = row.body.as_deref().map(serde_json::from_str);
                    if let Some(Ok(value)) = value {
                        let value: serde_json::Value = value;
                        row.body = Some(format!("{value:#}"));
                    }
                }
                4 => row.body = None,
                5 => row.host_id = None,
                6 => *number = None,
                _ => row.added = Some(row.added.unwrap_or(self.now) - Duration::days(400)),
            }
        }
    }

    /// A backup is restored: numbers begin anew a little lower.
    fn restore(&mut self, one_in: u64) {
        if self.dice.once_in(one_in) {
            self.restored = true;
            let back = i64::try_from(self.dice.below(5)).expect("small");
            self.next = (self.next - back).max(1);
            let next = self.next;
            self.incidents.retain(|it| it.1.id < next);
        }
    }

    fn lose_tasks(&mut self) {
        for _ in 0..self.dice.below(3) {
            let count = u64::try_from(self.tasks.len()).expect("few");
            if count > 0 && self.dice.once_in(2) && self.suffix != Suffix::Counter {
                let at = usize::try_from(self.dice.below(count)).expect("few");
                drop(self.tasks.remove(at));
            }
        }
    }
}

/// How one world ends.
#[derive(PartialEq)]
enum Judgement {
    There,
    Open,
    SentAgain,
}

/// One world, from its beginning to the look before a request is sent again. Whether KSC holds
/// something of the request, and what the look comes to.
fn play(seed: u64) -> (bool, Judgement) {
    let mut world = HostWorld::new(seed);
    world.others(5);
    let milestone = (!world.dice.once_in(4)).then(|| {
        let text = body(1, "isolateHost", 9);
        let incident = world.store(text.clone(), world.now, false);
        Milestone {
            incident,
            body: digest::of_text(&text),
        }
    });
    world.others(4);
    world.restore(6);
    world.pass(600);
    let call = AddIncident {
        severity: 2,
        added: world.now,
        body: body(1, "isolateHost", 2),
        host_id: HOST.to_owned(),
    };
    let mark = IncidentMark::of(&call, milestone);
    if !world.dice.once_in(3) {
        let added = world.now;
        world.store(call.body, added, true);
    }
    if world.dice.once_in(2) {
        world.others(4);
    }
    world.analyst();
    world.lose_tasks();
    world.restore(8);
    if world.dice.once_in(2) {
        world.others(3);
    }
    world.pass(100_000);

    let shown: Vec<ShownIncident> = world
        .incidents
        .iter()
        .filter_map(|(number, row, _)| compare(&mark, number.map(|_| row.clone())))
        .collect();
    let holds =
        world.incidents.iter().any(|it| it.2) || world.tasks.iter().any(|(_, is_own)| *is_own);
    if shown.iter().any(|it| matches!(it, ShownIncident::Own(_))) {
        return (holds, Judgement::There);
    }
    let milestone_stands = needs_milestone(&mark, &shown)
        && mark.milestone.as_ref().is_some_and(|milestone| {
            world.incidents.iter().any(|(number, row, _)| {
                let text = row.body.as_deref().map(digest::of_text);
                *number == Some(milestone.incident) && text.as_ref() == Some(&milestone.body)
            })
        });
    let incidents = Incidents::sort(&mark, shown, milestone_stands);
    let tasks: Vec<HostTask> = world.tasks.iter().map(|it| it.0.clone()).collect();
    let asked = mark.added.unwrap_or(world.now).min(world.now);
    let absent =
        incidents.doubtful.is_empty() && incidents.unexplained(&mark, asked, &tasks).is_empty();
    (
        holds,
        if absent {
            Judgement::SentAgain
        } else {
            Judgement::Open
        },
    )
}

#[test]
fn nothing_is_sent_again_while_ksc_holds_anything_of_it() {
    const WORLDS: u64 = 40_000;
    let (mut held, mut found, mut open, mut again) = (0, 0, 0, 0);
    for seed in 0..WORLDS {
        let (holds, verdict) = play(seed);
        held += u64::from(holds);
        match verdict {
            Judgement::There => found += 1,
            Judgement::Open => open += 1,
            Judgement::SentAgain => {
                assert!(!holds, "sent twice in world {seed}");
                again += 1;
            }
        }
    }

    // The worlds are of all sorts, and caution does not eat up the use of a key.
    println!(
        "{WORLDS} worlds: KSC held something of the request in {held}; {found} found, {open} open, {again} sent again"
    );
    assert!(held > WORLDS / 4 && found > WORLDS / 20 && open > WORLDS / 20);
    assert!(again > WORLDS / 100, "{again} were sent again");
}
