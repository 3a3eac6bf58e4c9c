//! One session: how it begins, one exchange in it, how it ends.
//!
//! Sessions are the authenticated kind (`X-KSC-Session`), not bound to a connection; see the
//! protocol notes, 2.3. Nothing here decides whether to try again: that is the pool's.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::call::{Call, Effect, EndSession, StartSession};
use crate::error::Error;
use crate::settings::Settings;
use crate::transport::{Incoming, Line, Needs, Outgoing, Transport};
use crate::wire::PxgError;
use crate::wire::Reply;

/// What KSC said to a login.
pub(crate) enum Started {
    /// Come in: the session's token, and the connection that it was given on.
    Session(SecretString, Option<Line>),
    /// Wrong account or password, or the account is blocked.
    Refused(Option<PxgError>),
    /// A second factor is due. The half-open session exists already and has to be ended.
    SecondFactor {
        half_open: Option<SecretString>,
        line: Option<Line>,
    },
}

/// `Session.StartSession`.
pub(crate) async fn start(
    transport: &Transport,
    settings: &Settings,
    endpoint: &Url,
    password: &SecretString,
) -> Result<Started, Error> {
    let authorization = authorization(settings, password);
    let virtual_server = STANDARD.encode(&settings.virtual_server);
    let mut line = None;
    let login = Outgoing {
        endpoint,
        method: StartSession::NAME,
        authorization: Some(&authorization),
        virtual_server: Some(&virtual_server),
        session: None,
        request_id: None,
        body: StartSession.arguments().to_body().into(),
        needs: Needs::Kept,
    };
    let incoming = transport.post(&mut line, login).await?;
    match incoming.status {
        401 if asks_for_second_factor(&incoming) => Ok(Started::SecondFactor {
            half_open: incoming.session,
            line,
        }),
        401 | 403 => Ok(Started::Refused(None)),
        _ => match read(&StartSession, &incoming) {
            Ok(token) => Ok(Started::Session(token, line)),
            Err(Error::Ksc(error)) if error.means_credentials_refused() => {
                Ok(Started::Refused(Some(error)))
            }
            Err(error) => Err(error),
        },
    }
}

/// `Session.EndSession`.
pub(crate) async fn end(
    transport: &Transport,
    endpoint: &Url,
    token: &SecretString,
    line: &mut Option<Line>,
) -> Result<(), Error> {
    exchange(transport, endpoint, token, line, &EndSession, "").await
}

/// One call in one session, over the session's connection where that will do.
pub(crate) async fn exchange<C: Call>(
    transport: &Transport,
    endpoint: &Url,
    token: &SecretString,
    line: &mut Option<Line>,
    call: &C,
    request_id: &str,
) -> Result<C::Reply, Error> {
    let outgoing = Outgoing {
        endpoint,
        method: C::NAME,
        authorization: None,
        virtual_server: None,
        session: Some(token),
        request_id: Some(request_id),
        body: call.arguments().to_body().into(),
        needs: needs::<C>(),
    };
    let incoming = transport.post(line, outgoing).await?;
    read(call, &incoming)
}

/// What must not happen twice takes a connection that certainly stands (see `transport`).
fn needs<C: Call>() -> Needs {
    match C::EFFECT {
        // A step of an iterator is not worth a handshake; losing it harms nobody.
        Effect::Once if C::BOUND_TO_SESSION => Needs::Kept,
        Effect::Once => Needs::Proven,
        Effect::Read | Effect::Idempotent => Needs::Kept,
    }
}

fn read<C: Call>(call: &C, incoming: &Incoming) -> Result<C::Reply, Error> {
    if incoming.status != 200 {
        return Err(Error::Http {
            status: incoming.status,
        });
    }
    match Reply::read(&incoming.body)? {
        Ok(reply) => Ok(call.reply(reply)?),
        Err(error) => Err(Error::Ksc(error)),
    }
}

/// `WWW-Authenticate: KSCMFA type="totp", …`, or `type="totpreg"` when enrolment is due.
fn asks_for_second_factor(incoming: &Incoming) -> bool {
    incoming
        .challenge
        .split([' ', ','])
        .any(|word| word.eq_ignore_ascii_case("KSCMFA"))
}

/// `KSCBasic user="…", pass="…", domain="…", internal="1"`.
///
/// User and password are base64 and cannot leave their quotes. The domain goes raw, as the vendor's
/// client sends it; `Settings::check` has seen to its characters. It is left out when empty.
fn authorization(settings: &Settings, password: &SecretString) -> SecretString {
    let user = STANDARD.encode(&settings.username);
    let pass = STANDARD.encode(password.expose_secret());
    let domain = match settings.domain.as_str() {
        "" => String::new(),
        domain => format!(" domain=\"{domain}\","),
    };
    let internal = u8::from(settings.internal);
    SecretString::from(format!(
        "KSCBasic user=\"{user}\", pass=\"{pass}\",{domain} internal=\"{internal}\""
    ))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use trust::Trust;

    fn settings() -> Settings {
        let password = SecretString::from("correct horse");
        Settings::new(
            vec![],
            "edr-gateway",
            Arc::new(password),
            Trust::SystemRoots,
        )
    }

    #[test]
    fn the_header_is_the_vendors_but_for_an_empty_domain() {
        let password = SecretString::from("correct horse");
        let fixture: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/fixtures/ksc/login.json")).unwrap();
        let recorded = fixture["request"]["headers"]["Authorization"]
            .as_str()
            .unwrap();

        let header = authorization(&settings(), &password);

        assert_eq!(
            header.expose_secret(),
            recorded.replace(" domain=\"\",", "")
        );
    }

    #[test]
    fn a_domain_goes_raw_between_the_others() {
        let settings = Settings {
            domain: "CORP".to_owned(),
            internal: false,
            ..settings()
        };

        let header = authorization(&settings, &SecretString::from("x"));

        assert!(
            header
                .expose_secret()
                .ends_with(" domain=\"CORP\", internal=\"0\"")
        );
    }
}
