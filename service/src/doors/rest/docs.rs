//! A page that shows the contract without any network.

use actix_web::web;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::config::Server;

/// The page is reached at `server.public_url`, or wherever a browser finds it: then all that it
/// leads to is told from there. Where the operator has switched it off there is nothing.
pub(super) fn routes(config: &mut web::ServiceConfig, server: &Server) {
    if !server.docs {
        return;
    }
    let at = |path: &str, beside: &str| match &server.public_url {
        Some(url) => url.with(path),
        None => beside.to_owned(),
    };
    config
        .service(web::redirect("/docs", at("/docs/", "docs/")))
        .service(
            SwaggerUi::new("/docs/{_:.*}").config(
                Config::from(at("/openapi.json", "../openapi.json"))
                    .try_it_out_enabled(true)
                    .validator_url("none"),
            ),
        );
}
