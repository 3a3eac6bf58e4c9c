//! A gateway that takes everything, and remembers it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// A request that came.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    pub(crate) line: String,
    pub(crate) key: Option<String>,
    pub(crate) body: Value,
}

/// A gateway that takes everything.
pub(crate) struct Recorder {
    pub(crate) port: u16,
    came: Arc<Mutex<Vec<Recorded>>>,
    silent: Arc<AtomicBool>,
    answer: Arc<Mutex<(u16, Value)>>,
}

impl Recorder {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let came = Arc::new(Mutex::new(Vec::new()));
        let silent = Arc::new(AtomicBool::new(false));
        let answer = Arc::new(Mutex::new((
            202,
            json!({"id": "ksc-1", "state": "accepted"}),
        )));
        let (kept, is_silent, to_say) = (came.clone(), silent.clone(), answer.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (kept, is_silent, to_say) = (kept.clone(), is_silent.clone(), to_say.clone());
                std::thread::spawn(move || serve(stream.ok(), &kept, &is_silent, &to_say));
            }
        });
        Self {
            port,
            came,
            silent,
            answer,
        }
    }

    /// What came since it was asked last.
    pub(crate) fn taken(&self) -> Vec<Recorded> {
        std::mem::take(&mut *self.came.lock().expect("not poisoned"))
    }

    /// From now on nothing is answered.
    pub(crate) fn fall_silent(&self) {
        self.silent.store(true, Ordering::SeqCst);
    }

    /// From now on this is answered.
    pub(crate) fn answer(&self, status: u16, body: Value) {
        *self.answer.lock().expect("not poisoned") = (status, body);
    }
}

fn serve(
    stream: Option<TcpStream>,
    came: &Mutex<Vec<Recorded>>,
    silent: &AtomicBool,
    answer: &Mutex<(u16, Value)>,
) -> Option<()> {
    let stream = stream?;
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let (mut length, mut key) = (0, None);
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).ok()?;
            let Some((name, value)) = header.trim_end().split_once(": ") else {
                break;
            };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().ok()?,
                "idempotency-key" => key = Some(value.to_owned()),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        came.lock().ok()?.push(Recorded {
            line: line.trim_end().to_owned(),
            key,
            body: serde_json::from_slice(&body).unwrap_or_default(),
        });
        if silent.load(Ordering::SeqCst) {
            std::thread::sleep(std::time::Duration::from_secs(60));
            return None;
        }
        let (status, said) = answer.lock().ok()?.clone();
        let said = said.to_string();
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{said}",
            said.len()
        );
        (&stream).write_all(head.as_bytes()).ok()?;
    }
}
