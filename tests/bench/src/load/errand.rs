//! An action: what a caller does to have one device isolated, by each of the ways.

use std::fmt::Write as _;

use super::connection::Connection;
use super::stream::Target;
use super::supply::Order;
use super::vendor::Script;

/// The way of an action.
#[derive(Clone)]
pub(crate) enum Errand {
    /// One request to a service that does the rest.
    Service(Target),
    /// Two calls of KSC's, `AddIncident` and `UpdateIncident`, through whatever is there.
    Calls(Target),
    /// A program that is started, and ends.
    Script(Script),
}

/// A request that is being written: one allocation for all requests of a caller.
#[derive(Debug, Default)]
pub(crate) struct Body {
    request: String,
    content: String,
}

impl Errand {
    /// A connection for it, where it needs one.
    pub(super) async fn connect(&self) -> Result<Option<Connection>, String> {
        match self {
            Self::Service(target) | Self::Calls(target) => Connection::open(target)
                .await
                .map(Some)
                .map_err(|it| format!("{}: {it}", target.address)),
            Self::Script(_) => Ok(None),
        }
    }

    /// Whether a way takes a good token, and refuses one whose signature is another.
    ///
    /// # Errors
    /// When it does not: a way that looks at nothing would be measured as the best.
    pub(crate) async fn check(&self, token: &str) -> Result<(), String> {
        let forged = forged(token);
        for (token, expected) in [(token, None), (forged.as_str(), Some("401"))] {
            let mut connection = self.connect().await?;
            let order = Order {
                token: Some(token),
                host: crate::devices::id(0),
                key: None,
            };
            let mut body = Body::default();
            let outcome = self.run(connection.as_mut(), &mut body, &order).await;
            let refusal = outcome.as_ref().err();
            let right = match expected {
                None => refusal.is_none(),
                Some(status) => refusal.is_some_and(|it| it.starts_with(status)),
            };
            if !right {
                let wanted = expected.unwrap_or("success");
                return Err(format!("{wanted} was expected, and there was {outcome:?}"));
            }
        }
        Ok(())
    }

    /// Does it once.
    ///
    /// # Errors
    /// What came instead of what was expected.
    pub(super) async fn run(
        &self,
        connection: Option<&mut Connection>,
        body: &mut Body,
        order: &Order<'_>,
    ) -> Result<(), String> {
        match (self, connection) {
            (Self::Service(_), Some(connection)) => {
                body.content.clear();
                push(
                    &mut body.content,
                    format_args!(
                        "{{\"targetHost\":\"{}\",\"action\":\"isolate\"}}",
                        order.host
                    ),
                );
                exchange(connection, body, "/v1/tasks/isolateHost", order, 202).await
            }
            (Self::Calls(_), Some(connection)) => {
                add(&mut body.content, &order.host);
                let path = "/api/v1.0/HostGroup.AddIncident";
                exchange(connection, body, path, order, 200).await?;
                let number = number(connection.body()).ok_or_else(|| odd(200, connection))?;
                update(&mut body.content, number, &order.host);
                let path = "/api/v1.0/HostGroup.UpdateIncident";
                exchange(connection, body, path, order, 200).await
            }
            (Self::Script(script), _) => script.run(&order.host).await,
            (Self::Service(_) | Self::Calls(_), None) => Err("there is no connection".to_owned()),
        }
    }
}

/// The same token with another signature: a letter in the middle of it is changed.
fn forged(token: &str) -> String {
    let place = token.rfind('.').unwrap_or_default() + 40;
    let (start, rest) = token.split_at(place.min(token.len() - 1));
    let other = if rest.starts_with('A') { 'B' } else { 'A' };
    format!("{start}{other}{}", &rest[1..])
}

async fn exchange(
    connection: &mut Connection,
    body: &mut Body,
    path: &str,
    order: &Order<'_>,
    expected: u16,
) -> Result<(), String> {
    let Body { request, content } = body;
    request.clear();
    push(
        request,
        format_args!(
            "POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n\
             X-KSC-Session: nsBench0123456789ABCDEF==\r\nContent-Length: {}\r\n",
            content.len()
        ),
    );
    if let Some(token) = order.token {
        push(request, format_args!("Authorization: Bearer {token}\r\n"));
    }
    if let Some(key) = &order.key {
        push(request, format_args!("Idempotency-Key: {key}\r\n"));
    }
    push(request, format_args!("\r\n{content}"));
    let status = connection.exchange(request.as_bytes()).await;
    match status.map_err(|it| it.to_string())? {
        status if status == expected => Ok(()),
        status => Err(odd(status, connection)),
    }
}

fn odd(status: u16, connection: &Connection) -> String {
    let text = String::from_utf8_lossy(connection.body());
    let text: String = text.chars().take(300).collect();
    format!("{status}: {text}")
}

/// As the vendor's own client writes it; the texts are ASCII, and their quotes are escaped once for
/// each JSON that they stand in.
fn add(body: &mut String, host: &str) {
    body.clear();
    push(
        body,
        format_args!(
            "{{\"pData\":{{\"KLINCDT_SEVERITY\":2,\"KLINCDT_ADDED\":{{\"type\":\"datetime\",\
             \"value\":\"2026-01-02T03:04:05Z\"}},\"KLINCDT_BODY\":\"{{\\\"targetHost\\\":\\\"{host}\\\",\
             \\\"task\\\":\\\"isolateHost\\\",\\\"params\\\":{{\\\"action\\\":1}},\
             \\\"responseEventIncident\\\":true,\\\"responseEventIncidentArea\\\":\\\"Kuma\\\"}}\",\
             \"KLHST_WKS_HOSTNAME\":\"{host}\"}}}}"
        ),
    );
}

fn update(body: &mut String, number: u64, host: &str) {
    body.clear();
    push(
        body,
        format_args!(
            "{{\"nId\":{number},\"pData\":{{\"KLINCDT_IS_HANDLED\":false,\
             \"KLHST_WKS_HOSTNAME\":\"{host}\"}}}}"
        ),
    );
}

fn push(text: &mut String, more: std::fmt::Arguments<'_>) {
    text.write_fmt(more).expect("a text takes everything");
}

/// The number in `{"PxgRetVal":42}`.
fn number(body: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(body).ok()?;
    text.strip_prefix("{\"PxgRetVal\":")?
        .strip_suffix('}')?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_calls_are_those_of_the_vendors_client() {
        let mut body = String::new();
        add(&mut body, "host-1");
        let json: Value = serde_json::from_str(&body).expect("JSON");
        let text = json["pData"]["KLINCDT_BODY"].as_str().expect("a text");
        let inner: Value = serde_json::from_str(text).expect("JSON in a text");

        assert_eq!(inner["targetHost"], "host-1");
        assert_eq!(json["pData"]["KLHST_WKS_HOSTNAME"], "host-1");
        update(&mut body, 42, "host-1");
        let json: Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(json["nId"], 42);
        assert_eq!(number(b"{\"PxgRetVal\":42}"), Some(42));
    }
}
