//! How the clocks of replicas stand to one another.
//!
//! Each replica compares its wall clock with the store's when it shows life, and leaves the
//! difference there: what two of them left says how far they are apart, whatever the store's clock
//! is. Nothing is ordered by these times; they are for whoever looks after the machines.

use std::fmt;
use std::path::Path;
use std::time::Instant;

use time::OffsetDateTime;

use super::away::{Away, told};
use super::look::{LOOK_WITHIN, look};
use super::names::Names;
use super::seat::Seat;
use crate::clock::Clock;

/// A wall clock, as the store's clock sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skew {
    /// The machine, as it calls itself.
    pub machine: String,
    /// The store's time minus this clock's, in milliseconds.
    ahead: i64,
    /// By how much that may be wrong, for the way there and back.
    give: i64,
}

impl Skew {
    /// By how many milliseconds two clocks differ at least.
    #[must_use]
    pub fn apart(&self, other: &Self) -> i64 {
        let between = (self.ahead - other.ahead).abs();
        (between - self.give - other.give).max(0)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, ' ');
        Some(Self {
            ahead: parts.next()?.parse().ok()?,
            give: parts.next()?.parse().ok()?,
            machine: parts
                .next()?
                .chars()
                .filter(|it| !it.is_control())
                .collect(),
        })
    }
}

impl fmt::Display for Skew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.ahead, self.give, self.machine)
    }
}

/// A question to the store that is under way.
pub(super) struct Comparison {
    wall: OffsetDateTime,
    asked: Instant,
}

impl Comparison {
    pub(super) fn begin(clock: &Clock) -> Self {
        Self {
            wall: clock.now(),
            asked: Instant::now(),
        }
    }

    /// What came of it: the seconds and microseconds that `TIME` gave.
    pub(super) fn end(self, seconds: &str, micros: &str) -> Option<Skew> {
        let took = self.asked.elapsed();
        let (seconds, micros): (i64, i64) = (seconds.parse().ok()?, micros.parse().ok()?);
        let there = OffsetDateTime::from_unix_timestamp(seconds).ok()?;
        let there = there.checked_add(time::Duration::microseconds(micros))?;
        let here = self.wall.checked_add((took / 2).try_into().ok()?)?;
        Some(Skew {
            machine: machine(),
            ahead: i64::try_from((there - here).whole_milliseconds()).ok()?,
            give: i64::try_from(took.as_millis() / 2 + 1).ok()?,
        })
    }
}

/// What this machine, or pod, calls itself.
fn machine() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = name.trim();
    if name.is_empty() { "unnamed" } else { name }.to_owned()
}

/// The clocks that are compared.
#[derive(Debug)]
pub struct Clocks {
    /// This machine's.
    pub own: Skew,
    /// Those of the replicas that live.
    pub replicas: Vec<Skew>,
    /// How many live and have not said.
    pub silent: usize,
}

/// Asks the store of this URL for the clocks of the replicas that live; nothing is written.
///
/// # Errors
/// When it cannot be asked.
pub async fn clocks(url_file: &Path, prefix: &str, clock: &Clock) -> Result<Clocks, Away> {
    let names = Names::new(prefix);
    let (mut connection, _) = look(&Seat::read(url_file)?, &names).await?;
    let all = names.clock("*");
    let asking = async {
        let comparison = Comparison::begin(clock);
        let (seconds, micros): (String, String) =
            redis::cmd("TIME").query_async(&mut connection).await?;
        let own = comparison.end(&seconds, &micros);
        let (mut cursor, mut lives) = (0_u64, Vec::new());
        loop {
            let (next, some): (u64, Vec<String>) = redis::cmd("SCAN")
                .arg(cursor)
                .arg("MATCH")
                .arg(&all)
                .arg("COUNT")
                .arg(1000)
                .query_async(&mut connection)
                .await?;
            lives.extend(some);
            cursor = next;
            if cursor == 0 {
                break;
            }
        }
        // A scan may give a key twice.
        lives.sort();
        lives.dedup();
        let mut said: Vec<Option<String>> = Vec::new();
        if !lives.is_empty() {
            said = redis::cmd("MGET")
                .arg(&lives)
                .query_async(&mut connection)
                .await?;
        }
        Ok::<_, redis::RedisError>((own, said))
    };
    match tokio::time::timeout(LOOK_WITHIN * 2, asking).await {
        Ok(Ok((Some(own), said))) => {
            // One that has died meanwhile says nothing, and is none.
            let living: Vec<String> = said.into_iter().flatten().collect();
            let replicas: Vec<Skew> = living.iter().filter_map(|it| Skew::parse(it)).collect();
            Ok(Clocks {
                own,
                silent: living.len() - replicas.len(),
                replicas,
            })
        }
        Ok(Ok((None, _))) => Err(Away::Refused("its time is none".to_owned())),
        Ok(Err(error)) => Err(Away::Unreachable(told(&error))),
        Err(_) => Err(Away::late()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_in_the_store_is_read_back() {
        let skew = Skew {
            machine: "edr-gateway-7d9f".to_owned(),
            ahead: -1234,
            give: 3,
        };

        assert_eq!(Skew::parse(&skew.to_string()), Some(skew));
        for odd in ["", "1", "1 2", "a 2 m", "1 b m"] {
            assert_eq!(Skew::parse(odd), None, "{odd:?}");
        }
    }

    #[test]
    fn clocks_are_apart_by_what_the_way_does_not_explain() {
        let skew = |ahead, give| Skew {
            machine: String::new(),
            ahead,
            give,
        };

        assert_eq!(skew(100, 10).apart(&skew(-600, 20)), 670);
        assert_eq!(skew(0, 300).apart(&skew(500, 300)), 0);
    }
}
