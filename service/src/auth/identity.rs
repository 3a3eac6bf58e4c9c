//! Who calls: a subject, or a client on its own behalf.
//!
//! `sub` and `client_id` are two spaces of names that one issuer fills (RFC 9068 section 5):
//! whoever may choose a user name could choose that of a client, and would share its idempotency
//! keys, its limits and its place in the audit log. Other claims are spaces of their own, and so is
//! every issuer. So a caller is an issuer, a kind and a name, and is written as one text that tells
//! them apart: `alice`, `client:soar`, `claim:email:alice@corp.example`,
//! `issuer:entra:client:soar`.
//!
//! A token is a client's own when nothing else in it names the caller, or what does is the client's
//! id, as RFC 9068 section 2.2 has it for the client credentials grant. Where an issuer gives a
//! user a `sub` that is the id of the very client that asked for the token, nobody can tell the two
//! apart.

use std::fmt;

use super::claims::{Claims, missing, wrong_type};
use super::lookup;
use super::refusal::Refusal;
use vocabulary::legible::is_legible;

/// No subject is longer (OIDC Core, section 2).
const MOST_CHARS: usize = 255;

const CLIENT: &str = "client:";
const SUBJECT: &str = "subject:";
const CLAIM: &str = "claim:";
const ISSUER: &str = "issuer:";

/// What issuers call the claim with the id of the client that a token was issued to: one space of
/// names.
const OF_CLIENTS: [&str; 4] = ["client_id", "azp", "cid", "appid"];

/// The claims that name callers, in order.
pub(super) struct CallerClaims {
    /// In front of every caller of this issuer.
    head: String,
    claims: Vec<CallerClaim>,
}

struct CallerClaim {
    name: String,
    kind: CallerKind,
}

#[derive(Clone, PartialEq, Eq)]
enum CallerKind {
    Subject,
    Client,
    /// The claim's name, as it stands in front of the caller's.
    Other(String),
}

impl CallerClaims {
    /// The claims of the settings, for the issuer of this name.
    pub(super) fn of(issuer: Option<&str>, names: &[String]) -> Self {
        let kind = |name: &str| match name {
            "sub" => CallerKind::Subject,
            name if OF_CLIENTS.contains(&name) => CallerKind::Client,
            // Or `a` with `b:c` and `a:b` with `c` were one.
            name => CallerKind::Other(name.replace('%', "%25").replace(':', "%3A")),
        };
        Self {
            head: issuer.map_or_else(String::new, |it| format!("{ISSUER}{it}:")),
            claims: names
                .iter()
                .map(|name| CallerClaim {
                    name: name.clone(),
                    kind: kind(name),
                })
                .collect(),
        }
    }

    /// The caller of a token with these claims. Each of the claims is looked at, whichever it is in
    /// the end.
    pub(super) fn identify<'a>(&'a self, claims: &'a Claims) -> Result<Identity<'a>, Refusal> {
        let (mut first, mut client) = (None, None);
        for claim in &self.claims {
            let name = match lookup::find(claims, &claim.name) {
                None => continue,
                Some(value) => value.as_str().ok_or_else(|| wrong_type(&claim.name))?,
            };
            if claim.kind == CallerKind::Client {
                client = client.or(Some(name));
            }
            first = first.or(Some((&claim.kind, name)));
        }
        match first {
            None => Err(match self.claims.as_slice() {
                [one] => missing(&one.name),
                _ => NOBODY,
            }),
            Some((kind, name)) => {
                check(name)?;
                // Of a subject alone: whoever may choose another claim's value could choose a
                // client's id.
                let kind = if *kind == CallerKind::Subject && client == Some(name) {
                    &CallerKind::Client
                } else {
                    kind
                };
                Ok(Identity { kind, name })
            }
        }
    }

    /// The text of a caller that no other caller of any issuer has.
    pub(super) fn text(&self, identity: &str) -> String {
        [&self.head, identity].concat()
    }
}

/// A caller of one issuer: kind and name.
pub(super) struct Identity<'a> {
    kind: &'a CallerKind,
    name: &'a str,
}

impl fmt::Display for Identity<'_> {
    /// Two callers never have one text: a subject that looks like a kind has its kind in front.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name;
        match self.kind {
            CallerKind::Client => write!(f, "{CLIENT}{name}"),
            CallerKind::Other(claim) => write!(f, "{CLAIM}{claim}:{name}"),
            CallerKind::Subject => {
                let kind = if looks_like_a_kind(name) { SUBJECT } else { "" };
                write!(f, "{kind}{name}")
            }
        }
    }
}

