//! What goes wrong, said to the caller: RFC 9457 problem documents with stable codes.
//!
//! [`Code`] is the one table of codes. A problem carries what the caller can act on, and never
//! what KSC's developers wrote for themselves: its file names, line numbers and raw messages end
//! in the log.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_ENCODING, ALLOW, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::budget::BudgetRoom;
use super::host::HostSummary;
use crate::edge::request_id::RequestId;
use crate::task::Violation;

/// One row a code: name, status, whether the same request may succeed later, title.
macro_rules! codes {
    ($($variant:ident = $name:literal, $status:literal, $retryable:literal, $title:literal;)*) => {
        /// What went wrong. The name is stable; callers may decide by it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = $title] $variant,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The stable name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The HTTP status that it is answered with.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status),* }
            }

            /// Whether the same request may succeed later without any change.
            #[must_use]
            pub const fn retryable(self) -> bool {
                match self { $(Self::$variant => $retryable),* }
            }

            /// A short sentence, the same each time.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),* }
            }
        }
    };
}

codes! {
    MalformedJson = "malformed_json", 400, false, "The body is not JSON";
    MalformedRequest = "malformed_request", 400, false, "The request line or a header is malformed";
    TokenMissing = "token_missing", 401, false, "An access token is required";
    TokenInvalid = "token_invalid", 401, false, "The access token is not valid here";
    ScopeMissing = "scope_missing", 403, false, "The access token lacks a scope";
    HostProtected = "host_protected", 403, false, "The host is protected";
    RouteNotFound = "route_not_found", 404, false, "There is no such address";
    TaskNotFound = "task_not_found", 404, false, "There is no such task";
    HostNotFound = "host_not_found", 404, false, "There is no such host";
    MethodNotAllowed = "method_not_allowed", 405, false, "This address does not take that method";
    NotAcceptable = "not_acceptable", 406, false, "The form of the answer is not accepted";
    RequestTimeout = "request_timeout", 408, true, "The request did not come in time";
    HostAmbiguous = "host_ambiguous", 409, false, "Several hosts have this name";
    TaskNotCancellable = "task_not_cancellable", 409, false, "The task cannot be cancelled";
    RequestInProgress = "request_in_progress", 409, true, "The same request is still under way";
    BodyTooLarge = "body_too_large", 413, false, "The body is too large";
    UnsupportedMediaType = "unsupported_media_type", 415, false, "The body must be application/json as it is";
    ExpectationFailed = "expectation_failed", 417, false, "What is expected is not known";
    ValidationFailed = "validation_failed", 422, false, "The request breaks rules of the contract";
    IdempotencyKeyReused = "idempotency_key_reused", 422, false, "The Idempotency-Key belongs to another request";
    RateLimited = "rate_limited", 429, true, "The caller asks for too much at a time";
    TaskBudgetExhausted = "task_budget_exhausted", 429, true, "KSC has no room for another response task";
    KscRefused = "ksc_refused", 502, false, "KSC refused the request";
    KscAccessDenied = "ksc_access_denied", 502, false, "KSC denies the gateway's account the right";
    KscProtocol = "ksc_protocol", 502, false, "KSC answered in a way that is not understood";
    Internal = "internal", 500, false, "The gateway failed";
    AuthKeysUnavailable = "auth_keys_unavailable", 503, true, "Access tokens cannot be checked now";
    KscUnavailable = "ksc_unavailable", 503, true, "KSC cannot be reached";
    KscCredentialsRefused = "ksc_credentials_refused", 503, true, "KSC refuses the gateway's account";
    ServiceConsoleUnavailable = "service_console_unavailable", 503, true, "No service console is connected to KSC";
    StoreUnavailable = "store_unavailable", 503, true, "The store that replicas share cannot be asked";
    AuditUnavailable = "audit_unavailable", 503, true, "The audit log cannot be written";
    Overloaded = "overloaded", 503, true, "The gateway has too much in hand";
    Draining = "draining", 503, true, "The gateway is shutting down";
    OutcomeUnknown = "outcome_unknown", 504, false, "The request may have reached KSC";
}

/// A problem, on its way to becoming a response.
#[derive(Debug, Clone)]
pub struct Problem {
    code: Code,
    detail: String,
    parts: Box<ProblemExtras>,
}

/// What only some problems have.
#[derive(Debug, Clone, Default)]
struct ProblemExtras {
    errors: Vec<Violation>,
    ksc: Option<KscFault>,
    incident_id: Option<i64>,
    candidates: Vec<HostSummary>,
    retry_after: Option<u32>,
    room: Option<BudgetRoom>,
    retryable_with_key: bool,
    allow: Option<String>,
    challenge: Option<String>,
    accept_encoding: bool,
}

/// KSC's own error, as far as it helps a caller or an operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KscFault {
    /// The KSC module that raised it, such as `KLSTD`.
    pub module: String,
    /// The module's number for it.
    pub code: i64,
    /// A finer number, when KSC gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i64, required = false)]
    pub subcode: Option<i64>,
}

