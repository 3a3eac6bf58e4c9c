//! A rig: a program, the stand-in behind it, and what both have used.

use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::redis::Redis;
use super::stand_in::{Counted, StandIn};
use super::workshop::{Lane, Setup, Store, Workshop};
use super::{envoy, gateway, haproxy, python};
use crate::accounts::{Memory, Usage};
use crate::load::{Errand, Target};
use crate::process::Process;

/// A program with a stand-in behind it; all of it ends with this value.
pub(crate) struct Rig {
    stand_in: StandIn,
    /// The program that is measured: nothing, one process, or all replicas.
    subjects: Vec<Process>,
    /// HAProxy before replicas.
    front: Option<Process>,
    redis: Option<Redis>,
    /// What a caller does here for one action.
    pub(crate) errand: Errand,
    /// Whether it looks at tokens.
    pub(crate) with_tokens: bool,
    /// How long the program took until it was ready, or listened.
    pub(crate) ready_after: Option<Duration>,
    _folder: TempDir,
}

/// What the parts of a rig have used so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Used {
    /// The program that is measured, each of its processes.
    pub(crate) subjects: Vec<Usage>,
    /// The stand-in.
    pub(crate) stand_in: Usage,
    /// HAProxy before replicas.
    pub(crate) front: Usage,
    /// Redis.
    pub(crate) redis: Usage,
    /// The callers.
    pub(crate) load: Usage,
}

impl Used {
    /// What the program that is measured has used since then, all its processes together.
    pub(crate) fn of_subjects_since(&self, then: &Self) -> Duration {
        let processes = self.subjects.iter().zip(&then.subjects);
        processes.map(|(now, then)| now.since(then)).sum()
    }
}

impl Rig {
    /// Sets one up.
    pub(crate) async fn build(
        lane: Lane,
        setup: Setup,
        workshop: &Workshop,
    ) -> Result<Self, String> {
        let folder = TempDir::with_prefix("bench-").map_err(|it| it.to_string())?;
        let place: &Path = folder.path();
        let stand_in = StandIn::start(workshop.processors, place).await?;
        let redis = match setup.store {
            Store::Memory => None,
            Store::Redis => Some(Redis::start(place).await?),
        };
        let begin = Instant::now();
        let mut front = None;
        let (subjects, errand) = match lane {
            Lane::Floor => {
                let target = Target::tls(stand_in.address, &stand_in.certificate)?;
                (Vec::new(), Errand::Calls(target))
            }
            Lane::Gateway | Lane::Before => {
                let (program, more) = if lane == Lane::Gateway {
                    (Some(&workshop.gateway), workshop.settings.as_slice())
                } else {
                    (workshop.before.as_ref(), &[] as &[_])
                };
                let program = program.ok_or("there is none: name one with --against")?;
                let with = (setup, redis.as_ref());
                let (mut processes, mut addresses) = (Vec::new(), Vec::new());
                for number in 0..setup.replicas.max(1) {
                    let folder = place.join(format!("replica-{number}"));
                    std::fs::create_dir(&folder).map_err(|it| it.to_string())?;
                    let (process, at) =
                        gateway::start(program, more, with, &stand_in, workshop, &folder).await?;
                    processes.push(process);
                    addresses.push(at);
                }
                let mut at = addresses[0];
                if setup.replicas > 0 {
                    let balance = haproxy::balance(&addresses, workshop, place);
                    let (process, address) = balance.await?;
                    (front, at) = (Some(process), address);
                }
                (processes, Errand::Service(Target::plain(at)))
            }
            Lane::Haproxy | Lane::HaproxyJwt => {
                let with_tokens = lane == Lane::HaproxyJwt;
                let (process, at) = haproxy::start(with_tokens, &stand_in, workshop, place).await?;
                (vec![process], Errand::Calls(Target::plain(at)))
            }
            Lane::EnvoyJwt => {
                let (process, at) = envoy::start(&stand_in, workshop, place).await?;
                (vec![process], Errand::Calls(Target::plain(at)))
            }
            Lane::Python => {
                let (process, at) = python::start(&stand_in, workshop).await?;
                (vec![process], Errand::Service(Target::plain(at)))
            }
            Lane::Script => (
                Vec::new(),
                Errand::Script(python::script(&stand_in, workshop)?),
            ),
        };
        let ready_after = (!subjects.is_empty()).then(|| begin.elapsed());
        let with_tokens = !matches!(lane, Lane::Floor | Lane::Haproxy | Lane::Script);
        if with_tokens {
            let token = workshop.issuer.tokens(1)?.remove(0);
            errand.check(&token).await?;
        }
        Ok(Self {
            stand_in,
            subjects,
            front,
            redis,
            errand,
            with_tokens,
            ready_after,
            _folder: folder,
        })
    }

    /// What the stand-in has counted.
    pub(crate) async fn counts(&mut self) -> Result<Counted, String> {
        self.stand_in.counts().await
    }

    /// How many scripts Redis has run so far.
    pub(crate) async fn scripts(&self) -> Result<u64, String> {
        match &self.redis {
            Some(redis) => redis.scripts().await,
            None => Ok(0),
        }
    }

    /// From now on each call to KSC takes so long.
    pub(crate) async fn delay(&mut self, delay: Duration) -> Result<(), String> {
        self.stand_in.delay(delay).await
    }

    /// What its parts have used so far.
    pub(crate) fn used(&self) -> Result<Used, String> {
        let of = |process: &Process| Usage::of(process.id()?);
        let subjects = match &self.errand {
            Errand::Script(_) => vec![Usage::of_children()?],
            Errand::Service(_) | Errand::Calls(_) => {
                self.subjects.iter().map(of).collect::<Result<_, _>>()?
            }
        };
        let redis = self.redis.as_ref().map(|it| of(&it.process));
        let front = self.front.as_ref().map(of);
        Ok(Used {
            subjects,
            front: front.transpose()?.unwrap_or_default(),
            stand_in: Usage::of(self.stand_in.id()?)?,
            redis: redis.transpose()?.unwrap_or_default(),
            load: Usage::of(std::process::id())?,
        })
    }

    /// Memory of the program that is measured, where it is one that stays; of the first replica.
    pub(crate) fn memory(&self) -> Option<Memory> {
        let id = self.subjects.first()?.id().ok()?;
        Memory::of(id).ok()
    }

    /// Ends all of it in an orderly way, the program first.
    pub(crate) async fn end(self) {
        if let Some(front) = self.front {
            front.end().await;
        }
        for process in self.subjects {
            process.end().await;
        }
        if let Some(redis) = self.redis {
            redis.process.end().await;
        }
        self.stand_in.end().await;
    }
}
