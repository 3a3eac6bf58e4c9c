//! A real nginx in front of a gateway, as an ingress is, with its defaults but where a test says
//! otherwise.

use std::net::SocketAddr;
use std::process::Command;

use tempfile::TempDir;

use crate::port;
use crate::process::Process;

/// A proxy on a loopback port; it ends with this value.
pub struct Nginx {
    _process: Process,
    addr: SocketAddr,
    _folder: TempDir,
}

impl Nginx {
    /// Starts one in front of this gateway, with these lines in the location that leads there.
    ///
    /// # Panics
    /// When there is no such program, or it does not start.
    pub async fn start(gateway: SocketAddr, lines: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let addr = port::free().await;
        let at = folder.path().display();
        // Its own limit of 1 MB would answer in the gateway's place; its files go nowhere else.
        let config = format!(
            "daemon off;\nmaster_process off;\nuser root;\npid {at}/pid;\nerror_log {at}/error.log;\n\
             events {{}}\n\
             http {{\n  access_log off;\n  client_max_body_size 64m;\n  \
             client_body_temp_path {at}/body;\n  proxy_temp_path {at}/proxy;\n  fastcgi_temp_path {at}/f;\n  \
             uwsgi_temp_path {at}/u;\n  scgi_temp_path {at}/s;\n  \
             server {{\n    listen {addr};\n    location / {{\n      proxy_pass http://{gateway};\n      {lines}\n    }}\n  }}\n}}\n"
        );
        let file = folder.path().join("nginx.conf");
        std::fs::write(&file, config).expect("a file");
        let mut process = Process::start(
            "nginx",
            Command::new("nginx")
                .arg("-p")
                .arg(folder.path())
                .arg("-c")
                .arg(&file),
        );
        process.listens(addr).await;
        Self {
            _process: process,
            addr,
            _folder: folder,
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }
}
