//! `cargo soak`: minutes of bad weather, and at the end the books are compared.
//!
//! Gateways as processes of their own, many callers who send again as a SOAR does, and a wire, a
//! KSC, a Central Node, a Redis and machines that fail by a plan which the seed decides; clocks are
//! set, signals sent and outputs stalled, analysts edit and delete incidents, people isolate and
//! release hosts at the Central Node's console, and KSC is restored from a backup. Then the faults
//! stop, every open question is asked again until it is settled, each incident in KSC and each rule
//! that was written or taken away at the Central Node is compared with what its caller was told, and
//! the state of each of the latest tasks with what KSC and its devices know.
//!
//! The same seed has the same errands and the same faults at the same times. Which of them meet is
//! up to the machine: a run is not repeated exactly, and a failure shows the history that it had.

mod book;
mod caller;
mod clock;
mod dice;
mod errand;
mod fleet;
mod kata;
mod reconcile;
mod report;
mod truth;
mod weather;

use std::hash::{BuildHasher as _, RandomState};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use acceptance::{arguments, say};
use clap::Parser;
use ksc_simulator::NameSuffix;
use tokio::task::JoinSet;

use crate::book::Book;
use crate::caller::Callers;
use crate::dice::Dice;
use crate::errand::{Errand, Hosts};
use crate::fleet::{Fleet, Store};
use crate::kata::sight::Sight;
use crate::report::Report;
use crate::truth::{Known, Truth};
use crate::weather::Weather;

/// Callers, faults, and a comparison of the books.
#[derive(Debug, Parser)]
#[command(name = "cargo soak", bin_name = "cargo soak")]
struct Options {
    /// Decides what is asked for and what goes wrong; drawn when it is not given
    #[arg(long)]
    seed: Option<u64>,
    /// How long it goes on
    #[arg(long, default_value_t = 3.0, conflicts_with = "seconds")]
    minutes: f64,
    /// The same in seconds
    #[arg(long)]
    seconds: Option<u64>,
    /// Where the gateways keep keys; by default the one that this gateway and this machine can do
    /// best
    #[arg(long, value_enum)]
    store: Option<Store>,
}

/// How many errands are done at a time.
const HANDS: usize = 20;

/// Most tasks that are read back at the end.
const MOST_READ: usize = 400;

/// How long an open question may stay open after the faults have stopped.
const SETTLING: Duration = Duration::from_secs(30);

/// How long that of an order to the Central Node may, after a long soak and after a short one: it
/// takes a minute until one that shows no trace is sent again, which a short one does not wait for.
const SETTLING_AT_KATA: [(Duration, Duration); 2] = [
    (Duration::from_mins(2), Duration::from_secs(100)),
    (Duration::ZERO, Duration::from_secs(4)),
];

fn main() -> ExitCode {
    let options = Options::parse_from(arguments());
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            say(&format!("soak: {error}"));
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(soak(options)) {
        Ok(report) => {
            report.print();
            if report.is_good() {
                return ExitCode::SUCCESS;
            }
        }
        Err(reason) => say(&format!("soak: {reason}")),
    }
    ExitCode::FAILURE
}

async fn soak(options: Options) -> Result<Report, String> {
    let seed = options
        .seed
        // Short enough to be typed again.
        .unwrap_or_else(|| RandomState::new().hash_one(0) % 1_000_000);
    let duration = match options.seconds {
        Some(seconds) => Duration::from_secs(seconds),
        None => Duration::try_from_secs_f64(options.minutes * 60.0)
            .map_err(|error| format!("--minutes: {error}"))?,
    };
    let store = options.store.unwrap_or(if fleet::knows_redis() {
        Store::Redis
    } else {
        Store::Memory
    });
    // Every other seed has a second endpoint to fail over to.
    let endpoints = if seed.is_multiple_of(2) { 1 } else { 2 };
    // In two of four, whatever stands before KSC lets go of connections that rest.
    let lets_go = seed % 4 >= 2;
    let resting = if lets_go {
        ", resting connections end"
    } else {
        ""
    };
    say(&format!(
        "soak: seed {seed}, {} s, store {store:?}, {endpoints} KSC endpoint(s) a gateway{resting}",
        duration.as_secs()
    ));
    // So that names do not always say whose a task is.
    let names = match seed % 3 {
        0 => NameSuffix::IncidentId,
        1 => NameSuffix::Random,
        _ => NameSuffix::Counter(40),
    };
    let fleet = Arc::new(Fleet::start(store, endpoints, names, lets_go).await?);
    let weather = Weather::of(
        seed,
        duration,
        store,
        fleet.size(),
        fleet.wires.len(),
        (endpoints, fleet.kata.ours.len()),
    );
    let book = Arc::new(Book::new());
    let callers = Arc::new(Callers::new(Arc::clone(&fleet), Arc::clone(&book), seed)?);
    let online = fleet.sim.hosts().into_iter().filter(|it| it.online);
    let hosts = Arc::new(Hosts {
        at_ksc: online.map(|it| it.id).collect(),
        at_kata: fleet.kata.ours.clone(),
    });

    let began = Instant::now();
    let raging = tokio::spawn(weather.rage(Arc::clone(&fleet)));
    let requests = work(&callers, &hosts, seed, began + duration).await?;
    let faults = raging.await.map_err(|error| format!("a fault: {error}"))?;
    let struck = fleet.wires.iter().map(acceptance::Wire::struck).collect();
    fleet.heal().await;
    say("soak: the faults have stopped; open questions are asked again");
    settle(&callers, seed, duration).await;
    ask_again(&callers, seed).await;
    let truth = read_back(&callers).await;
    let sight = see_orders(&callers).await;
    let memory = fleet.memory().await;
    let (wrong, audited) = fleet.end().await;
    Ok(Report::new(
        seed,
        began.elapsed(),
        store,
        requests,
        &faults,
        struck,
        &memory,
        wrong,
        &audited,
        truth,
        sight,
        &fleet.edited(),
        &book,
        &fleet.sim,
        &fleet.kata,
    ))
}

