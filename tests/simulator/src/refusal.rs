//! How the server says no: a `PxgError` with HTTP 200, or another status with plain text
//! (ksc-openapi.md, section 4).

use serde_json::{Value, json};

/// An answer that is not a result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// An application error: HTTP 200 and a `PxgError` object.
    #[error("PxgError {module} {code}: {message}")]
    Pxg {
        module: String,
        code: i64,
        subcode: i64,
        message: String,
    },
    /// A transport or authentication error: another status and plain text.
    #[error("HTTP {status}: {text}")]
    Http {
        status: u16,
        text: String,
        headers: Vec<(&'static str, String)>,
    },
}

impl Refusal {
    pub(crate) fn pxg(module: &str, code: i64, message: impl Into<String>) -> Self {
        Self::Pxg {
            module: module.to_owned(),
            code,
            subcode: 0,
            message: message.into(),
        }
    }

    pub(crate) fn http(status: u16, text: &str) -> Self {
        Self::Http {
            status,
            text: text.to_owned(),
            headers: Vec::new(),
        }
    }

    /// KLSTD 1184: no rights.
    pub(crate) fn no_access() -> Self {
        Self::pxg("KLSTD", 1184, "Access denied")
    }

    /// KLSTD 1186: no such object.
    pub(crate) fn not_found(what: impl Into<String>) -> Self {
        Self::pxg("KLSTD", 1186, what)
    }

    /// KLSTD 1192: data of a wrong form.
    pub(crate) fn bad_format(what: impl Into<String>) -> Self {
        Self::pxg("KLSTD", 1192, what)
    }

    /// KLCONN 1194: no such call.
    pub(crate) fn no_such_call(name: &str) -> Self {
        Self::pxg("KLCONN", 1194, format!("Call {name} is not implemented"))
    }

    /// KLPRSS 1125: a parameter is missing.
    pub(crate) fn missing(name: &str) -> Self {
        Self::pxg(
            "KLPRSS",
            1125,
            format!("Parameter \"{name}\" does not exist"),
        )
    }

    /// SPL 2013: the account is blocked.
    pub(crate) fn account_blocked() -> Self {
        Self::pxg(
            "KLSPL",
            2013,
            "The account is blocked because of too many wrong passwords",
        )
    }

    /// 401 as after wrong credentials.
    pub(crate) fn unauthenticated() -> Self {
        Self::http(401, "Authentication failure")
    }

    /// 403 as after `EndSession`.
    pub(crate) fn forbidden() -> Self {
        Self::http(403, "Forbidden")
    }

    /// The `PxgError` object, for the kind that has one.
    pub(crate) fn pxg_json(module: &str, code: i64, subcode: i64, message: &str) -> Value {
        json!({"PxgError": {
            "code": code, "subcode": subcode, "module": module,
            "file": "kca\\srv\\proxygate.cpp", "line": 417, "message": message,
        }})
    }
}
