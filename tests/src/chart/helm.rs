//! The real Helm, rendering the chart.
//!
//! Both majors that people run are beside what cargo builds, put there by `cargo verify`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::chart::variants::folder;
use crate::repository::installed;

/// A Helm of one version.
#[derive(Debug, Clone)]
pub struct Helm {
    program: PathBuf,
}

/// A program that `cargo verify` puts beside what cargo builds.
fn beside(name: &str) -> PathBuf {
    installed("kubernetes/bin").join(name)
}

/// kubectl, which builds what kustomize is asked for.
///
/// # Panics
/// When this program has no path.
#[must_use]
pub fn kubectl() -> PathBuf {
    beside("kubectl")
}

/// What a rendering came to: the objects, or what Helm said.
pub type Rendered = Result<Objects, String>;

/// The objects of a release.
#[derive(Debug, Clone, PartialEq)]
pub struct Objects {
    /// As Helm wrote them.
    pub text: String,
    /// Each.
    pub all: Vec<Value>,
}

impl Helm {
    /// The program at this path.
    #[must_use]
    pub fn at(program: PathBuf) -> Self {
        Self { program }
    }

    /// The newest that is installed.
    ///
    /// # Panics
    /// When none is.
    #[must_use]
    pub fn newest() -> Self {
        Self::installed("helm-4")
    }

    /// The one of the major version before.
    ///
    /// # Panics
    /// When it is not installed.
    #[must_use]
    pub fn older() -> Self {
        Self::installed("helm-3")
    }

    fn installed(name: &str) -> Self {
        let program = beside(name);
        assert!(
            program.is_file(),
            "{} is missing: `cargo verify` installs it",
            program.display()
        );
        Self { program }
    }

    /// Renders the chart as the release `gw` in `soc`, with a values file and more values beside
    /// it.
    ///
    /// # Errors
    /// What Helm said when it refused.
    pub fn template(&self, file: &Path, more: &[&str]) -> Rendered {
        self.render("gw", "soc", file, more)
    }

    /// The same in another namespace and under another name.
    ///
    /// # Errors
    /// What Helm said when it refused.
    pub fn template_as(&self, release: &str, namespace: &str, file: &Path) -> Rendered {
        self.render(release, namespace, file, &[])
    }

    fn render(&self, release: &str, namespace: &str, file: &Path, more: &[&str]) -> Rendered {
        let file = file.display().to_string();
        let mut all = vec![
            "template",
            release,
            "--namespace",
            namespace,
            "--values",
            &file,
        ];
        // Behind the file, so that they win.
        all.extend(more);
        let text = self.say(&all)?;
        let all = objects(&text)?;
        Ok(Objects { text, all })
    }

    /// What people read after an installation.
    ///
    /// # Errors
    /// What Helm said when it refused.
    pub fn notes(&self, file: &Path, more: &[&str]) -> Result<String, String> {
        let file = file.display().to_string();
        let mut arguments = vec![
            "install",
            "gw",
            "--namespace",
            "soc",
            "--dry-run=client",
            "--values",
            &file,
        ];
        arguments.extend(more);
        let said = self.say(&arguments)?;
        let (_, notes) = said.split_once("NOTES:").ok_or("there are no notes")?;
        Ok(notes.to_owned())
    }

    /// Looks for what is wrong with the chart itself.
    ///
    /// # Errors
    /// What Helm said.
    pub fn lint(&self, file: &Path) -> Result<(), String> {
        let file = file.display().to_string();
        self.say(&["lint", "--strict", "--quiet", "--values", &file])
            .map(|_| ())
    }

    /// Runs it; the chart's folder comes last.
    fn say(&self, arguments: &[&str]) -> Result<String, String> {
        let output = self
            .command()
            .args(arguments)
            .arg(folder())
            .output()
            .map_err(|error| format!("{}: {error}", self.program.display()))?;
        said(&output)
    }

    /// The program, which finds nothing of its user's: neither plugins, nor repositories, nor a
    /// cluster.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        let nowhere = self.program.with_file_name("nowhere");
        for name in [
            "HELM_CONFIG_HOME",
            "HELM_CACHE_HOME",
            "HELM_DATA_HOME",
            "HELM_PLUGINS",
            "KUBECONFIG",
        ] {
            command.env(name, &nowhere);
        }
        command
    }
}

fn said(output: &Output) -> Result<String, String> {
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    ))
}

/// The documents of a text.
fn objects(text: &str) -> Result<Vec<Value>, String> {
    use serde::Deserialize as _;
    let mut all = Vec::new();
    for document in yaml_serde::Deserializer::from_str(text) {
        let value = Value::deserialize(document).map_err(|error| error.to_string())?;
        if !value.is_null() {
            all.push(value);
        }
    }
    Ok(all)
}

impl Objects {
    /// The objects of a kind.
    pub fn of(&self, kind: &str) -> impl Iterator<Item = &Value> {
        self.all.iter().filter(move |it| it["kind"] == kind)
    }

    /// The only object of a kind.
    ///
    /// # Panics
    /// When there is none, or more than one.
    #[must_use]
    pub fn only(&self, kind: &str) -> &Value {
        let mut all = self.of(kind);
        match (all.next(), all.next()) {
            (Some(one), None) => one,
            (None, _) => panic!("there is no {kind}"),
            (Some(_), Some(_)) => panic!("there are several {kind}s"),
        }
    }

    /// An object by kind and name.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn named(&self, kind: &str, name: &str) -> &Value {
        self.of(kind)
            .find(|it| it["metadata"]["name"] == name)
            .unwrap_or_else(|| panic!("there is no {kind} {name}"))
    }

    /// The gateway's settings, as they are in the `ConfigMap`.
    ///
    /// # Panics
    /// When there are none.
    #[must_use]
    pub fn settings(&self) -> &str {
        self.of("ConfigMap")
            .find_map(|it| it["data"]["gateway.toml"].as_str())
            .expect("gateway.toml")
    }

    /// The spec of the gateway's pods.
    ///
    /// # Panics
    /// When there are none.
    #[must_use]
    pub fn pod(&self) -> &Value {
        &self.only("Deployment")["spec"]["template"]["spec"]
    }

    /// The gateway's container.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn container(&self) -> &Value {
        let containers = self.pod()["containers"].as_array().expect("containers");
        let ours = containers.iter().find(|it| it["name"] == "edr-gateway");
        ours.expect("the gateway's container")
    }
}
