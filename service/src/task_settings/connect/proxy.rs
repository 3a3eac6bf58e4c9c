//! An HTTP proxy: which one, for which servers, and the way through it.
//!
//! A proxy's password is in no error and in no answer.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use kataedr::Endpoint;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::{Host, Url};

use super::super::trouble::Trouble;
use super::no_proxy::excepts;

/// Longest head of an answer.
const MOST_BYTES: usize = 16 * 1024;

/// A proxy.
#[derive(Debug)]
pub(super) struct Proxy {
    pub(super) host: String,
    pub(super) port: u16,
    authorization: Option<SecretString>,
}

/// Which servers are reached through which proxy.
#[derive(Debug)]
pub(super) struct ProxyChoice {
    proxy: Option<Proxy>,
    exceptions: Vec<String>,
}

impl ProxyChoice {
    /// What the option says, or else the environment.
    pub(super) fn of(
        option: Option<&str>,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Trouble> {
        let wrong = |what: &str| {
            let form = "http://[user:password@]host:port";
            Trouble::Usage(format!("{what} is no address of an HTTP proxy: {form}"))
        };
        if let Some(text) = option {
            let proxy = match text {
                "none" => None,
                text => Some(Proxy::parse(text).ok_or_else(|| wrong("--proxy"))?),
            };
            return Ok(Self {
                proxy,
                exceptions: Vec::new(),
            });
        }
        let either = |lower: &str, upper: &str| {
            let set = environment(lower).or_else(|| environment(upper));
            set.filter(|it| !it.trim().is_empty())
        };
        let proxy = either("https_proxy", "HTTPS_PROXY")
            .map(|it| Proxy::parse(it.trim()).ok_or_else(|| wrong("HTTPS_PROXY")))
            .transpose()?;
        let exceptions = either("no_proxy", "NO_PROXY").unwrap_or_default();
        Ok(Self {
            proxy,
            exceptions: exceptions
                .split([',', ' '])
                .filter(|it| !it.is_empty())
                .map(str::to_owned)
                .collect(),
        })
    }

    pub(super) fn of_server(&self, server: &Endpoint) -> Option<&Proxy> {
        let is_exception = self.exceptions.iter().any(|it| excepts(it, server));
        self.proxy.as_ref().filter(|_| !is_exception)
    }
}

impl Proxy {
    fn parse(text: &str) -> Option<Self> {
        let whole = if text.contains("://") {
            text.to_owned()
        } else {
            format!("http://{text}")
        };
        let url = Url::parse(&whole).ok()?;
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if url.scheme() != "http" || !is_bare {
            return None;
        }
        let host = match url.host()? {
            Host::Domain(name) => name.to_owned(),
            Host::Ipv4(ip) => ip.to_string(),
            Host::Ipv6(ip) => ip.to_string(),
        };
        let authorization = (!url.username().is_empty() || url.password().is_some()).then(|| {
            let mut pair = unescaped(url.username());
            pair.push(b':');
            pair.extend(unescaped(url.password().unwrap_or_default()));
            SecretString::from(BASE64_STANDARD.encode(pair))
        });
        Some(Self {
            host,
            port: url.port_or_known_default()?,
            authorization,
        })
    }

