//! Sessions: those named by a token and those bound to a TCP connection.
//!
//! Tokens go out once, in the reply of a login, and nowhere else: journal and errors know sessions
//! by number only.

use crate::dice::Dice;
use base64::Engine as _;
use stage::later;
use std::time::Duration;
use time::OffsetDateTime;

/// Life of a one-time login token: the vendor's default.
const LOGIN_TOKEN_LIFE: Duration = Duration::from_mins(3);

/// What a session is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SessionState {
    /// Waits for the second factor.
    HalfOpen,
    /// Good.
    Live,
    /// Ended by its owner.
    Ended,
    /// Ended by the server: idle for too long, or made invalid by a test.
    Expired,
}

/// One session.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) number: u64,
    token: String,
    /// Set for the login that is bound to a connection.
    pub(crate) connection: Option<u64>,
    pub(crate) state: SessionState,
    last_use: OffsetDateTime,
    /// A fault struck one of its calls or its owner hung up: what it left behind is no
    /// carelessness.
    pub(crate) disturbed: bool,
    /// Calls in it that have not been answered yet, this one included.
    pub(crate) under_way: usize,
    /// Its client never learned of it, or its attempt to end it was thwarted: that it is open is no
    /// carelessness.
    pub(crate) untold: bool,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Session")
            .field("number", &self.number)
            .field("connection", &self.connection)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// All sessions, the login tokens, and the count of wrong passwords.
#[derive(Default)]
pub(crate) struct Sessions {
    all: Vec<Session>,
    login_tokens: Vec<(String, OffsetDateTime)>,
    pub(crate) wrong_passwords: u32,
    pub(crate) blocked: bool,
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Sessions")
            .field("all", &self.all)
            .field("wrong_passwords", &self.wrong_passwords)
            .field("blocked", &self.blocked)
            .finish_non_exhaustive()
    }
}

impl Sessions {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Opens a session; gives its number and its token.
    pub(crate) fn open(
        &mut self,
        connection: Option<u64>,
        state: SessionState,
        now: OffsetDateTime,
        dice: &mut Dice,
    ) -> (u64, String) {
        let number = self.all.len() as u64 + 1;
        let token = token(dice);
        let session = Session {
            number,
            token: token.clone(),
            connection,
            state,
            last_use: now,
            disturbed: false,
            under_way: 0,
            untold: false,
        };
        self.all.push(session);
        (number, token)
    }

    /// The tokens of all sessions that there ever were.
    pub(crate) fn tokens(&self) -> Vec<String> {
        self.all.iter().map(|it| it.token.clone()).collect()
    }

    pub(crate) fn by_token(&mut self, token: &str) -> Option<&mut Session> {
        self.all.iter_mut().find(|session| session.token == token)
    }

    pub(crate) fn by_number(&mut self, number: u64) -> Option<&mut Session> {
        self.all.iter_mut().find(|session| session.number == number)
    }

    /// The latest login that is bound to this connection.
    pub(crate) fn by_connection(&mut self, connection: u64) -> Option<&mut Session> {
        self.all
            .iter_mut()
            .rev()
            .find(|session| session.connection == Some(connection))
    }

    /// Lets sessions die of idling; gives their numbers and what they were.
    pub(crate) fn expire_idle(
        &mut self,
        now: OffsetDateTime,
        idle: Duration,
    ) -> Vec<(u64, SessionState)> {
        self.expire_where(|session| now > later(session.last_use, idle))
    }

    /// Makes all sessions invalid; gives their numbers and what they were.
    pub(crate) fn expire_all(&mut self) -> Vec<(u64, SessionState)> {
        self.expire_where(|_| true)
    }

    fn expire_where(&mut self, dies: impl Fn(&Session) -> bool) -> Vec<(u64, SessionState)> {
        let mut dead = Vec::new();
        for session in &mut self.all {
            let open = matches!(session.state, SessionState::Live | SessionState::HalfOpen);
            if open && dies(session) {
                dead.push((session.number, session.state));
                session.state = SessionState::Expired;
            }
        }
        dead
    }

    /// Sessions that are still open, half-open ones included.
    pub(crate) fn open_ones(&self) -> impl Iterator<Item = &Session> {
        self.all
            .iter()
            .filter(|session| matches!(session.state, SessionState::Live | SessionState::HalfOpen))
    }

    /// A one-time token for `Authorization: KSCT`.
    pub(crate) fn mint_login_token(&mut self, now: OffsetDateTime, dice: &mut Dice) -> String {
        let token = token(dice);
        self.login_tokens
            .push((token.clone(), later(now, LOGIN_TOKEN_LIFE)));
        token
    }

    /// Whether this one-time token is good; it is used up by asking.
    pub(crate) fn spend_login_token(&mut self, token: &str, now: OffsetDateTime) -> bool {
        let Some(at) = self
            .login_tokens
            .iter()
            .position(|(known, _)| known == token)
        else {
            return false;
        };
        let (_, dies) = self.login_tokens.remove(at);
        now <= dies
    }
}

impl Session {
    pub(crate) fn touch(&mut self, now: OffsetDateTime) {
        self.last_use = now;
    }
}

/// Opaque, base64-like, with the padding that real ones have.
fn token(dice: &mut Dice) -> String {
    let mut bytes = dice.roll().to_be_bytes().to_vec();
    bytes.extend_from_slice(&dice.roll().to_be_bytes());
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
