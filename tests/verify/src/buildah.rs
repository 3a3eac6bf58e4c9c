//! How stages of the Dockerfile are built for real where there is no container daemon.
//!
//! Buildah builds them, in a folder of its own. Where the Dockerfile starts from the Rust image,
//! which may be out of reach, it starts here from this very machine: an empty image into which this
//! machine's compiler and libraries are mounted. Every step of the file is run all the same, from
//! the lock file to the last layer.

use std::fs;
use std::path::{Path, PathBuf};

use crate::ground::Ground;
use crate::outcome::Failure;
use crate::shell::Command;

/// Where buildah keeps its images; gone and made anew at each build, but for what saves time.
pub(crate) struct Store<'a> {
    ground: &'a Ground,
    place: PathBuf,
}

impl<'a> Store<'a> {
    /// An empty one.
    pub(crate) fn open(ground: &'a Ground) -> Result<Self, Failure> {
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
        let caches = store.place.join("caches");
        fs::create_dir_all(&caches).map_err(broken(&caches))?;
        Ok(store)
    }

    /// Buildah with these arguments, on this store.
    pub(crate) fn buildah(&self, arguments: &[&str]) -> Command {
        let folder = |name: &str| self.place.join(name).display().to_string();
        self.ground
            .command("buildah", "buildah")
            .args(&["--storage-driver", "vfs", "--root", &folder("root")])
            .args(&["--runroot", &folder("run")])
            // The caches that the Dockerfile mounts are kept here.
            .env("TMPDIR", &folder("caches"))
            .args(arguments)
    }

    /// Builds the Dockerfile upon this machine, with these arguments beside the usual ones.
    pub(crate) fn build(&self, tag: &str, arguments: &[&str]) -> Result<(), Failure> {
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
            .args(arguments)
            .args(&["--file", "deploy/Dockerfile", "--tag", tag, "."])
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

    /// The file system of what was built, in a folder of this name that can be looked at and run from.
    pub(crate) fn unpack(&self, tag: &str, name: &str) -> Result<PathBuf, Failure> {
        let container = self.buildah(&["from", "--pull-never", tag]).silent()?;
        let mounted = self.buildah(&["mount", container.trim()]).silent()?;
        let files = self.place.join(name);
        if files.exists() {
            fs::remove_dir_all(&files).map_err(broken(&files))?;
        }
        self.ground
            .command("cp", "cp")
            .args(&["--archive", mounted.trim()])
            .args(&[&files])
            .expect_success()?;
        Ok(files)
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

/// What is wrong with a path.
pub(crate) fn broken(path: &Path) -> impl Fn(std::io::Error) -> Failure + '_ {
    move |error| Failure::because(format!("{}: {error}", path.display()))
}
