//! Addresses as tools put them together: a base that ends in a slash before a path that begins with
//! one, and a slash behind the path.
//!
//! No two addresses here differ in slashes, so nothing is lost by it. What stands in an answer is
//! the address as it was understood.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Uri;
use actix_web::http::uri::PathAndQuery;
use actix_web::middleware::Next;

/// Where a slash at the end means something: the page's own parts are told from there.
const PAGE: &str = "/docs/";

/// Takes slashes out of an address that say nothing.
pub async fn tidy_path(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if let Some(path) = tidied(request.path()) {
        let target = match request.uri().query() {
            Some(query) => format!("{path}?{query}"),
            None => path,
        };
        let mut parts = request.uri().clone().into_parts();
        parts.path_and_query = PathAndQuery::try_from(target).ok();
        if let Ok(uri) = Uri::from_parts(parts) {
            request.head_mut().uri = uri.clone();
            request.match_info_mut().get_mut().update(&uri);
        }
    }
    next.call(request).await
}

/// The path without the slashes that say nothing; nothing when it has none.
fn tidied(path: &str) -> Option<String> {
    let ends = path.len() > 1 && path.ends_with('/') && path != PAGE;
    if !ends && !path.contains("//") {
        return None;
    }
    let mut tidy = String::with_capacity(path.len());
    for part in path.split('/').filter(|it| !it.is_empty()) {
        tidy.push('/');
        tidy.push_str(part);
    }
    if tidy.is_empty() || format!("{tidy}/") == PAGE {
        tidy.push('/');
    }
    Some(tidy)
}

#[cfg(test)]
mod tests {
    use super::tidied;

    #[test]
    fn slashes_that_say_nothing_are_taken_out() {
        for (path, tidy) in [
            ("/v1/tasks/", Some("/v1/tasks")),
            ("//v1/tasks", Some("/v1/tasks")),
            ("/v1//tasks///", Some("/v1/tasks")),
            ("//", Some("/")),
            ("//docs//", Some("/docs/")),
            ("/docs/", None),
            ("/v1/tasks", None),
            ("/", None),
            ("", None),
        ] {
            assert_eq!(tidied(path).as_deref(), tidy, "{path}");
        }
    }
}
