//! TLS at the API listener: certificates good and bad, of clients too, and changed while it serves.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use acceptance::{House, Reply, eventually, everything};
use futures_util::future::join_all;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    SanType,
};
use reqwest::{Certificate, Client, Identity};
use time::OffsetDateTime;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};

use super::raw::{rest, token};

/// A certificate authority.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

/// A certificate and its key, PEM.
#[derive(Clone)]
struct Credentials {
    certificate: String,
    key: String,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let pem = params.self_signed(&key).expect("a certificate").pem();
        Self {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    fn issue(
        &self,
        name: &str,
        purpose: ExtendedKeyUsagePurpose,
        change: impl FnOnce(&mut CertificateParams),
    ) -> Credentials {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.subject_alt_names = vec![SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST))];
        params.extended_key_usages = vec![purpose];
        change(&mut params);
        let key = KeyPair::generate().expect("a key");
        Credentials {
            certificate: params
                .signed_by(&key, &self.issuer)
                .expect("a certificate")
                .pem(),
            key: key.serialize_pem(),
        }
    }

    fn server(&self, name: &str) -> Credentials {
        self.issue(name, ExtendedKeyUsagePurpose::ServerAuth, |_| {})
    }

    fn client(&self, name: &str) -> Credentials {
        self.issue(name, ExtendedKeyUsagePurpose::ClientAuth, |_| {})
    }
}

/// Files of a mounted secret, as Kubernetes lays them out: links to links, of which one is swapped.
struct Mount {
    folder: tempfile::TempDir,
    version: AtomicUsize,
}

impl Mount {
    fn new(server: &Credentials, client_ca: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["tls.crt", "tls.key", "ca.crt"] {
            let to = Path::new("..data").join(name);
            std::os::unix::fs::symlink(to, folder.path().join(name)).expect("a link");
        }
        let mount = Self {
            folder,
            version: AtomicUsize::new(0),
        };
        mount.write(server, client_ca);
        mount
    }

