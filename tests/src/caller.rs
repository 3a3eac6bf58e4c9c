//! Somebody who calls the gateway, over real TCP.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use crate::bodies::{isolation, native, release};

/// Where isolations and releases are asked for.
const ISOLATE: &str = "/v1/tasks/isolateHost";

/// Where any task is asked for, in the vendor's own form.
pub const NATIVE: &str = "/v1/tasks";

/// A caller with a token, or without one.
#[derive(Clone)]
pub struct Caller {
    client: Client,
    addr: SocketAddr,
    token: Option<String>,
}

/// What the gateway answered.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub text: String,
    /// The body, when it is JSON.
    pub json: Value,
}

impl Caller {
    pub(crate) fn new(client: Client, addr: SocketAddr, token: Option<String>) -> Self {
        Self {
            client,
            addr,
            token,
        }
    }

    /// A request that the test finishes itself.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self
            .client
            .request(method, format!("http://{}{path}", self.addr));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Reply {
        Reply::of(self.request(Method::GET, path)).await
    }

    /// POST of a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        Reply::of(self.request(Method::POST, path).json(body)).await
    }

    /// GET, with a header.
    pub async fn get_with(&self, path: &str, header: (&str, &str)) -> Reply {
        Reply::of(self.request(Method::GET, path).header(header.0, header.1)).await
    }

    /// POST of a JSON body, under an idempotency key.
    pub async fn post_once(&self, path: &str, key: &str, body: &Value) -> Reply {
        let request = self.request(Method::POST, path);
        Reply::of(request.header("idempotency-key", key).json(body)).await
    }

    /// POST without a body.
    pub async fn post_nothing(&self, path: &str) -> Reply {
        Reply::of(self.request(Method::POST, path)).await
    }

    /// Asks for a task on this host, in the vendor's own form.
    pub async fn create(&self, task: &str, host: &str, params: Value) -> Reply {
        self.post(NATIVE, &native(task, host, params)).await
    }

    /// Isolates this host.
    pub async fn isolate(&self, host: &str) -> Reply {
        self.post(ISOLATE, &isolation(host)).await
    }

    /// Isolates this host, under an idempotency key.
    pub async fn isolate_once(&self, host: &str, key: &str) -> Reply {
        self.post_once(ISOLATE, key, &isolation(host)).await
    }

    /// Lets this host in again.
    pub async fn release(&self, host: &str) -> Reply {
        self.post(ISOLATE, &release(host)).await
    }

    /// Asks what an isolation of this host would come to.
    pub async fn rehearse(&self, host: &str) -> Reply {
        let path = format!("{ISOLATE}/dry-run");
        self.post(&path, &isolation(host)).await
    }

    /// Asks how a task stands.
    pub async fn read(&self, created: &Reply) -> Reply {
        self.get(created.header("location")).await
    }
}

impl Reply {
    /// Sends a request and reads the whole answer.
    ///
    /// # Panics
    /// When the gateway does not answer.
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("the gateway answers");
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = response.text().await.expect("a whole answer");
        let json = serde_json::from_str(&text).unwrap_or_default();
        Self {
            status,
            headers,
            text,
            json,
        }
    }

    /// A header's value; empty when there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|it| it.to_str().ok())
            .unwrap_or_default()
    }

    /// The id under which the logs know the request.
    #[must_use]
    pub fn request_id(&self) -> &str {
        self.header("x-request-id")
    }

    /// The code of a problem document.
    ///
    /// # Panics
    /// When it is not one, whole and well-formed.
    #[must_use]
    pub fn code(&self) -> &str {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.text
        );
        assert_eq!(self.json["status"], self.status, "{}", self.text);
        assert_eq!(self.json["requestId"], self.request_id(), "{}", self.text);
        self.json["code"].as_str().expect("a problem has a code")
    }

    /// Where the violations are and what they are, in the order of the problem document.
    ///
    /// # Panics
    /// When it is not a problem document.
    #[must_use]
    pub fn violations(&self) -> Vec<(String, String)> {
        assert_eq!(self.code(), "validation_failed", "{}", self.text);
        let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
        let errors = self.json["errors"].as_array().cloned().unwrap_or_default();
        errors
            .iter()
            .map(|it| (text(&it["pointer"]), text(&it["code"])))
            .collect()
    }

    /// Asserts the status, with the whole answer in the message.
    ///
    /// # Panics
    /// When it is another.
    #[expect(
        clippy::must_use_candidate,
        reason = "most tests want nothing but the assertion"
    )]
    #[expect(
        clippy::return_self_not_must_use,
        reason = "most tests want nothing but the assertion"
    )]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// The number of a task's incident.
    ///
    /// # Panics
    /// When the answer is not a task.
    #[must_use]
    pub fn incident(&self) -> i64 {
        self.json["incident"]["id"].as_i64().expect("a number")
    }

    /// The id of a task.
    ///
    /// # Panics
    /// When the answer is not a task.
    #[must_use]
    pub fn task_id(&self) -> &str {
        self.json["id"].as_str().expect("a task has an id")
    }
}

/// A client that follows nothing and keeps its connections.
pub(crate) fn client() -> Client {
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(Duration::from_mins(2))
        .build()
        .expect("a client")
}
