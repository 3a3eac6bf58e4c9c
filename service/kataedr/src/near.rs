//! What somebody may have meant by a name that does not exist.

/// Longest name that is compared: the work grows with the square, and no key is half as long.
const LONGEST: usize = 64;

/// The nearest of these names, where one is near: a slip or two for its length, whatever its case.
pub(crate) fn nearest(
    name: &str,
    among: impl IntoIterator<Item = &'static str>,
) -> Option<&'static str> {
    if name.len() > LONGEST {
        return None;
    }
    let name = name.to_ascii_lowercase();
    let far = |it: &str| slips(&name, &it.to_ascii_lowercase());
    let near = among.into_iter().map(|it| (far(it), it));
    let (slips, nearest) = near.min_by_key(|it| it.0)?;
    (slips <= 2.max(nearest.len() / 5) && slips < nearest.len()).then_some(nearest)
}

/// How many bytes must be put in, taken out or replaced to make one of the other. The work grows with
/// the product of their lengths.
#[must_use]
pub fn slips(one: &str, other: &str) -> usize {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (done, a) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = done + 1;
        for (at, b) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[at + 1];
            row[at + 1] = replaced.min(diagonal + 1).min(row[at] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_mended_and_a_stranger_is_not() {
        let names = ["Port", "Address", "SynchronizationPeriod"];

        assert_eq!(nearest("Adress", names), Some("Address"));
        assert_eq!(
            nearest("synchronisationperiod", names),
            Some("SynchronizationPeriod")
        );
        assert_eq!(nearest("PingPeriod", names), None);
        assert_eq!(nearest(&"P".repeat(65), names), None);
    }
}
