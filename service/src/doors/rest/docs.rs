//! The page that shows the contract, and lets it be tried.
//!
//! A few files of our own, embedded in the program: HTML, a style and modules of plain JavaScript,
//! without a framework and without a step that builds them. The page reads `openapi.json` and
//! [`facts`], which hold nothing of any caller's, from addresses beside its own, so it works under
//! any path that an ingress puts in front.
//!
//! *Rationale.* Swagger UI was here. No maintained viewer does what this page must: obey a
//! Content-Security-Policy that allows neither inline styles nor eval; need no network but the
//! gateway; say first what an action does to a device; and let nobody send one that no dry run has
//! shown before. The document is our own, so the page need not read every document that there is.

mod facts;

use std::sync::OnceLock;

use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse};

use super::served::Served;
use crate::config::{PublicUrl, Server};

/// What a browser lets the page do: read what is here, and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// A file of the page.
struct Part {
    path: &'static str,
    kind: &'static str,
    text: fn() -> Bytes,
    /// Made when somebody asks for it first, and kept then.
    served: OnceLock<Served>,
}

macro_rules! part {
    ($path:literal, $kind:expr, $file:literal) => {
        Part::of($path, $kind, || {
            Bytes::from_static(include_bytes!(concat!("docs/", $file)))
        })
    };
}

static PARTS: [Part; 8] = [
    part!("/docs/", HTML, "page.html"),
    part!("/docs/page.css", STYLE, "page.css"),
    part!("/docs/page.js", SCRIPT, "page.js"),
    part!("/docs/parts.js", SCRIPT, "parts.js"),
    part!("/docs/fields.js", SCRIPT, "fields.js"),
    part!("/docs/samples.js", SCRIPT, "samples.js"),
    part!("/docs/try.js", SCRIPT, "try.js"),
    Part::of("/docs/actions.json", "application/json", facts::text),
];

impl Part {
    const fn of(path: &'static str, kind: &'static str, text: fn() -> Bytes) -> Self {
        Self {
            path,
            kind,
            text,
            served: OnceLock::new(),
        }
    }

    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let served = self.served.get_or_init(|| Served::of((self.text)()));
        served.answer(request, self.kind, |response| {
            response
                .insert_header((CONTENT_SECURITY_POLICY, POLICY))
                .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
                // For browsers that do not know `frame-ancestors`.
                .insert_header((X_FRAME_OPTIONS, "DENY"))
                .insert_header((REFERRER_POLICY, "no-referrer"));
        })
    }
}

/// The page is reached at `server.public_url`, or wherever a browser finds it: then all that it
/// leads to is told from there. Where the operator has switched it off there is nothing.
pub(super) fn routes(config: &mut web::ServiceConfig, server: &Server) {
    if !server.docs {
        return;
    }
    let page = server.public_url.as_ref();
    let page = page.map_or_else(|| "docs/".to_owned(), |it: &PublicUrl| it.with("/docs/"));
    config.service(web::redirect("/docs", page));
    for part in &PARTS {
        let answer = move |request: HttpRequest| async move { part.answer(&request) };
        config.service(web::resource(part.path).route(web::get().to(answer)));
    }
}
