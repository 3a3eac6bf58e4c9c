//! Who asks a gateway that is counted: one request after the other, over one connection.

use acceptance::{EVERYTHING, Issuer, Token, device};
use reqwest::{Client, Method, StatusCode};

use super::ask::Ask;
use crate::outcome::Failure;

/// Who asks.
pub(super) struct Caller {
    client: Client,
    api: String,
    token: String,
    serial: u32,
    /// How many devices are asked for in turn.
    devices: u32,
    /// How many tasks were asked for.
    pub(super) sent: usize,
}

impl Caller {
    pub(super) fn new(client: Client, api: String, devices: u32) -> Self {
        Self {
            client,
            api,
            token: token(0),
            serial: 0,
            devices,
            sent: 0,
        }
    }

    /// Asks once; whatever else is answered than what is counted is a failure.
    pub(super) async fn ask(&mut self, ask: Ask) -> Result<(), Failure> {
        self.serial += 1;
        let (method, path) = match ask {
            Ask::Whoami => (Method::GET, "/v1/whoami"),
            Ask::Task | Ask::NewToken | Ask::Key | Ask::Refused => {
                (Method::POST, "/v1/tasks/isolateHost")
            }
        };
        let url = format!("http://{}{path}", self.api);
        let new = (ask == Ask::NewToken).then(|| token(self.serial));
        let mut request = self
            .client
            .request(method, url)
            .bearer_auth(new.as_ref().unwrap_or(&self.token));
        if ask == Ask::Key {
            request = request.header("Idempotency-Key", format!("count-{:08}", self.serial));
        }
        if ask != Ask::Whoami {
            let action = if ask == Ask::Refused {
                "cut off"
            } else {
                "isolate"
            };
            let id = device(self.serial % self.devices).id;
            let body = format!(r#"{{"targetHost":"{id}","action":"{action}"}}"#);
            request = request
                .header("Content-Type", "application/json")
                .body(body);
        }
        let response = request.send().await.map_err(broken)?;
        let status = response.status();
        let text = response.text().await.map_err(broken)?;
        if status != ask.status() {
            let reason = format!("{} was answered with {status}", ask.name());
            return Err(Failure {
                reason,
                output: text,
            });
        }
        self.sent += usize::from(status == StatusCode::ACCEPTED);
        Ok(())
    }
}

/// A token like no other.
fn token(serial: u32) -> String {
    let id = format!("{serial:032}").into();
    Issuer::shared().sign(&Token::of("soar", EVERYTHING).with("jti", id))
}

fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::because(error.to_string())
}
