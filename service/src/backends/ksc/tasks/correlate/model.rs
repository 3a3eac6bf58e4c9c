//! Whatever the senders' clocks say, no pair that is given out is wrong.
//!
//! Worlds are made by chance: requests of one kind, a console that makes their tasks one after the
//! other and may not have come to all of them, tasks that were removed since, gateways that looked
//! in between, names that end in the number of the incident, in a counter or in anything; and every
//! `added` moved by up to twelve hours, one by one or by replica. What is found is compared with
//! what the console did.
//!
//! Then analysts come: incidents are deleted, or their times are moved, or KSC is restored from a
//! backup and gives their numbers out again. What was asked for is remembered.

use fastrand::Rng;

use super::super::bygone::{Births, Crowd};
use std::collections::HashMap;

use super::*;

/// How many worlds are tried.
const WORLDS: u64 = 100_000;

#[derive(Debug)]
struct TaskWorld {
    asked: Vec<RequestRef>,
    /// The task of each request, where one is there.
    tasks: Vec<Option<SeenTask>>,
    before: HashMap<String, i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NameEnding {
    Incident,
    Counter(i64),
    Nothing,
}

fn moment(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_700_000_000 + seconds).expect("a time")
}

/// A lie of a clock: none, a second or two, or hours.
fn lie(dice: &mut Rng) -> i64 {
    match dice.u8(0..4) {
        0 => 0,
        1 => dice.i64(-3..=3),
        2 => dice.i64(-600..=600),
        _ => dice.i64(-43_200..=43_200),
    }
}

/// The name of a task that ends so.
fn named(ending: impl std::fmt::Display) -> String {
    format!("[ResponseRequest][KUMA] getFile - 01/02/2026 - {ending}")
}

fn world(dice: &mut Rng, ending: NameEnding, honest: bool) -> TaskWorld {
    let count = dice.usize(1..=6);
    let replicas: Vec<i64> = (0..3).map(|_| if honest { 0 } else { lie(dice) }).collect();
    let one_by_one = dice.bool();
    let gap = [0, 1, 10, 900, 7_200, 100_000][dice.usize(0..6)];
    // A counter is told from the numbers of incidents while the console is not slower than it is,
    // as a rule.
    let slowest = if matches!(ending, NameEnding::Counter(_)) {
        3
    } else {
        4
    };
    let delay = [1, 5, 60, 1_000][dice.usize(0..slowest)];
    let made = dice.usize(0..=count);
    let removed = [0, 0, 3][dice.usize(0..3)];
    let first = dice.i64(40..50);

    let (mut asked, mut tasks, mut before) = (Vec::new(), Vec::new(), HashMap::new());
    let (mut stored, mut console, mut task_id) = (0, 0, dice.i64(90..=101));
    let mut times = Vec::new();
    for number in 0..count {
        stored += dice.i64(0..=gap);
        let incident = first + i64::try_from(number).expect("few");
        let lie = match (honest, one_by_one) {
            (true, _) => 0,
            (false, true) => lie(dice),
            (false, false) => replicas[dice.usize(0..3)],
        };
        asked.push(RequestRef {
            incident,
            added: Some(moment(stored + lie)),
        });
        console = stored.max(console) + dice.i64(0..=delay);
        let text = match ending {
            NameEnding::Incident => incident.to_string(),
            NameEnding::Counter(ahead) => (incident + ahead).to_string(),
            NameEnding::Nothing => "x".to_owned(),
        };
        let task = SeenTask {
            id: task_id.to_string(),
            name: named(text),
            created: Some(moment(console)),
        };
        task_id += 1;
        times.push((stored, console));
        let there = number < made && dice.u8(0..10) >= removed;
        tasks.push(there.then_some(task));
    }
    // Somebody looked at some moment, at what was there then.
    if dice.bool() {
        let looked = dice.i64(0..=console);
        let last = times.iter().rposition(|(stored, _)| *stored <= looked);
        for (number, task) in tasks.iter().enumerate() {
            if let (Some(task), Some(last)) = (task, last)
                && times[number].1 < looked
            {
                before.insert(task.id.clone(), asked[last].incident);
            }
        }
    }
    TaskWorld {
        asked,
        tasks,
        before,
    }
}

/// How many pairs were given out as certain; none of them may be wrong.
fn certain(world: &TaskWorld) -> usize {
    let rivals = Rivals {
        asked: Some(world.asked.clone()),
        known: HashMap::new(),
        before: world.before.clone(),
        unordered: 0,
        tagged: false,
    };
    let seen: Vec<SeenTask> = world.tasks.iter().flatten().cloned().collect();
    let mut certain = 0;
    for (own, task) in world.asked.iter().zip(&world.tasks) {
        if let Match::One(found, _) = among(*own, &rivals, seen.clone()) {
            assert_eq!(
                Some(&found),
                task.as_ref(),
                "{own:?} of {:#?} among {seen:#?}, {:?}",
                world.asked,
                world.before
            );
            certain += 1;
        }
    }
    certain
}

