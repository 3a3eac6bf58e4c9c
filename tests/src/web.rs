//! A web server of documents, such as an issuer publishes them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// A server of documents by their paths, which writes down what it was asked.
#[derive(Debug)]
pub struct Web {
    /// Its address, as a URL without a path.
    pub at: String,
    pages: Mutex<HashMap<String, (u16, String)>>,
    asked: Mutex<Vec<String>>,
}

impl Web {
    /// Starts one that has no documents yet.
    ///
    /// # Panics
    /// When there is no port.
    pub async fn start() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let web = Arc::new(Self {
            at: format!("http://{}", listener.local_addr().expect("an address")),
            pages: Mutex::default(),
            asked: Mutex::default(),
        });
        let serving = Arc::clone(&web);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut head = vec![0; 4096];
                let read = stream.read(&mut head).await.unwrap_or_default();
                let head = String::from_utf8_lossy(&head[..read]).into_owned();
                let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                serving.asked.lock().expect("no panic").push(head);
                let page = serving.pages.lock().expect("no panic").get(&path).cloned();
                let (status, body) = page.unwrap_or((404, String::new()));
                let more = if status == 302 {
                    format!("location: {body}\r\n")
                } else {
                    String::new()
                };
                let answer = format!(
                    "HTTP/1.1 {status} Said\r\n{more}content-length: {}\r\nconnection: close\r\n\r\n{body}",
                    body.len()
                );
                let _written = stream.write_all(answer.as_bytes()).await;
            }
        });
        web
    }

    /// Serves a document at a path from now on; with 302 its text is where it leads.
    ///
    /// # Panics
    /// When the server has panicked.
    pub fn page(&self, path: &str, status: u16, body: &str) {
        let page = (status, body.to_owned());
        self.pages
            .lock()
            .expect("no panic")
            .insert(path.to_owned(), page);
    }

    /// Takes all documents away.
    ///
    /// # Panics
    /// When the server has panicked.
    pub fn clear(&self) {
        self.pages.lock().expect("no panic").clear();
    }

    /// The heads of the requests so far.
    ///
    /// # Panics
    /// When the server has panicked.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }

    /// How often this was asked for.
    ///
    /// # Panics
    /// When the server has panicked.
    #[must_use]
    pub fn count(&self, path: &str) -> usize {
        let line = format!("GET {path} ");
        self.asked()
            .iter()
            .filter(|it| it.starts_with(&line))
            .count()
    }
}
