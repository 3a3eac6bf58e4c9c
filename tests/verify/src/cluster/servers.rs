//! etcd and kube-apiserver, on 127.0.0.1, for as long as the value lives.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::cluster::kubectl::Kubectl;
use crate::kubernetes::text;
use crate::outcome::Failure;

/// Longest wait for the servers to be ready.
const PATIENCE: Duration = Duration::from_secs(90);

/// Nobody else reaches the server, and it holds nothing.
const TOKEN: &str = "the-token-of-verify";

/// The running servers. They end with this value.
pub(crate) struct Servers {
    children: Vec<Child>,
    run: PathBuf,
}

impl Servers {
    /// Starts both with an empty store.
    pub(crate) fn start(folder: &Path) -> Result<Self, Failure> {
        let run = folder.join("run");
        let broken =
            |error: std::io::Error| Failure::because(format!("{}: {error}", run.display()));
        if run.exists() {
            fs::remove_dir_all(&run).map_err(broken)?;
        }
        fs::create_dir_all(&run).map_err(broken)?;
        let [clients, peers, api] = free_ports().map_err(broken)?;
        let key = rcgen::KeyPair::generate()
            .map_err(|error| Failure::because(format!("no key can be made: {error}")))?;
        fs::write(run.join("accounts.pem"), key.serialize_pem()).map_err(broken)?;
        fs::write(run.join("accounts.pub"), key.public_key_pem()).map_err(broken)?;
        fs::write(
            run.join("tokens.csv"),
            format!("{TOKEN},verify,verify,system:masters\n"),
        )
        .map_err(broken)?;
        fs::write(run.join("kubeconfig"), kubeconfig(&run, api)).map_err(broken)?;

        let mut servers = Self {
            children: Vec::new(),
            run,
        };
        let etcd = format!("http://127.0.0.1:{clients}");
        let peer = format!("http://127.0.0.1:{peers}");
        servers.spawn(
            &folder.join("bin/etcd"),
            &[
                ("data-dir", text(&servers.run.join("etcd"))),
                ("listen-client-urls", etcd.clone()),
                ("advertise-client-urls", etcd.clone()),
                ("listen-peer-urls", peer.clone()),
                ("initial-advertise-peer-urls", peer.clone()),
                ("initial-cluster", format!("default={peer}")),
            ],
        )?;
        servers.spawn(
            &folder.join("bin/kube-apiserver"),
            &[
                ("etcd-servers", etcd),
                ("bind-address", "127.0.0.1".to_owned()),
                ("advertise-address", "127.0.0.1".to_owned()),
                ("secure-port", api.to_string()),
                ("cert-dir", text(&servers.run)),
                ("token-auth-file", text(&servers.run.join("tokens.csv"))),
                ("authorization-mode", "RBAC".to_owned()),
                ("service-cluster-ip-range", "10.0.0.0/24".to_owned()),
                ("service-account-issuer", "https://127.0.0.1".to_owned()),
                (
                    "service-account-key-file",
                    text(&servers.run.join("accounts.pub")),
                ),
                (
                    "service-account-signing-key-file",
                    text(&servers.run.join("accounts.pem")),
                ),
                // It waits for tokens of a controller that does not run.
                ("disable-admission-plugins", "ServiceAccount".to_owned()),
            ],
        )?;
        Ok(servers)
    }

    fn spawn(&mut self, program: &Path, flags: &[(&str, String)]) -> Result<(), Failure> {
        let name = program
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let broken = |error: std::io::Error| Failure::because(format!("{name}: {error}"));
        let log = File::create(self.run.join(format!("{name}.log"))).map_err(broken)?;
        let child = Command::new(program)
            .args(
                flags
                    .iter()
                    .map(|(flag, value)| format!("--{flag}={value}")),
            )
            .stdin(Stdio::null())
            .stdout(log.try_clone().map_err(broken)?)
            .stderr(log)
            .spawn()
            .map_err(broken)?;
        self.children.push(child);
        Ok(())
    }

    /// How to reach the server.
    pub(crate) fn kubeconfig(&self) -> PathBuf {
        self.run.join("kubeconfig")
    }

    /// Waits until it serves.
    pub(crate) fn wait(&mut self, kubectl: &Kubectl) -> Result<(), Failure> {
        let until = Instant::now() + PATIENCE;
        loop {
            let ready = kubectl.say(&["get", "--raw", "/readyz"]);
            let ready = ready.and_then(|_| kubectl.say(&["get", "namespace", "default"]));
            let ended = self
                .children
                .iter_mut()
                .any(|it| !matches!(it.try_wait(), Ok(None)));
            match ready {
                Ok(_) => return Ok(()),
                Err(failure) if ended || Instant::now() > until => {
                    let log = fs::read_to_string(self.run.join("kube-apiserver.log"));
                    return Err(Failure {
                        reason: format!("kube-apiserver is not ready: {}", failure.reason),
                        output: log.unwrap_or_default(),
                    });
                }
                Err(_) => std::thread::sleep(Duration::from_millis(200)),
            }
        }
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        // The API server first: it would complain of a store that is gone.
        while let Some(mut child) = self.children.pop() {
            let _gone = child.kill().and_then(|()| child.wait());
        }
    }
}

/// Ports that nobody has. All are held until all are known, so that they differ.
fn free_ports() -> std::io::Result<[u16; 3]> {
    let take = || TcpListener::bind("127.0.0.1:0");
    let held = [take()?, take()?, take()?];
    let [a, b, c] = &held;
    Ok([
        a.local_addr()?.port(),
        b.local_addr()?.port(),
        c.local_addr()?.port(),
    ])
}

fn kubeconfig(run: &Path, port: u16) -> String {
    let authority = run.join("apiserver.crt");
    serde_json::json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "it", "cluster": {
            "server": format!("https://127.0.0.1:{port}"),
            "certificate-authority": authority,
        }}],
        "users": [{"name": "verify", "user": {"token": TOKEN}}],
        "contexts": [{"name": "it", "context": {"cluster": "it", "user": "verify"}}],
        "current-context": "it",
    })
    .to_string()
}
