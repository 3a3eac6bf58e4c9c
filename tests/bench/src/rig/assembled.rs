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
    subject: Option<Process>,
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
    /// The program that is measured.
    pub(crate) subject: Usage,
    /// The stand-in.
    pub(crate) stand_in: Usage,
    /// Redis.
    pub(crate) redis: Usage,
    /// The callers.
    pub(crate) load: Usage,
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
        let (subject, errand) = match lane {
            Lane::Floor => {
                let target = Target::tls(stand_in.address, &stand_in.certificate)?;
                (None, Errand::Calls(target))
            }
            Lane::Gateway | Lane::Before => {
                let (program, more) = if lane == Lane::Gateway {
                    (Some(&workshop.gateway), workshop.settings.as_slice())
                } else {
                    (workshop.before.as_ref(), &[] as &[_])
                };
                let program = program.ok_or("there is none: name one with --against")?;
                let with = (setup, redis.as_ref());
                let (process, at) =
                    gateway::start(program, more, with, &stand_in, workshop, place).await?;
                (Some(process), Errand::Service(Target::plain(at)))
            }
            Lane::Haproxy | Lane::HaproxyJwt => {
                let with_tokens = lane == Lane::HaproxyJwt;
                let (process, at) = haproxy::start(with_tokens, &stand_in, workshop, place).await?;
                (Some(process), Errand::Calls(Target::plain(at)))
            }
            Lane::EnvoyJwt => {
                let (process, at) = envoy::start(&stand_in, workshop, place).await?;
                (Some(process), Errand::Calls(Target::plain(at)))
            }
            Lane::Python => {
                let (process, at) = python::start(&stand_in, workshop).await?;
                (Some(process), Errand::Service(Target::plain(at)))
            }
            Lane::Script => (None, Errand::Script(python::script(&stand_in, workshop)?)),
        };
        let ready_after = subject.is_some().then(|| begin.elapsed());
        let with_tokens = !matches!(lane, Lane::Floor | Lane::Haproxy | Lane::Script);
        if with_tokens {
            let token = workshop.issuer.tokens(1)?.remove(0);
            errand.check(&token).await?;
        }
        Ok(Self {
            stand_in,
            subject,
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

    /// From now on each call to KSC takes so long.
    pub(crate) async fn delay(&mut self, delay: Duration) -> Result<(), String> {
        self.stand_in.delay(delay).await
    }

    /// What its parts have used so far.
    pub(crate) fn used(&self) -> Result<Used, String> {
        let subject = match (&self.subject, &self.errand) {
            (Some(process), _) => Usage::of(process.id()?)?,
            (None, Errand::Script(_)) => Usage::of_children()?,
            (None, Errand::Service(_) | Errand::Calls(_)) => Usage::default(),
        };
        let redis = match &self.redis {
            Some(redis) => Usage::of(redis.process.id()?)?,
            None => Usage::default(),
        };
        Ok(Used {
            subject,
            stand_in: Usage::of(self.stand_in.id()?)?,
            redis,
            load: Usage::of(std::process::id())?,
        })
    }

    /// Memory of the program that is measured, where it is one that stays.
    pub(crate) fn memory(&self) -> Option<Memory> {
        let id = self.subject.as_ref()?.id().ok()?;
        Memory::of(id).ok()
    }

    /// Ends all of it in an orderly way, the program first.
    pub(crate) async fn end(self) {
        if let Some(process) = self.subject {
            process.end().await;
        }
        if let Some(redis) = self.redis {
            redis.process.end().await;
        }
        self.stand_in.end().await;
    }
}
