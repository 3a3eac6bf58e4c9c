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

    /// The methods that an address takes; none when there is no such address. An address that stands in the
    /// document as it is, such as `/v1/tasks/batch`, is no other one's example.
    #[must_use]
    pub fn methods(&self, path: &str) -> Vec<&'static str> {
        let is_written = self.0.iter().any(|(template, _)| template == path);
        let taken = self.0.iter().filter(|(template, _)| {
            if is_written {
                template == path
            } else {
                fits(template, path)
            }
        });
        taken.map(|(_, method)| *method).collect()
    }
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
