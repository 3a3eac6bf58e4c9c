//! The published document, made from the code.
//!
//! utoipa collects the operations from the routes; what it cannot know is added here: examples of
//! bodies that are checked and never built, and what several operations have, once and by name. The
//! files in `openapi/` are this document, kept current by a test.

mod oauth2;

use dialects::Dialect;
use utoipa::OpenApi as _;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::path::{Parameter, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{OpenApi, Ref, RefOr};
use utoipa_actix_web::AppExt;

use super::responses;
use super::tasks::parameters;
use super::{examples, operations};
use crate::config::{PublicUrl, TrustedIssuer};
use vocabulary::requests;
use vocabulary::task::{Action, TaskType};

/// What no route can say.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "edr-gateway",
        description = include_str!("document/description.md"),
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    servers((url = "/", description = "This gateway")),
    tags(
        (name = "actions", description = "Ask for an EDR response: a route for each action."),
        (name = "tasks", description = "Learn what became of it, and ask for many at once."),
        (name = "catalogue", description = "What can be asked for, and what it means."),
        (name = "hosts", description = "Find hosts, and learn whether they can take a task."),
        (name = "backends", description = "The servers that carry requests out."),
        (name = "dryRuns", description = "What an action would do. Nothing is done."),
        (name = "native", description = "Requests in the vendor's own form."),
        (name = "caller", description = "What the gateway knows about the caller."),
        (name = "settings", description = "Check what connects a device, before it is typed there.")
    )
)]
struct Base;

/// The document as it is served and kept in `openapi/`: JSON for people too, with a last line end.
#[must_use]
pub fn json(document: &OpenApi) -> String {
    let mut text = document
        .to_pretty_json()
        .expect("the document is plain data");
    text.push('\n');
    text
}

/// The document in a dialect, as it is kept in `openapi/`.
#[must_use]
pub fn in_dialect(document: &OpenApi, dialect: Dialect) -> String {
    if dialect == Dialect::OpenApi31 {
        return json(document);
    }
    let original = serde_json::to_value(document).expect("the document is plain data");
    let mut text = format!("{:#}", dialect.of(&original));
    text.push('\n');
    text
}

/// The published document, collected anew each time: a gateway needs it at its start alone.
#[must_use]
pub fn document() -> OpenApi {
    let mut document = actix_web::App::new()
        .into_utoipa_app()
        .openapi(Base::openapi())
        .configure(operations::described)
        .split_for_parts()
        .1;
    let components = document.components.get_or_insert_default();
    components.security_schemes.insert(
        // Importers find a scheme by this name.
        "BearerAuth".to_owned(),
        RefOr::T(SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .bearer_format("JWT")
                .description(Some(
                    "An access token of the issuer that the gateway trusts.",
                ))
                .build(),
        )),
    );
    responses::add_to(components);
    let parameters = parameters::shared();
    for (name, parameter) in &parameters {
        let parameter = RefOr::T(parameter.clone());
        components.parameters.insert((*name).to_owned(), parameter);
    }
    for (path, item) in &mut document.paths.paths {
        add_examples(path, item);
        refer_to(&parameters, item);
    }
    document
}

/// The published document as a gateway serves it that callers reach at this address, with tokens of
/// these issuers.
#[must_use]
pub fn served(public_url: Option<&PublicUrl>, issuers: &[TrustedIssuer]) -> OpenApi {
    let mut document = document();
    oauth2::offer(&mut document, issuers);
    if let Some(url) = public_url {
        for server in document.servers.iter_mut().flatten() {
            server.url = url.to_string();
        }
    }
    document
}

/// Lets the operations of an address refer to these parameters where they have them.
fn refer_to(parameters: &[(&str, Parameter)], item: &mut PathItem) {
    let operations = [
        &mut item.get,
        &mut item.post,
        &mut item.put,
        &mut item.patch,
        &mut item.delete,
    ];
    for parameter in operations
        .into_iter()
        .flatten()
        .filter_map(|it| it.parameters.as_mut())
        .flatten()
    {
        let named = |(_, it): &&(&str, Parameter)| *parameter == RefOr::T(it.clone());
        if let Some((name, _)) = parameters.iter().find(named) {
            *parameter = RefOr::Ref(Ref::new(format!("#/components/parameters/{name}")));
        }
    }
}

fn add_examples(path: &str, item: &mut PathItem) {
    let Some(RefOr::T(body)) = item.post.as_mut().and_then(|it| it.request_body.as_mut()) else {
        return;
    };
    let Some(RefOr::T(content)) = body.content.get_mut("application/json") else {
        return;
    };
    let asked = path.strip_suffix("/dry-run").unwrap_or(path);
    let name = asked.rsplit('/').next().unwrap_or_default();
    if name == "check" {
        content.example = Some(examples::settings());
    } else if name == "batch" {
        content.example = Some(examples::batch_request());
    } else if let Some(action) = Action::named(name) {
        content.example = Some(requests::flat_example(action));
    } else {
        for task in TaskType::ALL {
            let example = ExampleBuilder::new()
                .value(Some(requests::native_example(task)))
                .build();
            content
                .examples
                .insert(task.name().to_owned(), RefOr::T(example));
        }
    }
}
