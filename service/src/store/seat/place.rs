//! The URL of the store, taken apart: what is wrong with it is found here and nowhere else.
//!
//! The part of a user, a host and a port is read by the client library, as that of one server is:
//! `redis-sentinel://` and `redis-cluster://` are several such parts with commas between.

use std::path::Path;

use redis::{
    ConnectionAddr, ConnectionInfo, IntoConnectionInfo as _, ProtocolVersion, RedisConnectionInfo,
};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::sentinels::{Place, Sentinel, Sentinels};
use crate::store::away::Away;

/// Where the store is.
pub(in crate::store) enum Seat {
    /// At this server.
    Server(ConnectionInfo),
    /// At the master that these name.
    Sentinels(Sentinels),
    /// At the node of a cluster that has the slot; these nodes know which.
    Cluster(Vec<ConnectionInfo>),
}

const SENTINEL_PORT: u16 = 26379;
const SERVER_PORT: u16 = 6379;

impl Seat {
    /// Where the URL in this file says.
    ///
    /// # Errors
    /// When the file cannot be read, or holds no such URL. The error says what is wrong and nothing
    /// of what is in it.
    pub(in crate::store) fn read(url_file: &Path) -> Result<Self, Away> {
        let text = std::fs::read_to_string(url_file).map(SecretString::from);
        let text = text.map_err(|error| Away::File(error.kind().to_string()))?;
        Self::parse(text.expose_secret().trim()).map_err(|wrong| Away::File(wrong.to_owned()))
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
        let (scheme, rest) = text.split_once("://").unwrap_or((text, ""));
        match scheme {
            "redis-sentinel" => sentinels("redis", rest),
            "rediss-sentinel" => sentinels("rediss", rest),
            "redis-cluster" => cluster("redis", rest),
            "rediss-cluster" => cluster("rediss", rest),
            _ => match text.into_connection_info() {
                Ok(server) => Ok(Self::Server(with_news(server))),
                Err(_) => Err(
                    "it holds no URL that begins with redis://, redis-sentinel:// or redis-cluster:// (rediss for TLS)",
                ),
            },
        }
    }
}

/// The parts of a URL with several hosts.
struct Parts<'a> {
    /// User and password, with the `@`.
    user: &'a str,
    hosts: Vec<&'a str>,
    path: Vec<&'a str>,
    query: &'a str,
}

fn parts(rest: &str) -> Result<Parts<'_>, &'static str> {
    if rest.contains('#') {
        return Err("a # in its URL must be written as %23");
    }
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if path.contains('@') {
        return Err("a / in the user or password of its URL must be written as %2F");
    }
    // A host has no @ in its name.
    let (user, hosts) = authority.split_at(authority.rfind('@').map_or(0, |it| it + 1));
    let hosts: Vec<&str> = hosts.split(',').collect();
    if hosts.iter().any(|it| it.is_empty()) {
        return Err("its URL has an empty host");
    }
    if user.contains(',') {
        return Err(
            "its URL must name user and password once, before the first host, and a comma in them as %2C",
        );
    }
    let path = path.trim_end_matches('/');
    let path = path.split('/').filter(|_| !path.is_empty()).collect();
    Ok(Parts {
        user,
        hosts,
        path,
        query,
    })
}

fn sentinels(scheme: &str, rest: &str) -> Result<Seat, &'static str> {
    const NO_NAME: &str =
        "its URL must name the Sentinels' group behind the hosts, as in /mymaster";
    let parts = parts(rest)?;
    let (name, db) = match parts.path[..] {
        [name] => (name, 0),
        [name, db] => {
            let db = db.parse::<u16>();
            (
                name,
                db.map_err(|_| "the database in its URL is no number")?,
            )
        }
        _ => return Err(NO_NAME),
    };
    let name = decoded(name).filter(|it| !it.is_empty()).ok_or(NO_NAME)?;
    let own = credentials(parts.query)?;
    let mut asked = Vec::new();
    for host in &parts.hosts {
        let sentinel = server(scheme, "", host, SENTINEL_PORT)?;
        asked.push(Sentinel::at(sentinel.set_redis_settings(own.clone())));
    }
    // Its address is what the Sentinels say.
    let master = server(scheme, parts.user, "master", SERVER_PORT)?;
    let settings = master.redis_settings().clone().set_db(db.into());
    Ok(Seat::Sentinels(Sentinels {
        asked,
        name,
        master: master.set_redis_settings(settings),
    }))
}