    /// Where it is, and nothing else of it.
    pub(super) fn place(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// Has it connect to a server; from then on the connection is one with that server.
    pub(super) async fn tunnel(&self, stream: &mut TcpStream, to: &Endpoint) -> Result<(), String> {
        let mut request = format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n");
        if let Some(authorization) = &self.authorization {
            request.push_str("Proxy-Authorization: Basic ");
            request.push_str(authorization.expose_secret());
            request.push_str("\r\n");
        }
        request.push_str("\r\n");
        let sent = stream.write_all(request.as_bytes()).await;
        sent.map_err(|error| format!("the proxy hangs up: {error}"))?;

        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            if head.len() == MOST_BYTES {
                return Err("what the proxy answers is no HTTP".to_owned());
            }
            // One by one: what comes after belongs to TLS.
            match stream.read_u8().await {
                Ok(byte) => head.push(byte),
                Err(error) => return Err(format!("the proxy hangs up: {error}")),
            }
        }
        let head = String::from_utf8_lossy(&head);
        let line = head.lines().next().unwrap_or_default();
        let mut words = line.split(' ');
        let is_http = words.next().is_some_and(|it| it.starts_with("HTTP/1."));
        match words.next().filter(|_| is_http).map(str::parse::<u16>) {
            Some(Ok(200..=299)) => Ok(()),
            Some(Ok(407)) if self.authorization.is_none() => {
                Err("the proxy asks for a user and a password (407)".to_owned())
            }
            Some(Ok(407)) => {
                Err("the proxy does not take the user or the password (407)".to_owned())
            }
            // Its words may be the caller's own, the password among them.
            Some(Ok(status)) => Err(format!("the proxy refuses ({status})")),
            Some(Err(_)) | None => Err("what the proxy answers is no HTTP".to_owned()),
        }
    }
}

/// What percent signs stand for.
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|it| str::from_utf8(it).ok())
            .and_then(|it| u8::from_str_radix(it, 16).ok());
        bytes.push(digits.unwrap_or(*first));
        rest = if digits.is_some() { &after[2..] } else { after };
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(address: &str) -> Endpoint {
        let settings = format!("Address={address}\nPort=443\n");
        let draft = kataedr::Draft::read(settings.as_bytes(), kataedr::Format::Ini);
        let checked = kataedr::check(&draft, &kataedr::Facts::default());
        checked.settings.unwrap().response().endpoints[0].clone()
    }

    fn chosen(option: Option<&str>, environment: &[(&str, &str)], address: &str) -> Option<String> {
        let choice = ProxyChoice::of(option, |name| {
            let set = environment.iter().find(|(it, _)| *it == name);
            set.map(|(_, value)| (*value).to_owned())
        });
        let choice = choice.unwrap();
        choice.of_server(&server(address)).map(Proxy::place)
    }

    #[test]
    fn the_option_comes_before_the_environment_and_small_letters_before_large() {
        let both = [("HTTPS_PROXY", "http://a:1"), ("https_proxy", "b:2")];

        assert_eq!(chosen(None, &both, "192.0.2.1").as_deref(), Some("b:2"));
        assert_eq!(
            chosen(None, &both[..1], "192.0.2.1").as_deref(),
            Some("a:1")
        );
        assert_eq!(chosen(Some("none"), &both, "192.0.2.1"), None);
        let option = Some("http://[2001:db8::1]:3128/");
        let place = chosen(option, &both, "192.0.2.1");
        assert_eq!(place.as_deref(), Some("[2001:db8::1]:3128"));
        assert_eq!(chosen(None, &[("HTTPS_PROXY", " ")], "192.0.2.1"), None);
    }

    #[test]
    fn exceptions_are_names_with_all_below_addresses_and_networks() {
        for (exception, address, excepted) in [
            ("*", "192.0.2.1", true),
            ("example.com", "kata.example.com", true),
            (".example.com", "kata.EXAMPLE.com.", true),
            ("*.example.com", "kata.example.com", true),
            ("example.com", "notexample.com", false),
            ("x,192.0.2.1", "192.0.2.1", true),
            ("192.0.2.0/24", "192.0.2.200", true),
            ("192.0.2.0/24", "192.0.3.1", false),
            ("0.0.0.0/0", "198.51.100.1", true),
            ("192.0.2.1/33", "192.0.2.1", false),
            ("2001:db8::/32", "2001:db8::5", true),
            ("::/0", "192.0.2.1", false),
            ("", "kata.example.com", false),
            ("/", "192.0.2.1", false),
        ] {
            let environment = [("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", exception)];
            let through = chosen(None, &environment, address);
            assert_eq!(through.is_none(), excepted, "{exception} {address}");
        }
    }

    #[test]
    fn a_proxy_that_is_none_is_refused_without_being_shown() {
        for bad in [
            "https://u:s3cret@p:1",
            "socks5://s3cret@p",
            "http://s3cret@",
            "http://p/s3cret",
            "",
        ] {
            let error = ProxyChoice::of(Some(bad), |_| None).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("s3cret"), "{bad}");
        }
        let good = Proxy::parse("http://u:s3%63ret%@p").unwrap();
        assert_eq!(
            (good.place().as_str(), format!("{good:?}").contains("s3")),
            ("p:80", false)
        );
        let pair = BASE64_STANDARD.encode("u:s3cret%");
        assert_eq!(good.authorization.unwrap().expose_secret(), pair);
    }
}
