//! The program as a container runtime runs it: on the image's own file system, which it cannot
//! write to, as a user who is nobody, with nothing beside it but its settings.
//!
//! A container proper takes a runtime and control groups that a machine which builds does not have;
//! this is what matters to the program: what it finds, and what it may do.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::ground::Ground;
use crate::image::Image;
use crate::outcome::Failure;
use crate::shell::Command;

/// Where the settings' files lie in the container, as the chart mounts them.
const SETTINGS: &str = "/etc/edr-gateway";

/// Mounts the file system upon itself, so that it can be made read-only, and the settings into it;
/// then becomes the program. The mounts are this process' own and end with it.
const SCRIPT: &str = r#"
mount --bind "$FILES" "$FILES"
mount --rbind /proc "$FILES/proc"
mount --rbind /dev "$FILES/dev"
mount --bind "$SETTINGS" "$FILES/etc/edr-gateway"
mount -o remount,bind,ro "$FILES/etc/edr-gateway"
mount -o remount,bind,ro "$FILES"
exec chroot --userspec=65532:65532 --groups= "$FILES" /edr-gateway "$@"
"#;

/// A file system to run in, and the settings in it.
pub(crate) struct Confined {
    files: PathBuf,
    folder: TempDir,
    environment: Vec<(String, String)>,
}

impl Confined {
    /// Takes the settings into the container: each file that one names is copied, and named by its
    /// new place; the KSC of this machine gets a name, so that it has to be found.
    pub(crate) fn new(image: &Image, environment: Vec<(String, String)>) -> Result<Self, Failure> {
        let files = image.files.clone();
        let broken = |error: std::io::Error| Failure::because(error.to_string());
        for place in ["dev", "proc", "etc/edr-gateway"] {
            fs::create_dir_all(files.join(place)).map_err(broken)?;
        }
        fs::write(files.join("etc/hosts"), "127.0.0.1 ksc.corp.example\n").map_err(broken)?;
        let folder = tempfile::tempdir().map_err(broken)?;
        // As Kubernetes does with `fsGroup`: who runs the program can read what it needs.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).map_err(broken)?;
        let mut settings = Vec::new();
        for (name, value) in environment {
            let path = Path::new(&value);
            let value = match path.file_name() {
                Some(file) if path.is_file() => {
                    let copy = folder.path().join(file);
                    fs::copy(path, &copy).map_err(broken)?;
                    fs::set_permissions(&copy, fs::Permissions::from_mode(0o444))
                        .map_err(broken)?;
                    Path::new(SETTINGS).join(file).display().to_string()
                }
                _ if name.ends_with("KSC__ENDPOINTS") => {
                    value.replace("127.0.0.1", "ksc.corp.example")
                }
                _ => value,
            };
            settings.push((name, value));
        }
        Ok(Self {
            files,
            folder,
            environment: settings,
        })
    }

    /// The program with these arguments.
    pub(crate) fn command(&self, ground: &Ground, arguments: &[&str]) -> Command {
        let mut command = ground
            .command("unshare", "edr-gateway")
            .args(&[
                "--mount",
                "--propagation",
                "private",
                "sh",
                "-ec",
                SCRIPT,
                "sh",
            ])
            .args(arguments)
            .env("FILES", &self.files.display().to_string())
            .env("SETTINGS", &self.folder.path().display().to_string());
        for (name, value) in &self.environment {
            command = command.env(name, value);
        }
        command
    }
}
