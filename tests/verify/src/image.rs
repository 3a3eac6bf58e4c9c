//! The image as people get it: the Dockerfile checked, built for real, and looked into.
//!
//! There is no container daemon on most machines that build, so buildah builds it, in a folder of
//! its own. Where the Dockerfile starts from the Rust image, which may be out of reach, it starts
//! here from this very machine: an empty image into which this machine's compiler and libraries are
//! mounted. Every step of the file is run all the same, from the lock file to the last layer.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::ground::Ground;
use crate::outcome::{Failure, Outcome};
use crate::screen::say;
use crate::shell::Command;
use crate::{debian, python};

/// What the image may hold, and nothing else.
const CONTENTS: [&str; 2] = ["edr-gateway", "etc/ssl/certs/ca-certificates.crt"];

/// Largest image, unpacked: a start pulls it to a node that has never seen it.
const MOST_BYTES: u64 = 40 * 1024 * 1024;

/// An image that was built, unpacked.
pub(crate) struct Image {
    /// Its file system.
    pub(crate) files: PathBuf,
    /// Its sizes, in a sentence.
    pub(crate) note: String,
}

impl Image {
    /// The program in it.
    pub(crate) fn program(&self) -> PathBuf {
        self.files.join("edr-gateway")
    }
}

/// The image that was built ahead in this run, until somebody wants it.
static AHEAD: Mutex<Option<Image>> = Mutex::new(None);

/// Builds it for whoever wants it later in this run.
pub(crate) fn build_ahead(ground: &Ground) -> Result<(), Failure> {
    let image = build_now(ground)?;
    *AHEAD.lock().unwrap_or_else(PoisonError::into_inner) = Some(image);
    Ok(())
}

/// The image: the one that was built ahead, or one that is built now.
pub(crate) fn build(ground: &Ground) -> Result<Image, Failure> {
    let ahead = AHEAD.lock().unwrap_or_else(PoisonError::into_inner).take();
    ahead.map_or_else(|| build_now(ground), Ok)
}

/// Checks the Dockerfile, builds it and looks at what came of it.
fn build_now(ground: &Ground) -> Result<Image, Failure> {
    debian::prepare(ground)?;
    let bin = python::prepare(ground, "hadolint", "tests/fixtures/image/requirements.txt")?;
    ground
        .command(bin.join("hadolint"), "hadolint")
        .args(&["deploy/Dockerfile"])
        .expect_success()?;
    let store = Store::open(ground)?;
    store.build()?;
    let files = store.unpack()?;
    look(&files)?;
    let note = store.look(&files)?;
    Ok(Image { files, note })
}

/// Nothing in it but what it needs; the program can be run by anybody.
fn look(files: &Path) -> Result<(), Failure> {
    let mut found = Vec::new();
    let mut folders = vec![files.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(broken(&folder))? {
            let path = entry.map_err(broken(&folder))?.path();
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(files).unwrap_or(&path);
                found.push(name.display().to_string());
            }
        }
    }
    found.sort();
    if found != CONTENTS {
        return Err(Failure::because(format!(
            "the image holds {found:?} instead of {CONTENTS:?}"
        )));
    }
    let program = files.join(CONTENTS[0]);
    let metadata = fs::metadata(&program).map_err(broken(&program))?;
    if metadata.permissions().mode() & 0o777 != 0o755 || metadata.len() > MOST_BYTES {
        return Err(Failure::because(format!(
            "the program has mode {:o} and {} bytes",
            metadata.permissions().mode(),
            metadata.len()
        )));
    }
    Ok(())
}

/// Where buildah keeps its images; gone and made anew at each build, but for what saves time.
struct Store<'a> {
    ground: &'a Ground,
    place: PathBuf,
}

impl<'a> Store<'a> {
    fn open(ground: &'a Ground) -> Result<Self, Failure> {
        let store = Self {
            ground,
            place: ground.target.join("image"),
        };
        // Files in it belong to others than the one who runs this, and are for buildah to remove.
        if store.place.join("root").exists() {
            store.buildah(&["rm", "--all"]).expect_success()?;
            store
                .buildah(&["rmi", "--all", "--force"])
                .expect_success()?;
        }
        for folder in ["caches", "files"] {
            let path = store.place.join(folder);
            fs::create_dir_all(&path).map_err(broken(&path))?;
        }
        Ok(store)
    }

    fn buildah(&self, arguments: &[&str]) -> Command {
        let folder = |name: &str| self.place.join(name).display().to_string();
        self.ground
            .command("buildah", "buildah")
            .args(&["--storage-driver", "vfs", "--root", &folder("root")])
            .args(&["--runroot", &folder("run")])
            // The caches that the Dockerfile mounts are kept here.
            .env("TMPDIR", &folder("caches"))
            .args(arguments)
    }

    /// Builds the Dockerfile upon this machine.
    fn build(&self) -> Result<(), Failure> {
        say("      building deploy/Dockerfile with buildah");
        self.base()?;
        let revision = self
            .ground
            .command("git", "git")
            .args(&["rev-parse", "HEAD"])
            .silent();
        let revision = format!("REVISION={}", revision.unwrap_or_default().trim());
        let mounts: Vec<String> = mounts()
            .into_iter()
            .flat_map(|it| ["--volume".to_owned(), it])
            .collect();
        self.buildah(&["bud", "--isolation", "chroot", "--format", "docker"])
            .args(&["--build-arg", "RUST_IMAGE=localhost/this-machine"])
            .args(&["--build-arg", &revision])
            .args(&mounts)
            .args(&["--file", "deploy/Dockerfile", "--tag", "edr-gateway", "."])
            .expect_success()
    }

