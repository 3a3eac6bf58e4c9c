//! The tag by which a KSC shows that a device is isolated.
//!
//! KES for Linux gives an isolated device the tag `ISOLATED FROM NETWORK` and takes it away at
//! release; that KES for Windows does so is not documented. A device that KATA isolates is managed
//! by a KSC as well, so where another simulator plays that KSC, its control listener is told, over
//! HTTP and nothing else: `GET /hosts` for the device's id there, by name or else by address, then
//! `POST /tags`.

use crate::deed::{Deed, DeedKind};
use crate::journal::{Journal, TagReport};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc::UnboundedReceiver;

/// The tag.
const ISOLATED: &str = "ISOLATED FROM NETWORK";

/// On which devices the product tells of its isolation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaggedDevices {
    /// On those that run Linux, as documented.
    #[default]
    Linux,
    /// On every one.
    Everywhere,
}

/// What of a deed concerns a tag.
pub(crate) fn concerns(deed: &Deed, which: TaggedDevices) -> bool {
    let is_meant = which == TaggedDevices::Everywhere || deed.os_family.contains("linux");
    is_meant && is_on(deed).is_some()
}

/// Whether the device is isolated from then on; `None` for a deed of another kind.
fn is_on(deed: &Deed) -> Option<bool> {
    match deed.kind {
        DeedKind::Isolated { .. } => Some(true),
        DeedKind::Free { .. } => Some(false),
        DeedKind::CameOnLine
        | DeedKind::WentOffLine
        | DeedKind::Blocks { .. }
        | DeedKind::Started { .. }
        | DeedKind::Ended { .. } => None,
    }
}

/// Tells a KSC's control listener of one deed after another.
pub(crate) async fn tell(control: SocketAddr, mut deeds: UnboundedReceiver<Deed>, to: Journal) {
    while let Some(deed) = deeds.recv().await {
        let isolated = is_on(&deed).unwrap_or(false);
        let error = set(control, &deed, isolated).await.err();
        to.reported(TagReport {
            sensor: deed.sensor,
            host: deed.host,
            isolated,
            error,
        });
    }
}

async fn set(control: SocketAddr, deed: &Deed, isolated: bool) -> Result<(), String> {
    let hosts = ask(control, "GET", "/hosts", &Value::Null).await?;
    let hosts = hosts.as_array().ok_or("the hosts are no list")?;
    let same_name = |host: &&Value| {
        let names = ["name", "fqdn", "netbios"].map(|it| host[it].as_str().unwrap_or_default());
        names.iter().any(|it| it.eq_ignore_ascii_case(&deed.host))
    };
    let ip = deed.ip.to_string();
    let same_ip = |host: &&Value| host["ip"] == ip;
    let named: Vec<&Value> = hosts.iter().filter(same_name).collect();
    let meant = match named.as_slice() {
        [] => hosts.iter().filter(same_ip).collect(),
        _ => named,
    };
    let [host] = meant.as_slice() else {
        return Err(format!("{} hosts of KSC are meant", meant.len()));
    };
    let mut order = json!({"id": host["id"], "value": ISOLATED});
    if isolated {
        order["by"] = json!("product");
    }
    ask(control, "POST", "/tags", &order).await.map(|_| ())
}

async fn ask(addr: SocketAddr, method: &str, path: &str, body: &Value) -> Result<Value, String> {
    let body = body.to_string();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: control\r\nConnection: close\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    );
    let exchange = async {
        let mut stream = TcpStream::connect(addr).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut reply = String::new();
        stream.read_to_string(&mut reply).await?;
        Ok::<String, std::io::Error>(reply)
    };
    let reply = exchange.await.map_err(|error| error.to_string())?;
    let (head, body) = reply.split_once("\r\n\r\n").ok_or("half an answer came")?;
    if head.split(' ').nth(1) != Some("200") {
        return Err(format!("{method} {path}: {body}"));
    }
    serde_json::from_str(body).map_err(|error| error.to_string())
}
