//! What goes wrong, and when: drawn from the seed before anything begins.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use acceptance::{Deed, Moment};
use ksc_simulator::{Fault, FaultKind};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::dice::Dice;
use crate::fleet::{Fleet, Store};

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
    /// A gateway is replaced in an orderly way.
    Terminate(usize, Duration),
    /// Redis dies, and comes back after a while with what it has kept.
    RedisKill(Duration),
    /// Redis stands still.
    RedisFreeze(Duration),
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
            Self::Terminate(..) => "gateway SIGTERM".to_owned(),
            Self::RedisKill(_) => "redis SIGKILL".to_owned(),
            Self::RedisFreeze(_) => "redis SIGSTOP".to_owned(),
        }
    }
}

impl Weather {
    /// The weather of a seed.
    pub(crate) fn of(
        seed: u64,
        duration: Duration,
        store: Store,
        gateways: usize,
        wires: usize,
    ) -> Self {
        let mut dice = Dice::of(seed, u64::MAX);
        let mut plan = Vec::new();
        let mut at = Duration::from_millis(500);
        while at < duration {
            plan.push((at, trouble(&mut dice, store, gateways, wires)));
            at += Duration::from_millis(dice.between(80, 700));
        }
        Self(plan)
    }

    /// Lets it come over the fleet; gives what came, counted.
    pub(crate) async fn rage(self, fleet: Arc<Fleet>) -> BTreeMap<String, usize> {
        let counts: Mutex<BTreeMap<String, usize>> = Mutex::default();
        let began = Instant::now();
        // What lasts, lasts beside what comes next; but nobody is taken away twice.
        let away = Arc::new(tokio::sync::Mutex::new(()));
        let mut lasting = JoinSet::new();
        for (at, trouble) in self.0 {
            tokio::time::sleep_until(began + at).await;
            *counts
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .entry(trouble.name())
                .or_default() += 1;
            lasting.spawn(come(trouble, Arc::clone(&fleet), Arc::clone(&away)));
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
        Trouble::Kill(gateway, by) => fleet.restart(gateway, true, by).await,
        Trouble::Terminate(gateway, by) => fleet.restart(gateway, false, by).await,
        Trouble::RedisKill(by) => {
            if let Some(redis) = &fleet.redis {
                let mut redis = redis.lock().await;
                redis.kill();
                tokio::time::sleep(by).await;
                redis.start_again().await;
            }
        }
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

fn trouble(dice: &mut Dice, store: Store, gateways: usize, wires: usize) -> Trouble {
    let wire = dice.index(wires);
    let gateway = dice.index(gateways);
    let short = Duration::from_millis(dice.between(50, 900));
    let redis = store == Store::Redis;
    match dice.below(100) {
        0..40 => on_the_wire(dice, wire),
        40..44 => Trouble::WireAway(wire, short),
        44..74 => in_ksc(dice),
        74..80 => Trouble::SessionsEnd,
        80..84 => Trouble::KscRestart(short),
        84..87 => Trouble::ConsoleAway(short),
        87..91 if redis => Trouble::Kill(gateway, short),
        91..93 if redis => Trouble::Terminate(gateway, short),
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
    // before `tasks.unknown_settles_after` is over, which is what an operator has to see to.
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
        let of = |seed, store| Weather::of(seed, Duration::from_secs(300), store, 2, 2);

        assert_eq!(of(5, Store::Redis), of(5, Store::Redis));
        assert_ne!(of(5, Store::Redis), of(6, Store::Redis));
        let deadly = |it: &(Duration, Trouble)| {
            ["gateway SIGKILL", "gateway SIGTERM", "redis SIGKILL"].contains(&it.1.name().as_str())
        };
        assert!(!of(5, Store::Memory).0.iter().any(deadly));
        assert!(of(5, Store::Redis).0.iter().any(deadly));
    }
}
