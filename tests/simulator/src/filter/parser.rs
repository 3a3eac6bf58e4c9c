//! The grammar of filters, by recursive descent over characters.

use crate::arguments::moment;
use crate::filter::grammar::{Filter, Literal, Operator};
use thiserror::Error;

/// Deeper nesting than any honest filter has; a limit keeps a hostile one off the stack.
const DEPTH: usize = 64;

/// Why a text is not a filter.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{what} at character {at}")]
pub(crate) struct SyntaxError {
    what: String,
    at: usize,
}

/// What the parser read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Parsed {
    pub(crate) filter: Filter,
    /// The outer parentheses were missing.
    pub(crate) bare: bool,
}

/// Reads one whole filter.
pub(crate) fn parse(text: &str) -> Result<Parsed, SyntaxError> {
    let mut parser = Parser {
        letters: text.chars().collect(),
        at: 0,
        depth: 0,
    };
    parser.space();
    let bare = parser.peek() != Some('(');
    let filter = if bare {
        parser.item()?
    } else {
        parser.filter()?
    };
    parser.space();
    if parser.peek().is_some() {
        return Err(parser.error("nothing more expected"));
    }
    Ok(Parsed { filter, bare })
}

struct Parser {
    letters: Vec<char>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek();
        self.at += usize::from(letter.is_some());
        letter
    }

    fn space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    fn error(&self, what: &str) -> SyntaxError {
        SyntaxError {
            what: what.to_owned(),
            at: self.at,
        }
    }

    fn expect(&mut self, letter: char) -> Result<(), SyntaxError> {
        self.space();
        if self.next() == Some(letter) {
            return Ok(());
        }
        self.at = self.at.saturating_sub(1);
        Err(self.error(&format!("expected {letter:?}")))
    }

    /// `"(" … ")"`.
    fn filter(&mut self) -> Result<Filter, SyntaxError> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(self.error("nested too deep"));
        }
        self.expect('(')?;
        self.space();
        let filter = match self.peek() {
            Some('&') => {
                self.at += 1;
                Filter::All(self.filters()?)
            }
            Some('|') => {
                self.at += 1;
                Filter::Any(self.filters()?)
            }
            Some('!') => {
                self.at += 1;
                Filter::Not(Box::new(self.filter()?))
            }
            Some('(') => self.filter()?,
            _ => self.item()?,
        };
        self.expect(')')?;
        self.depth -= 1;
        Ok(filter)
    }

    /// One or more filters.
    fn filters(&mut self) -> Result<Vec<Filter>, SyntaxError> {
        let mut filters = vec![self.filter()?];
        loop {
            self.space();
            if self.peek() != Some('(') {
                return Ok(filters);
            }
            filters.push(self.filter()?);
        }
    }

    /// `attr`, `attr op value` or `attr & mask <> 0`.
    fn item(&mut self) -> Result<Filter, SyntaxError> {
        let attribute = self.name()?;
        self.space();
        match self.peek() {
            None | Some(')') => Ok(Filter::IsSet { attribute }),
            Some('&') => {
                self.at += 1;
                self.bits(attribute)
            }
            Some(_) => {
                let operator = self.operator()?;
                let value = self.literal()?;
                Ok(Filter::Compare {
                    attribute,
                    operator,
                    value,
                })
            }
        }
    }

    fn bits(&mut self, attribute: String) -> Result<Filter, SyntaxError> {
        let mask = self.number()?;
        let set = match self.operator()? {
            Operator::Unequal => true,
            Operator::Equal => false,
            Operator::Less | Operator::Greater | Operator::AtMost | Operator::AtLeast => {
                return Err(self.error("a bit test needs <> 0"));
            }
        };
        if self.number()? != 0 {
            return Err(self.error("a bit test compares with 0"));
        }
        Ok(Filter::Bits {
            attribute,
            mask,
            set,
        })
    }

    fn name(&mut self) -> Result<String, SyntaxError> {
        self.space();
        let from = self.at;
        while self
            .peek()
            .is_some_and(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        {
            self.at += 1;
        }
        let name: String = self.letters[from..self.at].iter().collect();
        if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
            return Err(self.error("expected an attribute"));
        }
        Ok(name)
    }

    fn operator(&mut self) -> Result<Operator, SyntaxError> {
        self.space();
        let first = self.next();
        let second = self.peek();
        let (operator, length) = match (first, second) {
            (Some('<'), Some('>')) => (Operator::Unequal, 1),
            (Some('<'), Some('=')) => (Operator::AtMost, 1),
            (Some('>'), Some('=')) => (Operator::AtLeast, 1),
            (Some('<'), _) => (Operator::Less, 0),
            (Some('>'), _) => (Operator::Greater, 0),
            (Some('='), _) => (Operator::Equal, 0),
            _ => return Err(self.error("expected a comparison")),
        };
        self.at += length;
        Ok(operator)
    }

    fn literal(&mut self) -> Result<Literal, SyntaxError> {
        self.space();
        match self.peek() {
            Some('"') => Ok(Literal::Text(self.text()?)),
            Some('T') if self.letters.get(self.at + 1) != Some(&'"') => self.boolean(),
            Some('T') => {
                self.at += 1;
                let text = self.text()?;
                moment(&text, ' ')
                    .map(Literal::Time)
                    .ok_or_else(|| self.error("expected T\"YYYY-MM-DD hh:mm:ss\""))
            }
            Some('C') => self.offset_from_now(),
            // As a public client writes a bool.
            Some('F') => self.boolean(),
            Some('0') if self.letters.get(self.at + 1) == Some(&'x') => {
                self.at += 2;
                Ok(Literal::Binary(self.hexadecimal()?))
            }
            _ => Ok(Literal::Number(self.number()?)),
        }
    }

    fn boolean(&mut self) -> Result<Literal, SyntaxError> {
        match self.name()?.as_str() {
            "True" => Ok(Literal::Number(1)),
            "False" => Ok(Literal::Number(0)),
            _ => Err(self.error("expected a number")),
        }
    }

    fn offset_from_now(&mut self) -> Result<Literal, SyntaxError> {
        if self.name()? != "CURTIME" {
            return Err(self.error("expected CURTIME"));
        }
        self.expect('(')?;
        self.space();
        if self.peek() == Some('+') {
            self.at += 1;
        }
        let seconds = self.number()?;
        self.expect(')')?;
        Ok(Literal::FromNow(seconds))
    }

    fn hexadecimal(&mut self) -> Result<String, SyntaxError> {
        let from = self.at;
        while self.peek().is_some_and(|letter| letter.is_ascii_hexdigit()) {
            self.at += 1;
        }
        let digits: String = self.letters[from..self.at].iter().collect();
        if digits.is_empty() {
            Err(self.error("expected hexadecimal digits"))
        } else {
            Ok(digits)
        }
    }

    fn number(&mut self) -> Result<i64, SyntaxError> {
        self.space();
        let from = self.at;
        if self.peek() == Some('-') {
            self.at += 1;
        }
        while self.peek().is_some_and(|letter| letter.is_ascii_digit()) {
            self.at += 1;
        }
        let digits: String = self.letters[from..self.at].iter().collect();
        digits.parse().map_err(|_| self.error("expected a number"))
    }

    /// A quoted text; a doubled quote stands for one.
    fn text(&mut self) -> Result<String, SyntaxError> {
        if self.next() != Some('"') {
            return Err(self.error("expected a quote"));
        }
        let mut text = String::new();
        loop {
            match self.next() {
                None => return Err(self.error("the text does not end")),
                Some('"') if self.peek() == Some('"') => {
                    self.at += 1;
                    text.push('"');
                }
                Some('"') => return Ok(text),
                Some(letter) => text.push(letter),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(text: &str) -> Filter {
        parse(text).unwrap().filter
    }

    #[test]
    fn nested_conditions_are_read() {
        let read = filter(
            r#"(&(KLHST_WKS_HOSTNAME = "4328e16a")(|(KLINCDT_ID >= 4)(!(KLINCDT_IS_HANDLED = 1))))"#,
        );

        let Filter::All(parts) = read else {
            panic!("{read:?}")
        };
        assert_eq!(parts.len(), 2);
        assert!(matches!(&parts[1], Filter::Any(inner) if inner.len() == 2));
    }

    #[test]
    fn times_numbers_bits_and_presence_are_read() {
        assert!(matches!(
            filter(r#"(KLINCDT_ADDED > T"2024-01-02 03:04:05")"#),
            Filter::Compare {
                operator: Operator::Greater,
                value: Literal::Time(_),
                ..
            }
        ));
        assert_eq!(
            filter("(KLHST_WKS_STATUS & 8 <> 0)"),
            Filter::Bits {
                attribute: "KLHST_WKS_STATUS".to_owned(),
                mask: 8,
                set: true
            }
        );
        assert_eq!(
            filter("(A)"),
            Filter::IsSet {
                attribute: "A".to_owned()
            }
        );
        assert!(matches!(filter("(!(A))"), Filter::Not(_)));
        assert!(matches!(
            filter("(A < CURTIME(-86400))"),
            Filter::Compare {
                value: Literal::FromNow(-86400),
                ..
            }
        ));
        assert!(matches!(
            filter("(A = 0xFF)"),
            Filter::Compare {
                value: Literal::Binary(_),
                ..
            }
        ));
        assert!(matches!(
            filter("(A <> -5)"),
            Filter::Compare {
                value: Literal::Number(-5),
                ..
            }
        ));
    }

    #[test]
    fn a_doubled_quote_is_one_quote() {
        assert!(matches!(
            filter(r#"(A = "some ""computer""")"#),
            Filter::Compare { value: Literal::Text(text), .. } if text == r#"some "computer""#
        ));
    }

    #[test]
    fn missing_outer_parentheses_are_seen() {
        assert!(parse(r#"A = "x""#).unwrap().bare);
        assert!(!parse(r#"(A = "x")"#).unwrap().bare);
    }

    #[test]
    fn texts_outside_the_grammar_are_refused() {
        for wrong in [
            "",
            "()",
            "(A = )",
            "(A == 1)",
            r#"(A = "x)"#,
            r#"(A = "x""#,
            r#"(A = "x") (B = 1)"#,
            "(&)",
            "(A = true)",
            r#"(A = T"2024-01-02T03:04:05Z")"#,
            r"(A = \2a)",
            "(A & 8 > 0)",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert!(parse(&"(!".repeat(100_000)).is_err());
    }
}
