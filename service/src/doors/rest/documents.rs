//! The contract in the dialects that tools read, for everybody.
//!
//! Each is made when somebody asks for it first, and kept then: most are asked for once in the life
//! of a gateway, by a person who sets up a tool, and many never.

use std::sync::OnceLock;

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use dialects::Dialect;
use serde_json::{Value, json};
use utoipa::openapi::OpenApi;

use super::query::{Query, Rule};
use super::served::Served;
use crate::doors::answer::{Answer, Rejection, answer};

/// The document, and the dialects that were asked for.
#[derive(Debug)]
pub struct Documents {
    original: Bytes,
    /// Whether the original says where the gateway is reached.
    is_absolute: bool,
    made: [OnceLock<Served>; Dialect::ALL.len()],
}

/// Stands for where a caller has reached the gateway.
const REACHED: &str = "https://reached.invalid";

const FOR: Rule = (
    "tool",
    "Must name a tool that has a dialect of its own here: none, shuffle, xsoar or powershell.",
);

impl Documents {
    /// Of the original.
    ///
    /// # Panics
    /// When it is no plain data: a mistake in the program that every start would show.
    #[must_use]
    pub fn of(original: &OpenApi) -> Self {
        let servers = original.servers.iter().flatten();
        let text = original.to_json().expect("the document is plain data");
        Self {
            is_absolute: servers.clone().any(|it| it.url.contains("://")),
            original: text.into(),
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
        let is_callers_own = dialect.needs_absolute_server() && !self.is_absolute;
        let make = || {
            let mut document = self.read();
            if is_callers_own {
                document["servers"][0]["url"] = json!(REACHED);
            }
            Served::of(dialect.of(&document).to_string().into())
        };
        let place = Dialect::ALL.iter().position(|it| *it == dialect);
        let made = place.and_then(|it| self.made.get(it));
        let served = made.map_or_else(make, |it| it.get_or_init(make).clone());
        if is_callers_own {
            reached_at(&served, &reached())
        } else {
            served
        }
    }
}

/// The same for a caller who has reached the gateway there: not packed, since it is one's own.
fn reached_at(served: &Served, address: &str) -> Served {
    let text = String::from_utf8_lossy(served.text());
    // As it stands within a text of JSON: callers write the address.
    let address = json!(address).to_string();
    let plain = text.replace(REACHED, address.trim_matches('"'));
    Served::unpacked(plain.into())
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
    Ok(served.answer(request, "application/json", |_| {}))
}

/// The addresses of the dialects.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    for dialect in Dialect::ALL {
        if dialect.tool().is_none() {
            config.service(web::resource(dialect.path()).route(web::get().to(document)));
        }
    }
}
