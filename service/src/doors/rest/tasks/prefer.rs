//! `Prefer: wait=N` (RFC 7240): a caller that would rather wait for news than ask again.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header::HeaderName;
use utoipa::IntoParams;

/// The longest wait that is granted; whoever asks for longer gets this.
const LONGEST: u64 = 60;

/// The header, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it describes a header that is read by hand")]
pub(super) struct PreferHeader {
    /// `wait=N`: answer when the state changes, or after N seconds, at most 60. It is granted to
    /// tokens with `tasks.read`, and passed over for others.
    #[param(rename = "Prefer", required = false, example = "wait=30")]
    prefer: String,
}

/// How long the caller would wait; nothing when it does not say so, or not in a form that is
/// understood: a preference that cannot be met is passed over.
pub(super) fn wait(request: &HttpRequest) -> Option<Duration> {
    let given = request.headers().get_all("prefer");
    let mut preferences = given
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split([',', ';']));
    let seconds: u64 = preferences.find_map(|it| {
        let (name, value) = it.split_once('=')?;
        let is_wait = name.trim().eq_ignore_ascii_case("wait");
        is_wait.then(|| value.trim().trim_matches('"').parse().ok())?
    })?;
    (seconds > 0).then(|| Duration::from_secs(seconds.min(LONGEST)))
}

/// Tells the caller that it was waited for.
pub(super) fn applied(wait: Duration) -> (HeaderName, String) {
    let name = HeaderName::from_static("preference-applied");
    (name, format!("wait={}", wait.as_secs()))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_wait_is_read_among_other_preferences_and_bounded() {
        let read = |text: &str| {
            let request = TestRequest::default().insert_header(("prefer", text));
            wait(&request.to_http_request()).map(|it| it.as_secs())
        };

        assert_eq!(read("wait=10"), Some(10));
        assert_eq!(read("respond-async, Wait = \"5\""), Some(5));
        assert_eq!(read("wait=100000"), Some(60));
        for odd in [
            "",
            "wait",
            "wait=",
            "wait=-1",
            "wait=0",
            "wait=soon",
            "awaits=3",
        ] {
            assert_eq!(read(odd), None, "{odd:?}");
        }
    }
}