/// Whether a subject of this name is a caller of just that name.
pub(crate) fn is_plain_subject(name: &str) -> bool {
    check(name).is_ok() && !looks_like_a_kind(name)
}

fn looks_like_a_kind(name: &str) -> bool {
    [CLIENT, SUBJECT, CLAIM, ISSUER]
        .iter()
        .any(|it| name.starts_with(it))
}

const NOBODY: Refusal = Refusal::because("the token names nobody");

/// A name ends in logs and separates callers from one another, so one that is blank, endless, or
/// holds what nobody sees or what moves the text around it, is none.
fn check(name: &str) -> Result<(), Refusal> {
    if name.trim().is_empty() {
        return Err(NOBODY);
    }
    let sane =
        name.trim() == name && name.chars().count() <= MOST_CHARS && name.chars().all(is_legible);
    if sane {
        Ok(())
    } else {
        Err(Refusal::because("the token's caller has no sane name"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde_json::{Value, json};

    use super::*;

    fn callers(issuer: Option<&str>, names: &[&str]) -> CallerClaims {
        let names: Vec<String> = names.iter().map(|it| (*it).to_owned()).collect();
        CallerClaims::of(issuer, &names)
    }

    fn text(sub: Option<&str>, client_id: Option<&str>, azp: Option<&str>) -> Option<String> {
        let claims = json!({"sub": sub, "client_id": client_id, "azp": azp});
        let callers = callers(None, &["sub", "client_id", "azp"]);
        let identity = callers.identify(claims.as_object().expect("an object"));
        identity.ok().map(|it| it.to_string())
    }

    #[test]
    fn no_two_callers_have_one_text_whatever_names_them_and_whoever_issued_them() {
        let names = [
            "soar",
            "client:soar",
            "subject:soar",
            "subject:client:soar",
            "client:",
            "claim:email:soar",
            "email:soar",
            "issuer:b:soar",
            "issuer:b:client:soar",
            "b:soar",
            "a:b",
            "b",
            "issuer:b:claim:email:soar",
        ];
        let kinds = [
            "sub",
            "client_id",
            "email",
            "x:a",
            "x",
            "x%3Aa",
            "email:soar",
        ];
        let mut seen = HashMap::new();
        for issuer in [None, Some("b"), Some("b-c"), Some("email")] {
            for kind in kinds {
                for name in names {
                    let callers = callers(issuer, &[kind]);
                    let claims = json!({ kind: name });
                    let identity = callers.identify(claims.as_object().expect("an object"));
                    let identity = identity.unwrap_or_else(|it| panic!("{}", it.cause()));
                    let text = callers.text(&identity.to_string());
                    let before = seen.insert(text, (issuer, kind, name));
                    assert_eq!(before, None, "{:?}", (issuer, kind, name));
                }
            }
        }
    }

    #[test]
    fn the_first_claim_that_is_there_names_the_caller() {
        let of = |names: &[&str], claims: Value| {
            let callers = callers(None, names);
            let identity = callers.identify(claims.as_object().expect("an object"));
            identity.map_or_else(|it| it.cause().to_owned(), |it| it.to_string())
        };
        for (names, claims, wanted) in [
            (
                &["appid"][..],
                json!({"sub": "s", "appid": "a"}),
                "client:a",
            ),
            (&["cid", "sub"], json!({"sub": "s", "cid": "c"}), "client:c"),
            (&["sub", "cid"], json!({"sub": "c", "cid": "c"}), "client:c"),
            (
                &["email", "sub"],
                json!({"sub": "s", "email": "e"}),
                "claim:email:e",
            ),
            (&["email", "sub"], json!({"sub": "e"}), "e"),
            (
                &["nickname", "azp"],
                json!({"nickname": "portal", "azp": "portal"}),
                "claim:nickname:portal",
            ),
            (
                &["act.sub", "sub"],
                json!({"act": {"sub": "a"}, "sub": "s"}),
                "claim:act.sub:a",
            ),
            (
                &["urn:x:id"],
                json!({"urn:x:id": "a"}),
                "claim:urn%3Ax%3Aid:a",
            ),
            (
                &["appid"],
                json!({"sub": "s"}),
                "the claim appid is missing",
            ),
            (&["sub", "appid"], json!({}), "the token names nobody"),
            (
                &["sub", "appid"],
                json!({"sub": "s", "appid": 7}),
                "the claim appid has the wrong type",
            ),
            (
                &["sub"],
                json!({"sub": ["s"]}),
                "the claim sub has the wrong type",
            ),
        ] {
            assert_eq!(of(names, claims.clone()), wanted, "{names:?} {claims}");
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
