//! An answer, and what its status alone says.

use std::time::Duration;

use serde_json::Value;

use crate::excerpt::Excerpt;
use crate::sensor_id::{Scope, SensorId};
use crate::verdict::{CrossScope, Verdict};

/// An answer.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body; of an answer that is no success only the beginning.
    pub body: Vec<u8>,
    /// `Retry-After`.
    pub retry_after: Option<Duration>,
}

impl Answer {
    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The beginning of the body.
    #[must_use]
    pub fn excerpt(&self) -> Excerpt {
        Excerpt::of(&self.body)
    }

    /// Whether it says that an order was taken: any success, with no body or with one in JSON.
    ///
    /// A page of HTML with status 200 is somebody else's answer; one with an `error` is a riddle.
    pub fn is_taken(&self) -> bool {
        if !(200..300).contains(&self.status) {
            return false;
        }
        if self.body.iter().all(u8::is_ascii_whitespace) {
            return true;
        }
        self.json().is_some_and(|it| it.get("error").is_none())
    }

    /// What the status says by itself.
    #[must_use]
    pub fn usual<T>(&self) -> Verdict<T> {
        match self.status {
            401 => Verdict::NotAccepted,
            404 => Verdict::Missing,
            429 => Verdict::Throttled,
            502..=504 => Verdict::OutOfService,
            500..600 => Verdict::Failed,
            400..500 => Verdict::Refused,
            _ => Verdict::Unreadable,
        }
    }

    /// The same for the two calls on whose pages 400 and 401 are swapped: there the word counts
    /// before the number.
    #[must_use]
    pub fn usual_where_swapped<T>(&self) -> Verdict<T> {
        if self.status == 400 && self.says_unauthorised() {
            return Verdict::NotAccepted;
        }
        self.usual()
    }

    /// Whether it is the server's own word that there is no such thing: with a body of its making, or
    /// none. The page of something that stands between says nothing of rules and tasks.
    #[must_use]
    pub fn says_not_found(&self) -> bool {
        let is_own = match self.json() {
            Some(Value::Object(members)) => members.contains_key("error"),
            Some(_) => false,
            None => self.body.trim_ascii().is_empty(),
        };
        self.status == 404 && is_own
    }

    fn says_unauthorised(&self) -> bool {
        let said = match self.json() {
            Some(Value::Object(members)) => members
                .get("error")
                .and_then(Value::as_str)
                .map(str::to_owned),
            Some(Value::String(text)) => Some(text),
            Some(_) => None,
            None => str::from_utf8(&self.body).ok().map(str::to_owned),
        };
        said.is_some_and(|it| it.trim().eq_ignore_ascii_case("unauthorized"))
    }

    /// What a refused prevention rule for this scope means.
    #[must_use]
    pub fn of_prevention<T>(&self, scope: &Scope) -> Verdict<T> {
        let hosts = || uuids(&self.body);
        let is_other = |it: &SensorId| match scope {
            Scope::Host(own) => it != own,
            Scope::All => true,
        };
        let conflict = match self.status {
            409 => true,
            // No page tells the status: the hosts in the answer do. The one that was asked for may
            // just be repeated.
            400 | 403 | 422 => hosts().iter().any(is_other),
            _ => false,
        };
        if conflict {
            Verdict::Conflict(CrossScope {
                status: self.status,
                body: self.excerpt(),
                hosts: hosts(),
            })
        } else {
            self.usual()
        }
    }
}

