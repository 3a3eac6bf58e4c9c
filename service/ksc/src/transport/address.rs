//! How an endpoint is named on its wire, and in logs.

use url::Url;

/// `/api/v1.0/Class.Method`, behind whatever path the base address has.
pub(super) fn target(endpoint: &Url, method: &str) -> String {
    format!(
        "{}/api/v1.0/{method}",
        endpoint.path().trim_end_matches('/')
    )
}

/// Host and port as the `Host` field has it: without a port that goes without saying.
pub(super) fn authority(endpoint: &Url) -> String {
    let host = endpoint.host_str().unwrap_or_default();
    match endpoint.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_a_base_address_is_kept() {
        for (base, expected) in [
            ("https://ksc.example:13299", "/api/v1.0/Session.Ping"),
            ("https://ksc.example/proxy/", "/proxy/api/v1.0/Session.Ping"),
        ] {
            let base = Url::parse(base).unwrap();
            assert_eq!(target(&base, "Session.Ping"), expected);
        }
    }

    #[test]
    fn a_port_is_named_where_it_does_not_go_without_saying() {
        for (base, expected) in [
            ("https://ksc.example:13299", "ksc.example:13299"),
            ("https://ksc.example:443", "ksc.example"),
            ("https://[::1]:13299/x", "[::1]:13299"),
        ] {
            assert_eq!(authority(&Url::parse(base).unwrap()), expected);
        }
    }

    #[test]
    fn whatever_is_a_path_of_an_url_is_one_of_a_uri() {
        let odd: String = (' '..='\u{17f}').chain("|^[]{}`\"<>\\".chars()).collect();
        let base = Url::parse(&format!("https://ksc.example/{odd}")).unwrap();
        let target = target(&base, "Session.Ping");

        assert!(target.parse::<hyper::Uri>().is_ok(), "{target}");
    }
}
