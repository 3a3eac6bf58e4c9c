//! A cell of a table: one way, under one load, measured once a round.

use std::time::{Duration, Instant};

use crate::accounts::Usage;
use crate::load::{HostChoice, Latencies, Supply, Tally, Tokens, closed, open};
use crate::rig::{Counted, Lane, Rig, Setup, Used};

/// Whose tokens the requests of a cell carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenChoice {
    /// One, all the time.
    One,
    /// So many, in turn.
    Pool(usize),
    /// A new one for every request.
    Fresh,
}

/// How requests follow each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Pace {
    /// As soon as there is an answer to the one before.
    Closed,
    /// So many a second.
    Open(f64),
}

/// A cell.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    /// What the row is called.
    pub(crate) label: String,
    pub(crate) lane: Lane,
    pub(crate) setup: Setup,
    pub(crate) callers: usize,
    pub(crate) pace: Pace,
    pub(crate) tokens: TokenChoice,
    pub(crate) hosts: HostChoice,
    /// Whether each request has an idempotency key.
    pub(crate) keys: bool,
    /// How long each call of KSC's takes.
    pub(crate) delay: Duration,
}

impl Cell {
    /// Whether it is the same load on another way.
    pub(crate) fn is_as(&self, other: &Self, lane: Lane) -> bool {
        let load = |it: &Self| (it.callers, it.pace, it.tokens, it.hosts, it.keys, it.delay);
        self.lane == lane && self.setup == other.setup && load(self) == load(other)
    }
}

/// What one round of a cell found.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Actions a second.
    pub(crate) rate: f64,
    /// Microseconds.
    pub(crate) latencies: Latencies,
    /// Processor time for each action, microseconds: of the program that is measured, of the
    /// stand-in, of HAProxy before replicas, of Redis, of the callers.
    pub(crate) subject: f64,
    pub(crate) stand_in: f64,
    pub(crate) front: f64,
    pub(crate) redis: f64,
    pub(crate) load: f64,
    /// The part of one processor that the callers had.
    pub(crate) load_share: f64,
    /// Calls to KSC for each action.
    pub(crate) calls: Vec<(String, f64)>,
    /// Scripts that Redis runs for each action.
    pub(crate) scripts: f64,
    /// TLS handshakes for each action.
    pub(crate) handshakes: f64,
    /// Memory at the end, KiB.
    pub(crate) resident: Option<u64>,
    /// Why the round does not count.
    pub(crate) invalid: Vec<String>,
}

/// Longest wait for calls that come after the answer.
const SETTLING: Duration = Duration::from_secs(5);

/// How often it is looked.
const LOOK: Duration = Duration::from_millis(20);

/// Measures a cell once.
pub(crate) async fn measure(
    cell: &Cell,
    rig: &mut Rig,
    tokens: Tokens,
    times: (Duration, Duration),
) -> Result<Found, String> {
    rig.delay(cell.delay).await?;
    let (before, scripts) = (rig.counts().await?, rig.scripts().await?);
    let mut bounds: Vec<(Used, Instant)> = Vec::new();
    let supply = Supply::new(tokens, cell.hosts, cell.keys);
    let errand = rig.errand.clone();
    let bound = async || {
        bounds.push((rig.used()?, Instant::now()));
        Ok(())
    };
    let tally = match cell.pace {
        Pace::Closed => closed(&errand, supply, cell.callers, times, bound).await?,
        Pace::Open(rate) => open(&errand, supply, (cell.callers, rate), times, bound).await?,
    };
    let resident = rig.memory().map(|it| it.resident);
    let whole = settle(rig, &before, &tally).await?;
    let scripts = rig.scripts().await? - scripts;
    let [first, last] = bounds.as_slice() else {
        return Err("the load was not counted from end to end".to_owned());
    };
    let time = last.1.duration_since(first.1);
    let per_action = |it: f64| {
        if tally.done == 0 {
            0.0
        } else {
            it / as_float(tally.done)
        }
    };
    let used = |of: fn(&Used) -> &Usage| of(&last.0).since(of(&first.0)).as_secs_f64() * 1e6;
    let subjects = last.0.of_subjects_since(&first.0).as_secs_f64() * 1e6;
    // Of the whole load, not of the time that is counted: at its bounds actions are half done.
    let whole_per_action = |it: u64| as_float(it) / as_float(tally.all.max(1));
    let load = used(|it| &it.load);
    Ok(Found {
        rate: as_float(tally.done) / time.as_secs_f64(),
        latencies: tally.latencies(),
        subject: per_action(subjects),
        stand_in: per_action(used(|it| &it.stand_in)),
        front: per_action(used(|it| &it.front)),
        redis: per_action(used(|it| &it.redis)),
        load: per_action(load),
        load_share: load / 1e6 / time.as_secs_f64(),
        handshakes: whole_per_action(whole.full + whole.resumed),
        calls: whole
            .calls
            .iter()
            .map(|(name, count)| (name.clone(), whole_per_action(*count)))
            .collect(),
        scripts: whole_per_action(scripts),
        resident,
        invalid: mistakes(&tally, &whole),
    })
}

/// Waits until the stand-in has what the actions make, and gives what it counted in all.
async fn settle(rig: &mut Rig, before: &Counted, tally: &Tally) -> Result<Counted, String> {
    let until = Instant::now() + SETTLING;
    loop {
        let counted = rig.counts().await?.since(before);
        let there = counted.of(UPDATE) >= tally.all;
        if there || Instant::now() > until {
            return Ok(counted);
        }
        tokio::time::sleep(LOOK).await;
    }
}

const ADD: &str = "HostGroup.AddIncident";
const UPDATE: &str = "HostGroup.UpdateIncident";

/// What cannot be, if every action was one: an incident for each, confirmed once, and no call that
/// KSC does not have.
fn mistakes(tally: &Tally, counted: &Counted) -> Vec<String> {
    let mut mistakes = tally.samples.clone();
    if tally.wrong > 0 {
        mistakes.push(format!("{} actions failed", tally.wrong));
    }
    if tally.done == 0 {
        mistakes.push("no action was done while it was counted".to_owned());
    }
    for call in [ADD, UPDATE] {
        let count = counted.of(call);
        // An action that failed may have come as far as KSC.
        if count < tally.all || count > tally.all + tally.wrong {
            mistakes.push(format!("{count} of {call} for {} actions", tally.all));
        }
    }
    if counted.of("unknown") > 0 {
        mistakes.push(format!(
            "calls that the stand-in does not know: {:?}",
            counted.strange
        ));
    }
    mistakes
}

#[expect(clippy::cast_precision_loss, reason = "counts of minutes")]
pub(crate) fn as_float(count: u64) -> f64 {
    count as f64
}