/// What looks like a UUID, each once.
fn uuids(body: &[u8]) -> Vec<SensorId> {
    const LENGTH: usize = 36;
    let looks_like_one = |text: &[u8]| {
        text.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
    };
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(text) = body.get(at..at + LENGTH) {
        let in_a_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let before = at.checked_sub(1).and_then(|it| body.get(it));
        if !looks_like_one(text) || in_a_word(before) || in_a_word(body.get(at + LENGTH)) {
            at += 1;
            continue;
        }
        at += LENGTH;
        let id = str::from_utf8(text)
            .ok()
            .and_then(|it| SensorId::new(it).ok());
        found.extend(id.filter(|it| !found.contains(it)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer {
            status,
            body: body.as_bytes().to_vec(),
            retry_after: None,
        }
    }

    #[test]
    fn the_word_counts_before_the_number_where_pages_swap_them() {
        let verdict = |status, body| answer(status, body).usual_where_swapped::<()>();

        assert_eq!(
            verdict(401, r#"{"error":"Unauthorized"}"#),
            Verdict::NotAccepted
        );
        assert_eq!(
            verdict(400, r#"{"error":"Unauthorized"}"#),
            Verdict::NotAccepted
        );
        assert_eq!(verdict(400, "Unauthorized\n"), Verdict::NotAccepted);
        assert_eq!(verdict(401, "<html>"), Verdict::NotAccepted);
        assert_eq!(verdict(400, r#"{"error":"Bad Request"}"#), Verdict::Refused);
        assert_eq!(verdict(400, ""), Verdict::Refused);
        assert_eq!(
            verdict(403, r#"{"error":"Unauthorized"}"#),
            Verdict::Refused
        );
    }

    #[test]
    fn an_order_is_taken_by_a_success_that_is_the_servers_own() {
        for (status, body) in [
            (200, ""),
            (204, ""),
            (200, "{}"),
            (200, "[]"),
            (201, "null"),
            (200, " \n"),
        ] {
            assert!(answer(status, body).is_taken(), "{status} {body}");
        }
        for (status, body) in [
            (200, "<html>"),
            (200, r#"{"error":"Not Found"}"#),
            (200, r#"{"cut"#),
            (302, ""),
            (404, "{}"),
        ] {
            assert!(!answer(status, body).is_taken(), "{status} {body}");
        }
    }

    #[test]
    fn the_hosts_of_a_conflict_are_found_wherever_they_stand() {
        let one = "0B6E0F6A-7F0B-4B57-9C1E-6D5A4E1F2A11";
        let two = "1b6e0f6a-7f0b-4b57-9c1e-6d5a4e1f2a12";
        let body = format!(
            r#"{{"error":"in use","x":["{one}","{}"],"y":"on {two}."}}"#,
            one.to_lowercase()
        );

        for status in [400, 403, 409, 422] {
            let Verdict::Conflict::<()>(conflict) =
                answer(status, &body).of_prevention(&Scope::All)
            else {
                panic!("{status}");
            };
            let hosts: Vec<_> = conflict.hosts.iter().map(SensorId::as_str).collect();
            assert_eq!(hosts, [one, two]);
            assert_eq!(
                (conflict.status, conflict.body.as_str()),
                (status, body.as_str())
            );
        }
    }

    #[test]
    fn what_is_no_host_makes_no_conflict() {
        let hash = "0b6e0f6a7f0b4b579c1e6d5a4e1f2a11".repeat(2);
        let glued = "x0B6E0F6A-7F0B-4B57-9C1E-6D5A4E1F2A11";
        for body in ["", &hash, glued, "0B6E0F6A-7F0B-4B57-9C1E-6D5A4E1F2A1"] {
            assert_eq!(
                answer(400, body).of_prevention::<()>(&Scope::All),
                Verdict::Refused,
                "{body}"
            );
        }
        let own = Scope::Host(SensorId::new("0b6e0f6a-7f0b-4b57-9c1e-6d5a4e1f2a11").unwrap());
        let repeated = answer(400, r#"{"error":"0B6E0F6A-7F0B-4B57-9C1E-6D5A4E1F2A11"}"#);
        assert_eq!(repeated.of_prevention::<()>(&own), Verdict::Refused);
        let Verdict::Conflict::<()>(bare) = answer(409, "<html>").of_prevention(&Scope::All) else {
            panic!("409 is a conflict by itself");
        };
        assert!(bare.hosts.is_empty());
        assert_eq!(
            answer(404, "").of_prevention::<()>(&Scope::All),
            Verdict::Missing
        );
    }
}
