//! The probe as KUMA would run it, and the look whether a correlator is well set up.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use edrctl::kuma::check::{Checking, check};
use edrctl::kuma::probe;
use serde_json::{Value, json};

use crate::Correlator;

fn records(folder: &Path) -> Vec<Value> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let files = entries.map(|it| it.expect("an entry").path());
    let files: Vec<PathBuf> = files
        .filter(|it| it.extension().is_some_and(|it| it == "json"))
        .collect();
    let texts = files
        .iter()
        .map(|it| std::fs::read_to_string(it).expect("text"));
    texts
        .map(|it| serde_json::from_str(&it).expect("JSON"))
        .collect()
}

#[test]
fn the_probe_writes_down_what_kuma_does_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Path::new(env!("CARGO_BIN_EXE_edrctl"));
    let seen = probe::install(folder.path(), program).expect("laid");
    let link = folder.path().join(probe::FILE);

    let odd = OsString::from_vec(vec![b'x', 0xff]);
    let output = Command::new(&link)
        .args(["--a", "b c", ""])
        .arg(odd)
        .env("kscPassword", "hunter2")
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(7));
    assert!(output.stdout.starts_with(b"edrctl-probe: standard output"));
    assert!(output.stderr.starts_with(b"edrctl-probe: standard error"));
    let [first] = records(&seen).try_into().expect("one");
    assert_eq!(
        first["argv"],
        json!([link.to_str(), "--a", "b c", "", {"bytes": [120, 255]}])
    );
    assert!(
        first["environmentNames"]
            .to_string()
            .contains("kscPassword")
    );
    assert!(!first.to_string().contains("hunter2"));
    assert!(
        first["parent"]["commandLine"]
            .as_str()
            .is_some_and(|it| it.contains("kuma_scripts")),
        "{first}"
    );
    assert!(first["ended"].is_string() && first["toldToEnd"].is_null());

    let mut child = Command::new(&link)
        .arg("--stay=60")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it runs");
    while records(&seen).len() < 2 {
        std::thread::sleep(Duration::from_millis(10));
    }
    let told = Command::new("kill").arg(child.id().to_string()).status();
    assert!(told.expect("kill").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(7));
    let told = records(&seen)
        .into_iter()
        .filter(|it| it["toldToEnd"]["by"] == "SIGTERM")
        .count();
    assert_eq!(told, 1);
}

fn checked(correlator: &Correlator, user: &str) -> (u8, String) {
    let checking = Checking {
        folder: correlator.home.path().join("scripts"),
        program: env!("CARGO_BIN_EXE_edrctl").into(),
        settings: None,
        user: user.to_owned(),
    };
    let mut out = Vec::new();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let exit = runtime.block_on(check(&checking, &mut out));
    (exit.number(), String::from_utf8(out).expect("UTF-8"))
}

fn line<'a>(said: &'a str, name: &str) -> &'a str {
    let line = said.lines().find(|it| {
        it.get(4..)
            .is_some_and(|it| it.starts_with(&format!("{name}: ")))
    });
    line.unwrap_or_else(|| panic!("no {name} in {said}"))
}

#[test]
fn each_thing_that_must_hold_has_its_line() {
    let correlator = Correlator::new("collector = 'udp://127.0.0.1:9'");
    let home = correlator.home.path().to_owned();
    let mode = |file: &str, mode: u32| {
        std::fs::set_permissions(home.join(file), std::fs::Permissions::from_mode(mode))
            .expect("a mode");
    };
    mode("token", 0o600);
    mode("edrctl.toml", 0o644);
    correlator.gateway.answer(200, json!({"caller": "kuma", "scopes": ["tasks.create", "tasks.read"], "backends": ["ksc"],
        "tasks": ["getFile", "deleteFile", "quarantineFile", "iocScan", "startProcess", "terminateProcess", "isolateHost", "preventExecution", "onDemandScan"]}));

    let (_, said) = checked(&correlator, "kuma");
    assert!(
        line(&said, "spool").starts_with("BAD"),
        "a collector alone is told nothing: {said}"
    );
    for name in ["links", "program", "settings", "token", "gateway", "scopes"] {
        assert!(line(&said, name).starts_with("ok "), "{said}");
    }
    assert!(!said.contains("not-a-real-token"));

    correlator.gateway.answer(
        200,
        json!({"caller": "kuma", "scopes": ["tasks.create.isolateHost"], "tasks": ["isolateHost"]}),
    );
    mode("token", 0o644);
    mode("edrctl.toml", 0o666);
    let (exit, said) = checked(&correlator, "kuma");
    assert_ne!(exit, 0);
    for name in ["settings", "token"] {
        assert!(line(&said, name).starts_with("BAD"), "{said}");
    }
    assert!(
        said.contains("may not ask for onDemandScan.py, ioCScan.py")
            && said.contains("needs tasks.read"),
        "{said}"
    );

    correlator.gateway.answer(401, json!({"status": 401, "title": "x", "detail": "The access token is not valid here.", "code": "token_invalid", "retryable": false}));
    assert!(line(&checked(&correlator, "kuma").1, "gateway").starts_with("BAD"));
    std::fs::remove_file(home.join("scripts/getFile.py")).expect("removed");
    assert!(line(&checked(&correlator, "kuma").1, "links").contains("getFile.py"));
}
