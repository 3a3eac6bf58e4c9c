//! The drop-in for KUMA as KUMA runs it: the program itself, through a link with a script's name,
//! with an argument vector. What a gateway would get of it is recorded.

mod following;
mod hostile;
mod recorder;
mod setting_up;
mod way;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use recorder::Recorder;
use tempfile::TempDir;

/// A correlator's folder with links, beside the settings that name a recording gateway.
pub(crate) struct Correlator {
    pub(crate) home: TempDir,
    pub(crate) gateway: Recorder,
    more: String,
}

impl Correlator {
    pub(crate) fn new(more: &str) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let gateway = Recorder::start();
        let scripts = home.path().join("scripts");
        fs::create_dir(&scripts).expect("a folder");
        for script in edrctl::kuma::Script::ALL {
            let link = scripts.join(script.file());
            symlink(env!("CARGO_BIN_EXE_edrctl"), link).expect("a link");
        }
        fs::write(home.path().join("token"), "not-a-real-token").expect("written");
        let correlator = Self {
            home,
            gateway,
            more: more.to_owned(),
        };
        correlator.ask(&correlator.gateway);
        correlator
    }

    /// Has the scripts ask this gateway from now on.
    pub(crate) fn ask(&self, gateway: &Recorder) {
        let (port, more) = (gateway.port, &self.more);
        let settings = format!(
            "[profiles.kuma]\ngateway = 'http://127.0.0.1:{port}'\ntoken_file = 'token'\nproxy = 'none'\n\n[kuma]\n{more}"
        );
        fs::write(self.home.path().join("edrctl.toml"), settings).expect("written");
    }

    fn command<A: AsRef<OsStr>>(&self, script: &str, arguments: &[A]) -> Command {
        let link: PathBuf = self.home.path().join("scripts").join(script);
        let mut command = Command::new(link);
        command
            .args(arguments)
            .current_dir("/")
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run<A: AsRef<OsStr>>(&self, script: &str, arguments: &[A]) -> Output {
        let mut command = self.command(script, arguments);
        command.output().expect("it runs")
    }

    pub(crate) fn start<A: AsRef<OsStr>>(&self, script: &str, arguments: &[A]) -> Child {
        self.command(script, arguments).spawn().expect("it runs")
    }
}

pub(crate) fn os(texts: &[&str]) -> Vec<OsString> {
    texts.iter().map(OsString::from).collect()
}

/// The one line of JSON on the standard output.
pub(crate) fn line(output: &Output) -> serde_json::Value {
    let text = String::from_utf8(output.stdout.clone()).expect("UTF-8");
    assert_eq!(text.lines().count(), 1, "{text}");
    serde_json::from_str(&text).expect("JSON")
}