    /// An image with nothing in it but the places that this machine is mounted at.
    fn base(&self) -> Result<(), Failure> {
        let folder = tempfile::tempdir().map_err(|it| Failure::because(it.to_string()))?;
        let text = format!(
            "FROM scratch\nCOPY root/ /\nENV PATH={}/bin:/usr/local/bin:/usr/bin:/usr/sbin RUSTUP_HOME={}\n",
            home("CARGO_HOME", ".cargo").display(),
            home("RUSTUP_HOME", ".rustup").display()
        );
        let file = folder.path().join("Dockerfile");
        fs::write(&file, text).map_err(broken(&file))?;
        let root = folder.path().join("root");
        for place in [
            "usr",
            "etc",
            "tmp",
            "root",
            "var/cache",
            "dev",
            "proc",
            "sys",
            "run",
        ] {
            let path = root.join(place);
            fs::create_dir_all(&path).map_err(broken(&path))?;
        }
        for place in ["bin", "sbin", "lib", "lib64"] {
            let path = root.join(place);
            std::os::unix::fs::symlink(format!("usr/{place}"), &path).map_err(broken(&path))?;
        }
        self.buildah(&[
            "bud",
            "--isolation",
            "chroot",
            "--tag",
            "localhost/this-machine",
        ])
        .args(&["--file", &file.display().to_string()])
        .args(&[folder.path()])
        .expect_success()
    }

    /// Its file system, in a folder that can be looked at and run from.
    fn unpack(&self) -> Result<PathBuf, Failure> {
        let container = self
            .buildah(&["from", "--pull-never", "localhost/edr-gateway"])
            .silent()?;
        let mounted = self.buildah(&["mount", container.trim()]).silent()?;
        let files = self.place.join("files");
        fs::remove_dir_all(&files).map_err(broken(&files))?;
        self.ground
            .command("cp", "cp")
            .args(&["--archive", mounted.trim()])
            .args(&[&files])
            .expect_success()?;
        Ok(files)
    }

    /// What it says about itself, and how large it is.
    fn look(&self, files: &Path) -> Outcome {
        let inspected = self
            .buildah(&["inspect", "--type", "image", "localhost/edr-gateway"])
            .silent()?;
        let image: Value =
            serde_json::from_str(&inspected).map_err(|it| Failure::because(it.to_string()))?;
        let config = &image["Docker"]["config"];
        let expected = [
            ("User", json!("65532:65532")),
            ("Entrypoint", json!(["/edr-gateway"])),
            ("ExposedPorts", json!({"8080/tcp": {}, "9090/tcp": {}})),
        ];
        for (name, value) in expected {
            if config[name] != value {
                let found = &config[name];
                return Err(Failure::because(format!(
                    "{name} is {found} instead of {value}"
                )));
            }
        }
        for label in ["title", "description", "licenses", "version", "revision"] {
            let name = format!("org.opencontainers.image.{label}");
            if config["Labels"][&name].as_str().is_none_or(str::is_empty) {
                return Err(Failure::because(format!(
                    "the image lacks the label {name}"
                )));
            }
        }
        let version = &config["Labels"]["org.opencontainers.image.version"];
        if version != env!("CARGO_PKG_VERSION") {
            return Err(Failure::because(format!(
                "the image says that it is version {version}"
            )));
        }
        if !config["Healthcheck"].is_object() {
            return Err(Failure::because("the image has no health check"));
        }
        let layout = tempfile::tempdir().map_err(|it| Failure::because(it.to_string()))?;
        let place = format!("oci:{}:latest", layout.path().display());
        self.buildah(&["push", "--quiet", "localhost/edr-gateway", &place])
            .expect_success()?;
        Ok(format!(
            "{:.1} MiB, {:.1} MiB to pull, no file in it but the program and the authorities' certificates",
            mebibytes(size(files)?),
            mebibytes(size(layout.path())?)
        ))
    }
}

/// What of this machine the build sees: the system's programs and libraries, and Rust.
fn mounts() -> Vec<String> {
    let read_only = |path: &Path| format!("{0}:{0}:ro", path.display());
    let system = ["/usr", "/etc/alternatives", "/etc/ssl"];
    let mut all: Vec<String> = system.iter().map(|it| read_only(Path::new(it))).collect();
    all.push(read_only(&home("CARGO_HOME", ".cargo")));
    all.push(read_only(&home("RUSTUP_HOME", ".rustup")));
    all
}

/// A folder that a variable names, or that lies in the home folder.
fn home(variable: &str, name: &str) -> PathBuf {
    std::env::var_os(variable).map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap_or_else(|| "/root".into())).join(name),
        PathBuf::from,
    )
}

/// Bytes in all files of a folder.
fn size(folder: &Path) -> Result<u64, Failure> {
    let mut sum = 0;
    for entry in fs::read_dir(folder).map_err(broken(folder))? {
        let path = entry.map_err(broken(folder))?.path();
        let metadata = fs::symlink_metadata(&path).map_err(broken(&path))?;
        sum += if metadata.is_dir() {
            size(&path)?
        } else {
            metadata.len()
        };
    }
    Ok(sum)
}

#[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / 1_048_576.0
}

fn broken(path: &Path) -> impl Fn(std::io::Error) -> Failure + '_ {
    move |error| Failure::because(format!("{}: {error}", path.display()))
}
