//! The contract in the dialects that tools read, for everybody.
//!
//! Each is made when somebody asks for it first, and kept then: most are asked for once in the life
//! of a gateway, by a person who sets up a tool, and many never.

use std::io::Write as _;
use std::sync::OnceLock;

use actix_web::http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, ETAG, HeaderMap, IF_NONE_MATCH, VARY,
};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use dialects::Dialect;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::query::{Query, Rule};
use crate::digest;
use crate::doors::answer::{Answer, Rejection, answer};

/// The document, and the dialects that were asked for.
#[derive(Debug)]
pub struct Documents {
    original: Bytes,
    /// Whether the original says where the gateway is reached.
    is_absolute: bool,
    made: [OnceLock<Served>; Dialect::ALL.len()],
}

/// A document as it is sent.
#[derive(Debug, Clone)]
struct Served {
    plain: Bytes,
    packed: Bytes,
    /// What tells it from every other.
    mark: String,
}

const FOR: Rule = (
    "tool",
    "Must name a tool that has a dialect of its own here: none, shuffle, xsoar or powershell.",
);

impl Documents {
    /// Of the text of the original.
    #[must_use]
    pub fn of(original: String) -> Self {
        let document: Value = serde_json::from_str(&original).unwrap_or_default();
        let url = document["servers"][0]["url"].as_str().unwrap_or_default();
        Self {
            is_absolute: url.contains("://"),
            original: original.into(),
            made: Default::default(),
        }
    }

    /// The schemas of the document, by their names.
    #[must_use]
    pub fn schemas(&self) -> Value {
        self.read()["components"]["schemas"].take()
    }

    fn read(&self) -> Value {
        serde_json::from_slice(&self.original).unwrap_or_default()
    }

    /// The document in a dialect; `reached` is where this caller has reached the gateway.
    fn served(&self, dialect: Dialect, reached: impl FnOnce() -> String) -> Served {
        if dialect.needs_absolute_server() && !self.is_absolute {
            // It is each caller's own.
            let mut document = self.read();
            document["servers"][0]["url"] = json!(reached());
            return Served::of(&dialect.of(&document));
        }
        let place = Dialect::ALL.iter().position(|it| *it == dialect);
        let made = place.and_then(|it| self.made.get(it));
        let make = || Served::of(&dialect.of(&self.read()));
        made.map_or_else(make, |it| it.get_or_init(make).clone())
    }
}

impl Served {
    fn of(document: &Value) -> Self {
        let plain = document.to_string().into_bytes();
        let mark = digest::hexadecimal(&digest::of_bytes(&plain)[..12]);
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        let packed = packer.write_all(&plain).and_then(|()| packer.finish());
        Self {
            packed: packed.unwrap_or_default().into(),
            plain: plain.into(),
            mark,
        }
    }
}

async fn document(documents: web::Data<Documents>, request: HttpRequest) -> Answer {
    answer(send(&documents, &request))
}

fn send(documents: &Documents, request: &HttpRequest) -> Result<HttpResponse, Rejection> {
    let mut query = Query::of(request.query_string(), &["for"]);
    let tool = query.take("for", FOR, |it| {
        let tool = Some(it).filter(|it| *it != "none");
        let all = Dialect::ALL.into_iter();
        all.filter(|it| it.path() == request.path())
            .find(|it| it.tool() == tool)
    });
    query.finish()?;
    let any = Dialect::ALL
        .into_iter()
        .find(|it| it.path() == request.path() && it.tool().is_none());
    let dialect = tool.or(any).unwrap_or(Dialect::OpenApi31);
    let served = documents.served(dialect, || {
        let info = request.connection_info();
        format!("{}://{}", info.scheme(), info.host())
    });
    let packs = takes_gzip(request.headers());
    let mark = format!("\"{}{}\"", served.mark, if packs { "-gzip" } else { "" });
    let known = request.headers().get_all(IF_NONE_MATCH);
    let is_known = known
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(','))
        .any(|it| it.trim().trim_start_matches("W/") == mark);
    let mut response = if is_known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((ETAG, mark))
        .insert_header((VARY, "accept-encoding"));
    if is_known {
        return Ok(response.finish());
    }
    response.content_type("application/json");
    if packs {
        response.insert_header((CONTENT_ENCODING, "gzip"));
        return Ok(response.body(served.packed));
    }
    Ok(response.body(served.plain))
}

/// Whether a caller takes what is packed by gzip (RFC 9110 section 12.5.3).
fn takes_gzip(headers: &HeaderMap) -> bool {
    let given = headers.get_all(ACCEPT_ENCODING);
    let mut codings = given
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(','));
    codings.any(|it| {
        let (coding, parameters) = it.split_once(';').unwrap_or((it, ""));
        let quality = parameters.trim().strip_prefix("q=");
        let refused = quality.is_some_and(|it| it.trim().parse::<f32>().is_ok_and(|it| it <= 0.0));
        coding.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

/// The addresses of the dialects.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    for dialect in Dialect::ALL {
        if dialect.tool().is_none() {
            config.service(web::resource(dialect.path()).route(web::get().to(document)));
        }
    }
}
