//! The way of a call: what arrives, what is said, how it ends.

use std::io::Read as _;
use std::time::{Duration, Instant};

use base64::Engine as _;
use serde_json::json;

use crate::{Correlator, line, os};

#[test]
fn each_of_the_nine_asks_for_its_own_action_once() {
    let correlator = Correlator::new("ioc_folder = 'ioc'");
    let ioc = correlator.home.path().join("ioc");
    std::fs::create_dir(&ioc).expect("a folder");
    let example = vocabulary::requests::flat_example(vocabulary::task::Action::IocScan);
    let archive = base64::engine::general_purpose::STANDARD
        .decode(example["ioc"].as_str().expect("base64"))
        .expect("base64");
    std::fs::write(ioc.join("a.zip"), archive).expect("written");
    let md5 = "d41d8cd98f00b204e9800998ecf8427e";
    let drop = r"C:\drop.exe";
    for (script, more, action, body) in [
        (
            "isolateHost.py",
            vec!["--action", "1"],
            "isolateHost",
            json!({"action": "isolate"}),
        ),
        (
            "onDemandScan.py",
            vec![],
            "onDemandScan",
            json!({"scanAreas": ["systemMemory", "startupObjectsAndRunningProcesses", "diskBootSectors"]}),
        ),
        (
            "ioCScan.py",
            vec!["--ioc", "a.zip", "--isolateHost"],
            "iocScan",
            json!({"ioc": example["ioc"], "isolateHost": true}),
        ),
        (
            "quarantineFile.py",
            vec!["--path", drop, "--md5hash", md5],
            "quarantineFile",
            json!({"path": drop, "hash": md5}),
        ),
        (
            "deleteFile.py",
            vec!["--path", drop, "--searchInSubfolders=yes"],
            "deleteFile",
            json!({"path": drop, "searchInSubfolders": true}),
        ),
        (
            "getFile.py",
            vec!["--path", drop],
            "getFile",
            json!({"path": drop}),
        ),
        (
            "preventExecution.py",
            vec!["--hash", md5, "--case-sensitive", "0"],
            "preventExecution",
            json!({"hash": md5, "caseSensitive": false}),
        ),
        (
            "startProcess.py",
            vec!["--executablePath", drop, "--arguments=/all -x"],
            "startProcess",
            json!({"executablePath": drop, "arguments": "/all -x"}),
        ),
        (
            "terminateProcess.py",
            vec!["--path", r"C:\\drop.exe"],
            "terminateProcess",
            json!({"path": drop}),
        ),
    ] {
        let mut arguments = vec!["--targetHost", "ws-042", "--eventId", "7"];
        arguments.extend(more);
        let output = correlator.run(script, &arguments);

        assert_eq!(output.status.code(), Some(0), "{script}: {output:?}");
        let came = correlator.gateway.taken();
        let [came] = came.as_slice() else {
            panic!("{script}: {came:?}")
        };
        assert_eq!(came.line, format!("POST /v1/tasks/{action} HTTP/1.1"));
        let mut expected = json!({"targetHost": "ws-042", "area": "Kuma", "severity": "warning"});
        expected
            .as_object_mut()
            .expect("an object")
            .extend(body.as_object().expect("an object").clone());
        assert_eq!(came.body, expected, "{script}");
        let said = line(&output);
        assert_eq!(
            (said["outcome"].as_str(), said["task"].as_str()),
            (Some("accepted"), Some("ksc-1"))
        );
        assert_eq!(said["key"].as_str(), came.key.as_deref());
    }
}

#[test]
fn the_same_call_has_the_same_key_and_another_has_another() {
    let correlator = Correlator::new("");
    let key = |arguments: &[&str]| {
        let mut all = vec!["--targetHost", "ws"];
        all.extend(arguments);
        correlator.run("isolateHost.py", &all);
        correlator
            .gateway
            .taken()
            .pop()
            .and_then(|it| it.key)
            .expect("a key")
    };
    let first = key(&["--action", "on", "--eventId", "e1"]);
    assert_eq!(key(&["--ACTION=1", "--event-id", "e1"]), first);
    assert_ne!(key(&["--action", "off", "--eventId", "e1"]), first);
    assert_ne!(key(&["--action", "on", "--eventId", "e2"]), first);
}

