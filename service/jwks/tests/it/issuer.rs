//! An issuer's key endpoint, which says what it is told to.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jsonwebtoken::Algorithm;
use jwks::{Door, Find, KeySet, Timing};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Every algorithm that a key set can serve.
pub(crate) const PUBLIC: [Algorithm; 4] = [
    Algorithm::RS256,
    Algorithm::PS256,
    Algorithm::ES256,
    Algorithm::EdDSA,
];

/// What is answered.
#[derive(Clone)]
pub(crate) enum Says {
    /// 200 with this document.
    Document(String),
    /// This status with a good document.
    Status(u16),
    /// A redirect to this address.
    Redirect(String),
    /// More bytes than any key set has, behind a head that does not say how many.
    Endless,
    /// A document of which a byte comes now and then, and the last one never.
    Drip,
    /// Nothing at all.
    Nothing,
    /// A head that promises more than comes.
    Torn,
}

/// An issuer's key endpoint.
pub(crate) struct Issuer {
    says: Mutex<Says>,
    asked: AtomicUsize,
    /// Answers wait until this says so.
    open: watch::Sender<bool>,
}

impl Issuer {
    /// Starts one that publishes nothing yet.
    pub(crate) async fn start() -> (Arc<Self>, url::Url) {
        let issuer = Arc::new(Self {
            says: Mutex::new(Says::Document(String::new())),
            asked: AtomicUsize::new(0),
            open: watch::Sender::new(true),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/jwks", listener.local_addr().expect("an address"));
        let serving = Arc::clone(&issuer);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = Arc::clone(&serving);
                tokio::spawn(async move { serving.answer(stream).await });
            }
        });
        (issuer, url.parse().expect("an address"))
    }

    /// Publishes these keys.
    pub(crate) fn publish(&self, ids: &[&str]) {
        let keys: Vec<String> = ids.iter().map(|id| key(id)).collect();
        self.say(Says::Document(format!(
            "{{\"keys\": [{}]}}",
            keys.join(", ")
        )));
    }

    pub(crate) fn say(&self, says: Says) {
        *self.says.lock().expect("no panic") = says;
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// Holds every answer back until [`Issuer::open`].
    pub(crate) fn close(&self) {
        self.open.send_replace(false);
    }

    pub(crate) fn open(&self) {
        self.open.send_replace(true);
    }

    async fn answer(&self, mut stream: TcpStream) {
        let mut request = [0; 1024];
        let _read = stream.read(&mut request).await;
        self.asked.fetch_add(1, Ordering::SeqCst);
        // The sender is at hand, so it cannot have gone.
        let _open = self.open.subscribe().wait_for(|it| *it).await.is_ok();
        let says = self.says.lock().expect("no panic").clone();
        let whole = |status: &str, more: &str, body: &str| {
            let length = body.len();
            format!(
                "HTTP/1.1 {status}\r\n{more}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
            )
        };
        let good = format!("{{\"keys\": [{}]}}", key("a"));
        let text = match says {
            Says::Document(document) => whole("200 OK", "", &document),
            Says::Status(status) => whole(&format!("{status} Said"), "", &good),
            Says::Redirect(to) => whole("302 Found", &format!("location: {to}\r\n"), &good),
            Says::Endless => {
                let _head = stream
                    .write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"keys\": [")
                    .await;
                let blanks = vec![b' '; 64 * 1024];
                while stream.write_all(&blanks).await.is_ok() {}
                return;
            }
            Says::Drip => {
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", good.len());
                let _head = stream.write_all(head.as_bytes()).await;
                for byte in good.bytes().take(good.len() - 1) {
                    if stream.write_all(&[byte]).await.is_err() {
                        return;
                    }
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                return std::future::pending().await;
            }
            Says::Nothing => return std::future::pending().await,
            Says::Torn => format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{good}",
                good.len() + 100
            ),
        };
        let _written = stream.write_all(text.as_bytes()).await;
    }
}

/// The example key of RFC 7517 appendix A.1 under another id.
pub(crate) fn key(id: &str) -> String {
    format!(
        r#"{{"kty": "EC", "crv": "P-256", "use": "sig", "kid": "{id}",
            "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
            "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}}"#
    )
}

pub(crate) fn timing(cool_down: Duration) -> Timing {
    Timing {
        cool_down,
        ..Timing::default()
    }
}

/// The set at an address where no door is closed.
pub(crate) fn set_at(url: url::Url, timing: Timing) -> KeySet {
    KeySet::url(url, Door::default(), &PUBLIC, timing).expect("a set")
}

pub(crate) async fn is_known(set: &KeySet, id: &str) -> bool {
    matches!(set.find(Some(id), Algorithm::ES256).await, Find::Key(_))
}
