//! A pattern of hosts that no caller may touch.
//!
//! It means a host by its id, its address or one of its names, `*` standing for any run of
//! characters; with `group:` in front, all hosts of an administration group. A pattern that can
//! mean no host protects none, and nobody would know: it is refused where it is written.

use std::fmt;

use super::address::{Address, NoAddress};
use super::host_name::{ACTING, HostName, NoName};
use super::normal;
use crate::legible::is_legible;

/// What a pattern for groups begins with.
const GROUP_MARK: &str = "group:";

/// A pattern of hosts that no caller may touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protected {
    text: String,
    named: Named,
}

/// What a pattern names, in the form in which names are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// Hosts.
    Host(String),
    /// Groups, by a name or by names with slashes between.
    Group(String),
}

/// Why a text is no pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPattern {
    /// There is nothing beside marks and blanks.
    #[error("has no name")]
    Empty,
    /// It could be no host's name.
    #[error(
        "can be no host's id, name or address: those have no control or invisible characters, none of \" ? [ ], and no space at their ends"
    )]
    Name,
    /// It could be no host's address.
    #[error("can be no host's address: {0}")]
    Address(#[from] NoAddress),
    /// A star inside what DNS writes for other scripts.
    #[error("has a star in a label that begins with xn--; write the name as people do")]
    AsciiLabel,
}