/// A problem document (RFC 9457) as it is sent.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Problem)]
pub struct ProblemDocument {
    /// A URI of the kind of problem; it ends in `code`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in a sentence.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time, and what to do.
    pub detail: String,
    /// The address that was asked for.
    pub instance: String,
    /// The stable name of the kind.
    pub code: String,
    /// Whether the same request may succeed later without any change. For `outcome_unknown` only a request
    /// with an `Idempotency-Key` is, and with the same key.
    pub retryable: bool,
    /// Seconds after which to try again: `Retry-After`, which a result of a batch has no header for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u32, required = false, example = 60)]
    pub retry_after: Option<u32>,
    /// The request's id: the log, the audit log and KSC's trace know it.
    pub request_id: String,
    /// Every rule that the request breaks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<Violation>,
    /// KSC's own error.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = KscFault, required = false)]
    pub ksc: Option<KscFault>,
    /// The incident that exists although the request failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i64, required = false)]
    pub incident_id: Option<i64>,
    /// The hosts that the name could mean.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub candidates: Vec<HostSummary>,
}

impl Problem {
    /// A problem of this kind; `detail` says what happened and what to do.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            parts: Box::default(),
        }
    }

    /// With every rule that the request breaks.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<Violation>) -> Self {
        self.parts.errors = errors;
        self
    }

    /// With other words on what happened.
    #[must_use]
    pub fn with_detail(mut self, detail: &str) -> Self {
        detail.clone_into(&mut self.detail);
        self
    }

    /// As the problem of a part of the body: its violations point there.
    #[must_use]
    pub fn within(mut self, pointer: &str) -> Self {
        for error in &mut self.parts.errors {
            error.pointer.insert_str(0, pointer);
        }
        if let [one] = self.parts.errors.as_slice() {
            self.detail = format!("{} is wrong: {}", one.pointer, one.detail);
        }
        self
    }

    /// With KSC's own error.
    #[must_use]
    pub fn with_ksc(mut self, error: Option<&ksc::PxgError>) -> Self {
        self.parts.ksc = error.map(|it| KscFault {
            module: it.module.clone(),
            code: it.code,
            subcode: it.subcode,
        });
        self
    }

    /// With the incident that exists although the request failed.
    #[must_use]
    pub fn with_incident(mut self, id: i64) -> Self {
        self.parts.incident_id = Some(id);
        self
    }

    /// With the hosts that the name could mean.
    #[must_use]
    pub fn with_candidates(mut self, candidates: Vec<HostSummary>) -> Self {
        self.parts.candidates = candidates;
        self
    }

    /// With the seconds after which to try again.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u32) -> Self {
        self.parts.retry_after = Some(seconds);
        self
    }

    /// With the room that KSC has for response tasks.
    #[must_use]
    pub fn with_room(mut self, room: BudgetRoom) -> Self {
        self.parts.room = Some(room);
        self
    }

    /// As one that may be sent again because it carries an `Idempotency-Key`.
    #[must_use]
    pub fn retryable_with_key(mut self) -> Self {
        self.parts.retryable_with_key = true;
        self
    }

    /// With the methods that the address takes.
    #[must_use]
    pub fn with_allow(mut self, methods: String) -> Self {
        self.parts.allow = Some(methods);
        self
    }

    /// With a `WWW-Authenticate` challenge (RFC 6750).
    #[must_use]
    pub fn with_challenge(mut self, challenge: String) -> Self {
        self.parts.challenge = Some(challenge);
        self
    }

    /// With the codings of a body that are undone, which are none (RFC 9110 section 12.5.3).
    #[must_use]
    pub fn with_accept_encoding(mut self) -> Self {
        self.parts.accept_encoding = true;
        self
    }

    /// The kind.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// What happened.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The incident that exists although the request failed.
    #[must_use]
    pub fn incident_id(&self) -> Option<i64> {
        self.parts.incident_id
    }

    /// The document for one request.
    #[must_use]
    pub fn document(&self, instance: &str, request_id: &str) -> ProblemDocument {
        ProblemDocument {
            kind: format!("urn:edr-gateway:problem:{}", self.code.name()),
            title: self.code.title().to_owned(),
            status: self.code.status(),
            detail: self.detail.clone(),
            instance: instance.to_owned(),
            code: self.code.name().to_owned(),
            retryable: self.code.retryable() || self.parts.retryable_with_key,
            retry_after: self.parts.retry_after,
            request_id: request_id.to_owned(),
            errors: self.parts.errors.clone(),
            ksc: self.parts.ksc.clone(),
            incident_id: self.parts.incident_id,
            candidates: self.parts.candidates.clone(),
        }
    }
}

impl Responder for Problem {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let request_id = RequestId::of(request);
        let document = self.document(request.path(), request_id.as_str());
        let status = StatusCode::from_u16(self.code.status()).expect("the table holds statuses");
        let mut response = HttpResponse::build(status);
        response.insert_header((CONTENT_TYPE, "application/problem+json"));
        if let Some(seconds) = self.parts.retry_after {
            response.insert_header((RETRY_AFTER, seconds));
        }
        for header in self.parts.room.into_iter().flat_map(BudgetRoom::headers) {
            response.insert_header(header);
        }
        if let Some(allow) = self
            .parts
            .allow
            .as_deref()
            .and_then(|it| HeaderValue::from_str(it).ok())
        {
            response.insert_header((ALLOW, allow));
        }
        if let Some(challenge) = self
            .parts
            .challenge
            .as_deref()
            .and_then(|it| HeaderValue::from_str(it).ok())
        {
            response.insert_header((WWW_AUTHENTICATE, challenge));
        }
        if self.parts.accept_encoding {
            response.insert_header((ACCEPT_ENCODING, "identity"));
        }
        if self.code == Code::RequestTimeout {
            // The rest of the request may still come, and nobody waits for it.
            response.force_close();
        }
        let body = serde_json::to_vec(&document).expect("a problem is plain data");
        let response = response.body(body);
        crate::edge::trail::note(request, |trail| trail.refuse(&self));
        response
    }
}
