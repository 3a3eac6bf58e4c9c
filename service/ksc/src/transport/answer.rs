//! What came back: the head, and the body up to the cap.

use hyper::Response;
use hyper::body::Incoming as Body;
use hyper::header::{CONNECTION, HeaderName, WWW_AUTHENTICATE};
use secrecy::SecretString;

/// The header that names a session.
pub(super) const SESSION: HeaderName = HeaderName::from_static("x-ksc-session");

/// One answer.
pub(crate) struct Incoming {
    /// HTTP status.
    pub(crate) status: u16,
    /// `WWW-Authenticate`; empty when there is none.
    pub(crate) challenge: String,
    /// `X-KSC-Session`, sent along with a second-factor challenge.
    pub(crate) session: Option<SecretString>,
    /// Whether KSC says that the connection ends with it.
    pub(super) is_last: bool,
    /// Read only with status 200: other answers are plain text for people.
    pub(crate) body: Vec<u8>,
}

impl Incoming {
    /// An answer with this head, and no body yet.
    pub(super) fn of(response: &Response<Body>) -> Self {
        let texts = |name: HeaderName| {
            let values = response.headers().get_all(name);
            values.into_iter().filter_map(|value| value.to_str().ok())
        };
        let says_close = |it: &str| {
            it.split(',')
                .any(|it| it.trim().eq_ignore_ascii_case("close"))
        };
        // A server may offer several schemes, in one header or in several.
        let challenge: Vec<_> = texts(WWW_AUTHENTICATE).collect();
        Self {
            status: response.status().as_u16(),
            challenge: challenge.join(", "),
            session: texts(SESSION)
                .next()
                .map(|it| SecretString::from(it.to_owned())),
            is_last: texts(CONNECTION).any(says_close),
            body: Vec::new(),
        }
    }
}
