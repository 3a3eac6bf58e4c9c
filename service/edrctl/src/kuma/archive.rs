//! The file that `--ioc` names, read only where the settings allow it.
//!
//! The path may come from an event, and whoever makes the event must not choose which file of the
//! correlator's is sent away. So it is read only inside the folder that the settings name, after
//! every link has been followed; only a regular file, only so large, and only an archive of
//! indicators.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustix::fs::OFlags;
use serde_json::json;
use vocabulary::task::{Action, Request};

/// Most bytes of an archive: what its base64 may have, less what base64 adds.
const MOST_BYTES: u64 = 10_000_000;

/// Why a file is not sent.
#[derive(Debug, thiserror::Error)]
pub enum NoArchive {
    /// The settings name no folder.
    #[error("--ioc: the settings name no ioc_folder in [kuma], and files are read nowhere else")]
    NoFolder,
    /// It is elsewhere, or a link leads elsewhere.
    #[error("--ioc: the file is not inside the ioc_folder of the settings")]
    Outside,
    /// It is a folder, a device or the like.
    #[error("--ioc: it is no regular file")]
    NotRegular,
    /// It is too large.
    #[error("--ioc: the file is larger than {MOST_BYTES} bytes")]
    TooLarge,
    /// It cannot be read.
    #[error("--ioc: the file cannot be read: {0}")]
    Unreadable(std::io::Error),
    /// It is no archive of indicators.
    #[error("--ioc: {0}")]
    Contents(String),
}

/// An archive in base64.
///
/// # Errors
/// Why it is not sent.
pub fn read(folder: Option<&Path>, named: &str) -> Result<String, NoArchive> {
    let folder = folder.ok_or(NoArchive::NoFolder)?;
    let folder = fs::canonicalize(folder).map_err(NoArchive::Unreadable)?;
    let place = place(&folder, named)?;
    // Nothing that was changed for a link meanwhile is followed, and no pipe is waited for.
    let mut file = File::options()
        .read(true)
        .custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed())
        .open(&place)
        .map_err(NoArchive::Unreadable)?;
    let known = file.metadata().map_err(NoArchive::Unreadable)?;
    // A second name of a file elsewhere looks like a file here.
    if !known.is_file() || known.nlink() != 1 {
        return Err(NoArchive::NotRegular);
    }
    let mut bytes = Vec::new();
    let mut bounded = Read::by_ref(&mut file).take(MOST_BYTES + 1);
    bounded
        .read_to_end(&mut bytes)
        .map_err(NoArchive::Unreadable)?;
    if u64::try_from(bytes.len()).is_ok_and(|it| it > MOST_BYTES) {
        return Err(NoArchive::TooLarge);
    }
    let text = STANDARD.encode(bytes);
    check(&text)?;
    Ok(text)
}

/// Where the file is, with every link followed.
fn place(folder: &Path, named: &str) -> Result<PathBuf, NoArchive> {
    let place = fs::canonicalize(folder.join(named)).map_err(|error| {
        // What is not there is told of only inside, so that nobody learns what lies elsewhere.
        let inside = Path::new(named).is_relative() || Path::new(named).starts_with(folder);
        let climbs = Path::new(named)
            .components()
            .any(|it| it == std::path::Component::ParentDir);
        if inside && !climbs {
            NoArchive::Unreadable(error)
        } else {
            NoArchive::Outside
        }
    })?;
    if !place.starts_with(folder) || place == folder {
        return Err(NoArchive::Outside);
    }
    Ok(place)
}

/// Whether it is what the gateway takes, by the gateway's own reading.
fn check(text: &str) -> Result<(), NoArchive> {
    let body = json!({"targetHost": "x", "ioc": text});
    match Request::parse_flat(Action::IocScan, body) {
        Ok(_) => Ok(()),
        Err(violations) => {
            let details = violations.iter().take(3).map(|it| it.detail.as_str());
            let details: Vec<&str> = details.collect();
            Err(NoArchive::Contents(details.join(" ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// An archive that the gateway takes.
    fn archive() -> Vec<u8> {
        let example = vocabulary::requests::flat_example(Action::IocScan);
        let text = example["ioc"].as_str().expect("base64");
        STANDARD.decode(text).expect("base64")
    }

    #[test]
    fn only_a_file_inside_the_folder_is_read_however_it_is_named() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("ioc");
        fs::create_dir_all(folder.join("sub")).expect("a folder");
        fs::write(folder.join("good.zip"), archive()).expect("written");
        fs::write(folder.join("sub/good.zip"), archive()).expect("written");
        fs::write(home.path().join("outside.zip"), archive()).expect("written");
        symlink("../outside.zip", folder.join("link.zip")).expect("a link");
        symlink("..", folder.join("up")).expect("a link");
        symlink("good.zip", folder.join("inner.zip")).expect("a link");
        fs::hard_link(home.path().join("outside.zip"), folder.join("second.zip")).expect("a name");
        let read = |named: &str| super::read(Some(&folder), named);

        let absolute = folder.join("good.zip");
        for good in [
            "good.zip",
            "sub/good.zip",
            "./sub/../good.zip",
            "inner.zip",
            absolute.to_str().expect("UTF-8"),
        ] {
            assert_eq!(read(good).expect(good), STANDARD.encode(archive()));
        }
        let elsewhere = home.path().join("outside.zip");
        for bad in [
            "../outside.zip",
            "link.zip",
            "up/outside.zip",
            "/etc/shadow",
            "/etc/passwd",
            "/nowhere",
            "../nowhere",
            ".",
            "",
            elsewhere.to_str().expect("UTF-8"),
        ] {
            assert!(matches!(read(bad), Err(NoArchive::Outside)), "{bad}");
        }
        assert!(matches!(read("second.zip"), Err(NoArchive::NotRegular)));
        assert!(matches!(read("sub"), Err(NoArchive::NotRegular)));
        assert!(matches!(read("nothing.zip"), Err(NoArchive::Unreadable(_))));
        assert!(matches!(read("a\0b"), Err(NoArchive::Unreadable(_))));
        assert!(matches!(
            super::read(None, "good.zip"),
            Err(NoArchive::NoFolder)
        ));
    }

    #[test]
    fn what_is_no_archive_of_indicators_is_not_sent() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("secret"), "kscPassword=secret").expect("written");
        fs::write(folder.path().join("large"), vec![0; 10_000_001]).expect("written");

        let secret = read(Some(folder.path()), "secret").expect_err("no archive");
        assert!(matches!(&secret, NoArchive::Contents(_)), "{secret}");
        assert!(!secret.to_string().contains("kscPassword"));
        let large = read(Some(folder.path()), "large").expect_err("too large");
        assert!(matches!(large, NoArchive::TooLarge), "{large}");
    }

    #[test]
    fn a_pipe_is_not_waited_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.expect("mkfifo").success());

        assert!(matches!(
            read(Some(folder.path()), "pipe"),
            Err(NoArchive::NotRegular)
        ));
    }
}
