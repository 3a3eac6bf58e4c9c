//! Who calls: a subject, or a client on its own behalf.
//!
//! `sub` and `client_id` are two spaces of names that one issuer fills (RFC 9068 section 5): whoever may
//! choose a user name could choose that of a client, and would share its idempotency keys, its limits and
//! its place in the audit log. So a caller is a kind and a name, and is written as one text that tells
//! them apart: `alice`, `client:soar`.
//!
//! A token is a client's own when it has no `sub`, or one that is the client's id, as RFC 9068 section 2.2
//! has it for the client credentials grant. Where an issuer gives a user a `sub` that is the id of the very
//! client that asked for the token, nobody can tell the two apart.

use std::fmt;

use super::token::Refusal;
use crate::legible::is_legible;

/// No subject is longer (OIDC Core, section 2).
const MOST_CHARS: usize = 255;

const CLIENT: &str = "client:";
const SUBJECT: &str = "subject:";

/// A caller: kind and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Identity {
    /// `sub`: a user, or whatever else the issuer calls a subject.
    Subject(String),
    /// `client_id`, or `azp`, which is its name in OIDC.
    Client(String),
}

impl Identity {
    /// The caller of a token with these claims.
    pub(super) fn of(
        sub: Option<&str>,
        client_id: Option<&str>,
        azp: Option<&str>,
    ) -> Result<Self, Refusal> {
        let client = client_id.or(azp);
        match (sub, client) {
            (None, None) => Err(NOBODY),
            (Some(sub), client) if client != Some(sub) => checked(sub).map(Self::Subject),
            (Some(client), _) | (None, Some(client)) => checked(client).map(Self::Client),
        }
    }
}

impl fmt::Display for Identity {
    /// Two callers never have one text: a subject that looks like a kind has its kind in front.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(name) => write!(f, "{CLIENT}{name}"),
            Self::Subject(name) if name.starts_with(CLIENT) || name.starts_with(SUBJECT) => {
                write!(f, "{SUBJECT}{name}")
            }
            Self::Subject(name) => f.write_str(name),
        }
    }
}

const NOBODY: Refusal = Refusal::because("the token names nobody");

/// A name ends in logs and separates callers from one another, so one that is blank, endless, or holds
/// what nobody sees or what moves the text around it, is none.
fn checked(name: &str) -> Result<String, Refusal> {
    if name.trim().is_empty() {
        return Err(NOBODY);
    }
    let sane =
        name.trim() == name && name.chars().count() <= MOST_CHARS && name.chars().all(is_legible);
    if sane {
        Ok(name.to_owned())
    } else {
        Err(Refusal::because("the token's caller has no sane name"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn text(sub: Option<&str>, client_id: Option<&str>, azp: Option<&str>) -> Option<String> {
        let identity = Identity::of(sub, client_id, azp);
        identity.ok().map(|it| it.to_string())
    }

    #[test]
    fn no_two_callers_have_one_text() {
        let names = [
            "soar",
            "client:soar",
            "subject:soar",
            "subject:client:soar",
            "client:",
        ];
        let mut seen = HashMap::new();
        for name in names {
            for identity in [
                Identity::Subject(name.to_owned()),
                Identity::Client(name.to_owned()),
            ] {
                let before = seen.insert(identity.to_string(), identity);
                assert_eq!(before, None);
            }
        }
    }

    #[test]
    fn a_client_is_one_only_on_its_own_behalf() {
        for (sub, client_id, azp, expected) in [
            (Some("soar"), None, None, "soar"),
            (None, Some("soar"), None, "client:soar"),
            (None, None, Some("soar"), "client:soar"),
            (None, Some("soar"), Some("other"), "client:soar"),
            (Some("soar"), Some("soar"), None, "client:soar"),
            (Some("soar"), None, Some("soar"), "client:soar"),
            (Some("soar"), Some("portal"), None, "soar"),
            (Some("soar"), Some("portal"), Some("soar"), "soar"),
            (Some("soar"), None, Some("portal"), "soar"),
            (
                Some("client:soar"),
                Some("portal"),
                None,
                "subject:client:soar",
            ),
        ] {
            let text = text(sub, client_id, azp);
            assert_eq!(
                text.as_deref(),
                Some(expected),
                "{sub:?} {client_id:?} {azp:?}"
            );
        }
    }

    #[test]
    fn names_hold_what_can_be_seen_and_nothing_else() {
        for sane in [
            "soar",
            "Jürgen Groß",
            "Олег",
            "山田",
            "a\"b'c\\d",
            "हिन्दी",
            "e\u{301}",
            "svc-1@corp",
        ] {
            assert!(text(Some(sane), None, None).is_some(), "{sane:?}");
        }
        let mut odd = vec![
            '\u{a0}', '\u{ad}', '\u{61c}', '\u{180e}', '\u{feff}', '\u{fffe}', '\u{e000}',
        ];
        for range in [
            '\u{0}'..='\u{1f}',
            '\u{7f}'..='\u{9f}',
            '\u{2000}'..='\u{200f}',
            '\u{2028}'..='\u{202f}',
            '\u{205f}'..='\u{206f}',
            '\u{fe00}'..='\u{fe0f}',
            '\u{fff9}'..='\u{fffb}',
            '\u{e0000}'..='\u{e01ef}',
        ] {
            odd.extend(range);
        }
        odd.extend([
            '\u{34f}', '\u{115f}', '\u{1160}', '\u{2800}', '\u{3000}', '\u{3164}', '\u{ffa0}',
        ]);
        assert!(odd.len() > 500, "{}", odd.len());
        for it in odd {
            for name in [
                format!("so{it}ar"),
                format!("{it}soar"),
                format!("soar{it}"),
            ] {
                assert_eq!(text(Some(&name), None, None), None, "{name:?}");
                assert_eq!(text(None, Some(&name), None), None, "{name:?}");
            }
        }
        for blank in [" soar", "soar ", "", "   "] {
            assert_eq!(text(Some(blank), None, None), None, "{blank:?}");
        }
    }
}