fn cluster(scheme: &str, rest: &str) -> Result<Seat, &'static str> {
    let parts = parts(rest)?;
    if !parts.path.is_empty() {
        return Err("its URL names a database, of which a cluster has only one");
    }
    if !parts.query.is_empty() {
        return Err("its URL has parameters, of which redis-cluster:// knows none");
    }
    let seeds = parts
        .hosts
        .iter()
        .map(|host| server(scheme, parts.user, host, SERVER_PORT));
    seeds.collect::<Result<_, _>>().map(Seat::Cluster)
}

/// One server, as its own URL would name it.
fn server(scheme: &str, user: &str, host: &str, port: u16) -> Result<ConnectionInfo, &'static str> {
    const WRONG: &str = "its URL has a host or port that is none, or a user or password with a character that must be written as %";
    let mut url = Url::parse(&format!("{scheme}://{user}{host}")).map_err(|_| WRONG)?;
    if url.host_str().is_none_or(str::is_empty) || !matches!(url.path(), "" | "/") {
        return Err(WRONG);
    }
    if !url.username().is_empty() && url.password().is_none() {
        return Err(
            "its URL names a user without a password (a password alone is written as :password@)",
        );
    }
    if url.port().is_none() {
        url.set_port(Some(port)).map_err(|()| WRONG)?;
    }
    let server = url.as_str().into_connection_info();
    server.map(with_news).map_err(|_| WRONG)
}

/// The news come over the connection that asks: that takes the third version of the protocol
/// (Redis 6).
fn with_news(server: ConnectionInfo) -> ConnectionInfo {
    let settings = server.redis_settings().clone();
    server.set_redis_settings(settings.set_protocol(ProtocolVersion::RESP3))
}

/// As whom the Sentinels are asked. A Sentinel has users and passwords of its own.
fn credentials(query: &str) -> Result<RedisConnectionInfo, &'static str> {
    let (mut user, mut password) = (None, None);
    for parameter in query.split('&').filter(|it| !it.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let place = match name {
            "sentinel_username" => &mut user,
            "sentinel_password" => &mut password,
            _ => {
                return Err(
                    "its URL has a parameter other than sentinel_username and sentinel_password",
                );
            }
        };
        let value = decoded(value).filter(|it| !it.is_empty());
        let value = value.ok_or("a parameter of its URL is empty, or no text")?;
        if place.replace(value).is_some() {
            return Err("its URL has a parameter twice");
        }
    }
    // A Sentinel may be older than the third version of the protocol, and need not be told who asks.
    let own = RedisConnectionInfo::default().set_skip_set_lib_name();
    match (user, password) {
        (None, None) => Ok(own),
        (None, Some(password)) => Ok(own.set_password(password)),
        (Some(user), Some(password)) => Ok(own.set_username(user).set_password(password)),
        (Some(_), None) => Err("its URL has sentinel_username without sentinel_password"),
    }
}

/// A part of a URL, in which `%` is the only character that means another: a form's `+` is a plus
/// here, as in the password before the host.
fn decoded(part: &str) -> Option<String> {
    let pairs = part.replace('+', "%2B").replace('&', "%26");
    let pair = format!("={pairs}");
    let decoded = url::form_urlencoded::parse(pair.as_bytes()).next()?.1;
    // What is no text was replaced.
    (!decoded.contains(char::REPLACEMENT_CHARACTER)).then(|| decoded.into_owned())
}

