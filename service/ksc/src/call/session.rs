//! `Session.*`: how a session begins, is kept and ends.

use secrecy::SecretString;

use super::method::{Call, Effect};
use crate::wire::{Arguments, Reply, Unexpected};

/// `Session.StartSession`; the credentials are in a header of the request.
pub(crate) struct StartSession;

impl Call for StartSession {
    const NAME: &'static str = "Session.StartSession";
    const EFFECT: Effect = Effect::Once;
    type Reply = SecretString;

    fn arguments(&self) -> Arguments {
        Arguments::none()
    }

    fn reply(&self, reply: Reply) -> Result<SecretString, Unexpected> {
        let token = reply.text()?;
        // It goes back as a header.
        if !token.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Unexpected::Without("session token"));
        }
        Ok(SecretString::from(token))
    }
}

/// `Session.Ping`: does nothing but check that the session is valid.
pub struct Ping;

impl Call for Ping {
    const NAME: &'static str = "Session.Ping";
    const EFFECT: Effect = Effect::Read;
    type Reply = ();

    fn arguments(&self) -> Arguments {
        Arguments::none()
    }

    fn reply(&self, _: Reply) -> Result<(), Unexpected> {
        Ok(())
    }
}

/// `Session.EndSession`: any later request in the session gets 403.
pub(crate) struct EndSession;

impl Call for EndSession {
    const NAME: &'static str = "Session.EndSession";
    const EFFECT: Effect = Effect::Idempotent;
    type Reply = ();

    fn arguments(&self) -> Arguments {
        Arguments::none()
    }

    fn reply(&self, _: Reply) -> Result<(), Unexpected> {
        Ok(())
    }
}
