//! What must hold on the correlator itself: user, links, files and who may read and change them.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use rustix::fs::{Access, access};

use crate::exit::Exit;
use crate::finding::Finding;
use crate::kuma::script::Script;
use crate::kuma::settings::KumaSettings;

/// Whether this is run as the user who runs the scripts: only then do the other lines say what KUMA
/// will meet.
pub(super) fn user(wanted: &str) -> Finding {
    let us = rustix::process::geteuid().as_raw();
    let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let mut users = passwd.lines().filter_map(|it| {
        let mut parts = it.split(':');
        Some((parts.next()?, parts.nth(1)?.parse::<u32>().ok()?))
    });
    match users.find(|(_, uid)| *uid == us) {
        Some((name, _)) if name == wanted => Finding::good("user", format!("this is {name}")),
        other => {
            let name = other.map_or("a user without a name", |it| it.0);
            let detail =
                format!("this is {name}, not {wanted}: sudo -u {wanted} edrctl kuma check --dir …");
            Finding::bad("user", Exit::Usage, detail)
        }
    }
}

/// The nine links, and what they lead to.
pub(super) fn links(folder: &Path, ours: &Path) -> Vec<Finding> {
    let mut wrong = Vec::new();
    let mut programs = Vec::new();
    for script in Script::ALL {
        let link = folder.join(script.file());
        match fs::canonicalize(&link) {
            Ok(program) if fs::read_link(&link).is_ok() => programs.push(program),
            Ok(_) => wrong.push(format!("{} is no link of ours", script.file())),
            Err(error) => wrong.push(format!("{}: {error}", script.file())),
        }
    }
    if !wrong.is_empty() {
        let detail = format!("{}; edrctl kuma install lays them", wrong.join(", "));
        return vec![Finding::bad("links", Exit::Usage, detail)];
    }
    programs.sort();
    programs.dedup();
    let mut checks = vec![Finding::good(
        "links",
        format!("all nine are in {}", folder.display()),
    )];
    for program in programs {
        let shown = program.display();
        let mode = fs::metadata(&program).map_or(0, |it| it.permissions().mode() & 0o7777);
        let is_ours = fs::canonicalize(ours).is_ok_and(|it| it == program);
        checks.push(if !is_ours {
            let detail = format!(
                "{shown} is another program than this edrctl, and nobody knows what it does"
            );
            Finding::bad("program", Exit::Usage, detail)
        } else if access(&program, Access::EXEC_OK).is_err() {
            let detail = format!("{shown} cannot be run by this user (mode {mode:o})");
            Finding::bad("program", Exit::Usage, detail)
        } else if mode & 0o022 != 0 {
            let detail = format!("{shown} can be changed by others (mode {mode:o}): chmod go-w");
            Finding::bad("program", Exit::Usage, detail)
        } else {
            Finding::good("program", format!("{shown} can be run (mode {mode:o})"))
        });
    }
    checks
}

/// The files and folders that the settings name.
pub(super) fn files(settings: &KumaSettings) -> Vec<Finding> {
    let mut checks = vec![unchanged("settings", &settings.file)];
    match settings.profile.token.secret_file() {
        Some(file) => checks.push(secret(file)),
        None => checks.push(Finding::good(
            "token",
            "comes from no file; nobody has said what environment KUMA gives a script",
        )),
    }
    if let Some(spool) = &settings.spool {
        checks.push(folder(
            "spool",
            spool,
            Access::WRITE_OK | Access::EXEC_OK | Access::READ_OK,
        ));
    }
    if settings.collector.is_some() && settings.spool.is_none() {
        let detail = "there is a collector, and without spool nothing is told to it";
        checks.push(Finding::bad("spool", Exit::Usage, detail));
    }
    if let Some(assets) = &settings.assets {
        checks.push(secret(&assets.token_file));
    }
    if let Some(ioc) = &settings.ioc_folder {
        checks.push(folder("ioc_folder", ioc, Access::READ_OK | Access::EXEC_OK));
        checks.push(unchanged("ioc_folder", ioc));
    }
    checks.push(journal());
    checks
}

