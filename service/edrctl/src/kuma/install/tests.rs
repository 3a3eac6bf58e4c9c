//! All or none, exactly as it was, and repaired after every step at which a run can end.

use std::io;
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::time::{Duration, SystemTime};

use super::*;

const PROGRAM: &str = "/bin/sh";

fn laying(folder: &Path) -> Laying {
    Laying {
        folder: folder.to_owned(),
        program: PROGRAM.into(),
    }
}

/// A folder as a correlator may have it: some of the vendor's scripts, one of them a link.
fn correlator() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("isolateHost.py");
    fs::write(&file, "kscPassword = 'secret'").expect("written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o750)).expect("a mode");
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    fs::File::open(&file)
        .and_then(|it| it.set_modified(time))
        .expect("a time");
    fs::write(folder.path().join("getFile.py"), "#!/usr/bin/python3").expect("written");
    symlink("isolateHost.py", folder.path().join("ioCScan.py")).expect("a link");
    fs::write(folder.path().join("other.py"), "kept").expect("written");
    folder
}

/// Everything of a folder that somebody could miss.
fn picture(folder: &Path) -> Vec<String> {
    let mut picture = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let it = fs::symlink_metadata(&path).expect("there");
        let content = if it.is_symlink() {
            format!("{:?}", fs::read_link(&path).expect("a link"))
        } else if it.is_dir() {
            "folder".to_owned()
        } else {
            fs::read_to_string(&path).expect("text")
        };
        picture.push(format!(
            "{path:?} {:o} {} {} {:?} {content}",
            it.mode(),
            it.uid(),
            it.gid(),
            it.modified()
        ));
    }
    picture.sort();
    picture
}

fn is_laid(folder: &Path) -> bool {
    Script::ALL
        .into_iter()
        .all(|it| fs::read_link(folder.join(it.file())).is_ok_and(|it| it == Path::new(PROGRAM)))
}

#[test]
fn all_nine_are_laid_and_what_was_there_comes_back_exactly() {
    let folder = correlator();
    let before = picture(folder.path());

    let laid = install(&laying(folder.path())).expect("laid");
    assert_eq!((laid.changed.len(), laid.kept.len()), (9, 3));
    assert!(is_laid(folder.path()));
    let kept = fs::metadata(folder.path().join(KEPT)).expect("kept");
    assert_eq!(kept.mode() & 0o777, 0o700);
    assert_eq!(
        install(&laying(folder.path())).expect("again").changed,
        [""; 0]
    );

    assert_eq!(
        uninstall(folder.path()).expect("given back").changed.len(),
        9
    );
    assert_eq!(picture(folder.path()), before);
    assert_eq!(uninstall(folder.path()).expect("again").changed, [""; 0]);
    assert_eq!(picture(folder.path()), before);
}

#[test]
fn a_step_that_fails_leaves_everything_as_it_was() {
    for failing in 0..11 {
        let folder = correlator();
        let before = picture(folder.path());
        let mut step = 0;
        let error = install_gated(&laying(folder.path()), &mut |_| {
            step += 1;
            if step == failing + 1 {
                Err(io::Error::other("no"))
            } else {
                Ok(())
            }
        });
        assert!(
            matches!(error, Err(LayingError::PutBack { .. })),
            "{failing}: {error:?}"
        );
        assert_eq!(picture(folder.path()), before, "{failing}");
    }
}

/// Ends a run at a step: from then on nothing is done any more.
fn ended_at(end: usize) -> impl FnMut(&str) -> io::Result<()> {
    let mut step = 0;
    move |_| {
        step += 1;
        if step > end {
            Err(io::Error::other("ended"))
        } else {
            Ok(())
        }
    }
}

#[test]
fn a_run_that_was_ended_is_repaired_by_the_next_of_either_kind() {
    for end in 0..11 {
        for lays in [true, false] {
            let folder = correlator();
            let before = picture(folder.path());
            install_gated(&laying(folder.path()), &mut ended_at(end)).expect_err("ended");

            if lays {
                install(&laying(folder.path())).expect("repaired");
                assert!(is_laid(folder.path()), "{end}");
            }
            uninstall(folder.path()).expect("given back");
            assert_eq!(picture(folder.path()), before, "{end}");
        }
    }
    for end in 0..10 {
        let folder = correlator();
        let before = picture(folder.path());
        install(&laying(folder.path())).expect("laid");
        uninstall_gated(folder.path(), &mut ended_at(end)).expect_err("ended");

        uninstall(folder.path()).expect("given back");
        assert_eq!(picture(folder.path()), before, "{end}");
    }
}

#[test]
fn a_copy_of_the_descriptor_keeps_nobody_out() {
    let folder = correlator();
    let open = Folder::open(folder.path()).expect("free");
    assert!(matches!(
        Folder::open(folder.path()),
        Err(LayingError::Busy(_))
    ));
    // What a process has between its fork and its exec.
    let _copy = open.lock.try_clone().expect("a copy");
    drop(open);
    assert!(Folder::open(folder.path()).is_ok());
}

#[test]
fn what_somebody_else_has_put_there_is_never_overwritten() {
    let folder = correlator();
    install(&laying(folder.path())).expect("laid");
    let place = folder.path().join("getFile.py");
    fs::remove_file(&place).expect("removed");
    fs::write(&place, "somebody's").expect("written");

    for result in [install(&laying(folder.path())), uninstall(folder.path())] {
        let Err(LayingError::Changed(names)) = result else {
            panic!("{result:?}")
        };
        assert_eq!(names, "getFile.py");
    }
    assert_eq!(fs::read_to_string(&place).expect("there"), "somebody's");
    fs::remove_file(&place).expect("removed");
    symlink("/bin/false", &place).expect("a link");
    assert!(matches!(
        uninstall(folder.path()),
        Err(LayingError::Changed(_))
    ));
    fs::remove_file(&place).expect("removed");
    symlink(PROGRAM, &place).expect("a link");
    fs::write(folder.path().join(KEPT).join("isolateHost.py"), "changed").expect("written");
    assert!(matches!(
        uninstall(folder.path()),
        Err(LayingError::Changed(_))
    ));
}

#[test]
fn another_program_takes_the_links_over_and_what_was_there_stays_kept() {
    let folder = correlator();
    let before = picture(folder.path());
    install(&laying(folder.path())).expect("laid");
    let other = Laying {
        program: "/bin/cat".into(),
        ..laying(folder.path())
    };
    assert_eq!(install(&other).expect("laid").changed.len(), 9);
    uninstall(folder.path()).expect("given back");
    assert_eq!(picture(folder.path()), before);
}

#[test]
fn nothing_is_laid_without_a_folder_or_a_program() {
    let folder = correlator();
    assert!(matches!(
        install(&laying(&folder.path().join("none"))),
        Err(LayingError::NoFolder(_))
    ));
    for program in ["sh", "/nowhere", "/etc/passwd", "/"] {
        let laying = Laying {
            program: program.into(),
            ..laying(folder.path())
        };
        assert!(
            matches!(install(&laying), Err(LayingError::NoProgram(_))),
            "{program}"
        );
    }
    fs::create_dir(folder.path().join("deleteFile.py")).expect("a folder");
    let before = picture(folder.path());
    assert!(install(&laying(folder.path())).is_err());
    assert_eq!(picture(folder.path()), before);
}
