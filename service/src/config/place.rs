//! Addresses without what may be a secret in them.

use url::Url;

/// An address as it may be shown: without user, password, query and fragment.
#[must_use]
pub fn place(url: &Url) -> String {
    let Some(host) = url.host_str() else {
        // What stands behind the colon may be anything.
        return format!("{}:…", url.scheme());
    };
    let port = url.port().map(|it| format!(":{it}")).unwrap_or_default();
    format!("{}://{host}{port}{}", url.scheme(), url.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_secret_is_left_out() {
        let url = Url::parse("https://user:s3cret@a.example:8443/jwks?key=s3cret#s3cret");

        assert_eq!(
            place(&url.expect("an address")),
            "https://a.example:8443/jwks"
        );
    }
}