/// How often numbers in names decide among all that there are, and how often among those alone
/// that are in the window: where these decide, it is what all of them decide.
fn decided_by_names(world: &TaskWorld, shown: &[RequestRef], births: &Births) -> (usize, usize) {
    let seen: Vec<SeenTask> = world.tasks.iter().flatten().cloned().collect();
    let rivals = |crowd: &Crowd| Rivals {
        unordered: crowd.unordered(|_| false),
        asked: Some(crowd.all(|_| false)),
        known: HashMap::new(),
        before: world.before.clone(),
        tagged: false,
    };
    let crowd = Crowd::of(shown.to_vec(), births);
    let (mut by_all, mut by_few) = (0, 0);
    for own in &world.asked {
        let all = rivals(&crowd);
        let whole = among(*own, &all, seen.clone());
        by_all += usize::from(matches!(whole, Match::One(_, Proof::Name)));
        let Some(window) = NameWindow::of(*own, &seen) else {
            continue;
        };
        // KSC is asked for those in the window.
        let asked_for = shown.iter().copied().filter(|it| window.holds(*it));
        let few = Crowd::of(asked_for.collect(), births).within(&window);
        let few = rivals(&few);
        if let Some(found) = by_names(*own, &few, seen.clone()) {
            assert_eq!(found, whole, "{own:?}, {window:?}, {world:#?}, {crowd:#?}");
            by_few += usize::from(matches!(found, Match::One(..)));
        }
    }
    (by_all, by_few)
}

#[test]
fn numbers_in_names_say_the_same_among_those_of_the_window() {
    let mut dice = Rng::with_seed(20_261_201);
    let (mut by_all, mut by_few) = (0, 0);
    for round in 0..WORLDS {
        let ending = match dice.u8(0..4) {
            0 => NameEnding::Counter(dice.i64(-3..=3)),
            _ => NameEnding::Incident,
        };
        let (world, shown, births) = if round % 2 == 0 {
            let world = world(&mut dice, ending, false);
            let shown = world.asked.clone();
            (world, shown, Births::new())
        } else {
            use Meddling::{Deleted, Moved, Restored};
            let meddling = [Deleted, Moved, Restored][dice.usize(0..3)];
            let Meddled {
                world,
                shown,
                births,
            } = meddled(&mut dice, ending, meddling);
            (world, shown, births)
        };
        let (all, few) = decided_by_names(&world, &shown, &births);
        by_all += all;
        by_few += few;
    }
    println!("{WORLDS} worlds, {by_all} pairs by names among all, {by_few} among few");
    assert!(by_few * 10 > by_all * 9, "{by_few} of {by_all}");
}

#[test]
fn whatever_senders_say_of_the_time_no_pair_is_wrong() {
    let mut dice = Rng::with_seed(20_261_128);
    let (mut requests, mut pairs) = (0, 0);
    for _ in 0..WORLDS {
        let ending = [NameEnding::Nothing, NameEnding::Incident][dice.usize(0..2)];
        let world = world(&mut dice, ending, false);
        requests += world.asked.len();
        pairs += certain(&world);
    }
    println!("{WORLDS} worlds, {requests} requests, {pairs} certain pairs, none wrong");
    assert!(pairs > requests / 10, "{pairs} of {requests}");
}

#[test]
fn a_counter_at_the_end_of_names_swaps_nothing() {
    let mut dice = Rng::with_seed(20_261_129);
    let (mut requests, mut pairs) = (0, 0);
    for _ in 0..WORLDS {
        let ending = NameEnding::Counter(dice.i64(-3..=3));
        let world = world(&mut dice, ending, true);
        requests += world.asked.len();
        pairs += certain(&world);
    }
    println!("{WORLDS} worlds, {requests} requests, {pairs} certain pairs, none wrong");
    assert!(pairs > requests / 10, "{pairs} of {requests}");
}

#[test]
fn with_honest_clocks_and_numbers_in_the_names_most_is_certain() {
    let mut dice = Rng::with_seed(20_261_130);
    let (mut there, mut pairs) = (0, 0);
    for _ in 0..WORLDS {
        let world = world(&mut dice, NameEnding::Incident, true);
        there += world.tasks.iter().flatten().count();
        pairs += certain(&world);
    }
    println!("{WORLDS} worlds, {there} tasks, {pairs} certain pairs");
    assert!(pairs * 10 > there * 6, "{pairs} of {there}");
}

