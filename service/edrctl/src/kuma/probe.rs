//! What KUMA does when it runs a script: a quarter of an hour with this settles what nobody has
//! written down.
//!
//! Called as `edrctl-probe.py` it writes down its arguments, working folder, user, the names (never
//! the values) of its environment, its parent's command line and its times; says a line on either
//! output and ends with 7. With `--stay=60` among its arguments it stays for as long, and writes down
//! when it is told to end. The last time it was alive is written down each second, so that an end
//! without a word shows as well.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, lchown, symlink,
};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use tokio::signal::unix::{SignalKind, signal};

use crate::clock;
use crate::exit::Exit;

/// The name of its link.
pub const FILE: &str = "edrctl-probe.py";
/// Where what it has seen is, beside the link.
const RECORDS: &str = ".edrctl-probe";
/// How it ends: with 7, which no script of the nine ends with.
const EXIT: Exit = Exit::Unclear;
/// The longest that it stays.
const LONGEST: u64 = 600;

/// The arguments of the rule that asks all questions at once.
pub const ARGUMENTS: &str = r#"--a {{.SourceUserName}} --b "{{.Message}}" --c "x \"y\" z" --d C:\Windows\x --e "C:\\Windows\\x" --f "C:\\\\Windows\\\\x" --g '' --h {{.NoSuchField}} --i {{.DeviceAssetID}} --stay=60"#;

/// Lays the probe's link into a folder of scripts; what is there by its name is left alone.
///
/// # Errors
/// Why it is not laid.
pub fn install(folder: &Path, program: &Path) -> io::Result<PathBuf> {
    let link = folder.join(FILE);
    let owner = fs::metadata(folder)?;
    if fs::read_link(&link).is_ok_and(|it| it == program) {
        return Ok(folder.join(RECORDS));
    }
    let records = folder.join(RECORDS);
    match fs::DirBuilder::new().mode(0o700).create(&records) {
        // The folder is another's, who could have put a link there: what was there is not touched.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            if !fs::symlink_metadata(&records)?.is_dir() {
                return Err(io::Error::other(format!("{RECORDS} there is no folder")));
            }
        }
        made => {
            made?;
            lchown(&records, Some(owner.uid()), Some(owner.gid()))?;
        }
    }
    symlink(program, &link)?;
    Ok(records)
}

/// Takes the probe's link away. What it has seen stays.
///
/// # Errors
/// Why it is still there.
pub fn uninstall(folder: &Path) -> io::Result<()> {
    let link = folder.join(FILE);
    if fs::symlink_metadata(&link)?.is_symlink() {
        return fs::remove_file(link);
    }
    Err(io::Error::other(format!("{FILE} there is no link of ours")))
}

/// Whether the program is called as the probe.
#[must_use]
pub fn is_probe(argv0: &OsStr) -> bool {
    Path::new(argv0).file_name() == Some(OsStr::new(FILE))
}

/// Writes down what there is to see.
pub async fn called(argv: &[OsString], program: &Path) -> Exit {
    let start = now();
    // Before anything is written down, so that whoever reads it may tell it to end.
    let kinds = [
        ("SIGTERM", SignalKind::terminate()),
        ("SIGINT", SignalKind::interrupt()),
        ("SIGHUP", SignalKind::hangup()),
    ];
    let [Ok(mut term), Ok(mut int), Ok(mut hup)] = kinds.map(|it| signal(it.1)) else {
        return EXIT;
    };
    let mut record = record(argv, &start);
    let file = places(program)
        .into_iter()
        .find_map(|folder| create(&folder, &record).ok());
    let write = |record: &Value| {
        if let Some(file) = &file {
            let _nobody_to_tell = rewrite(file, record);
        }
    };
    write(&record);
    let shown = file.as_ref();
    let shown = shown.map_or_else(|| "nowhere".to_owned(), |it| it.display().to_string());
    let _nobody_reads = writeln!(
        io::stdout(),
        "edrctl-probe: standard output; written down: {shown}"
    );
    let _nobody_reads = writeln!(io::stderr(), "edrctl-probe: standard error");
    for _ in 0..stay(argv) {
        let told = tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(1)) => None,
            _ = term.recv() => Some("SIGTERM"),
            _ = int.recv() => Some("SIGINT"),
            _ = hup.recv() => Some("SIGHUP"),
        };
        record["lastAlive"] = now().into();
        if let Some(told) = told {
            record["toldToEnd"] = json!({"by": told, "at": now()});
            write(&record);
            return EXIT;
        }
        write(&record);
    }
    record["ended"] = now().into();
    write(&record);
    EXIT
}

