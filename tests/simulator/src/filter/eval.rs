//! What a filter means: types checked against the table of attributes, then rows decided.

use crate::filter::grammar::{Filter, Literal, Operator};
use crate::journal::Rule;
use crate::record::{Attribute, Columns, Field, Kind};
use std::cmp::Ordering;
use time::{Duration, OffsetDateTime};

/// Characters that act inside a quoted text; they come from an unchecked user more likely than not.
/// Others that mean something to the grammar stand in the display names that KSC itself makes.
const SUSPICIOUS: [char; 5] = ['"', '*', '?', '[', ']'];

/// Checks names and kinds; says what is wrong, and adds what is to be remarked.
pub(crate) fn check(
    filter: &Filter,
    table: &[Attribute],
    remarks: &mut Vec<(Rule, String)>,
) -> Result<(), String> {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => parts
            .iter()
            .try_for_each(|part| check(part, table, remarks)),
        Filter::Not(part) => check(part, table, remarks),
        Filter::IsSet { attribute } => find(attribute, table).map(|_| ()),
        Filter::Bits { attribute, .. } => match find(attribute, table)?.kind {
            Kind::Number => Ok(()),
            Kind::Text | Kind::Time | Kind::FullText => Err(format!("{attribute} has no bits")),
        },
        Filter::Compare {
            attribute,
            operator,
            value,
        } => compare_check(find(attribute, table)?, *operator, value, remarks),
    }
}

fn find<'a>(name: &str, table: &'a [Attribute]) -> Result<&'a Attribute, String> {
    let attribute = table.iter().find(|attribute| attribute.name == name);
    match attribute {
        Some(attribute) if attribute.filter => Ok(attribute),
        Some(_) => Err(format!("{name} cannot be filtered by")),
        None => Err(format!("there is no attribute {name}")),
    }
}

fn compare_check(
    attribute: &Attribute,
    operator: Operator,
    value: &Literal,
    remarks: &mut Vec<(Rule, String)>,
) -> Result<(), String> {
    let name = attribute.name;
    match (attribute.kind, value) {
        (Kind::Number, Literal::Number(_))
        | (Kind::Time, Literal::Time(_) | Literal::FromNow(_)) => Ok(()),
        (Kind::Text, Literal::Text(text)) => {
            // One run of anything at the end is how a search by a beginning is documented.
            let begun = text.strip_suffix('*').unwrap_or(text);
            if begun.contains(SUSPICIOUS) || begun.contains(char::is_control) {
                remarks.push((
                    Rule::PlainFilter,
                    format!("{name} is compared with {text:?}"),
                ));
            }
            Ok(())
        }
        (Kind::FullText, Literal::Text(text)) => {
            remarks.push((
                Rule::NoFullTextFilter,
                format!("{name} is searched for {text:?}"),
            ));
            if operator == Operator::Equal {
                Ok(())
            } else {
                Err(format!("{name} is a full-text attribute"))
            }
        }
        (
            Kind::Number | Kind::Text | Kind::Time | Kind::FullText,
            Literal::Number(_)
            | Literal::Text(_)
            | Literal::Time(_)
            | Literal::FromNow(_)
            | Literal::Binary(_),
        ) => Err(format!("{name} cannot be compared with {value:?}")),
    }
}

/// Whether a row is what the filter asks for. An attribute without a value satisfies no comparison.
pub(crate) fn matches<R: Columns>(filter: &Filter, record: &R, now: OffsetDateTime) -> bool {
    match filter {
        Filter::All(parts) => parts.iter().all(|part| matches(part, record, now)),
        Filter::Any(parts) => parts.iter().any(|part| matches(part, record, now)),
        Filter::Not(part) => !matches(part, record, now),
        Filter::IsSet { attribute } => record.field(attribute).is_some(),
        Filter::Bits {
            attribute,
            mask,
            set,
        } => record
            .field(attribute)
            .and_then(|field| field.number())
            .is_some_and(|number| (number & mask != 0) == *set),
        Filter::Compare {
            attribute,
            operator,
            value,
        } => record
            .field(attribute)
            .is_some_and(|field| compare(&field, *operator, value, now)),
    }
}

