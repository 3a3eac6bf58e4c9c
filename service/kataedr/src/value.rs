//! A value that is what its key says.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::address::Address;
use crate::catalogue::{Key, Range, ValueType};
use crate::excerpt::excerpt;
use crate::finding::Code;
use crate::mode::Mode;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `EDRKATA` or `EDRExpertOnPrem`.
    Mode(Mode),
    /// `Yes` or `No`.
    YesNo(bool),
    /// A whole number.
    Number(u32),
    /// Where a server is.
    Address(Address),
}

/// Why a text is not a value of its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoValue {
    pub(crate) code: Code,
    pub(crate) reason: String,
    pub(crate) mend: String,
}

impl Value {
    /// Reads a text as the value of this key. Upper and lower case do not count.
    pub(crate) fn read(key: &Key, text: &str) -> Result<Self, NoValue> {
        let no = |code, why: &str, mend: &str| NoValue {
            code,
            reason: format!("{} {why}.", excerpt(text)),
            mend: mend.to_owned(),
        };
        match key.value_type {
            ValueType::Mode => Mode::read(text).map(Self::Mode).ok_or_else(|| {
                no(
                    Code::UnknownMode,
                    "is no mode",
                    "Write EDRKATA or EDRExpertOnPrem.",
                )
            }),
            ValueType::YesNo => {
                if text.eq_ignore_ascii_case("yes") {
                    Ok(Self::YesNo(true))
                } else if text.eq_ignore_ascii_case("no") {
                    Ok(Self::YesNo(false))
                } else {
                    Err(no(
                        Code::NotYesNo,
                        "is neither Yes nor No",
                        "Write Yes or No.",
                    ))
                }
            }
            ValueType::Number { unit, range } => {
                number(text, range)
                    .map(Self::Number)
                    .map_err(|(code, why)| {
                        let what = match range {
                            Range::Port => "a whole number from 1 to 65535".to_owned(),
                            Range::Percent => "a whole number from 0 to 100".to_owned(),
                            Range::Positive => format!("a whole number from 1 on ({unit})"),
                        };
                        let default = key.default_sections;
                        no(
                            code,
                            why,
                            &format!("Write {what}, without a unit; the default is {default}."),
                        )
                    })
            }
            ValueType::Address => match text.parse() {
                Ok(address) => Ok(Self::Address(address)),
                Err(flaw) => Err(NoValue {
                    code: if text.is_empty() {
                        Code::EmptyAddress
                    } else {
                        Code::MalformedAddress
                    },
                    reason: format!("{} is no address: {flaw}.", excerpt(text)),
                    mend: flaw.mend().to_owned(),
                }),
            },
        }
    }

    /// The default that a table has for this key.
    pub(crate) fn of_default(key: &Key, text: &str) -> Self {
        Self::read(key, text).expect("defaults of the catalogue are values of their keys")
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        match self {
            Self::YesNo(it) => Some(*it),
            Self::Mode(_) | Self::Number(_) | Self::Address(_) => None,
        }
    }

    pub(crate) fn as_number(&self) -> Option<u32> {
        match self {
            Self::Number(it) => Some(*it),
            Self::Mode(_) | Self::YesNo(_) | Self::Address(_) => None,
        }
    }

    pub(crate) fn as_address(&self) -> Option<&Address> {
        match self {
            Self::Address(it) => Some(it),
            Self::Mode(_) | Self::YesNo(_) | Self::Number(_) => None,
        }
    }

    pub(crate) fn as_mode(&self) -> Option<Mode> {
        match self {
            Self::Mode(it) => Some(*it),
            Self::YesNo(_) | Self::Number(_) | Self::Address(_) => None,
        }
    }
}

fn number(text: &str, range: Range) -> Result<u32, (Code, &'static str)> {
    let out = match range {
        Range::Port => (Code::PortOutOfRange, "is no port"),
        Range::Percent => (Code::PercentageOutOfRange, "is no percentage"),
        Range::Positive => (Code::NotPositive, "is not above zero"),
    };
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err((Code::NotANumber, "is not a whole number"));
    }
    if digits.len() < text.len() {
        return Err(out);
    }
    let within = match range {
        Range::Port => 1..=65_535,
        Range::Percent => 0..=100,
        Range::Positive => 1..=u32::MAX,
    };
    match (digits.parse::<u32>(), range) {
        (Ok(number), _) if within.contains(&number) => Ok(number),
        (Err(_), Range::Positive) => Err((Code::NumberTooLarge, "does not fit into 32 bits")),
        (Ok(_) | Err(_), Range::Port | Range::Percent | Range::Positive) => Err(out),
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mode(it) => it.fmt(f),
            Self::YesNo(true) => f.write_str("Yes"),
            Self::YesNo(false) => f.write_str("No"),
            Self::Number(it) => it.fmt(f),
            Self::Address(it) => it.fmt(f),
        }
    }
}

impl Serialize for Value {
    /// As a file has it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{self, Setting};

    #[test]
    fn every_default_is_a_value_of_its_key() {
        for key in catalogue::all() {
            let defaults = [
                key.default_flat_a,
                key.default_flat_b,
                Some(key.default_sections),
            ];
            for default in defaults.into_iter().flatten() {
                assert_eq!(Value::of_default(key, default).to_string(), default);
            }
        }
    }

    #[test]
    fn ranges_are_kept() {
        let code =
            |setting, text: &str| Value::read(catalogue::key(setting), text).unwrap_err().code;

        for text in ["0", "65536", "-1", "99999999999999999999"] {
            assert_eq!(
                code(Setting::ResponsePort, text),
                Code::PortOutOfRange,
                "{text}"
            );
        }
        for text in ["101", "-1"] {
            assert_eq!(
                code(Setting::EventLimitExceededPercentage, text),
                Code::PercentageOutOfRange
            );
        }
        for text in ["0", "-5"] {
            assert_eq!(
                code(Setting::SynchronizationPeriod, text),
                Code::NotPositive
            );
        }
        assert_eq!(
            code(Setting::SynchronizationPeriod, "4294967296"),
            Code::NumberTooLarge
        );
        for text in ["", "-", "+5", "5s", "5.0", "0x5", "٥"] {
            assert_eq!(
                code(Setting::SynchronizationPeriod, text),
                Code::NotANumber,
                "{text}"
            );
        }
    }
}
