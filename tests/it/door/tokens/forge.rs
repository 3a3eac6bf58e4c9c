//! A forger's workshop, and the door that its work is tried at.

use acceptance::calls::ADD;
use acceptance::{House, Issuer, Reply, Token, lines};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

/// The members of a JSON object as text, so that they can repeat and be no JSON at all.
#[derive(Clone)]
pub(super) struct Members(Vec<(String, String)>);

impl Members {
    /// The header of a good ES256 token.
    pub(super) fn header() -> Self {
        Self(Vec::new())
            .set("alg", "\"ES256\"")
            .set("typ", "\"JWT\"")
            .set("kid", "\"es256-a\"")
    }

    /// The claims of a good token.
    pub(super) fn claims() -> Self {
        let claims = Token::of("soar", "tasks.create tasks.read").claims;
        let claims = claims.as_object().expect("claims are an object");
        let pairs = claims
            .iter()
            .map(|(name, it)| (name.clone(), it.to_string()));
        Self(pairs.collect())
    }

    /// With this value in its place, or behind the others.
    pub(super) fn set(mut self, name: &str, raw: &str) -> Self {
        match self.0.iter_mut().find(|(it, _)| it == name) {
            Some((_, value)) => raw.clone_into(value),
            None => self.0.push((name.to_owned(), raw.to_owned())),
        }
        self
    }

    /// With one more member, whether or not there is one of the name.
    pub(super) fn add(mut self, name: &str, raw: &str) -> Self {
        self.0.push((name.to_owned(), raw.to_owned()));
        self
    }

    /// With one more member in front.
    pub(super) fn add_first(mut self, name: &str, raw: &str) -> Self {
        self.0.insert(0, (name.to_owned(), raw.to_owned()));
        self
    }

    pub(super) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(it, _)| it != name);
        self
    }

    pub(super) fn text(&self) -> String {
        let members: Vec<String> = self.0.iter().map(|(k, v)| format!("\"{k}\":{v}")).collect();
        format!("{{{}}}", members.join(","))
    }

    pub(super) fn part(&self) -> String {
        part(self.text())
    }
}

/// One part of a token.
pub(super) fn part(text: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// A token of these texts with the issuer's own ES256 signature.
pub(super) fn signed(header: &str, claims: &str) -> String {
    Issuer::shared().sign_parts(&part(header), &part(claims), Algorithm::ES256)
}

/// A token with this header, good in all else.
pub(super) fn with_header(header: &Members) -> String {
    signed(&header.text(), &Members::claims().text())
}

/// A token with these claims, good in all else.
pub(super) fn with_claims(claims: &Members) -> String {
    signed(&Members::header().text(), &claims.text())
}

/// A token that must not open the door.
pub(super) struct Case {
    /// What is wrong with it.
    pub(super) name: String,
    /// The token.
    pub(super) token: String,
    /// What the log says of it, as a part of the sentence.
    pub(super) cause: &'static str,
}

impl Case {
    pub(super) fn new(name: impl Into<String>, token: String, cause: &'static str) -> Self {
        Self {
            name: name.into(),
            token,
            cause,
        }
    }
}

/// Tries every case at this door, between two good tokens, and says how many there were.
pub(super) async fn refuse(house: &House, what: &str, cases: Vec<Case>) {
    accept(
        house,
        "the base of the forgeries",
        &with_header(&Members::header()),
    )
    .await;
    let tried = cases.len();
    assert!(tried > 0, "{what}: nothing was tried");
    for case in cases {
        refused(house, &case).await;
    }
    accept(
        house,
        "the base of the forgeries",
        &with_header(&Members::header()),
    )
    .await;
    assert_eq!(house.sim.journal().count(ADD), 0, "{what}");
    acceptance::tell(&format!(
        "hostile tokens, {what}: {tried} tried, {tried} refused"
    ));
}

/// A token that is good.
pub(super) async fn accept(house: &House, name: &str, token: &str) {
    let reply = house.caller_with(token).get("/v1/whoami").await;
    assert_eq!(reply.status, 200, "{name}: {}", reply.text);
}

async fn refused(house: &House, case: &Case) {
    let Case { name, token, cause } = case;
    let before = acceptance::so_far();
    let reply = house.caller_with(token).isolate(acceptance::WS_042).await;

    assert_eq!(reply.status, 401, "{name}: {}", reply.text);
    alike(name, &reply);
    let access = lines("access", reply.request_id());
    assert_eq!(access.len(), 1, "{name}");
    let logged = access[0]["auth.refused_because"]
        .as_str()
        .unwrap_or_default();
    assert!(
        logged.contains(cause),
        "{name}: the log says {logged:?}, not {cause:?}"
    );
    assert!(
        !reply.text.contains(logged),
        "{name}: the cause is for the log alone"
    );
    assert_eq!(
        access[0]["caller.id"],
        Value::Null,
        "{name}: nobody was let in"
    );
    no_trace(name, token, &reply, &acceptance::since(before));
}

/// One answer for all of them: who tries must not learn how far a token came.
fn alike(name: &str, reply: &Reply) {
    assert_eq!(reply.code(), "token_invalid", "{name}");
    assert_eq!(
        reply.header("www-authenticate"),
        "Bearer error=\"invalid_token\"",
        "{name}"
    );
    let mut body = reply.json.clone();
    body["requestId"] = "…".into();
    let one = json!({
        "type": "urn:edr-gateway:problem:token_invalid", "title": "The access token is not valid here",
        "status": 401, "instance": "/v1/tasks/isolateHost", "code": "token_invalid",
        "detail": "The token is malformed, expired, or not issued for this service. The gateway's log has the cause under this request's id.",
        "retryable": false, "requestId": "…",
    });
    assert_eq!(body, one, "{name}");
}

/// Neither the token nor a part of it is told to anybody.
fn no_trace(name: &str, token: &str, reply: &Reply, log: &str) {
    for secret in token.split('.').filter(|it| it.len() >= 16) {
        // The header of a good token is the same in all of them, and no secret.
        assert!(
            !reply.text.contains(secret),
            "{name}: the answer holds a part of the token"
        );
        assert!(
            !log.contains(secret),
            "{name}: the log holds a part of the token"
        );
    }
}
