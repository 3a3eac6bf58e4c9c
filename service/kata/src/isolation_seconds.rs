//! For how long a host is isolated.

/// 1 to 9999 hours, in seconds, as the API counts.
///
/// A rule without an end cannot be written: what the server makes of one is documented nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IsolationSeconds(u32);

/// Too short or too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("isolation lasts from 3,600 to 35,996,400 seconds (1 to 9999 hours)")]
pub struct NoIsolationSeconds;

const HOUR: u32 = 3_600;

impl IsolationSeconds {
    /// The shortest.
    pub const LEAST: Self = Self(HOUR);
    /// The longest.
    pub const MOST: Self = Self(9_999 * HOUR);

    /// Checks a number of seconds.
    pub fn new(seconds: u32) -> Result<Self, NoIsolationSeconds> {
        if (Self::LEAST.0..=Self::MOST.0).contains(&seconds) {
            Ok(Self(seconds))
        } else {
            Err(NoIsolationSeconds)
        }
    }

    /// Seconds.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }

    /// Whether it is a whole number of hours. Whether the server needs that is not documented, so
    /// that anything else deserves a warning.
    #[must_use]
    pub fn is_whole_hours(self) -> bool {
        self.0.is_multiple_of(HOUR)
    }

    /// Whole hours, not less.
    #[must_use]
    pub fn rounded_up(self) -> Self {
        Self(self.0.div_ceil(HOUR) * HOUR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_the_documented_ones() {
        for good in [3_600, 3_601, 35_996_400] {
            assert_eq!(IsolationSeconds::new(good).unwrap().get(), good);
        }
        for bad in [0, 8, 3_599, 35_996_401, u32::MAX] {
            assert_eq!(IsolationSeconds::new(bad), Err(NoIsolationSeconds));
        }
    }

    #[test]
    fn hours_are_rounded_up_and_stay_within_the_limits() {
        let rounded = |seconds| IsolationSeconds::new(seconds).unwrap().rounded_up().get();

        assert_eq!(rounded(3_600), 3_600);
        assert_eq!(rounded(3_601), 7_200);
        assert_eq!(rounded(35_996_399), 35_996_400);
        assert!(!IsolationSeconds::new(3_601).unwrap().is_whole_hours());
    }
}
