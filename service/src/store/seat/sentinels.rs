//! The Sentinels: which server they name.
//!
//! All are asked side by side, so that dead ones cost nothing while the others answer. When more
//! than half have answered the youngest naming counts: each fail-over has a greater number than the
//! one before, and a Sentinel that was away does not know the last. When fewer answer until the time
//! is over, what they say is taken all the same, since no Sentinels can make another master then.

use std::collections::HashMap;
use std::time::Instant;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, ConnectionInfo};
use tokio::sync::Mutex;

use super::open::open;
use crate::store::away::{Away, told};

/// Where a server is: its name or address, and its port.
pub(in crate::store) type Place = (String, u16);

/// A Sentinel.
pub(super) struct Sentinel {
    /// Where it is, and as whom it is asked.
    pub(super) place: ConnectionInfo,
    /// The connection that it was asked over last.
    line: Mutex<Option<MultiplexedConnection>>,
}

impl Sentinel {
    pub(super) fn at(place: ConnectionInfo) -> Self {
        Self {
            place,
            line: Mutex::default(),
        }
    }
}

/// Sentinels, and what is needed of what they name.
pub(in crate::store) struct Sentinels {
    pub(super) asked: Vec<Sentinel>,
    /// The group that they watch.
    pub(super) name: String,
    /// The master, but for its place.
    pub(super) master: ConnectionInfo,
}

/// What a Sentinel says.
#[derive(Clone)]
pub(in crate::store) struct Naming {
    /// Where the master is.
    pub(in crate::store) place: Place,
    /// The number of the fail-over that made it one; nothing where that may not be asked.
    pub(in crate::store) failover: Option<u64>,
}

impl Naming {
    /// Whether there was a fail-over since this one was said, to another server.
    ///
    /// Sentinels may spell one place in two ways. So a place that is another one does not say it
    /// alone.
    pub(in crate::store) fn is_overtaken_by(&self, now: &Self) -> bool {
        let later = match (self.failover, now.failover) {
            (Some(then), Some(now)) => now > then,
            (None, _) | (_, None) => true,
        };
        later && self.place != now.place
    }
}

impl Sentinels {
    /// How many are known.
    pub(in crate::store) fn count(&self) -> usize {
        self.asked.len()
    }

    /// Where the master is.
    ///
    /// # Errors
    /// When none of them says.
    pub(in crate::store) async fn named(&self, until: Instant) -> Result<Naming, Away> {
        let (said, why) = self.ask(self.count() / 2 + 1, until).await;
        said.into_iter()
            .max_by_key(|it| it.failover)
            .ok_or_else(|| why.unwrap_or_else(Away::late))
    }

    /// What they say, as soon as so many have said it; and why one of them does not.
    pub(in crate::store) async fn ask(
        &self,
        enough: usize,
        until: Instant,
    ) -> (Vec<Naming>, Option<Away>) {
        let asking = self.asked.iter().map(|it| self.ask_one(it, until));
        let mut asking: FuturesUnordered<_> = asking.collect();
        let (mut said, mut why) = (Vec::new(), None);
        while said.len() < enough
            && let Some(answer) = asking.next().await
        {
            match answer {
                Ok(naming) => said.push(naming),
                // A refusal says more than silence.
                Err(away) if matches!(why, Some(Away::Refused(_))) => drop(away),
                Err(away) => why = Some(away),
            }
        }
        (said, why)
    }

    async fn ask_one(&self, sentinel: &Sentinel, until: Instant) -> Result<Naming, Away> {
        let mut line = sentinel.line.lock().await;
        let answer = tokio::time::timeout_at(until.into(), async {
            // One that was open may have been closed since.
            if let Some(open) = &mut *line
                && let Ok(naming) = self.say(open).await
            {
                return Ok(naming);
            }
            *line = None;
            // The bound is that of the whole.
            let config = AsyncConnectionConfig::new()
                .set_connection_timeout(None)
                .set_response_timeout(None);
            let opened = open(&sentinel.place, &config, until).await;
            let mut opened = opened.map_err(|away| {
                Away::Unreachable(format!("no Sentinel can be asked: {}", away.reason()))
            })?;
            let naming = self.say(&mut opened).await?;
            *line = Some(opened);
            Ok(naming)
        })
        .await;
        answer.unwrap_or_else(|_| {
            *line = None;
            Err(Away::Unreachable("no Sentinel answers in time".to_owned()))
        })
    }

    async fn say(&self, sentinel: &mut MultiplexedConnection) -> Result<Naming, Away> {
        let asked = |command: &str| {
            let mut asked = redis::cmd("SENTINEL");
            asked.arg(command).arg(&self.name);
            asked
        };
        let mut other = sentinel.clone();
        let (facts, place) = (asked("MASTER"), asked("GET-MASTER-ADDR-BY-NAME"));
        // In this order: one that is asked while it makes another master may give its place with the
        // number before, and must not give the old place with the new number.
        let (facts, place) = futures_util::join!(
            facts.query_async::<HashMap<String, String>>(sentinel),
            place.query_async::<Option<Place>>(&mut other)
        );
        match place {
            Ok(Some(place)) => Ok(Naming {
                place,
                failover: facts
                    .ok()
                    .and_then(|it| it.get("config-epoch")?.parse().ok()),
            }),
            Ok(None) => Err(Away::Refused(
                "the Sentinels know no group of the name in the URL".to_owned(),
            )),
            Err(error) => Err(Away::Refused(format!(
                "what the URL names as a Sentinel does not answer as one: {}",
                told(&error)
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_naming_is_overtaken_by_another_place_of_a_later_fail_over() {
        let naming = |host: &str, failover| Naming {
            place: (host.to_owned(), 6379),
            failover,
        };
        let before = naming("a", Some(3));

        assert!(before.is_overtaken_by(&naming("b", Some(4))));
        for same in [
            naming("a", Some(4)),
            naming("b", Some(3)),
            naming("b", Some(2)),
        ] {
            assert!(!before.is_overtaken_by(&same));
        }
        assert!(naming("a", None).is_overtaken_by(&naming("b", None)));
    }
}