/// The same as this one, at another place.
pub(super) fn at(server: &ConnectionInfo, (host, port): Place) -> ConnectionInfo {
    let tls = matches!(server.addr(), ConnectionAddr::TcpTls { .. });
    let place = if tls {
        ConnectionAddr::TcpTls {
            host,
            port,
            insecure: false,
            tls_params: None,
        }
    } else {
        ConnectionAddr::Tcp(host, port)
    };
    server.clone().set_addr(place)
}

/// Where this one is; nothing of one that has no port.
#[expect(clippy::wildcard_enum_match_arm, reason = "the library's list is open")]
pub(super) fn place_of(server: &ConnectionInfo) -> Option<Place> {
    match server.addr() {
        ConnectionAddr::Tcp(host, port) | ConnectionAddr::TcpTls { host, port, .. } => {
            Some((host.clone(), *port))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seat, as `kind user:password@host:port/db ...` for each of its servers.
    fn read(text: &str) -> Result<String, &'static str> {
        fn shown(server: &ConnectionInfo) -> String {
            let own = server.redis_settings();
            let tls = matches!(
                server.addr(),
                ConnectionAddr::TcpTls {
                    insecure: false,
                    ..
                }
            );
            let (host, port) = place_of(server).expect("a place");
            format!(
                "{}{}:{}@{host}:{port}/{}",
                if tls { "tls " } else { "" },
                own.username().unwrap_or_default(),
                own.password().unwrap_or_default(),
                own.db(),
            )
        }
        Ok(match Seat::parse(text)? {
            Seat::Server(server) => format!("server {}", shown(&server)),
            Seat::Cluster(seeds) => {
                let seeds: Vec<String> = seeds.iter().map(shown).collect();
                format!("cluster {}", seeds.join(" "))
            }
            Seat::Sentinels(it) => {
                let asked: Vec<String> = it.asked.iter().map(|it| shown(&it.place)).collect();
                let (name, master) = (it.name, shown(&it.master));
                format!("sentinels {} name {name} {master}", asked.join(" "))
            }
        })
    }

    #[test]
    fn a_url_says_where_the_store_is() {
        for (text, expected) in [
            ("redis://redis", "server :@redis:6379/0"),
            ("rediss://u:p%40@redis:1/2", "server tls u:p@@redis:1/2"),
            (
                "redis-sentinel://a,b:1/mymaster",
                "sentinels :@a:26379/0 :@b:1/0 name mymaster :@master:6379/0",
            ),
            (
                "rediss-sentinel://u:p%2Fw@[::1],[fd00::2]:1/my%20master/3?sentinel_username=s&sentinel_password=a+b%26%3D%2B",
                "sentinels tls s:a+b&=+@::1:26379/0 tls s:a+b&=+@fd00::2:1/0 name my master tls u:p/w@master:6379/3",
            ),
            (
                "redis-sentinel://:p@a/m/?sentinel_password=s",
                "sentinels :s@a:26379/0 name m :p@master:6379/0",
            ),
            (
                "redis-cluster://a,b:1,10.0.0.1",
                "cluster :@a:6379/0 :@b:1/0 :@10.0.0.1:6379/0",
            ),
            (
                "rediss-cluster://u:p%2C@[::1]:7,b/",
                "cluster tls u:p,@::1:7/0 tls u:p,@b:6379/0",
            ),
        ] {
            assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_url_that_is_wrong_is_refused_without_telling_what_is_in_it() {
        for (text, expected) in [
            ("", "begins with"),
            ("s3cr3t", "begins with"),
            ("http://s3cr3t", "begins with"),
            ("redis://", "begins with"),
            ("redis-sentinels://s3cr3t/m", "begins with"),
            ("redis-sentinel:s3cr3t/m", "begins with"),
            ("redis-sentinel://s3cr3t", "must name the Sentinels' group"),
            ("redis-sentinel://s3cr3t/", "must name the Sentinels' group"),
            (
                "redis-sentinel://s3cr3t//0",
                "must name the Sentinels' group",
            ),
            (
                "redis-sentinel://s3cr3t/%FF",
                "must name the Sentinels' group",
            ),
            (
                "redis-sentinel://s3cr3t/m/1/2",
                "must name the Sentinels' group",
            ),
            ("redis-sentinel://s3cr3t/m/one", "no number"),
            ("redis-sentinel://s3cr3t/m/-1", "no number"),
            ("redis-sentinel:///m", "empty host"),
            ("redis-sentinel://s3cr3t,/m", "empty host"),
            ("redis-sentinel://:s3cr3t@/m", "empty host"),
            ("redis-sentinel://s3cr3t:port/m", "host or port"),
            ("redis-sentinel://s3cr3t:99999/m", "host or port"),
            ("redis-sentinel://[::s3cr3t]/m", "host or port"),
            ("redis-sentinel://0.0.0.0/m", "host or port"),
            ("redis-sentinel://:s3/cr3t@a/m", "%2F"),
            ("redis-sentinel://s3cr3t@a/m", "without a password"),
            (
                "redis-sentinel://:s3cr3t@a,:s3cr3t@b/m",
                "once, before the first host",
            ),
            (
                "redis-sentinel://a/m?sentinel_username=s3cr3t",
                "without sentinel_password",
            ),
            ("redis-sentinel://a/m?sentinel_password=", "is empty"),
            (
                "redis-sentinel://a/m?sentinel_password=s3cr3t%FF",
                "is empty",
            ),
            (
                "redis-sentinel://a/m?sentinel_password=s3cr3t&sentinel_password=b",
                "twice",
            ),
            (
                "redis-sentinel://a/m?password=s3cr3t",
                "a parameter other than",
            ),
            ("redis-sentinel://a/m#s3cr3t", "%23"),
            ("redis-cluster://s3cr3t/1", "names a database"),
            ("redis-cluster://s3cr3t?db=1", "has parameters"),
            ("redis-cluster://", "empty host"),
            ("redis-cluster://:s3cr3t%FF@a", "host or port"),
        ] {
            let refused = read(text).expect_err(text);
            assert!(refused.contains(expected), "{text}: {refused}");
            assert!(!refused.contains("s3cr3t"), "{text}: {refused}");
        }
    }

    #[test]
    fn whatever_is_in_the_file_is_read_or_refused() {
        const PIECES: [&str; 24] = [
            "redis",
            "rediss",
            "-sentinel",
            "-cluster",
            "://",
            "/",
            "//",
            ":",
            "@",
            ",",
            "[",
            "]",
            "::1",
            "?",
            "&",
            "=",
            "#",
            "%",
            "%40",
            "%FF",
            "sentinel_password",
            "host",
            "6379",
            "\u{e9}",
        ];
        let mut rng = fastrand::Rng::with_seed(7);
        let (mut read_at_all, mut refused) = (0, 0);
        for _ in 0..10_000 {
            let scheme = rng.usize(0..2);
            let name = ["", "redis-sentinel://", "rediss-cluster://"][rng.usize(0..3)];
            let mut text = name.repeat(scheme);
            for _ in 0..rng.usize(0..8) {
                text.push_str(PIECES[rng.usize(0..PIECES.len())]);
            }
            match Seat::parse(&text) {
                Ok(Seat::Server(_)) => read_at_all += 1,
                Ok(Seat::Cluster(seeds)) => {
                    read_at_all += 1;
                    assert!(seeds.iter().all(|it| place_of(it).is_some()), "{text}");
                }
                Ok(Seat::Sentinels(it)) => {
                    read_at_all += 1;
                    assert!(it.count() > 0 && !it.name.is_empty(), "{text}");
                }
                Err(_) => refused += 1,
            }
        }
        assert!(
            read_at_all > 100 && refused > 100,
            "{read_at_all} {refused}"
        );
    }
}