impl Protected {
    /// The pattern that a text is.
    ///
    /// # Errors
    /// Why it is none.
    pub fn read(text: &str) -> Result<Self, NoPattern> {
        let named = match text.get(..GROUP_MARK.len()) {
            Some(mark) if mark.eq_ignore_ascii_case(GROUP_MARK) => {
                Named::Group(group(&text[GROUP_MARK.len()..])?)
            }
            Some(_) | None => Named::Host(host(text)?),
        };
        Ok(Self {
            text: text.to_owned(),
            named,
        })
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What it names.
    #[must_use]
    pub const fn named(&self) -> &Named {
        &self.named
    }
}

impl fmt::Display for Protected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn group(path: &str) -> Result<String, NoPattern> {
    let names = normal::group_names(path);
    let seen = path.chars().all(is_legible);
    if names.is_empty() {
        return Err(NoPattern::Empty);
    }
    if !seen {
        return Err(NoPattern::Name);
    }
    Ok(names.join("/"))
}

fn host(text: &str) -> Result<String, NoPattern> {
    if text.trim().is_empty() {
        return Err(NoPattern::Empty);
    }
    if !text.contains('*') {
        Address::read(text)?;
        return match HostName::read(text) {
            Ok(name) => Ok(name.normal().as_str().to_owned()),
            Err(NoName::Rule) => Err(NoPattern::Name),
            Err(NoName::Address(why)) => Err(why.into()),
        };
    }
    let acts = |it: char| it != '*' && ACTING.contains(&it);
    if text.trim() != text || text.contains(acts) || !text.chars().all(is_legible) {
        return Err(NoPattern::Name);
    }
    let pattern = normal::of_pattern(text);
    let labels = pattern.split('.');
    if labels
        .clone()
        .any(|it| it.starts_with("xn--") && it.contains('*'))
    {
        return Err(NoPattern::AsciiLabel);
    }
    let of_address = |it: char| it.is_ascii_digit() || it == '.' || it == '*';
    let numbered = pattern.chars().any(|it| it.is_ascii_digit()) && pattern.contains('.');
    if numbered && pattern.chars().all(of_address) && !may_be_address(&pattern) {
        return Err(NoAddress::Numbers.into());
    }
    let of_version_6 = |it: char| it.is_ascii_hexdigit() || it == ':' || it == '*';
    let colons = pattern.matches(':').count();
    if pattern.contains("::") || (colons > 1 && pattern.chars().all(of_version_6)) {
        return Err(NoAddress::Version6.into());
    }
    if let Some((before, length)) = pattern.split_once('/')
        && before.chars().all(of_address)
        && length.bytes().all(|it| it.is_ascii_digit())
    {
        return Err(NoAddress::Network.into());
    }
    Ok(pattern)
}

/// Whether a pattern of digits, dots and stars can fit an IPv4 address.
fn may_be_address(pattern: &str) -> bool {
    let number = |it: &str| {
        it.contains('*')
            || (it
                .parse::<u8>()
                .is_ok_and(|number| number.to_string() == it))
    };
    let labels: Vec<&str> = pattern.split('.').collect();
    labels.len() <= 4 && labels.into_iter().all(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> Result<String, NoPattern> {
        match Protected::read(text)?.named {
            Named::Host(pattern) => Ok(pattern),
            Named::Group(path) => panic!("{path} is a group"),
        }
    }

    #[test]
    fn a_pattern_has_the_form_in_which_names_are_compared() {
        for (text, expected) in [
            ("win11-001.corp.example.", "win11-001.corp.example"),
            ("WIN11-*.Corp.Example.", "win11-*.corp.example"),
            ("DC-*", "dc-*"),
            ("\\\\DC-01", "dc-01"),
            ("\\\\DC-*", "dc-*"),
            ("DC-01$", "dc-01"),
            ("DC-*$", "dc-*"),
            ("CORP\\DC-01", "corp\\dc-01"),
            ("CORP\\*", "corp\\*"),
            ("CORP.EXAMPLE\\*", "*.corp.example"),
            ("::ffff:10.20.30.42", "10.20.30.42"),
            ("::FFFF:10.20.30.*", "10.20.30.*"),
            ("10.20.*", "10.20.*"),
            ("10.20.30.4*", "10.20.30.4*"),
            ("xn---07-9cd4gm.corp.example", "бух-07.corp.example"),
            ("xn---07-9cd4gm.*", "бух-07.*"),
            ("БУХ-*", "бух-*"),
            ("Bu\u{308}ro-*", "büro-*"),
            ("ＤＣ-*", "dc-*"),
            ("PC-BUH-07~~*", "pc-buh-07~~*"),
            (
                "{4328E16A-BF83-47C3-8D0B-0FDF79F9D673}",
                "4328e16a-bf83-47c3-8d0b-0fdf79f9d673",
            ),
            ("*", "*"),
        ] {
            assert_eq!(host(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_can_mean_no_host_is_no_pattern() {
        for (text, why) in [
            ("", NoPattern::Empty),
            ("  ", NoPattern::Empty),
            (" dc-01", NoPattern::Name),
            ("dc-* ", NoPattern::Name),
            ("dc-0?", NoPattern::Name),
            ("dc-[0-9]*", NoPattern::Name),
            ("\"dc-01\"", NoPattern::Name),
            ("dc\u{200b}-*", NoPattern::Name),
            ("dc-01\n", NoPattern::Name),
            ("10.20.30.042", NoPattern::Address(NoAddress::Numbers)),
            ("010.20.*", NoPattern::Address(NoAddress::Numbers)),
            ("300.*", NoPattern::Address(NoAddress::Numbers)),
            ("10.20.30.40.*", NoPattern::Address(NoAddress::Numbers)),
            ("10.20.30.0/24", NoPattern::Address(NoAddress::Network)),
            ("10.20.30.*/24", NoPattern::Address(NoAddress::Network)),
            ("fe80::1", NoPattern::Address(NoAddress::Version6)),
            ("fe80::*", NoPattern::Address(NoAddress::Version6)),
            ("2001:db8:*", NoPattern::Address(NoAddress::Version6)),
            ("10.20.30.42:443", NoPattern::Address(NoAddress::Port)),
            ("0.0.0.0", NoPattern::Address(NoAddress::Unspecified)),
            ("xn--bro-*", NoPattern::AsciiLabel),
        ] {
            assert_eq!(Protected::read(text), Err(why), "{text:?}");
        }
    }

    #[test]
    fn a_group_is_named_with_slashes_of_any_kind() {
        for (text, expected) in [
            ("group:Domain controllers", "domain controllers"),
            ("GROUP:/Servers\\DC/", "servers/dc"),
            ("group:Servers/*", "servers/*"),
            ("group:Cервера Büro", "cервера büro"),
        ] {
            let pattern = Protected::read(text).map(|it| it.named);
            assert_eq!(pattern, Ok(Named::Group(expected.to_owned())), "{text}");
        }
        for text in ["group:", "group: / ", "group:a\u{202e}b"] {
            assert!(Protected::read(text).is_err(), "{text:?}");
        }
    }
}