fn compare(field: &Field, operator: Operator, value: &Literal, now: OffsetDateTime) -> bool {
    let by_number = |number: i64| {
        field
            .number()
            .is_some_and(|mine| holds(operator, mine.cmp(&number)))
    };
    match value {
        Literal::Number(number) => by_number(*number),
        Literal::Time(moment) => by_number(moment.unix_timestamp()),
        Literal::FromNow(seconds) => {
            by_number((now.saturating_add(Duration::seconds(*seconds))).unix_timestamp())
        }
        Literal::Text(pattern) => field.text().is_some_and(|mine| {
            let pattern = pattern.to_lowercase();
            match operator {
                Operator::Equal => like(&mine, &pattern),
                Operator::Unequal
                | Operator::Less
                | Operator::Greater
                | Operator::AtMost
                | Operator::AtLeast => holds(operator, mine.cmp(&pattern)),
            }
        }),
        // No attribute of these tables is binary; the check has refused it.
        Literal::Binary(_) => false,
    }
}

fn holds(operator: Operator, order: Ordering) -> bool {
    match operator {
        Operator::Equal => order == Ordering::Equal,
        Operator::Unequal => order != Ordering::Equal,
        Operator::Less => order == Ordering::Less,
        Operator::Greater => order == Ordering::Greater,
        Operator::AtMost => order != Ordering::Greater,
        Operator::AtLeast => order != Ordering::Less,
    }
}

/// Wildcards: `?` one character, `*` any run, `[abc]`, `[a-f]`, `[^…]`.
fn like(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let pattern = tokens(pattern);
    // Row by row over the pattern: `reach[i]` says that the pattern so far takes exactly
    // `text[..i]`.
    let mut reach = vec![false; text.len() + 1];
    reach[0] = true;
    for token in &pattern {
        let mut next = vec![false; text.len() + 1];
        for at in 0..=text.len() {
            next[at] = match token {
                Token::Run => reach[at] || (at > 0 && next[at - 1]),
                Token::One(one) => at > 0 && reach[at - 1] && one.takes(text[at - 1]),
            };
        }
        reach = next;
    }
    reach[text.len()]
}

enum Token {
    Run,
    One(One),
}

enum One {
    Any,
    Letter(char),
    Set {
        members: Vec<(char, char)>,
        inverted: bool,
    },
}

impl One {
    fn takes(&self, letter: char) -> bool {
        match self {
            Self::Any => true,
            Self::Letter(mine) => *mine == letter,
            Self::Set { members, inverted } => {
                let inside = members
                    .iter()
                    .any(|(from, to)| (*from..=*to).contains(&letter));
                inside != *inverted
            }
        }
    }
}

fn tokens(pattern: &str) -> Vec<Token> {
    let letters: Vec<char> = pattern.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let end = letters[at..]
            .iter()
            .position(|letter| *letter == ']')
            .map(|length| at + length);
        match (letters[at], end) {
            ('*', _) => tokens.push(Token::Run),
            ('?', _) => tokens.push(Token::One(One::Any)),
            ('[', Some(end)) if end > at + 1 => {
                tokens.push(Token::One(set(&letters[at + 1..end])));
                at = end;
            }
            (letter, _) => tokens.push(Token::One(One::Letter(letter))),
        }
        at += 1;
    }
    tokens
}

fn set(inside: &[char]) -> One {
    let inverted = inside.len() > 1 && inside[0] == '^';
    let inside = if inverted { &inside[1..] } else { inside };
    let mut members = Vec::new();
    let mut at = 0;
    while at < inside.len() {
        if at + 2 < inside.len() && inside[at + 1] == '-' {
            members.push((inside[at], inside[at + 2]));
            at += 3;
        } else {
            members.push((inside[at], inside[at]));
            at += 1;
        }
    }
    One::Set { members, inverted }
}

