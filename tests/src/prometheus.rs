//! A real Prometheus that scrapes gateways and evaluates the delivered rules.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::caller::client;
use crate::port;
use crate::process::Process;
use crate::wait::eventually;

/// A server on a loopback port with a folder of its own; it ends with this value.
pub struct Prometheus {
    _process: Process,
    addr: SocketAddr,
    client: reqwest::Client,
    _folder: TempDir,
}

impl Prometheus {
    /// The job that it gives its targets.
    pub const JOB: &str = "edr-gateway";

    /// Starts one that scrapes these admin listeners every second and evaluates these rules.
    ///
    /// # Panics
    /// When there is no such program, or it does not start.
    pub async fn start(targets: &[SocketAddr], rules: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let targets: Vec<String> = targets.iter().map(|it| format!("\"{it}\"")).collect();
        let config = format!(
            "global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}\n\
             rule_files: [\"{}\"]\n\
             scrape_configs:\n\
             - job_name: {}\n  static_configs: [{{targets: [{}]}}]\n",
            rules.display(),
            Self::JOB,
            targets.join(", ")
        );
        let file = folder.path().join("prometheus.yml");
        std::fs::write(&file, config).expect("a file");
        let addr = port::free().await;
        let mut command = Command::new("prometheus");
        command
            .arg(format!("--config.file={}", file.display()))
            .arg(format!(
                "--storage.tsdb.path={}",
                folder.path().join("data").display()
            ))
            .arg(format!("--web.listen-address={addr}"));
        let mut process = Process::start("prometheus", &mut command);
        let client = client();
        eventually("prometheus answers", || {
            let ended = process.ended();
            assert!(ended.is_none(), "it ended: {ended:?}\n{:?}", process.said());
            let asking = client.get(format!("http://{addr}/-/ready")).send();
            async {
                asking
                    .await
                    .is_ok_and(|it| it.status().is_success())
                    .then_some(())
            }
        })
        .await;
        Self {
            _process: process,
            addr,
            client,
            _folder: folder,
        }
    }

    /// What a query finds now: the value of each series.
    ///
    /// # Panics
    /// When Prometheus does not take the query.
    pub async fn query(&self, query: &str) -> Vec<f64> {
        let url = format!("http://{}/api/v1/query", self.addr);
        let mut url = reqwest::Url::parse(&url).expect("a URL");
        url.query_pairs_mut().append_pair("query", query);
        let answer = self.json(url.as_str()).await;
        assert_eq!(answer["status"], "success", "{query}: {answer}");
        let series = answer["data"]["result"].as_array().expect("a list");
        let value = |it: &Value| it["value"][1].as_str().and_then(|it| it.parse().ok());
        series.iter().filter_map(value).collect()
    }

    /// The rules as it sees them.
    pub async fn rules(&self) -> Vec<Value> {
        let answer = self
            .json(&format!("http://{}/api/v1/rules", self.addr))
            .await;
        let groups = answer["data"]["groups"].as_array().cloned();
        let rules = |it: Value| it["rules"].as_array().cloned().unwrap_or_default();
        groups
            .unwrap_or_default()
            .into_iter()
            .flat_map(rules)
            .collect()
    }

    async fn json(&self, url: &str) -> Value {
        let answer = self.client.get(url).send().await.expect("it answers");
        answer.json().await.expect("JSON")
    }
}
