//! A release's life: install, upgrade, rollback, uninstall.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use acceptance::chart::Helm;
use serde_json::Value;

use crate::cluster::kubectl::Kubectl;
use crate::kubernetes::{Tools, text};
use crate::outcome::{Failure, Outcome};

/// What the release looks like at the server.
#[derive(Debug, PartialEq)]
struct State {
    image: Value,
    checksum: Value,
    settings: Value,
    selector: Value,
}

/// Lives it with one Helm.
pub(crate) fn check(tools: &Tools, name: &str, kubectl: &Kubectl, chart: &Path) -> Outcome {
    let start = Instant::now();
    let life = Life {
        helm: Helm::at(tools.bin(name)),
        kubectl,
        chart: chart.to_owned(),
        values: acceptance::chart::folder().join("ci"),
    };
    life.run(
        "install",
        &[
            "--values",
            &life.case("network-policy"),
            "--values",
            &life.case("monitoring"),
            "--values",
            &life.case("ingress"),
            "--set",
            "config.idempotency.store=memory,files.redisUrl.existingSecret=",
        ],
    )?;
    let installed = life.state()?;
    let objects = life.objects()?;
    if objects < 9 {
        return Err(Failure::because(format!(
            "{name}: the release has {objects} objects"
        )));
    }

    life.run(
        "upgrade",
        &[
            "--reuse-values",
            "--set",
            "config.backends.ksc.budget=55,image.tag=9.9.9,dashboard.enabled=false",
        ],
    )?;
    let upgraded = life.state()?;
    let new_pods = upgraded.checksum != installed.checksum;
    let is_new = upgraded
        .settings
        .as_str()
        .is_some_and(|it| it.contains("budget = 55\n"));
    if !new_pods
        || !is_new
        || upgraded.image == installed.image
        || upgraded.selector != installed.selector
    {
        return Err(Failure::because(format!(
            "{name}: the upgrade made {upgraded:?} of {installed:?}"
        )));
    }
    if life.objects()? != objects - 1 {
        return Err(Failure::because(format!(
            "{name}: the upgrade did not take the dashboard away"
        )));
    }

    life.run("rollback", &[])?;
    let rolled_back = life.state()?;
    if rolled_back != installed || life.objects()? != objects {
        return Err(Failure::because(format!(
            "{name}: the rollback made {rolled_back:?} of {installed:?}"
        )));
    }

    // A mistake in the values changes nothing.
    if life
        .run("upgrade", &["--reuse-values", "--set", "replicaCount=2"])
        .is_ok()
    {
        return Err(Failure::because(format!(
            "{name}: an upgrade with a mistake is done"
        )));
    }
    if life.state()? != installed {
        return Err(Failure::because(format!(
            "{name}: a refused upgrade has changed the release"
        )));
    }

    life.run("uninstall", &[])?;
    let left = life.objects()?;
    if left != 0 {
        return Err(Failure::because(format!(
            "{name}: the uninstallation leaves {left} objects"
        )));
    }
    Ok(format!(
        "{name}: install ({objects} objects), upgrade, rollback, a refused upgrade and uninstall in {:.1} s",
        start.elapsed().as_secs_f64()
    ))
}

struct Life<'a> {
    helm: Helm,
    kubectl: &'a Kubectl,
    chart: PathBuf,
    values: PathBuf,
}

impl Life<'_> {
    fn case(&self, name: &str) -> String {
        text(&self.values.join(format!("{name}-values.yaml")))
    }

    /// Runs Helm on the release.
    fn run(&self, verb: &str, more: &[&str]) -> Result<(), Failure> {
        let mut command: Command = self.helm.command();
        command.env("KUBECONFIG", self.kubectl.kubeconfig()).args([
            verb,
            "gw",
            "--namespace",
            "soc",
        ]);
        if matches!(verb, "install" | "upgrade") {
            command.arg(&self.chart);
        }
        let output = command
            .args(more)
            .output()
            .map_err(|error| Failure::because(format!("helm {verb}: {error}")))?;
        if output.status.success() {
            return Ok(());
        }
        Err(Failure {
            reason: format!("helm {verb} ended with {}", output.status),
            output: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    fn state(&self) -> Result<State, Failure> {
        let mut deployment = self.kubectl.get("deployment", "gw-edr-gateway")?;
        let mut settings = self.kubectl.get("configmap", "gw-edr-gateway")?;
        let mut take = |pointer: &str| {
            deployment
                .pointer_mut(pointer)
                .map(Value::take)
                .unwrap_or_default()
        };
        Ok(State {
            image: take("/spec/template/spec/containers/0/image"),
            checksum: take("/spec/template/metadata/annotations/checksum~1config"),
            selector: take("/spec/selector"),
            settings: settings["data"]["gateway.toml"].take(),
        })
    }

    /// How many objects the server has of the release.
    fn objects(&self) -> Result<usize, Failure> {
        let kinds = "deployments,services,configmaps,serviceaccounts,ingresses.networking.k8s.io,networkpolicies.networking.k8s.io,servicemonitors,prometheusrules,pods";
        let said = self.kubectl.say(&[
            "--namespace",
            "soc",
            "get",
            kinds,
            "--selector",
            "app.kubernetes.io/instance=gw",
            "--output",
            "name",
        ])?;
        Ok(said.lines().count())
    }
}
