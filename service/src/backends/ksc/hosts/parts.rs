//! All hosts of a server in an order of their ids, part by part.
//!
//! # Rationale
//!
//! A server may have a hundred thousand hosts, and a page of them must not read them all. Which
//! attributes KSC can sort by is not documented, nor whether it compares texts otherwise than for
//! being equal; a text that ends in `*` it is documented to know. KSC makes ids of hexadecimal
//! digits. So what is too much to be read at once is asked for by the beginning of the id: digit by
//! digit, and then those that go on with something else, so that an id of another form is in a part
//! too. The order is one of ids alone, whatever the parts, and a cursor stays right while they
//! change.

use std::cmp::Ordering;

use ksc::{Filter, SafeText};

use super::attributes::ID;

/// How ids go on.
const DIGITS: &str = "0123456789abcdef";

/// The longest beginning that is asked for. Ids that share more than this are no ids of KSC's
/// making.
const DEEPEST: usize = 8;

/// Sorts behind everything that an id can hold: with it behind a 4 all that begin with 4 are over.
const END: char = char::MAX;

/// The hosts whose ids begin alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// How they begin.
    beginning: String,
    /// Only those that do not go on with a digit.
    odd: bool,
}

impl Part {
    /// All hosts.
    pub(super) fn all() -> Self {
        Self {
            beginning: String::new(),
            odd: false,
        }
    }

    /// What it is made of, in the order of ids; nothing where it cannot be asked for in parts.
    pub(super) fn smaller(&self) -> Option<Vec<Self>> {
        if self.odd || self.beginning.len() >= DEEPEST {
            return None;
        }
        let mut parts: Vec<Self> = self
            .going_on()
            .map(|beginning| Self {
                beginning,
                odd: false,
            })
            .collect();
        parts.push(Self {
            beginning: self.beginning.clone(),
            odd: true,
        });
        Some(parts)
    }

    /// What KSC is asked for it; nothing, where it is everything.
    pub(super) fn filter(&self) -> Option<Filter> {
        let own = (!self.beginning.is_empty()).then(|| beginning_with(&self.beginning));
        if !self.odd {
            return own;
        }
        let digits = self.going_on().map(|it| beginning_with(&it)).collect();
        let digits = Filter::any(digits).expect("there are digits");
        let own = own.unwrap_or_else(|| Filter::any_text(ID));
        Some(own.and(&digits.negated()))
    }

    /// Whether an id belongs to it: what KSC gives is compared with what it was asked for.
    pub(super) fn holds(&self, id: &str) -> bool {
        let id = id.to_ascii_lowercase();
        id.strip_prefix(&self.beginning)
            .is_some_and(|rest| !self.odd || !rest.starts_with(|it| DIGITS.contains(it)))
    }

    /// What sorts behind every id of it, and before every id behind it.
    pub(super) fn end(&self) -> String {
        format!("{}{END}", self.beginning)
    }

    fn going_on(&self) -> impl Iterator<Item = String> {
        DIGITS
            .chars()
            .map(|digit| format!("{}{digit}", self.beginning))
    }
}

/// The order of ids: digits, then where an id ends, then what else an id may hold.
pub(super) fn compare(one: &str, other: &str) -> Ordering {
    let key = |id: &str| {
        let ranks: Vec<u32> = id.chars().map(rank).chain([u32::from(b'f') + 1]).collect();
        ranks
    };
    key(one).cmp(&key(other))
}

fn rank(letter: char) -> u32 {
    let letter = letter.to_ascii_lowercase();
    if DIGITS.contains(letter) {
        u32::from(letter)
    } else {
        u32::from(letter) + 1_000
    }
}

fn beginning_with(text: &str) -> Filter {
    Filter::prefix(ID, &SafeText::parse(text).expect("digits are safe"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(beginning: &str, odd: bool) -> Part {
        Part {
            beginning: beginning.to_owned(),
            odd,
        }
    }

    #[test]
    fn every_id_is_in_one_part_of_what_it_is_in() {
        for id in [
            "4328e16a-bf83-47c3-8d0b-0fdf79f9d673",
            "4328E16A-BF83-47C3-8D0B-0FDF79F9D673",
            "4",
            "43",
            "host-7",
            "-",
            "43-1",
            "4g",
        ] {
            let mut whole = Part::all();
            while let Some(parts) = whole.smaller() {
                let mut its = parts.into_iter().filter(|it| it.holds(id));
                whole = its.next().expect("a part holds it");
                assert_eq!(its.next(), None, "{id}");
            }
            assert!(whole.holds(id), "{id}");
        }
    }

    #[test]
    fn parts_follow_one_another_in_the_order_of_ids() {
        let mut ids = vec![
            "0", "00", "01", "0-", "0g", "1", "4328", "43-", "4f", "4", "4z", "f0", "", "-", "host",
        ];
        ids.sort_by(|one, other| compare(one, other));
        let in_parts = |parts: Vec<Part>| -> Vec<&str> {
            let its = parts.iter().map(|part| {
                let mut its: Vec<&str> = ids.iter().copied().filter(|it| part.holds(it)).collect();
                its.sort_by(|one, other| compare(one, other));
                for id in &its {
                    assert!(compare(id, &part.end()).is_lt(), "{id} in {part:?}");
                }
                its
            });
            its.flatten().collect()
        };

        let once = Part::all().smaller().expect("parts");
        let twice: Vec<Part> = once
            .iter()
            .flat_map(|it| it.smaller().unwrap_or_else(|| vec![it.clone()]))
            .collect();

        assert_eq!(in_parts(once), ids);
        assert_eq!(in_parts(twice), ids);
        assert!(compare("4f", &part("4", false).end()).is_lt());
        assert!(compare("50", &part("4", false).end()).is_gt());
    }

    #[test]
    fn ids_as_ksc_makes_them_are_in_the_order_of_their_letters() {
        let ids = [
            "00000000-0000-0000-0000-000000000001",
            "0fffffff-0000-0000-0000-000000000000",
            "4328e16a-bf83-47c3-8d0b-0fdf79f9d673",
            "a328e16a-bf83-47c3-8d0b-0fdf79f9d673",
        ];
        for (one, other) in ids.iter().zip(&ids[1..]) {
            assert!(compare(one, other).is_lt() && one < other);
        }
    }

    #[test]
    fn what_is_asked_holds_documented_words_alone() {
        assert_eq!(Part::all().filter(), None);
        let text = |part: Part| part.filter().expect("a filter").to_string();
        assert_eq!(text(part("4a", false)), r#"(KLHST_WKS_HOSTNAME = "4a*")"#);
        let rest = text(part("", true));
        assert!(
            rest.starts_with(r#"(&(KLHST_WKS_HOSTNAME = "*")(!(|(KLHST_WKS_HOSTNAME = "0*")"#),
            "{rest}"
        );
        assert_eq!(part("12345678", false).smaller(), None);
        assert_eq!(part("1", true).smaller(), None);
    }
}
