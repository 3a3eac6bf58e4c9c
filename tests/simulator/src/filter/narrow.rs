//! Which rows a filter can concern, found by an index instead of by looking at every row.
//!
//! A server with a hundred thousand incidents does not read them all to find one. What an index
//! knows narrows the choice and decides nothing: each row that is left is still compared with the
//! whole filter.

use crate::filter::grammar::{Filter, Literal, Operator};
use std::collections::BTreeSet;
use std::ops::{Bound, RangeBounds as _};

/// Texts with one of these are patterns, which no index of whole texts answers.
const WILDCARDS: [char; 3] = ['*', '?', '['];

/// The rows that can satisfy the filter, by an index of what attributes are equal to; nothing where
/// it does not say. The index gives nothing for an attribute that it does not hold.
pub(crate) fn candidates<T: Ord + Clone>(
    filter: &Filter,
    index: &impl Fn(&str, &str) -> Option<BTreeSet<T>>,
) -> Option<BTreeSet<T>> {
    match filter {
        Filter::All(parts) => parts
            .iter()
            .filter_map(|part| candidates(part, index))
            .min_by_key(BTreeSet::len),
        Filter::Any(parts) => {
            let mut all = BTreeSet::new();
            for part in parts {
                all.append(&mut candidates(part, index)?);
            }
            Some(all)
        }
        Filter::Compare {
            attribute,
            operator: Operator::Equal,
            value,
        } => match value {
            Literal::Text(text) if !text.contains(WILDCARDS) => {
                index(attribute, &text.to_lowercase())
            }
            Literal::Number(number) => index(attribute, &number.to_string()),
            Literal::Text(_) | Literal::Time(_) | Literal::FromNow(_) | Literal::Binary(_) => None,
        },
        Filter::Compare { .. } | Filter::Not(_) | Filter::Bits { .. } | Filter::IsSet { .. } => {
            None
        }
    }
}

/// Between which numbers an attribute must lie, as far as the conditions that all must hold say.
pub(crate) fn range(filter: &Filter, attribute: &str) -> (Bound<i64>, Bound<i64>) {
    let everything = (Bound::Unbounded, Bound::Unbounded);
    match filter {
        Filter::All(parts) => {
            let parts = parts.iter().map(|part| range(part, attribute));
            parts.fold(everything, |(low, high), (least, most)| {
                let low = if contains(low, high, least) {
                    least
                } else {
                    low
                };
                let high = if contains(low, high, most) {
                    most
                } else {
                    high
                };
                (low, high)
            })
        }
        Filter::Compare {
            attribute: name,
            operator,
            value: Literal::Number(number),
        } if name == attribute => match operator {
            Operator::Equal => (Bound::Included(*number), Bound::Included(*number)),
            Operator::Less => (Bound::Unbounded, Bound::Excluded(*number)),
            Operator::AtMost => (Bound::Unbounded, Bound::Included(*number)),
            Operator::Greater => (Bound::Excluded(*number), Bound::Unbounded),
            Operator::AtLeast => (Bound::Included(*number), Bound::Unbounded),
            Operator::Unequal => everything,
        },
        Filter::Compare { .. }
        | Filter::Any(_)
        | Filter::Not(_)
        | Filter::Bits { .. }
        | Filter::IsSet { .. } => everything,
    }
}

/// Whether a bound lies inside, and so is the narrower one.
fn contains(low: Bound<i64>, high: Bound<i64>, bound: Bound<i64>) -> bool {
    match bound {
        Bound::Included(it) | Bound::Excluded(it) => (low, high).contains(&it),
        Bound::Unbounded => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::parse;

    fn found(text: &str) -> Option<BTreeSet<String>> {
        let filter = parse(text).expect("a filter");
        candidates(&filter, &|name, value| {
            (name != "OTHER").then(|| BTreeSet::from([format!("{name}:{value}")]))
        })
    }

    #[test]
    fn an_index_is_asked_where_it_can_know() {
        let one = |it: &str| Some(BTreeSet::from([it.to_owned()]));

        assert_eq!(found(r#"(A = "Ws-1")"#), one("A:ws-1"));
        assert_eq!(found("(&(OTHER = 1)(A = 2))"), one("A:2"));
        let both = BTreeSet::from(["A:1".to_owned(), "B:2".to_owned()]);
        assert_eq!(found("(|(A = 1)(B = 2))"), Some(both));
        for unknown in [
            r#"(A = "ws*")"#,
            "(|(A = 1)(OTHER = 2))",
            "(A > 1)",
            "(!(A = 1))",
        ] {
            assert_eq!(found(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn numbers_lie_between_what_all_conditions_say() {
        let of = |text: &str| range(&parse(text).expect("a filter"), "A");

        assert_eq!(
            of("(&(A > 3)(A <= 9)(A < 20)(B = 7))"),
            (Bound::Excluded(3), Bound::Included(9))
        );
        assert_eq!(of("(A = 4)"), (Bound::Included(4), Bound::Included(4)));
        assert_eq!(
            of("(|(A > 3)(A = 1))"),
            (Bound::Unbounded, Bound::Unbounded)
        );
    }
}
