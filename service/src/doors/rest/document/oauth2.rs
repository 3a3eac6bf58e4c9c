//! Where tools fetch tokens by themselves: OAuth 2 beside the bearer token, as far as the settings say
//! where.

use std::collections::BTreeSet;

use utoipa::openapi::security::{ClientCredentials, Flow, OAuth2, Scopes, SecurityScheme};
use utoipa::openapi::{OpenApi, RefOr, SecurityRequirement};

use crate::config::TrustedIssuer;

/// What the scheme is called: importers find it by this name.
const NAME: &str = "Oauth2";

/// Lets each operation take a token that a tool has fetched, from each issuer that says where.
pub(super) fn offer(document: &mut OpenApi, issuers: &[TrustedIssuer]) {
    for issuer in issuers {
        let Some(url) = &issuer.token_url else {
            continue;
        };
        let name = match &issuer.name {
            Some(of) => format!("{NAME}-{of}"),
            None => NAME.to_owned(),
        };
        let scoped = |scope: &str| format!("{}{scope}", issuer.scope_prefix);
        let mut all = BTreeSet::new();
        for item in document.paths.paths.values_mut() {
            for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
                let Some(security) = &mut operation.security else {
                    continue;
                };
                let scopes: Vec<String> = security.first().map(scopes).unwrap_or_default();
                let scopes: Vec<String> = scopes.iter().map(|it| scoped(it)).collect();
                all.extend(scopes.iter().cloned());
                security.push(SecurityRequirement::new(name.clone(), scopes));
            }
        }
        let described = all
            .into_iter()
            .map(|it| (it, "A scope of this gateway.".to_owned()));
        let flow = ClientCredentials::new(url.as_str(), described.collect::<Scopes>());
        let scheme = OAuth2::new([Flow::ClientCredentials(flow)]);
        let components = document.components.get_or_insert_default();
        let scheme = RefOr::T(SecurityScheme::OAuth2(scheme));
        components.security_schemes.insert(name, scheme);
    }
}

/// The scopes that a requirement names.
fn scopes(requirement: &SecurityRequirement) -> Vec<String> {
    let written = serde_json::to_value(requirement).unwrap_or_default();
    let named = written.as_object().into_iter().flatten();
    let named = named.flat_map(|(_, it)| it.as_array().into_iter().flatten());
    named
        .filter_map(|it| it.as_str().map(str::to_owned))
        .collect()
}
