//! The one table of what can go wrong: stable names, statuses, titles.

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
    FileProtected = "file_protected", 403, false, "The file is protected";
    RouteNotFound = "route_not_found", 404, false, "There is no such address";
    TaskNotFound = "task_not_found", 404, false, "There is no such task";
    HostNotFound = "host_not_found", 404, false, "There is no such host";
    MethodNotAllowed = "method_not_allowed", 405, false, "This address does not take that method";
    NotAcceptable = "not_acceptable", 406, false, "The form of the answer is not accepted";
    RequestTimeout = "request_timeout", 408, true, "The request did not come in time";
    HostAmbiguous = "host_ambiguous", 409, false, "Several hosts have this name";
    TaskNotCancellable = "task_not_cancellable", 409, false, "The task cannot be cancelled";
    PreventionConflict = "prevention_conflict", 409, false, "Another prevention rule stands in the way";
    RequestInProgress = "request_in_progress", 409, true, "The same request is still under way";
    BodyTooLarge = "body_too_large", 413, false, "The body is too large";
    UnsupportedMediaType = "unsupported_media_type", 415, false, "The body must be application/json as it is";
    ExpectationFailed = "expectation_failed", 417, false, "What is expected is not known";
    ValidationFailed = "validation_failed", 422, false, "The request breaks rules of the contract";
    IdempotencyKeyReused = "idempotency_key_reused", 422, false, "The Idempotency-Key belongs to another request";
    RateLimited = "rate_limited", 429, true, "The caller asks for too much at a time";
    TaskBudgetExhausted = "task_budget_exhausted", 429, true, "KSC has no room for another response task";
    TaskNotSupported = "task_not_supported", 422, false, "The back end has no such task";
    KscRefused = "ksc_refused", 502, false, "KSC refused the request";
    KscAccessDenied = "ksc_access_denied", 502, false, "KSC denies the gateway's account the right";
    KscProtocol = "ksc_protocol", 502, false, "KSC answered in a way that is not understood";
    KataRefused = "kata_refused", 502, false, "KATA refused the request";
    KataProtocol = "kata_protocol", 502, false, "KATA answered in a way that is not understood";
    Internal = "internal", 500, false, "The gateway failed";
    AuthKeysUnavailable = "auth_keys_unavailable", 503, true, "Access tokens cannot be checked now";
    KscUnavailable = "ksc_unavailable", 503, true, "KSC cannot be reached";
    KscCredentialsRefused = "ksc_credentials_refused", 503, true, "KSC refuses the gateway's account";
    ServiceConsoleUnavailable = "service_console_unavailable", 503, true, "No service console is connected to KSC";
    KataUnavailable = "kata_unavailable", 503, true, "KATA cannot be reached";
    BackendNotRegistered = "backend_not_registered", 503, true, "The back end has not accepted the gateway";
    BackendUnknown = "backend_unknown", 503, true, "This replica does not know the back end";
    StoreUnavailable = "store_unavailable", 503, true, "The store that replicas share cannot be asked";
    AuditUnavailable = "audit_unavailable", 503, true, "The audit log cannot be written";
    Overloaded = "overloaded", 503, true, "The gateway has too much in hand";
    Draining = "draining", 503, true, "The gateway is shutting down";
    OutcomeUnknown = "outcome_unknown", 504, false, "The request may have reached KSC";
}
