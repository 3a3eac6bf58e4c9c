//! How many requests a caller has made, at all replicas together.

use std::time::Duration;

use super::away::Away;
use super::link::{ScriptCall, script};
use super::shared::Store;

/// How a caller stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Whether the requests are within the limit, and were counted.
    pub within: bool,
    /// How many more could come at once.
    pub left: u32,
    /// After which time these could come, if they are too many now.
    pub retry_after: Duration,
    /// After which time nothing counts any more.
    pub reset: Duration,
}

impl Store {
    /// Counts so many requests of a caller, if there are not too many in a minute.
    ///
    /// # Errors
    /// When Redis cannot be asked.
    pub async fn rate(&self, caller: &str, per_minute: u32, count: u32) -> Result<Rate, Away> {
        let gap = 60_000_000 / per_minute.max(1);
        let call = ScriptCall::new(script!("rate"))
            .key(self.names.rate(caller))
            .arg(gap.to_string())
            .arg(per_minute.to_string())
            .arg(count.to_string());
        let answer = self.link.run(&call).await?;
        let number = |index: usize| answer.get(index).and_then(|it| it.parse::<i64>().ok());
        let micros = |index| {
            let micros = number(index).and_then(|it| u64::try_from(it).ok());
            Duration::from_micros(micros.unwrap_or_default())
        };
        let left = number(1).and_then(|it| u32::try_from(it).ok());
        Ok(Rate {
            within: answer.first().is_some_and(|it| it == "yes"),
            left: left.unwrap_or_default(),
            retry_after: micros(2),
            reset: micros(3),
        })
    }
}