fn now() -> String {
    clock::now().format(&Rfc3339).unwrap_or_default()
}

/// What there is to see at the start.
fn record(argv: &[OsString], start: &str) -> Value {
    // What is no text is shown by its bytes.
    let texts = argv.iter().map(|it| match it.to_str() {
        Some(text) => json!(text),
        None => json!({"bytes": it.as_bytes()}),
    });
    let mut names: Vec<String> = std::env::vars_os()
        .map(|(name, _)| name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    let parent = rustix::process::getppid().map_or(0, |it| it.as_raw_nonzero().get());
    let line = fs::read(format!("/proc/{parent}/cmdline")).unwrap_or_default();
    let line: Vec<String> = line
        .split(|it| *it == 0)
        .map(|it| String::from_utf8_lossy(it).into_owned())
        .collect();
    json!({
        "start": start,
        "argv": texts.collect::<Vec<Value>>(),
        "workingFolder": std::env::current_dir().map(|it| it.to_string_lossy().into_owned()).ok(),
        "uid": rustix::process::geteuid().as_raw(),
        "gid": rustix::process::getegid().as_raw(),
        "environmentNames": names,
        "parent": {"pid": parent, "commandLine": line.join(" ").trim_end()},
        "pid": std::process::id(),
    })
}

/// For how many seconds to stay.
fn stay(argv: &[OsString]) -> u64 {
    let given = argv
        .iter()
        .filter_map(|it| it.to_str()?.strip_prefix("--stay="));
    let seconds = given.filter_map(|it| it.parse().ok()).next_back();
    seconds.unwrap_or(0).min(LONGEST)
}

/// Where it may be written down, the first before the others.
fn places(program: &Path) -> Vec<PathBuf> {
    let beside = program.parent().filter(|it| it.is_absolute());
    let beside = beside.map(|it| it.join(RECORDS));
    beside.into_iter().chain([std::env::temp_dir()]).collect()
}

/// A record in this folder, whole from the beginning: whoever looks in may do so at any time.
fn create(folder: &Path, record: &Value) -> io::Result<PathBuf> {
    let name = format!(
        "edrctl-probe-{}-{}.json",
        clock::now().unix_timestamp(),
        uuid::Uuid::new_v4()
    );
    let path = folder.join(name);
    rewrite(&path, record)?;
    Ok(path)
}

/// Puts the record in place of the last: never half of it.
fn rewrite(path: &Path, record: &Value) -> io::Result<()> {
    let next = path.with_extension("next");
    let mut file = File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&next)?;
    file.write_all(format!("{record:#}\n").as_bytes())?;
    fs::rename(next, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stays_as_long_as_it_is_told_and_never_for_ever() {
        let of = |it: &str| stay(&["x".into(), it.into()]);
        assert_eq!(
            (
                of("--stay=60"),
                of("--stay=99999"),
                of("--stay=x"),
                of("--stay")
            ),
            (60, 600, 0, 0)
        );
    }

    #[test]
    fn its_link_is_laid_beside_the_others_and_taken_away() {
        let folder = tempfile::tempdir().expect("a folder");
        let records = install(folder.path(), Path::new("/bin/true")).expect("laid");
        install(folder.path(), Path::new("/bin/true")).expect("again");
        assert!(records.is_dir());
        uninstall(folder.path()).expect("taken away");
        fs::write(folder.path().join(FILE), "somebody's").expect("written");
        assert!(install(folder.path(), Path::new("/bin/true")).is_err());
        assert!(uninstall(folder.path()).is_err());
    }

    #[test]
    fn the_names_of_the_environment_are_written_down_and_no_value_is() {
        let record = record(&["a".into()], "now").to_string();
        let path = std::env::var("PATH").expect("there is one");
        assert!(record.contains("\"PATH\"") && !record.contains(&path));
    }
}
