//! Somebody who types `edrctl`.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use acceptance::{House, built_programs, eventually};
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

use crate::outside::importers::conversation::token;

/// Somebody with settings of his own, in a folder of his own.
pub(super) struct Hand {
    folder: TempDir,
}

/// How the program ended, and what it said.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: Option<i32>,
    pub(super) out: String,
    pub(super) err: String,
}

impl Ended {
    /// What it printed, as JSON.
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The key that was told.
    pub(super) fn key(&self) -> &str {
        let line = self.err.lines().find_map(|it| it.strip_prefix("key: "));
        line.unwrap_or_else(|| panic!("{self:?}"))
    }
}

impl Hand {
    /// Somebody who may do this at a house.
    pub(super) fn of(house: &House, scopes: &str) -> Self {
        let hand = Self::with(&format!(
            "[profiles.house]\ngateway = \"http://{}\"\ntoken_file = \"token\"\n",
            house.addr()
        ));
        hand.write("token", &token(scopes));
        hand
    }

    /// Somebody with these settings.
    pub(super) fn with(settings: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let hand = Self { folder };
        hand.write("edrctl.toml", settings);
        hand
    }

    /// Where a file of his is.
    pub(super) fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, for his eyes alone.
    pub(super) fn write(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let place = self.place(name);
        std::fs::write(&place, text).expect("written");
        std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o600)).expect("his own");
    }

    /// The program, ready to be run in his folder.
    pub(super) async fn command(&self, typed: &[&str]) -> Command {
        let mut command = Command::new(built_programs().await.join("edrctl"));
        command
            .args(typed)
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("EDRCTL_CONFIG", self.place("edrctl.toml"))
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Types this, and sees what comes of it while no time passes in KSC.
    pub(super) async fn types(&self, typed: &[&str]) -> Ended {
        let mut command = self.command(typed).await;
        let output = command.output().await.expect("the program runs");
        Ended {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("text"),
            err: String::from_utf8(output.stderr).expect("text"),
        }
    }

    /// The same while time passes in KSC, so that tasks come to their ends.
    pub(super) async fn waits(&self, house: &House, typed: &[&str]) -> Ended {
        let typing = self.types(typed);
        let mut typing = std::pin::pin!(typing);
        let time = eventually("it has ended", || async {
            house.advance(Duration::from_secs(2)).await;
            None::<Ended>
        });
        tokio::select! {
            ended = &mut typing => ended,
            never = time => never,
        }
    }
}