    fn write(&self, server: &Credentials, client_ca: &str) {
        let version = format!("..{}", self.version.fetch_add(1, Ordering::SeqCst));
        let folder = self.folder.path().join(&version);
        std::fs::create_dir(&folder).expect("a folder");
        for (name, text) in [
            ("tls.crt", server.certificate.as_str()),
            ("tls.key", &server.key),
            ("ca.crt", client_ca),
        ] {
            std::fs::write(folder.join(name), text).expect("a file");
        }
        let link = self.folder.path().join("..data_tmp");
        std::os::unix::fs::symlink(version, &link).expect("a link");
        std::fs::rename(link, self.folder.path().join("..data")).expect("the swap");
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    async fn house(&self, clients: bool) -> House {
        let mut settings = vec![
            ("server.tls.certificate_file", self.path("tls.crt")),
            ("server.tls.key_file", self.path("tls.key")),
        ];
        if clients {
            settings.push(("server.tls.client_ca_file", self.path("ca.crt")));
        }
        House::furnish(acceptance::Plan {
            settings,
            ..acceptance::Plan::default()
        })
        .await
    }
}

/// A client that trusts this authority alone, with a certificate of its own or without.
fn client(authority: &Authority, identity: Option<&Credentials>) -> Client {
    let root = Certificate::from_pem(authority.pem.as_bytes()).expect("a certificate");
    let builder = Client::builder()
        .no_proxy()
        .tls_certs_only([root])
        .pool_max_idle_per_host(0);
    let builder = match identity {
        None => builder,
        Some(pair) => builder.identity(
            Identity::from_pem(format!("{}{}", pair.certificate, pair.key).as_bytes())
                .expect("an identity"),
        ),
    };
    builder.build().expect("a client")
}

async fn ask(client: &Client, addr: SocketAddr) -> Result<Reply, reqwest::Error> {
    let request = || {
        client
            .get(format!("https://{addr}/v1/whoami"))
            .bearer_auth(token())
    };
    request().send().await?;
    Ok(Reply::of(request()).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_is_served_over_tls_and_http_1_1_alone_is_spoken() {
    let authority = Authority::new("authority");
    let mount = Mount::new(&authority.server("one"), "");
    let house = mount.house(false).await;

    ask(&client(&authority, None), house.addr())
        .await
        .expect("it trusts it")
        .expect(200);
    assert!(
        ask(&client(&Authority::new("other"), None), house.addr())
            .await
            .is_err(),
        "another authority's client trusts it"
    );
    // A good token is needed all the same.
    let stranger = client(&authority, None).get(format!("https://{}/v1/whoami", house.addr()));
    Reply::of(stranger).await.expect(401);
    // The admin listener stays as it is.
    house.admin("/health/live").await.expect(200);

    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(authority.pem.as_bytes()).expect("PEM"))
        .expect("a root");
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut negotiated = Vec::new();
    for offer in [
        vec![b"h2".to_vec(), b"http/1.1".to_vec()],
        vec![b"h2".to_vec()],
        vec![b"http/1.1".to_vec()],
        vec![],
    ] {
        config.alpn_protocols = offer;
        let stream = TcpStream::connect(house.addr())
            .await
            .expect("a connection");
        let name = ServerName::IpAddress(house.addr().ip().into());
        let connected = TlsConnector::from(Arc::new(config.clone()))
            .connect(name, stream)
            .await;
        let chosen = |it: &[u8]| String::from_utf8_lossy(it).into_owned();
        negotiated.push(match connected {
            Ok(stream) => stream
                .get_ref()
                .1
                .alpn_protocol()
                .map(chosen)
                .unwrap_or_default(),
            Err(_) => "refused".to_owned(),
        });
    }
    assert_eq!(negotiated, ["http/1.1", "refused", "http/1.1", ""]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_tls_is_not_waited_for() {
    let authority = Authority::new("authority");
    let mount = Mount::new(&authority.server("one"), "");
    let house = mount.house(false).await;
    let began = std::time::Instant::now();

    let strange = [
        b"GET /v1/whoami HTTP/1.1\r\nhost: a\r\n\r\n".as_slice(),
        b"",
        b"\x16",
        b"\x16\x03\x01\xff\xff",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        &[0x80; 64],
    ];
    let addr = house.addr();
    let talks = strange.into_iter().map(|bytes| async move {
        let mut stream = TcpStream::connect(addr).await.expect("a connection");
        stream.write_all(bytes).await.expect("it is sent");
        let answer = rest(&mut stream).await.expect("the connection is ended");
        assert!(!answer.contains("HTTP/1.1"), "{bytes:?}: {answer}");
    });
    join_all(talks).await;
    // Those that say too little have five seconds.
    assert!(
        began.elapsed() < std::time::Duration::from_secs(20),
        "{:?}",
        began.elapsed()
    );
    ask(&client(&authority, None), house.addr())
        .await
        .expect("it still serves")
        .expect(200);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_clients_of_the_authority_may_connect() {
    let (servers, clients, others) = (
        Authority::new("servers"),
        Authority::new("clients"),
        Authority::new("others"),
    );
    let mount = Mount::new(&servers.server("one"), &clients.pem);
    let house = mount.house(true).await;
    let day = time::Duration::days(1);
    let now =
        OffsetDateTime::from_unix_timestamp(jsonwebtoken::get_current_timestamp().cast_signed())
            .expect("a moment");
    let good = clients.client("soar");
    let purpose = || ExtendedKeyUsagePurpose::ClientAuth;
    let expired = clients.issue("soar", purpose(), |it| {
        (it.not_before, it.not_after) = (now - 2 * day, now - day);
    });
    let early = clients.issue("soar", purpose(), |it| {
        (it.not_before, it.not_after) = (now + day, now + 2 * day);
    });
    // Of an authority that calls itself like the good one.
    let namesake = Authority::new("clients").client("soar");

    ask(&client(&servers, Some(&good)), house.addr())
        .await
        .expect("it may connect")
        .expect(200);
    let mut refused = 0;
    for (what, identity) in [
        ("no certificate", None),
        ("another authority's", Some(others.client("soar"))),
        ("a namesake's", Some(namesake)),
        ("the servers' authority's", Some(servers.client("soar"))),
        ("an expired one", Some(expired)),
        ("one of tomorrow", Some(early)),
        ("one for servers", Some(clients.server("soar"))),
    ] {
        let answer = ask(&client(&servers, identity.as_ref()), house.addr()).await;
        assert!(answer.is_err(), "{what}: {answer:?}");
        refused += 1;
    }
    // A certificate is not a token.
    let stranger = client(&servers, Some(&good)).get(format!("https://{}/v1/whoami", house.addr()));
    assert_eq!(
        Reply::of(stranger).await.expect(401).code(),
        "token_missing"
    );
    acceptance::tell(&format!(
        "clients' certificates: {refused} bad ones tried, {refused} refused"
    ));

    // Another authority takes over; the old one's clients are refused, also those that were here
    // before.
    let former = client(&servers, Some(&good));
    mount.write(&servers.server("two"), &others.pem);
    eventually("the new authority's clients may connect", || async {
        ask(
            &client(&servers, Some(&others.client("soar"))),
            house.addr(),
        )
        .await
        .ok()
    })
    .await
    .expect(200);
    assert!(
        ask(&former, house.addr()).await.is_err(),
        "the former authority's client still connects"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_change_while_requests_are_served_and_broken_ones_change_nothing() {
    let (old, new) = (Authority::new("old"), Authority::new("new"));
    let mount = Mount::new(&old.server("one"), "");
    let house = mount.house(false).await;
    let addr = house.addr();
    let both = || {
        let roots =
            [&old, &new].map(|it| Certificate::from_pem(it.pem.as_bytes()).expect("a certificate"));
        // A handshake for each request.
        Client::builder()
            .no_proxy()
            .tls_certs_only(roots)
            .pool_max_idle_per_host(0)
            .build()
            .expect("a client")
    };
    let (done, served) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let traffic: Vec<_> = (0..3)
        .map(|_| (both(), Arc::clone(&done), Arc::clone(&served)))
        .map(|(client, done, served)| {
            tokio::spawn(async move {
                for _ in 0..5000 {
                    if done.load(Ordering::SeqCst) {
                        return;
                    }
                    ask(&client, addr)
                        .await
                        .expect("it is served all the time")
                        .expect(200);
                    served.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    let serves = |authority: &Authority| {
        let client = client(authority, None);
        async move { ask(&client, addr).await.is_ok() }
    };
    let complaints = || {
        everything()
            .matches("have changed and cannot be used")
            .count()
    };
    let began_with = complaints();

    // Broken ones first: an unreadable certificate, a key of another certificate, nothing at all.
    let (one, other) = (new.server("two"), new.server("three"));
    let broken = [
        Credentials {
            certificate: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
                .to_owned(),
            key: one.key.clone(),
        },
        Credentials {
            certificate: one.certificate.clone(),
            key: other.key.clone(),
        },
        Credentials {
            certificate: String::new(),
            key: String::new(),
        },
    ];
    for (number, pair) in broken.iter().enumerate() {
        mount.write(pair, "");
        eventually("the log complains", || async {
            (complaints() > began_with + number).then_some(())
        })
        .await;
        assert!(
            serves(&old).await,
            "a broken certificate has replaced a good one"
        );
    }
    let said = complaints();
    mount.write(&one, "");
    eventually("the new certificate is served", || async {
        serves(&new).await.then_some(())
    })
    .await;
    assert!(!serves(&old).await, "the old certificate is still served");
    assert_eq!(
        complaints(),
        said,
        "a good certificate was complained about"
    );

    let before = served.load(Ordering::SeqCst);
    eventually("traffic goes on", || async {
        (served.load(Ordering::SeqCst) > before + 20).then_some(())
    })
    .await;
    done.store(true, Ordering::SeqCst);
    for caller in traffic {
        caller.await.expect("no request failed");
    }
    acceptance::tell(&format!(
        "certificates changed under traffic: {} requests, each with two handshakes, none failed",
        served.load(Ordering::SeqCst)
    ));
    house.close().await;
}