#[cfg(test)]
mod tests {
    use crate::filter::read;
    use crate::journal::Rule;
    use crate::record::{Attribute, Field, Kind, Record};
    use time::macros::datetime;

    const TABLE: &[Attribute] = &[
        Attribute::free("ID", Kind::Number),
        Attribute::free("NAME", Kind::Text),
        Attribute::free("ADDED", Kind::Time),
        Attribute {
            name: "BODY",
            kind: Kind::FullText,
            filter: true,
            order: false,
        },
        Attribute::read_only("EXTRA", Kind::Text),
    ];

    fn finds(text: &str) -> bool {
        let record = Record::from([
            ("ID", Field::Int(42)),
            ("NAME", Field::Text("WS-042.corp.example".to_owned())),
            ("ADDED", Field::Time(datetime!(2024-01-02 03:04:05 UTC))),
        ]);
        read(text, TABLE)
            .unwrap()
            .matches(&record, datetime!(2024-01-02 03:05:05 UTC))
    }

    #[test]
    fn comparisons_decide_rows() {
        assert!(finds("(ID = 42)"));
        assert!(finds("(&(ID > 41)(ID <= 42)(ID <> 7))"));
        assert!(!finds("(|(ID < 42)(ID > 42))"));
        assert!(finds(r#"(ADDED >= T"2024-01-02 03:04:05")"#));
        assert!(!finds(r#"(ADDED > T"2024-01-02 03:04:05")"#));
        assert!(finds("(ADDED > CURTIME(-61))"));
        assert!(!finds("(ADDED > CURTIME(-60))"));
        assert!(finds("(ID & 2 <> 0)"));
        assert!(!finds("(ID & 1 <> 0)"));
        assert!(finds("(&(NAME)(!(BODY)))"));
    }

    #[test]
    fn texts_compare_without_case_and_with_wildcards() {
        assert!(finds(r#"(NAME = "ws-042.CORP.example")"#));
        assert!(finds(r#"(NAME = "ws-*")"#));
        assert!(finds(r#"(NAME = "ws-0?2.*")"#));
        assert!(finds(r#"(NAME = "ws-0[1-4]2*")"#));
        assert!(!finds(r#"(NAME = "ws-0[^1-4]2*")"#));
        assert!(!finds(r#"(NAME = "ws-04")"#));
        assert!(!finds(r#"(NAME = "ws-042[*]")"#));
    }

    #[test]
    fn wildcards_and_word_searches_are_remarked() {
        let remarks = |text: &str| {
            let checked = read(text, TABLE).unwrap();
            checked
                .remarks
                .into_iter()
                .map(|(rule, _)| rule)
                .collect::<Vec<_>>()
        };

        assert_eq!(remarks(r#"(NAME = "ws-042")"#), []);
        assert_eq!(remarks(r#"(NAME = "ws-*")"#), []);
        assert_eq!(remarks(r#"(NAME = "*-042")"#), [Rule::PlainFilter]);
        assert_eq!(remarks(r#"(NAME = "ws-**")"#), [Rule::PlainFilter]);
        assert_eq!(remarks(r#"NAME = "ws-042""#), [Rule::PlainFilter]);
        assert_eq!(remarks(r#"(BODY = "getFile")"#), [Rule::NoFullTextFilter]);
    }

    #[test]
    fn unknown_attributes_and_wrong_kinds_are_refused() {
        for wrong in [
            "(NO = 1)",
            r#"(ID = "42")"#,
            "(NAME = 5)",
            r#"(ADDED > "2024-01-02")"#,
            r#"(EXTRA = "x")"#,
            "(NAME & 1 <> 0)",
        ] {
            assert!(read(wrong, TABLE).is_err(), "{wrong}");
        }
    }
}
