//! The addresses of the published document, for whoever asks at one that no route takes.

use utoipa::openapi::OpenApi;
use utoipa::openapi::path::PathItem;

/// Which methods each address takes.
#[derive(Debug)]
pub struct Addresses(Vec<(String, &'static str)>);

impl Addresses {
    /// The addresses of the document.
    #[must_use]
    pub fn of(document: &OpenApi) -> Self {
        let of_item = |(path, item): (&String, &PathItem)| {
            [
                ("GET", &item.get),
                ("POST", &item.post),
                ("PUT", &item.put),
                ("PATCH", &item.patch),
                ("DELETE", &item.delete),
            ]
            .into_iter()
            .filter(|(_, operation)| operation.is_some())
            .map(|(method, _)| (path.clone(), method))
            .collect::<Vec<_>>()
        };
        Self(document.paths.paths.iter().flat_map(of_item).collect())
    }

    /// The methods that an address takes; none when there is no such address. An address that
    /// stands in the document as it is, such as `/v1/tasks/batch`, is no other one's example.
    #[must_use]
    pub fn methods(&self, path: &str) -> Vec<&'static str> {
        let is_written = self.is_written(path);
        let taken = self.0.iter().filter(|(template, _)| {
            if is_written {
                template == path
            } else {
                fits(template, path)
            }
        });
        let methods = taken.map(|(_, method)| *method);
        // Where GET is, HEAD is.
        methods
            .flat_map(|it| [it].into_iter().chain((it == "GET").then_some("HEAD")))
            .collect()
    }

    /// Whether an address stands in the document as it is.
    #[must_use]
    pub fn is_written(&self, path: &str) -> bool {
        self.0.iter().any(|(template, _)| template == path)
    }

    /// The addresses that take this method beside this one, where each is written out and no part
    /// of them is open: their last parts.
    #[must_use]
    pub fn beside(&self, path: &str, method: &str) -> Vec<&str> {
        let (parent, _) = path.rsplit_once('/').unwrap_or_default();
        let siblings = self.0.iter().filter(|it| it.1 == method);
        siblings
            .filter_map(|(template, _)| template.strip_prefix(parent)?.strip_prefix('/'))
            .filter(|it| !it.contains(['/', '{']))
            .collect()
    }

    /// The address that is meant by one that differs in nothing but case, hyphens, underscores and
    /// slashes.
    #[must_use]
    pub fn meant(&self, path: &str) -> Option<&str> {
        // A stranger's address may be a hundred kilobytes.
        if path.len() > MOST_MEANT {
            return None;
        }
        let wanted = plain(path);
        // One that is written out is meant rather than one that anything fits.
        let closed = |it: &&(String, &str)| !it.0.contains('{');
        let (first, then): (Vec<_>, Vec<_>) = self.0.iter().partition(closed);
        let found = first
            .into_iter()
            .chain(then)
            .find(|(template, _)| !fits(template, path) && fits(&plain(template), &wanted));
        found.map(|(template, _)| template.as_str())
    }
}

/// The longest address that may be a slip: an id or a name in it is shorter.
const MOST_MEANT: usize = 1024;

/// An address without what people write one way or another.
fn plain(path: &str) -> String {
    let mut plain = String::with_capacity(path.len());
    for part in path.split('/').filter(|it| !it.is_empty()) {
        plain.push('/');
        plain.extend(
            part.chars()
                .filter(|it| !['-', '_', ' '].contains(it))
                .map(|it| it.to_ascii_lowercase()),
        );
    }
    plain
}

fn fits(template: &str, path: &str) -> bool {
    let (mut parts, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (parts.next(), given.next()) {
            (None, None) => return true,
            (Some(part), Some(it)) if part == it || (part.starts_with('{') && !it.is_empty()) => {}
            (_, _) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant_is_found_by_what_people_write_one_way_or_another() {
        let addresses = Addresses::of(&crate::doors::rest::document::document());

        let long = format!("/v1/tasks/{}/", "x".repeat(100_000));
        for (path, meant) in [
            ("/v1/tasks/isolatehost", Some("/v1/tasks/isolateHost")),
            ("/v1/tasks/isolate-host", Some("/v1/tasks/isolateHost")),
            ("/v1/tasks/Isolate_Host/", Some("/v1/tasks/isolateHost")),
            ("/V1//Tasks", Some("/v1/tasks")),
            ("/v1/tasks/", Some("/v1/tasks")),
            ("/v1/tasks/ksc-1/", Some("/v1/tasks/{id}")),
            ("/v1/Who-Am-I", Some("/v1/whoami")),
            ("/v1/tasks/isolate", None),
            ("/v1/nothing", None),
            ("/", None),
            ("", None),
            (long.as_str(), None),
        ] {
            assert_eq!(addresses.meant(path), meant, "{path}");
        }
        assert!(addresses.beside("/v1/tasks/x", "POST").contains(&"batch"));
        assert!(addresses.beside("/x", "POST").is_empty());
    }
}