/// What analysts and backups do to incidents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meddling {
    /// Some are deleted.
    Deleted,
    /// Some are deleted, and the time of one is moved.
    Moved,
    /// The latest of those that there were at some moment are lost, and their numbers are given out
    /// again.
    Restored,
}

/// A world in which the incidents of some requests are not as they were.
struct Meddled {
    world: TaskWorld,
    /// What KSC shows.
    shown: Vec<RequestRef>,
    births: Births,
}

fn meddled(dice: &mut Rng, ending: NameEnding, meddling: Meddling) -> Meddled {
    let mut world = world(dice, ending, true);
    let count = world.asked.len();
    let mut shows = vec![true; count];
    if meddling == Meddling::Restored {
        let kept = dice.usize(0..count);
        let lost = dice.usize(0..=kept);
        let passes = time::Duration::seconds(dice.i64(60..4_000));
        for at in kept..count {
            let own = &mut world.asked[at];
            own.incident -= i64::try_from(lost).expect("few");
            own.added = own.added.map(|it| it + passes);
            if let Some(task) = &mut world.tasks[at] {
                task.created = task.created.map(|it| it + passes);
                if ending == NameEnding::Incident {
                    task.name = named(own.incident);
                }
            }
        }
        shows[kept - lost..kept].fill(false);
        world.before.clear();
    }
    let mut births = Births::new();
    for it in &world.asked {
        births.entry(it.incident).or_default().push(it.added);
    }
    let deleted = dice.u8(0..5);
    for shows in &mut shows {
        *shows &= dice.u8(0..10) >= deleted;
    }
    if meddling == Meddling::Moved {
        let at = dice.usize(0..count);
        // A counter is told from the numbers of incidents unless requests seem to have waited for
        // long.
        let earliest = if matches!(ending, NameEnding::Counter(_)) {
            -100
        } else {
            -43_200
        };
        let by = time::Duration::seconds(dice.i64(earliest..=43_200));
        // Of one that is deleted, it is only known when it was asked for.
        if shows[at] {
            world.asked[at].added = world.asked[at].added.map(|it| it + by);
        }
    }
    let shown = world.asked.iter().zip(&shows);
    let shown = shown.filter(|(_, shows)| **shows).map(|(it, _)| *it);
    Meddled {
        shown: shown.collect(),
        world,
        births,
    }
}

/// How many pairs were given out as certain among requests that were asked for as is remembered
/// here; and how many of them were wrong.
fn certain_of(meddled: &Meddled, remembered: &Births) -> (usize, usize) {
    let crowd = Crowd::of(meddled.shown.clone(), remembered);
    let world = &meddled.world;
    let rivals = Rivals {
        unordered: crowd.unordered(|_| false),
        asked: Some(crowd.all(|_| false)),
        known: HashMap::new(),
        before: world.before.clone(),
        tagged: false,
    };
    let seen: Vec<SeenTask> = world.tasks.iter().flatten().cloned().collect();
    let (mut certain, mut wrong) = (0, 0);
    for (own, task) in world.asked.iter().zip(&world.tasks) {
        if let Match::One(found, _) = among(*own, &rivals, seen.clone()) {
            certain += 1;
            wrong += usize::from(Some(&found) != task.as_ref());
        }
    }
    (certain, wrong)
}

#[test]
fn whatever_is_done_to_incidents_that_are_remembered_no_pair_is_wrong() {
    use Meddling::{Deleted, Moved, Restored};
    for meddling in [Deleted, Moved, Restored] {
        let mut dice = Rng::with_seed(20_261_131);
        let (mut requests, mut pairs, mut blind) = (0, 0, 0);
        for _ in 0..WORLDS {
            let counter = NameEnding::Counter(dice.i64(-3..=3));
            let ending = [NameEnding::Nothing, NameEnding::Incident, counter][dice.usize(0..3)];
            let meddled = meddled(&mut dice, ending, meddling);
            requests += meddled.world.asked.len();
            let (certain, wrong) = certain_of(&meddled, &meddled.births);
            assert_eq!(
                wrong, 0,
                "{:#?}, shown {:#?}, tasks {:#?}",
                meddled.world.asked, meddled.shown, meddled.world.tasks
            );
            pairs += certain;
            blind += certain_of(&meddled, &Births::new()).1;
        }
        println!(
            "{meddling:?}: {WORLDS} worlds, {requests} requests, {pairs} certain pairs, none wrong; {blind} wrong where nothing is remembered"
        );
        assert!(pairs > requests / 20, "{pairs} of {requests}");
        assert!(blind > 0, "nothing of it matters");
    }
}
