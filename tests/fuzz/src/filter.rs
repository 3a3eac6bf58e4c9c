//! The builder of KSC filters: whatever goes in, the filter says what was asked for and nothing
//! else.
//!
//! The bytes choose conditions and their values. The filter that the client builds of them is read
//! back with the simulator's grammar, which shares nothing with the client.

use ksc::{Filter, SafeText};
use ksc_simulator::filter::{Filter as Read, Literal, Operator, parse};
use time::OffsetDateTime;

use crate::Verdict;
use crate::bytes::Bytes;

/// Attributes of all kinds: the grammar does not mind which.
const ATTRIBUTES: [&str; 4] = [
    "KLHST_WKS_DN",
    "KLINCDT_ID",
    "KLINCDT_ADDED",
    "KLHST_WKS_HOSTNAME",
];

/// Deeper than any filter of the gateway's.
const DEPTH: usize = 6;

/// A filter, and what it must mean.
type Pair = (Filter, Read);

pub(crate) fn try_one(input: &[u8]) -> Verdict {
    let Some((filter, meant)) = condition(&mut Bytes::new(input), DEPTH) else {
        return Verdict::Refused;
    };
    let read = parse(filter.as_str());
    assert_eq!(read.as_ref(), Some(&meant), "{filter}");
    Verdict::Taken
}

fn condition(bytes: &mut Bytes<'_>, depth: usize) -> Option<Pair> {
    let kind = bytes.byte() % if depth > 0 { 10 } else { 6 };
    let attribute = ATTRIBUTES[usize::from(bytes.byte()) % ATTRIBUTES.len()];
    let compare = |operator, value| Read::Compare {
        attribute: attribute.to_owned(),
        operator,
        value,
    };
    Some(match kind {
        0 => {
            let text = bytes.text();
            let value = SafeText::parse(&text).ok()?;
            assert_safe(&text);
            assert_eq!(value.as_str(), text, "it was changed");
            (
                Filter::text(attribute, &value),
                compare(Operator::Equal, Literal::Text(text)),
            )
        }
        1 => {
            let value = bytes.number();
            (
                Filter::number(attribute, value),
                compare(Operator::Equal, Literal::Number(value)),
            )
        }
        2 => {
            let value = bytes.number();
            (
                Filter::below(attribute, value),
                compare(Operator::Less, Literal::Number(value)),
            )
        }
        3 => {
            let moment = moment(bytes)?;
            (
                Filter::after(attribute, moment),
                compare(Operator::Greater, Literal::Time(moment)),
            )
        }
        4 => {
            let moment = moment(bytes)?;
            (
                Filter::before(attribute, moment),
                compare(Operator::Less, Literal::Time(moment)),
            )
        }
        5 => {
            let seconds = bytes.number();
            (
                Filter::after_server_time(attribute, seconds),
                compare(Operator::Greater, Literal::FromNow(seconds)),
            )
        }
        6 | 7 => {
            let (one, meant_one) = condition(bytes, depth - 1)?;
            let (other, meant_other) = condition(bytes, depth - 1)?;
            let meant = vec![meant_one, meant_other];
            if kind == 6 {
                (one.and(&other), Read::All(meant))
            } else {
                (one.or(&other), Read::Any(meant))
            }
        }
        _ => {
            let all = (0..bytes.byte() % 5).map(|_| condition(bytes, depth - 1));
            let (filters, mut meant): (Vec<Filter>, Vec<Read>) =
                all.collect::<Option<Vec<Pair>>>()?.into_iter().unzip();
            let one = if meant.len() < 2 { meant.pop() } else { None };
            if kind == 8 {
                (Filter::all(filters)?, one.unwrap_or(Read::All(meant)))
            } else {
                (Filter::any(filters)?, one.unwrap_or(Read::Any(meant)))
            }
        }
    })
}

/// A whole second of the years that the API takes.
fn moment(bytes: &mut Bytes<'_>) -> Option<OffsetDateTime> {
    let moment = OffsetDateTime::from_unix_timestamp(bytes.number()).ok()?;
    (1970..9999).contains(&moment.year()).then_some(moment)
}

/// Nothing that has a meaning in a filter, and nothing that a server could take for it.
pub(crate) fn assert_safe(text: &str) {
    // The quote and the wildcards, in every width that a server may fold into the plain ones.
    let acts = |it: char| "\"*?[]＂＊？［］﹡﹖⁇⁈⁉".contains(it);
    let odd = |it: char| it.is_control() || acts(it);
    assert!(!text.contains(odd), "{text:?} acts in a filter");
}
