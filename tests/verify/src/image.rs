//! The image as people get it: the Dockerfile checked, built for real, and looked into.
//!
//! How it is built without a container daemon is in [`crate::buildah`].

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::buildah::{Store, broken};
use crate::ground::Ground;
use crate::outcome::{Failure, Outcome};
use crate::screen::say;
use crate::{debian, laid, python};

/// What it is called where it is built.
const TAG: &str = "localhost/edr-gateway";

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
    say("      building deploy/Dockerfile with buildah");
    store.build(TAG, &[])?;
    let files = store.unpack(TAG, "files")?;
    look(&files)?;
    let note = inspect(&store, &files)?;
    Ok(Image { files, note })
}

/// Nothing in it but what it needs; the program can be run by anybody.
fn look(files: &Path) -> Result<(), Failure> {
    let found = laid::files(files)?;
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

/// What it says about itself, and how large it is.
fn inspect(store: &Store<'_>, files: &Path) -> Outcome {
    let inspected = store
        .buildah(&["inspect", "--type", "image", TAG])
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
    store
        .buildah(&["push", "--quiet", TAG, &place])
        .expect_success()?;
    Ok(format!(
        "{:.1} MiB, {:.1} MiB to pull, no file in it but the program and the authorities' certificates",
        mebibytes(size(files)?),
        mebibytes(size(layout.path())?)
    ))
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