/// Something that nobody else may change.
fn unchanged(name: &'static str, file: &Path) -> Finding {
    let shown = file.display();
    match fs::metadata(file) {
        Ok(there) if there.mode() & 0o022 != 0 => {
            let detail = format!(
                "{shown} can be changed by others (mode {:o}): chmod go-w",
                there.mode() & 0o7777
            );
            Finding::bad(name, Exit::Usage, detail)
        }
        Ok(there) => Finding::good(name, format!("{shown} (mode {:o})", there.mode() & 0o7777)),
        Err(error) => Finding::bad(name, Exit::Usage, format!("{shown}: {error}")),
    }
}

/// A secret: for its owner, and for a group that reads it.
fn secret(file: &Path) -> Finding {
    let shown = file.display();
    match fs::metadata(file) {
        Err(error) => Finding::bad("token", Exit::Usage, format!("{shown}: {error}")),
        Ok(_) if access(file, Access::READ_OK).is_err() => Finding::bad(
            "token",
            Exit::Usage,
            format!("{shown} cannot be read by this user"),
        ),
        Ok(there) if there.mode() & 0o027 != 0 => {
            let mode = there.mode() & 0o7777;
            let detail =
                format!("{shown} is open to others (mode {mode:o}): chmod 600, or 640 for a group");
            Finding::bad("token", Exit::Usage, detail)
        }
        Ok(there) => Finding::good(
            "token",
            format!("{shown} (mode {:o})", there.mode() & 0o7777),
        ),
    }
}

fn folder(name: &'static str, folder: &Path, how: Access) -> Finding {
    let shown = folder.display();
    if !folder.is_dir() {
        return Finding::bad(name, Exit::Usage, format!("{shown} is no folder"));
    }
    match access(folder, how) {
        Ok(()) => Finding::good(name, format!("{shown} can be used")),
        Err(error) => Finding::bad(name, Exit::Usage, format!("{shown}: {error}")),
    }
}

fn journal() -> Finding {
    let sockets = ["/run/systemd/journal/socket", "/dev/log"];
    match sockets.into_iter().find(|it| Path::new(it).exists()) {
        Some(socket) => Finding::good("journal", format!("{socket}; journalctl -t edrctl-kuma")),
        None => Finding::bad(
            "journal",
            Exit::Else,
            "there is neither journald nor syslog: only standard output says what was done",
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_secret_is_for_its_owner_and_a_group_that_reads_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("token");
        fs::write(&file, "x").expect("written");
        for (mode, good) in [
            (0o600, true),
            (0o640, true),
            (0o644, false),
            (0o660, false),
            (0o604, false),
        ] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("a mode");
            assert_eq!(secret(&file).exit == Exit::Done, good, "{mode:o}");
        }
        assert_eq!(secret(&folder.path().join("none")).exit, Exit::Usage);
    }

    #[test]
    fn links_are_nine_and_lead_to_a_program_that_others_cannot_change() {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("edrctl");
        fs::write(&program, "#!/bin/sh").expect("written");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a mode");
        for script in Script::ALL {
            symlink(&program, folder.path().join(script.file())).expect("a link");
        }
        let exits = |folder: &Path| {
            let checks = links(folder, &program);
            checks.iter().map(|it| it.exit).collect::<Vec<_>>()
        };

        assert_eq!(exits(folder.path()), [Exit::Done, Exit::Done]);
        fs::set_permissions(&program, fs::Permissions::from_mode(0o777)).expect("a mode");
        assert_eq!(exits(folder.path()), [Exit::Done, Exit::Usage]);
        let other = links(folder.path(), Path::new("/bin/true"));
        assert!(other.iter().any(|it| it.detail.contains("another program")));
        fs::remove_file(folder.path().join("getFile.py")).expect("removed");
        assert_eq!(exits(folder.path()), [Exit::Usage]);
    }

    #[test]
    fn who_is_not_the_user_of_the_scripts_is_told_how_to_be() {
        let check = user("nobody-of-this-name");
        assert!(
            check.exit == Exit::Usage && check.detail.contains("sudo -u nobody-of-this-name"),
            "{check:?}"
        );
    }
}