#[test]
fn it_ends_as_the_gateway_has_answered() {
    let correlator = Correlator::new("whole_time = '2s'");
    for (status, code, retryable, exit) in [
        (404, "host_not_found", false, 3),
        (422, "validation_failed", false, 3),
        (403, "scope_missing", false, 3),
        (409, "host_ambiguous", false, 3),
        (401, "token_invalid", false, 3),
        (503, "ksc_unavailable", true, 4),
        (429, "rate_limited", true, 4),
        (504, "outcome_unknown", false, 5),
    ] {
        let problem = json!({"type": "x", "title": "x", "status": status, "detail": "Said so.", "code": code, "retryable": retryable, "retryAfter": 30, "requestId": "r1"});
        correlator.gateway.answer(status, problem);
        let output = correlator.run("getFile.py", &["--targetHost", "ws", "--path", r"C:\x"]);

        assert_eq!(output.status.code(), Some(exit), "{code}: {output:?}");
        let said = line(&output);
        assert_eq!(
            (said["code"].as_str(), said["requestId"].as_str()),
            (Some(code), Some("r1"))
        );
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(errors.starts_with("getFile.py: error: "), "{errors}");
    }
}

#[test]
fn a_call_that_kuma_ends_says_that_nobody_knows() {
    let correlator = Correlator::new("");
    correlator.gateway.fall_silent();
    let mut child = correlator.start("isolateHost.py", &["--targetHost", "ws", "--action", "1"]);
    while correlator.gateway.taken().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let ended = std::process::Command::new("kill")
        .arg(child.id().to_string())
        .status();
    assert!(ended.expect("kill").success());

    let status = child.wait().expect("it ends");
    let mut text = String::new();
    child
        .stdout
        .take()
        .expect("piped")
        .read_to_string(&mut text)
        .expect("UTF-8");
    assert_eq!(status.code(), Some(5));
    let said: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(said["outcome"], "unknown");
    assert!(
        said["key"]
            .as_str()
            .is_some_and(|it| it.starts_with("kuma-")),
        "{said}"
    );
}

#[test]
fn a_call_is_over_when_its_time_is() {
    let correlator = Correlator::new("whole_time = '2s'");
    correlator.gateway.fall_silent();
    let start = Instant::now();
    let output = correlator.run("isolateHost.py", &["--targetHost", "ws", "--action", "1"]);

    assert_eq!(output.status.code(), Some(5));
    let took = start.elapsed();
    assert!(
        took > Duration::from_secs(1) && took < Duration::from_secs(5),
        "{took:?}"
    );
}

