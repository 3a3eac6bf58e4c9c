//! The addresses of a server.

use url::Url;

use crate::config::reader::Reader;

/// At least one `https://host:port`.
pub(super) fn read(reader: &mut Reader, key: &str) -> Option<Vec<Url>> {
    let texts = reader.list(key)?;
    if texts.is_empty() {
        reader.mistake(key, "must name at least one \"https://host:13299\"");
        return None;
    }
    let mut urls = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let url = Url::parse(text).ok().filter(is_plain);
        if url.is_none() {
            // The text itself is not repeated: a password may have been typed into it.
            let rule = "must be \"https://host:port\", without user, path or query";
            reader.mistake(key, format!("entry {} {rule}", index + 1));
        }
        urls.extend(url);
    }
    (urls.len() == texts.len()).then_some(urls)
}

fn is_plain(url: &Url) -> bool {
    url.scheme() == "https"
        && url.has_host()
        && url.path() == "/"
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
}
