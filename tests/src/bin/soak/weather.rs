//! What goes wrong, and when: drawn from the seed before anything begins.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use acceptance::{Deed, Moment};
use ksc_simulator::{Fault, FaultKind, IncidentEdit, IncidentRecord};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::dice::Dice;
use crate::fleet::{Fleet, Store};
use crate::kata::squall::Squall;

/// Everything that goes wrong, in its order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Weather(Vec<(Duration, Trouble)>);

/// One thing that goes wrong.
#[derive(Debug, Clone, PartialEq)]
enum Trouble {
    /// On a wire, to the next few that pass.
    Wire(usize, Moment, Deed, u64),
    /// A wire leads nowhere for a while.
    WireAway(usize, Duration),
    /// KSC does something odd.
    Ksc(Fault),
    /// KSC forgets its sessions.
    SessionsEnd,
    /// KSC is restarted.
    KscRestart(Duration),
    /// No service console is connected for a while.
    ConsoleAway(Duration),
    /// A gateway stands still.
    Freeze(usize, Duration),
    /// A gateway dies, and comes back after a while.
    Kill(usize, Duration),
    /// A gateway is replaced in an orderly way, by this signal.
    Terminate(usize, &'static str, Duration),
    /// A gateway is sent a signal that means nothing to it.
    Nudge(usize, &'static str),
    /// The clock of a gateway is set so many milliseconds forward or back from where it should be.
    Clock(usize, i64),
    /// Nobody reads what a gateway says for a while.
    Unheard(usize, Duration),
    /// An analyst edits, or deletes, one of the latest incidents: so far back.
    Edit(usize, Edit),
    Delete(usize),
    /// KSC is restored from a backup in which so many of the latest incidents are missing.
    Restore(i64),
    /// Redis dies, and comes back after a while with what it has kept.
    RedisKill(Duration),
    /// Redis stands still.
    RedisFreeze(Duration),
    /// Something is wrong at the Central Node.
    Kata(Squall),
}

/// What an analyst changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edit {
    /// The time, by so many seconds.
    Time(i64),
    /// The text.
    Text,
    /// Whether it is handled.
    Handled,
}

impl Trouble {
    fn name(&self) -> String {
        match self {
            Self::Wire(_, moment, deed, _) => format!("wire {moment:?} {}", deed.name()),
            Self::WireAway(..) => "wire away".to_owned(),
            Self::Ksc(fault) => {
                let kind = format!("{:?}", fault.kind);
                let kind = kind.split([' ', '{', '(']).next().unwrap_or_default();
                let method = fault.method.as_deref().unwrap_or("any call");
                format!("KSC {kind} on {method}")
            }
            Self::SessionsEnd => "sessions end".to_owned(),
            Self::KscRestart(_) => "KSC restart".to_owned(),
            Self::ConsoleAway(_) => "console away".to_owned(),
            Self::Freeze(..) => "gateway SIGSTOP".to_owned(),
            Self::Kill(..) => "gateway SIGKILL".to_owned(),
            Self::Terminate(_, signal, _) | Self::Nudge(_, signal) => {
                format!("gateway SIG{signal}")
            }
            Self::Clock(..) => "gateway's clock moved".to_owned(),
            Self::Unheard(..) => "gateway's output stalled".to_owned(),
            Self::Edit(_, Edit::Time(_)) => "incident's time moved".to_owned(),
            Self::Edit(_, Edit::Text) => "incident's text changed".to_owned(),
            Self::Edit(_, Edit::Handled) => "incident handled".to_owned(),
            Self::Delete(_) => "incident deleted".to_owned(),
            Self::Restore(_) => "KSC restored".to_owned(),
            Self::RedisKill(_) => "redis SIGKILL".to_owned(),
            Self::RedisFreeze(_) => "redis SIGSTOP".to_owned(),
            Self::Kata(squall) => squall.name(),
        }
    }
}

impl Weather {
    /// The weather of a seed; `kata` says how many addresses and hosts the Central Node has.
    pub(crate) fn of(
        seed: u64,
        duration: Duration,
        store: Store,
        gateways: usize,
        wires: usize,
        kata: (usize, usize),
    ) -> Self {
        let mut dice = Dice::of(seed, u64::MAX);
        let mut plan = Vec::new();
        let mut at = Duration::from_millis(500);
        while at < duration {
            plan.push((at, trouble(&mut dice, store, gateways, wires)));
            at += Duration::from_millis(dice.between(80, 700));
        }
        let mut dice = Dice::of(seed ^ 0xCE17, u64::MAX);
        let mut at = Duration::from_millis(700);
        while at < duration {
            let squall = Squall::draw(&mut dice, duration, kata.0, kata.1);
            plan.push((at, Trouble::Kata(squall)));
            at += Duration::from_millis(dice.between(100, 900));
        }
        plan.sort_by_key(|it| it.0);
        Self(plan)
    }