#[test]
fn help_is_shown_as_python_shows_it_and_nothing_is_sent() {
    let correlator = Correlator::new("");
    let output = correlator.run("isolateHost.py", &["--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(
        output
            .stdout
            .starts_with(b"usage: isolateHost.py [-h] --targetHost TARGETHOST --action ACTION")
    );
    let output = correlator.run::<&str>("isolateHost.py", &[]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("usage: isolateHost.py"), "{text}");
    assert_eq!(
        lines[1],
        "isolateHost.py: error: the following arguments are required: --targetHost, --action"
    );
    assert!(correlator.gateway.taken().is_empty());
}

#[test]
fn settings_of_the_vendors_scripts_are_never_sent_or_said() {
    let correlator = Correlator::new("");
    let arguments = os(&[
        "--targetHost",
        "ws",
        "--action",
        "1",
        "--kscPassword",
        "hunter2",
        "--kscUser=user-of-ksc",
    ]);
    let output = correlator.run("isolateHost.py", &arguments);

    assert_eq!(output.status.code(), Some(0));
    let came = format!("{:?}", correlator.gateway.taken());
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(said.contains("kscPassword"), "{said}");
    for secret in ["hunter2", "user-of-ksc", "not-a-real-token"] {
        assert!(!came.contains(secret) && !said.contains(secret), "{secret}");
    }
}

#[test]
fn where_the_settings_expect_certain_options_no_other_is_taken() {
    let correlator = Correlator::new("[kuma.options]\n'getFile.py' = ['targetHost', 'path']");
    let good = correlator.run("getFile.py", &["--targetHost", "ws", "--path", r"C:\x"]);
    assert_eq!(good.status.code(), Some(0));
    correlator.gateway.taken();
    let more = correlator.run(
        "getFile.py",
        &["--targetHost", "ws", "--path", r"C:\x", "--backend", "ksc2"],
    );
    assert_eq!(more.status.code(), Some(2));
    assert!(correlator.gateway.taken().is_empty());
}

#[test]
fn an_accepted_task_is_noted_for_those_who_follow_it() {
    let correlator = Correlator::new("spool = 'spool'");
    std::fs::create_dir(correlator.home.path().join("spool")).expect("a folder");
    let output = correlator.run(
        "isolateHost.py",
        &["--targetHost", "ws", "--action", "1", "--eventId", "e"],
    );
    assert_eq!(output.status.code(), Some(0));

    let spool = edrctl::kuma::spool::Spool::new(&correlator.home.path().join("spool"));
    let (notes, _) = spool.notes().expect("notes");
    assert_eq!(
        (notes[0].task.as_deref(), notes[0].event.as_deref()),
        (Some("ksc-1"), Some("e"))
    );
    let rehearsed = json!({"dryRun": true, "checks": []});
    correlator.gateway.answer(200, rehearsed);
    let dry = correlator.run(
        "isolateHost.py",
        &["--targetHost", "ws2", "--action", "1", "--dryRun"],
    );
    assert_eq!(line(&dry)["outcome"], "dryRun");
    assert_eq!(spool.notes().expect("notes").0.len(), 1);
}

#[test]
fn a_yes_in_other_words_is_no_acceptance() {
    let correlator = Correlator::new("whole_time = '2s'");
    for said in [json!({}), json!(null), json!([]), json!({"status": "ok"})] {
        correlator.gateway.answer(200, said.clone());
        let arguments = ["--targetHost=ws", "--action=1", "--eventId=7"];
        let output = correlator.run("isolateHost.py", &arguments);
        assert_eq!(output.status.code(), Some(5), "{said}: {output:?}");
        let dry = correlator.run(
            "isolateHost.py",
            &["--targetHost=ws", "--action=1", "--dryRun"],
        );
        assert_ne!(dry.status.code(), Some(0), "{said}: {dry:?}");
    }
}

#[test]
fn a_password_that_stands_in_a_rule_is_shown_nowhere() {
    let correlator = Correlator::new("");
    for arguments in [
        vec!["--kscPassword", "-S3cret"],
        vec!["--kscPassword", "--S3cret"],
        vec!["--kscPwd=S3cret"],
        vec!["--ksc=S3cret"],
        vec!["--kscPassword", "a", "S3cret"],
        vec!["--kscPassword=S3cret"],
    ] {
        let all = [&["--targetHost=ws", "--action=1"], &arguments[..]].concat();
        let output = correlator.run("isolateHost.py", &all);
        assert!(
            !format!("{output:?}").contains("S3cret"),
            "{arguments:?} {output:?}"
        );
    }
}

#[test]
fn a_refusal_of_any_length_ends_in_time_and_moves_no_cursor() {
    let correlator = Correlator::new("");
    let detail = format!("\u{1b}]0;title\u{7}\nsecond {}", "x".repeat(300_000));
    let problem = json!({"status": 403, "title": "x", "detail": detail, "code": "host_protected", "retryable": false});
    correlator.gateway.answer(403, problem);
    // Nobody reads what it says.
    let path = format!("--path=C:\\{}", "y".repeat(30_000));
    let mut script = correlator.start("onDemandScan.py", &["--targetHost=ws", &path]);
    let status = script.wait().expect("it ends by itself");
    let output = correlator.run("onDemandScan.py", &["--targetHost=ws", &path]);

    assert_eq!(status.code(), Some(3));
    assert!(output.stdout.len() < 16_384, "{}", output.stdout.len());
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(
        !said.contains('\u{1b}') && said.lines().count() == 1,
        "{said}"
    );
}

#[test]
fn nothing_has_left_where_a_handshake_hangs_or_a_token_is_not_there() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("an address").port();
    let correlator = Correlator::new("whole_time = '3s'");
    let settings = correlator.home.path().join("edrctl.toml");
    for (gateway, token) in [
        (
            format!("https://127.0.0.1:{port}"),
            "token_file = 'token'\npinned_sha256 = '{}'",
        ),
        (
            format!("http://127.0.0.1:{}", correlator.gateway.port),
            "token_command = ['sleep', '30']",
        ),
    ] {
        let token = token.replace("{}", &"ab".repeat(32));
        let text = format!(
            "[profiles.kuma]\ngateway = '{gateway}'\n{token}\nproxy = 'none'\n[kuma]\nwhole_time = '3s'\n"
        );
        std::fs::write(&settings, text).expect("written");
        let started = Instant::now();
        let output = correlator.run("isolateHost.py", &["--targetHost=ws", "--action=1"]);
        assert_eq!(output.status.code(), Some(4), "{gateway}: {output:?}");
        assert!(started.elapsed() < Duration::from_secs(8), "{gateway}");
    }
    assert!(correlator.gateway.taken().is_empty());
}

#[test]
fn a_task_that_was_waited_for_stays_noted_however_it_ended() {
    let correlator = Correlator::new("spool = 'spool'");
    std::fs::create_dir(correlator.home.path().join("spool")).expect("a folder");
    let spool = edrctl::kuma::spool::Spool::new(&correlator.home.path().join("spool"));
    for (number, (state, code)) in [
        ("succeeded", 0),
        ("warning", 1),
        ("failed", 6),
        ("unconfirmed", 7),
    ]
    .into_iter()
    .enumerate()
    {
        let task = json!({"id": "ksc-1", "state": state, "terminal": true});
        correlator.gateway.answer(202, task);
        let event = format!("--eventId={state}");
        let arguments = ["--targetHost=ws", "--action=1", "--wait=5", &event];
        let output = correlator.run("isolateHost.py", &arguments);
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        assert_eq!(spool.notes().expect("notes").0.len(), number + 1, "{state}");
    }
}
