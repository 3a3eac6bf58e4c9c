//! Rounds: every cell once, and again, so that what the machine does to one it does to all.
//!
//! A machine is never the same for long. Cells that are compared are measured by turns, each round
//! begins with another one, and what is told is the median and the spread.

use std::collections::HashMap;
use std::time::Duration;

use crate::cell::{Cell, Found, TokenChoice, measure};
use crate::load::Tokens;
use crate::options::Options;
use crate::rig::{Lane, Rig, Setup, Workshop};
use crate::screen::say;

/// A cell, and what the rounds found.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) cell: Cell,
    pub(crate) found: Vec<Found>,
    /// Why it could not be measured.
    pub(crate) missing: Option<String>,
    /// Whether that is because a program is not installed that need not be.
    pub(crate) absent: bool,
}

/// Most tokens that are made for one cell.
const MOST_TOKENS: f64 = 300_000.0;

/// Requests a second that nothing here gets beyond.
const MOST_RATE: f64 = 25_000.0;

/// Scripts are counted for so long at least.
const LEAST_OF_SCRIPTS: Duration = Duration::from_secs(3);

/// The rigs that were set up so far, and the tokens that were made.
pub(crate) struct Bench<'a> {
    pub(crate) workshop: &'a Workshop,
    pub(crate) options: &'a Options,
    rigs: HashMap<(Lane, Setup), Rig>,
    pools: HashMap<usize, Vec<String>>,
}

impl<'a> Bench<'a> {
    pub(crate) fn new(workshop: &'a Workshop, options: &'a Options) -> Self {
        Self {
            workshop,
            options,
            rigs: HashMap::new(),
            pools: HashMap::new(),
        }
    }

    /// Measures every cell in every round.
    pub(crate) async fn rounds(&mut self, cells: Vec<Cell>, rounds: usize) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        for cell in cells {
            let missing = self.rig(cell.lane, cell.setup).await.err();
            let absent = missing.is_some() && cell.lane.is_optional();
            rows.push(Row {
                absent,
                cell,
                found: Vec::new(),
                missing,
            });
        }
        for round in 0..rounds {
            let count = rows.len();
            say(&format!("      round {} of {rounds}", round + 1));
            for place in 0..count {
                let row = &mut rows[(place + round) % count];
                if row.missing.is_some() {
                    continue;
                }
                match self.once(row).await {
                    Ok(found) => row.found.push(found),
                    Err(reason) => row.missing = Some(reason),
                }
            }
        }
        rows
    }

    /// The rig of a way, which is set up when it is first wanted.
    pub(crate) async fn rig(&mut self, lane: Lane, setup: Setup) -> Result<&mut Rig, String> {
        if !self.rigs.contains_key(&(lane, setup)) {
            let rig = Rig::build(lane, setup, self.workshop).await?;
            self.rigs.insert((lane, setup), rig);
        }
        let rig = self.rigs.get_mut(&(lane, setup));
        rig.ok_or_else(|| "it was set up a moment ago".to_owned())
    }

    /// Ends all programs.
    pub(crate) async fn end(&mut self) {
        for (_, rig) in self.rigs.drain() {
            rig.end().await;
        }
    }

    async fn once(&mut self, row: &Row) -> Result<Found, String> {
        let cell = &row.cell;
        let (warm_up, time) = self.options.times();
        // A process takes a good part of a second to begin with.
        let time = if cell.lane == Lane::Script {
            time.max(LEAST_OF_SCRIPTS)
        } else {
            time
        };
        let times = (warm_up, time);
        let with_tokens = self.rig(cell.lane, cell.setup).await?.with_tokens;
        let tokens = match cell.tokens {
            _ if !with_tokens => Tokens::Nobody,
            TokenChoice::One => Tokens::InTurn(self.pool(1)?),
            TokenChoice::Pool(count) => Tokens::InTurn(self.pool(count)?),
            TokenChoice::Fresh => {
                // As many as were used the last time, and more, in case it is faster now.
                let rate = row.found.last().map_or(MOST_RATE, |it| it.rate * 1.5);
                let wanted = rate * (times.0 + times.1).as_secs_f64() + 1_000.0;
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a positive number below the limit"
                )]
                let wanted = wanted.min(MOST_TOKENS) as usize;
                Tokens::Once(self.workshop.issuer.tokens(wanted)?)
            }
        };
        let rig = self.rig(cell.lane, cell.setup).await?;
        measure(cell, rig, tokens, times).await
    }

    fn pool(&mut self, count: usize) -> Result<Vec<String>, String> {
        if let Some(pool) = self.pools.get(&count) {
            return Ok(pool.clone());
        }
        let pool = self.workshop.issuer.tokens(count)?;
        self.pools.insert(count, pool.clone());
        Ok(pool)
    }
}

impl Row {
    /// The median of what the rounds found, and the least and the most; nothing without a round.
    pub(crate) fn spread(&self, of: impl Fn(&Found) -> f64) -> Option<(f64, f64, f64)> {
        spread(self.found.iter().map(of).collect())
    }

    /// The median alone.
    pub(crate) fn median(&self, of: impl Fn(&Found) -> f64) -> Option<f64> {
        self.spread(of).map(|it| it.0)
    }

    /// Whether it was not measured as it should have been.
    pub(crate) fn is_bad(&self) -> bool {
        !self.absent && self.complaint().is_some()
    }

    /// Why it does not count, if it does not.
    pub(crate) fn complaint(&self) -> Option<String> {
        let invalid = self.found.iter().flat_map(|it| &it.invalid);
        let mut all: Vec<&String> = self.missing.iter().chain(invalid).collect();
        all.dedup();
        all.truncate(4);
        (!all.is_empty()).then(|| {
            let all: Vec<&str> = all.into_iter().map(String::as_str).collect();
            all.join("; ")
        })
    }
}

/// Median, least and most of some values; nothing of none.
pub(crate) fn spread(mut values: Vec<f64>) -> Option<(f64, f64, f64)> {
    values.sort_by(f64::total_cmp);
    let (least, most) = (*values.first()?, *values.last()?);
    let middle = values.len() / 2;
    let median = if values.len().is_multiple_of(2) {
        f64::midpoint(values[middle - 1], values[middle])
    } else {
        values[middle]
    };
    Some((median, least, most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(spread(vec![3.0, 1.0, 2.0]), Some((2.0, 1.0, 3.0)));
        assert_eq!(spread(vec![4.0, 1.0, 2.0, 3.0]), Some((2.5, 1.0, 4.0)));
        assert_eq!(spread(Vec::new()), None);
    }
}
