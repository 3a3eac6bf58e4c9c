//! One HTTP exchange with the collector, and what its answer means (OTLP 1.x, OTLP/HTTP).

use std::path::PathBuf;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message as _;
use reqwest::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use reqwest::{Certificate, StatusCode};
use url::Url;

use crate::headers;
use crate::settings::{Settings, SetupError};

/// Longest for connecting.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// Longest for one batch, as the specification proposes it.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// A kept connection rests this long at most, which is shorter than the usual idle limits.
const KEPT_FOR: Duration = Duration::from_secs(50);

/// The most that is read of an answer; a good one has a few bytes.
const MOST_ANSWER: usize = 64 << 10;

/// The most that is told of the collector's own words.
const MOST_WORDS: usize = 200;

/// The way to the collector.
pub(crate) struct Transport {
    client: reqwest::Client,
    address: Url,
    headers_file: Option<PathBuf>,
}

/// What the collector made of a batch.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Taken, but for so many spans.
    Taken { rejected: usize, why: String },
    /// It does not take the batch, and will not.
    Refused(String),
    /// It may take the batch later.
    Later {
        why: String,
        after: Option<Duration>,
    },
}

impl Transport {
    pub(crate) fn new(settings: &Settings) -> Result<Self, SetupError> {
        let mut builder = reqwest::Client::builder()
            .http1_only()
            // A redirect could carry the headers to somebody else.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .user_agent(format!("{}/{}", settings.service, settings.version))
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ANSWER_WITHIN)
            .pool_idle_timeout(KEPT_FOR)
            .pool_max_idle_per_host(1);
        if let Some(path) = &settings.ca_file {
            let pem = std::fs::read(path).map_err(SetupError::File)?;
            let certificates = Certificate::from_pem_bundle(&pem).unwrap_or_default();
            if certificates.is_empty() {
                return Err(SetupError::Certificates);
            }
            builder = builder.tls_certs_only(certificates);
        } else if settings.endpoint.scheme() == "http" {
            // A system without authorities is no obstacle where none is asked.
            builder = builder.tls_certs_only([]);
        }
        Ok(Self {
            client: builder.build().map_err(SetupError::Client)?,
            address: address(&settings.endpoint),
            headers_file: settings.headers_file.clone(),
        })
    }

    /// Sends one batch.
    pub(crate) async fn post(&self, body: Vec<u8>) -> Verdict {
        let later = |why: String| Verdict::Later { why, after: None };
        let mut request = self.client.post(self.address.clone());
        if let Some(path) = &self.headers_file {
            match headers::read(path) {
                Ok(headers) => request = request.headers(headers),
                Err(why) => return later(why),
            }
        }
        let request = request.header(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-protobuf"),
        );
        let response = match request.body(body).send().await {
            Ok(response) => response,
            Err(error) => return later(chain(error)),
        };
        let status = response.status();
        if status.is_success() {
            return read(response).await;
        }
        let why = format!("it answers with HTTP status {}", status.as_u16());
        match status {
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => {
                let after = response.headers().get(RETRY_AFTER);
                let after = after.and_then(|it| it.to_str().ok()?.trim().parse().ok());
                Verdict::Later {
                    why,
                    after: after.map(Duration::from_secs),
                }
            }
            _ => Verdict::Refused(why),
        }
    }
}

/// The path is the specification's: whatever the base address has, and `v1/traces`.
fn address(endpoint: &Url) -> Url {
    let mut address = endpoint.clone();
    address.set_path(&format!(
        "{}/v1/traces",
        endpoint.path().trim_end_matches('/')
    ));
    address
}

/// What a success says. An answer that cannot be read is one all the same.
async fn read(mut response: reqwest::Response) -> Verdict {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        if body.len() + chunk.len() > MOST_ANSWER {
            break;
        }
        body.extend_from_slice(&chunk);
    }
    let answer = ExportTraceServiceResponse::decode(body.as_slice()).unwrap_or_default();
    let partial = answer.partial_success.unwrap_or_default();
    Verdict::Taken {
        rejected: usize::try_from(partial.rejected_spans).unwrap_or_default(),
        why: partial.error_message.chars().take(MOST_WORDS).collect(),
    }
}

/// What went wrong and why, without any address.
fn chain(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(it) = cause {
        text = format!("{text}: {it}");
        cause = it.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_go_below_whatever_path_the_base_address_has() {
        for (base, expected) in [
            ("http://collector:4318", "http://collector:4318/v1/traces"),
            (
                "https://otlp.example/tenant/",
                "https://otlp.example/tenant/v1/traces",
            ),
        ] {
            let address = address(&Url::parse(base).expect("a URL"));
            assert_eq!(address.as_str(), expected);
        }
    }
}