    /// Lets it come over the fleet; gives what came, counted.
    pub(crate) async fn rage(self, fleet: Arc<Fleet>) -> BTreeMap<String, usize> {
        let counts: Mutex<BTreeMap<String, usize>> = Mutex::default();
        let began = Instant::now();
        // What lasts, lasts beside what comes next; but nobody is taken away twice.
        let away = Arc::new(tokio::sync::Mutex::new(()));
        let away_at_kata = Arc::new(tokio::sync::Mutex::new(()));
        let mut lasting = JoinSet::new();
        for (at, trouble) in self.0 {
            tokio::time::sleep_until(began + at).await;
            *counts
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .entry(trouble.name())
                .or_default() += 1;
            let alone = if matches!(trouble, Trouble::Kata(_)) {
                &away_at_kata
            } else {
                &away
            };
            lasting.spawn(come(trouble, Arc::clone(&fleet), Arc::clone(alone)));
        }
        lasting.join_all().await;
        counts.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn come(trouble: Trouble, fleet: Arc<Fleet>, away: Arc<tokio::sync::Mutex<()>>) {
    match trouble {
        Trouble::Wire(wire, moment, deed, times) => {
            for _ in 0..times {
                fleet.wires[wire].strike(moment, deed);
            }
        }
        Trouble::WireAway(wire, by) => {
            let _alone = away.lock().await;
            fleet.wires[wire].set_away(true);
            tokio::time::sleep(by).await;
            fleet.wires[wire].set_away(false);
        }
        Trouble::Ksc(fault) => fleet.sim.faults().push(fault),
        Trouble::SessionsEnd => fleet.sim.expire_sessions(),
        Trouble::KscRestart(by) => {
            let _alone = away.lock().await;
            for wire in &fleet.wires {
                wire.set_away(true);
            }
            fleet.sim.cut_connections().await;
            fleet.sim.expire_sessions();
            tokio::time::sleep(by).await;
            for wire in &fleet.wires {
                wire.set_away(false);
            }
        }
        Trouble::ConsoleAway(by) => {
            let _alone = away.lock().await;
            fleet.sim.set_console(false);
            tokio::time::sleep(by).await;
            fleet.sim.set_console(true);
        }
        Trouble::Freeze(gateway, by) => fleet.freeze(gateway, by).await,
        Trouble::Kill(gateway, by) => fleet.restart(gateway, None, by).await,
        Trouble::Terminate(gateway, signal, by) => {
            fleet.restart(gateway, Some(signal), by).await;
        }
        Trouble::Nudge(gateway, signal) => fleet.nudge(gateway, signal).await,
        Trouble::Clock(gateway, by) => fleet.set_clock(gateway, by),
        Trouble::Unheard(gateway, by) => fleet.stop_reading(gateway, by).await,
        Trouble::Edit(back, edit) => {
            if let Some(incident) = latest(&fleet, back) {
                let added = incident.added;
                let edit = match edit {
                    Edit::Time(by) => IncidentEdit {
                        added: Some(added + time::Duration::seconds(by)),
                        ..IncidentEdit::default()
                    },
                    Edit::Text => IncidentEdit {
                        body: Some("Seen by an analyst".to_owned()),
                        ..IncidentEdit::default()
                    },
                    Edit::Handled => IncidentEdit {
                        handled: Some(true),
                        ..IncidentEdit::default()
                    },
                };
                fleet.edit(incident.id, edit);
            }
        }
        Trouble::Delete(back) => {
            if let Some(incident) = latest(&fleet, back) {
                fleet.sim.delete_incident(incident.id);
            }
        }
        Trouble::Restore(missing) => {
            if let Some(last) = latest(&fleet, 0) {
                fleet.restore((last.id - missing + 1).max(1));
            }
        }
        Trouble::RedisKill(by) => {
            if let Some(redis) = &fleet.redis {
                let mut redis = redis.lock().await;
                redis.kill();
                tokio::time::sleep(by).await;
                redis.start_again().await;
            }
        }
        Trouble::Kata(squall) => squall.come(&fleet.kata, &away).await,
        Trouble::RedisFreeze(by) => {
            if let Some(redis) = &fleet.redis {
                let redis = redis.lock().await;
                redis.freeze();
                tokio::time::sleep(by).await;
                redis.thaw();
            }
        }
    }
}

/// One of the latest incidents.
fn latest(fleet: &Fleet, back: usize) -> Option<IncidentRecord> {
    let incidents = fleet.sim.journal().incidents();
    let at = incidents.len().checked_sub(back + 1)?;
    incidents.into_iter().nth(at)
}

fn trouble(dice: &mut Dice, store: Store, gateways: usize, wires: usize) -> Trouble {
    let wire = dice.index(wires);
    let gateway = dice.index(gateways);
    let short = Duration::from_millis(dice.between(50, 900));
    let redis = store == Store::Redis;
    match dice.below(130) {
        100..106 => Trouble::Clock(
            gateway,
            i64::try_from(dice.below(20_000)).unwrap_or(0) - 10_000,
        ),
        106..109 => Trouble::Unheard(gateway, short * 4),
        109..112 => Trouble::Nudge(gateway, ["ALRM", "USR1", "USR2"][dice.index(3)]),
        112..114 if redis => Trouble::Terminate(gateway, "HUP", short),
        114..120 => {
            let by = i64::try_from(dice.below(86_400)).unwrap_or(0) - 43_200;
            let edit = *dice.pick(&[Edit::Time(by), Edit::Time(by), Edit::Text, Edit::Handled]);
            Trouble::Edit(dice.index(30), edit)
        }
        120..123 => Trouble::Delete(dice.index(30)),
        123..124 => Trouble::Restore(i64::try_from(dice.between(1, 4)).unwrap_or(1)),
        0..40 => on_the_wire(dice, wire),
        40..44 => Trouble::WireAway(wire, short),
        44..74 => in_ksc(dice),
        74..80 => Trouble::SessionsEnd,
        80..84 => Trouble::KscRestart(short),
        84..87 => Trouble::ConsoleAway(short),
        87..91 if redis => Trouble::Kill(gateway, short),
        91..93 if redis => Trouble::Terminate(gateway, "TERM", short),
        93..95 if redis => Trouble::RedisKill(short),
        95..97 if redis => Trouble::RedisFreeze(short),
        _ => Trouble::Freeze(gateway, short * 2),
    }
}

fn on_the_wire(dice: &mut Dice, wire: usize) -> Trouble {
    let moment = *dice.pick(&[
        Moment::Connected,
        Moment::MidRequest,
        Moment::Asked,
        Moment::MidAnswer,
        Moment::MidAnswer,
    ]);
    // Some are longer than the gateway waits: what it has given up arrives all the same, but well
    // before `backends.ksc.unknown_settles_after` is over, which is what an operator has to see to.
    let delay = if dice.percent(40) {
        dice.between(1600, 2600)
    } else {
        dice.between(50, 600)
    };
    let delay = Deed::Delay(Duration::from_millis(delay));
    let deed = *dice.pick(&[
        Deed::Cut,
        Deed::Cut,
        Deed::Reset,
        Deed::HalfClose,
        Deed::Stall,
        delay,
        delay,
    ]);
    Trouble::Wire(wire, moment, deed, dice.between(1, 4))
}

fn in_ksc(dice: &mut Dice) -> Trouble {
    let method = *dice.pick(&[
        "HostGroup.AddIncident",
        "HostGroup.AddIncident",
        "HostGroup.AddIncident",
        "HostGroup.UpdateIncident",
        "HostGroup.FindIncidents",
        "HostGroup.FindHosts",
        "HostGroup.GetHostInfo",
        "ChunkAccessor.*",
        "ConEvents.*",
        "Tasks.*",
        "Session.StartSession",
        "Session.Ping",
    ]);
    let kind = dice
        .pick(&[
            FaultKind::CommitThenDrop,
            FaultKind::CommitThenDrop,
            FaultKind::CommitThenStall,
            FaultKind::DropBeforeCommit,
            FaultKind::Stall,
            FaultKind::Garbage,
            FaultKind::Truncate,
            FaultKind::WrongShape,
            FaultKind::ExpireSessions,
            FaultKind::Delay { milliseconds: 400 },
            FaultKind::http(503, "busy"),
            FaultKind::http(500, "oops"),
            FaultKind::pxg("KLSTD", 1195),
        ])
        .clone();
    let times = u32::try_from(dice.between(1, 3)).unwrap_or(1);
    Trouble::Ksc(Fault::on(method, kind).times(times))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_always_has_the_same_weather_and_memory_is_never_killed() {
        let of = |seed, store| Weather::of(seed, Duration::from_secs(300), store, 2, 2, (2, 24));

        assert_eq!(of(5, Store::Redis), of(5, Store::Redis));
        assert_ne!(of(5, Store::Redis), of(6, Store::Redis));
        let deadly = |it: &(Duration, Trouble)| {
            ["gateway SIGKILL", "gateway SIGTERM", "redis SIGKILL"].contains(&it.1.name().as_str())
        };
        assert!(!of(5, Store::Memory).0.iter().any(deadly));
        assert!(of(5, Store::Redis).0.iter().any(deadly));
    }
}
