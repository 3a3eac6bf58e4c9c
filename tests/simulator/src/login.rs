//! Logging in: the `Authorization` header, wrong passwords, the second factor (ksc-openapi.md,
//! section 2).
//!
//! Both models are served: `login` binds the session to the TCP connection, `Session.StartSession`
//! gives a token. The account is blocked after too many wrong passwords and stays so, even for the
//! right one.

use crate::refusal::Refusal;
use crate::sessions::SessionState;
use crate::world::World;
use base64::Engine as _;

/// What `Authorization` holds.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Credentials {
    /// `KSCBasic`.
    Basic { user: String, password: String },
    /// `KSCT`: a one-time token from `Session.CreateToken`.
    Token(String),
    /// `KSCMFA`: the second factor.
    SecondFactor(String),
}

/// How the session that a login opens is found again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Model {
    /// By the connection it came on.
    Connection,
    /// By the token in the reply.
    Token,
}

/// Reads the header; `None` is a form that the vendor does not document.
pub(crate) fn read(header: &str) -> Option<Credentials> {
    let (scheme, rest) = header.split_once(' ')?;
    match scheme {
        "KSCBasic" => {
            let fields = fields(rest)?;
            Some(Credentials::Basic {
                user: decoded(field(&fields, "user")?)?,
                password: decoded(field(&fields, "pass")?)?,
            })
        }
        "KSCT" => Some(Credentials::Token(rest.trim().to_owned())),
        "KSCMFA" => Some(Credentials::SecondFactor(
            field(&fields(rest)?, "totp")?.to_owned(),
        )),
        _ => None,
    }
}

fn field<'a>(fields: &[(&'a str, &'a str)], name: &str) -> Option<&'a str> {
    fields
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, value)| *value)
}

/// `name="value", …`; the value may lack its quotes, as one public client sends it.
fn fields(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut fields = Vec::new();
    for part in text.split(',') {
        let (name, value) = part.trim().split_once('=')?;
        let quoted = value
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        fields.push((name.trim(), quoted.unwrap_or(value)));
    }
    Some(fields)
}

fn decoded(base64: &str) -> Option<String> {
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(base64)
        .ok()?;
    String::from_utf8(bytes).ok()
}

/// Opens a session for these credentials; gives its number and token.
pub(crate) fn log_in(
    world: &mut World,
    credentials: Option<Credentials>,
    presented: Option<&str>,
    connection: u64,
    model: Model,
) -> Result<(u64, String), Refusal> {
    let now = world.now;
    match credentials {
        // Whoever is logged in on the connection may ask for a token for others of its connections.
        None if matches!(model, Model::Token) => {
            let logged_in = world
                .sessions
                .by_connection(connection)
                .is_some_and(|it| it.state == SessionState::Live);
            if !logged_in {
                return Err(Refusal::unauthenticated());
            }
            Ok(world
                .sessions
                .open(None, SessionState::Live, now, &mut world.dice))
        }
        None => Err(Refusal::unauthenticated()),
        Some(Credentials::Basic { user, password }) => {
            check_password(world, &user, &password)?;
            if world.knobs.mfa {
                let bound = bound(model, connection);
                let (_, token) =
                    world
                        .sessions
                        .open(bound, SessionState::HalfOpen, now, &mut world.dice);
                return Err(challenge(&token));
            }
            Ok(world.sessions.open(
                bound(model, connection),
                SessionState::Live,
                now,
                &mut world.dice,
            ))
        }
        Some(Credentials::Token(token)) => {
            if !world.sessions.spend_login_token(&token, now) {
                return Err(Refusal::unauthenticated());
            }
            Ok(world.sessions.open(
                bound(model, connection),
                SessionState::Live,
                now,
                &mut world.dice,
            ))
        }
        Some(Credentials::SecondFactor(code)) => {
            let token = presented.ok_or_else(Refusal::unauthenticated)?;
            let right = world.knobs.totp_code.as_deref() == Some(code.as_str());
            let session = world
                .sessions
                .by_token(token)
                .filter(|found| found.state == SessionState::HalfOpen);
            let session = session.ok_or_else(Refusal::forbidden)?;
            if !right {
                return Err(challenge(token));
            }
            session.state = SessionState::Live;
            session.connection = bound(model, connection);
            session.touch(now);
            Ok((session.number, token.to_owned()))
        }
    }
}

fn bound(model: Model, connection: u64) -> Option<u64> {
    match model {
        Model::Connection => Some(connection),
        Model::Token => None,
    }
}

fn check_password(world: &mut World, user: &str, password: &str) -> Result<(), Refusal> {
    let known = user == world.knobs.username;
    if known && world.sessions.blocked {
        return Err(if world.knobs.lockout_as_text {
            Refusal::http(401, "The account is blocked")
        } else {
            Refusal::account_blocked()
        });
    }
    if known && password == world.knobs.password {
        world.sessions.wrong_passwords = 0;
        return Ok(());
    }
    if known {
        world.sessions.wrong_passwords += 1;
        world.sessions.blocked = world.sessions.wrong_passwords >= world.knobs.lockout_after;
    }
    Err(Refusal::unauthenticated())
}

/// The challenge of two-step verification; the half-open session exists from here on.
fn challenge(token: &str) -> Refusal {
    Refusal::Http {
        status: 401,
        text: "Authentication not finished".to_owned(),
        headers: vec![
            (
                "WWW-Authenticate",
                "KSCMFA type=\"totp\", lengthHint=\"6\"".to_owned(),
            ),
            ("X-KSC-Session", token.to_owned()),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basic(header: &str) -> (String, String) {
        match read(header) {
            Some(Credentials::Basic { user, password }) => (user, password),
            _ => panic!("not read: {header}"),
        }
    }

    #[test]
    fn the_forms_of_several_clients_are_read() {
        let expected = ("edr-gateway".to_owned(), "correct horse".to_owned());
        for header in [
            r#"KSCBasic user="ZWRyLWdhdGV3YXk=", pass="Y29ycmVjdCBob3JzZQ==", domain="", internal="1""#,
            r#"KSCBasic user="ZWRyLWdhdGV3YXk=", pass="Y29ycmVjdCBob3JzZQ==""#,
            r#"KSCBasic user="ZWRyLWdhdGV3YXk=",pass="Y29ycmVjdCBob3JzZQ==",internal=true"#,
        ] {
            assert_eq!(basic(header), expected, "{header}");
        }
    }

    #[test]
    fn other_schemes_and_broken_fields_are_not_read() {
        for header in [
            "Basic ZWRy",
            "KSCBasic",
            r#"KSCBasic user="%%", pass="x""#,
            "",
        ] {
            assert!(read(header).is_none(), "{header}");
        }
    }
}
