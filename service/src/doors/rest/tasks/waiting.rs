//! A caller that would rather wait than ask again: `Prefer: wait=N` (RFC 7240), or `?wait=N`.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header::HeaderName;
use utoipa::IntoParams;

use crate::doors::rest::query::{Query, Rule};
use crate::follow::watch::Until;

/// The longest wait that is granted, in seconds: many proxies and clients give an answer 60.
const LONGEST: u64 = 50;

/// The parameters.
pub(super) const PARAMETERS: [&str; 2] = ["wait", "waitFor"];

const WAIT: Rule = ("wait", "Must be a whole number of seconds from 0 to 50.");
const WAIT_FOR: Rule = ("wait_for", "Must be end or change.");

/// The header, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it describes a header that is read by hand")]
pub(super) struct PreferHeader {
    /// `wait=N`: answer when the task is over, or after N seconds, at most 50. It is granted to
    /// tokens with `tasks.read`, and passed over for others.
    #[param(rename = "Prefer", required = false)]
    prefer: String,
}

/// The parameters, for the document. No examples and no defaults: some tools send what they find
/// there.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes parameters that are read by hand")]
pub(super) struct WaitQuery {
    /// Seconds to wait for the task's end before the answer; without it there is no waiting. The same
    /// as the header `Prefer: wait=N`, and it goes before it.
    #[param(required = false, minimum = 0, maximum = 50)]
    wait: u32,
    /// What is waited for: the task's `end`, which is meant when it is left out, or the next `change` of
    /// its state.
    #[param(rename = "waitFor", required = false, pattern = "^(?:end|change)$")]
    wait_for: String,
}

/// For how long, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) patience: Duration,
    pub(super) until: Until,
}

/// What the caller would wait for; nothing when it does not say so. A preference that is not
/// understood is passed over, as the header's definition has it; a parameter is told.
pub(super) fn of(request: &HttpRequest, query: &mut Query) -> Option<Wish> {
    let until = query.take("waitFor", WAIT_FOR, |it| match it {
        "end" => Some(Until::End),
        "change" => Some(Until::Change),
        _ => None,
    });
    let seconds = query
        .take("wait", WAIT, seconds)
        .or_else(|| preferred(request))?;
    (seconds > 0).then(|| Wish {
        patience: Duration::from_secs(seconds),
        until: until.unwrap_or(Until::End),
    })
}

fn seconds(text: &str) -> Option<u64> {
    let is_number = text.bytes().all(|it| it.is_ascii_digit());
    text.parse().ok().filter(|it| is_number && *it <= LONGEST)
}

/// The seconds of the header; whoever asks for longer than is granted gets that.
fn preferred(request: &HttpRequest) -> Option<u64> {
    let given = request.headers().get_all("prefer");
    let mut preferences = given
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split([',', ';']));
    let seconds: u64 = preferences.find_map(|it| {
        let (name, value) = it.split_once('=')?;
        let is_wait = name.trim().eq_ignore_ascii_case("wait");
        is_wait.then(|| value.trim().trim_matches('"').parse().ok())?
    })?;
    Some(seconds.min(LONGEST))
}

/// Tells the caller that it was waited for.
pub(super) fn applied(wish: Wish) -> (HeaderName, String) {
    let name = HeaderName::from_static("preference-applied");
    (name, format!("wait={}", wish.patience.as_secs()))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn read(query: &str, prefer: &str) -> (Option<(u64, Until)>, bool) {
        let request = TestRequest::default().insert_header(("prefer", prefer));
        let mut query = Query::of(query, &PARAMETERS);
        let wish = of(&request.to_http_request(), &mut query);
        let wish = wish.map(|it| (it.patience.as_secs(), it.until));
        (wish, query.finish().is_ok())
    }

    #[test]
    fn the_wait_is_read_among_other_preferences_and_bounded() {
        let preferred = |text: &str| read("", text).0.map(|it| it.0);

        assert_eq!(preferred("wait=10"), Some(10));
        assert_eq!(preferred("respond-async, Wait = \"5\""), Some(5));
        assert_eq!(preferred("wait=100000"), Some(50));
        for odd in [
            "",
            "wait",
            "wait=",
            "wait=-1",
            "wait=0",
            "wait=soon",
            "awaits=3",
        ] {
            assert_eq!(preferred(odd), None, "{odd:?}");
        }
    }

    #[test]
    fn a_parameter_goes_before_the_header_and_says_for_what() {
        assert_eq!(read("wait=5", "wait=10"), (Some((5, Until::End)), true));
        assert_eq!(
            read("waitFor=change", "wait=10"),
            (Some((10, Until::Change)), true)
        );
        assert_eq!(
            read("wait=50&waitFor=end", ""),
            (Some((50, Until::End)), true)
        );
        assert_eq!(read("wait=0", "wait=10"), (None, true));
        assert_eq!(read("waitFor=change", ""), (None, true));
        for odd in ["wait=51", "wait=+5", "wait=", "wait=soon", "waitFor=all"] {
            assert!(!read(odd, "").1, "{odd}");
        }
    }
}
