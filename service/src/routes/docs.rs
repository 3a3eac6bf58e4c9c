//! The contract: the document, and a page that shows it without any network.

use actix_web::{HttpResponse, web};
use utoipa_swagger_ui::{Config, SwaggerUi};

/// The document's text, made once for all threads.
#[derive(Debug, Clone)]
pub struct DocumentText(pub web::Bytes);

async fn document(text: web::Data<DocumentText>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(text.0.clone())
}

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/openapi.json").route(web::get().to(document)))
        .service(web::redirect("/docs", "/docs/"))
        .service(
            SwaggerUi::new("/docs/{_:.*}").config(
                Config::from("/openapi.json")
                    .try_it_out_enabled(true)
                    .validator_url("none"),
            ),
        );
}
