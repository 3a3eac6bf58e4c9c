//! The contract: the document, and a page that shows it without any network.

use actix_web::{HttpResponse, web};
use serde_json::Value;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::config::PublicUrl;

/// The document's text, made once for all threads.
#[derive(Debug, Clone)]
pub struct DocumentText(pub web::Bytes);

impl DocumentText {
    /// The schemas of the document, by their names.
    #[must_use]
    pub fn schemas(&self) -> Value {
        let document: Value = serde_json::from_slice(&self.0).unwrap_or_default();
        document["components"]["schemas"].clone()
    }
}

async fn document(text: web::Data<DocumentText>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(text.0.clone())
}

/// The page is reached at `public_url`, or wherever a browser finds it: then all that it leads to
/// is told from there.
pub(super) fn routes(config: &mut web::ServiceConfig, public_url: Option<&PublicUrl>) {
    let at = |path: &str, beside: &str| match public_url {
        Some(url) => url.with(path),
        None => beside.to_owned(),
    };
    config
        .service(web::resource("/openapi.json").route(web::get().to(document)))
        .service(web::redirect("/docs", at("/docs/", "docs/")))
        .service(
            SwaggerUi::new("/docs/{_:.*}").config(
                Config::from(at("/openapi.json", "../openapi.json"))
                    .try_it_out_enabled(true)
                    .validator_url("none"),
            ),
        );
}
