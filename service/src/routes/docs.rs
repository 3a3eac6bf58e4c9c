//! The contract: the document, and a page that shows it without any network.

use actix_web::{HttpResponse, web};
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::api::document;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    let json = web::Bytes::from(document::json());
    config
        .service(web::resource("/openapi.json").route(web::get().to(move || {
            let json = json.clone();
            async move {
                HttpResponse::Ok()
                    .content_type("application/json")
                    .body(json)
            }
        })))
        .service(web::redirect("/docs", "/docs/"))
        .service(
            SwaggerUi::new("/docs/{_:.*}").config(
                Config::from("/openapi.json")
                    .try_it_out_enabled(true)
                    .validator_url("none"),
            ),
        );
}