/// Reads the latest tasks back, from every gateway, and compares them with what KSC knows.
async fn read_back(callers: &Arc<Callers>) -> Truth {
    let mut truth = Truth::default();
    let told: Vec<(String, i64, String)> = callers
        .book
        .records()
        .values()
        .flat_map(|it| &it.entries)
        .flat_map(|entry| {
            let told = entry.told().into_iter();
            told.map(|(id, incident)| (entry.mark.clone(), incident, id.to_owned()))
        })
        .collect();
    for (mark, incident, id) in told.iter().rev().take(MOST_READ) {
        for replica in 0..callers.fleet.size() {
            let Some(answer) = callers.read_back(id, replica).await else {
                truth
                    .wrong
                    .push(format!("{id} cannot be read at {replica}"));
                continue;
            };
            // After the answer: what KSC knows then is no older.
            let incidents = callers.fleet.sim.journal().incidents();
            let known = Known::of(&incidents, &callers.fleet.sim);
            truth.compare(&known, mark, *incident, &answer);
        }
    }
    truth.explain(&callers.fleet.sim, &callers.fleet.edits());
    truth
}

/// Reads the latest orders to the Central Node back, from every gateway.
async fn see_orders(callers: &Arc<Callers>) -> Sight {
    let mut sight = Sight::default();
    let records = callers.book.records();
    let entries = records.values().flat_map(|it| &it.entries);
    let told: Vec<String> = entries
        .flat_map(|it| it.ordered().into_iter().map(str::to_owned))
        .collect();
    for id in Sight::latest(&told) {
        for replica in 0..callers.fleet.size() {
            let told = callers.read_back(id, replica).await;
            sight.compare(id, replica, told);
        }
    }
    sight
}

/// Errand after errand, many at a time, until the time is over; gives how many there were.
async fn work(
    callers: &Arc<Callers>,
    hosts: &Arc<Hosts>,
    seed: u64,
    until: Instant,
) -> Result<u64, String> {
    let next = Arc::new(AtomicU64::new(0));
    let mut hands = JoinSet::new();
    for hand in 0..HANDS {
        let (callers, hosts, next) = (Arc::clone(callers), Arc::clone(hosts), Arc::clone(&next));
        let mut dice = Dice::of(seed ^ 0x4A4D, u64::try_from(hand).unwrap_or_default());
        hands.spawn(async move {
            while Instant::now() < until {
                let number = next.fetch_add(1, Ordering::Relaxed);
                callers.run(Errand::of(seed, number, &hosts), until).await;
                tokio::time::sleep(Duration::from_millis(dice.below(120))).await;
            }
        });
    }
    while let Some(hand) = hands.join_next().await {
        hand.map_err(|error| format!("a caller: {error}"))?;
    }
    Ok(next.load(Ordering::Relaxed))
}

/// Every key whose errand is open is sent until its answer stands.
async fn settle(callers: &Arc<Callers>, seed: u64, duration: Duration) {
    let until = Instant::now() + SETTLING;
    let at_kata = SETTLING_AT_KATA.into_iter().find(|it| duration >= it.0);
    let until_at_kata = Instant::now() + at_kata.map_or(SETTLING, |it| it.1);
    each(callers, move |callers, number, record| async move {
        if record.settled {
            return;
        }
        let dice = Dice::of(seed ^ 0x5E77, number);
        let (caller, create) = (record.caller, Arc::clone(&record.create));
        // Whoever has no key, and does not know, must not ask again.
        let done = if create.key.is_none() {
            true
        } else if create.order.is_some() {
            callers
                .come_back(number, caller, &create, dice, until_at_kata)
                .await
        } else {
            callers.insist(number, caller, &create, dice, until).await
        };
        if done {
            callers.book.settle(number);
        }
    })
    .await;
}

/// Every key that has its task is sent once more: the answer must be the same.
async fn ask_again(callers: &Arc<Callers>, seed: u64) {
    let until = Instant::now() + SETTLING;
    each(callers, move |callers, number, record| async move {
        let has_task = |it: &book::Entry| !it.told().is_empty() || !it.ordered().is_empty();
        let told = record.entries.iter().all(has_task);
        if record.create.key.is_some() && told {
            let dice = Dice::of(seed ^ 0xA6A1, number);
            callers
                .insist(number, record.caller, &record.create, dice, until)
                .await;
        }
    })
    .await;
}

/// Does something with every record, many at a time.
async fn each<F>(callers: &Arc<Callers>, what: impl Fn(Arc<Callers>, u64, book::Record) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut hands = JoinSet::new();
    for (number, record) in callers.book.records() {
        if hands.len() >= HANDS {
            hands.join_next().await;
        }
        hands.spawn(what(Arc::clone(callers), number, record));
    }
    hands.join_all().await;
}
