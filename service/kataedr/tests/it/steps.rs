//! The commands, in order.

use kataedr::{Circumstances, Format, Mode, Stage, Step, Then, When, commands};

fn circumstances() -> Circumstances {
    Circumstances {
        file: "/root/kata new.ini".to_owned(),
        format: Format::Ini,
        backup: "/root/backup.ini".to_owned(),
        read_back: "/root/read-back.ini".to_owned(),
        server_certificate: Some("/root/server.crt".to_owned()),
        client_certificate: Some("-client.pfx".to_owned()),
        telemetry_server_certificate: None,
        telemetry_client_certificate: None,
    }
}

fn steps(version: &str) -> Vec<Step> {
    commands(&version.parse().unwrap(), Mode::EdrKata, &circumstances()).unwrap()
}

fn typed(steps: &[Step]) -> Vec<&str> {
    let lines = steps.iter().filter_map(|it| it.command.as_ref());
    lines.map(|it| it.typed.as_str()).collect()
}

#[test]
fn the_order_for_12_3_is_the_documented_one() {
    let steps = steps("12.3");

    assert_eq!(
        typed(&steps),
        [
            "LANG=en_US.UTF-8 kesl-control --get-task-state 24 --json",
            "LANG=en_US.UTF-8 kesl-control --get-settings 24 --file /root/backup.ini",
            "LANG=en_US.UTF-8 kesl-control --stop-task 24 -W",
            "LANG=en_US.UTF-8 kesl-control --set-settings 24 --file '/root/kata new.ini'",
            "LANG=en_US.UTF-8 kesl-control -R --query-kataedr-server-certificate",
            "LANG=en_US.UTF-8 kesl-control -R --add-kataedr-server-certificate /root/server.crt",
            "LANG=en_US.UTF-8 kesl-control -R --query-kataedr-client-certificate",
            "LANG=en_US.UTF-8 kesl-control -R --add-kataedr-client-certificate ./-client.pfx",
            "LANG=en_US.UTF-8 kesl-control --start-task 24 -W",
            "LANG=en_US.UTF-8 kesl-control --get-settings 24 --file /root/read-back.ini",
            "LANG=en_US.UTF-8 kesl-control --get-task-state 24 --json",
            "LANG=en_US.UTF-8 kesl-control -R --isolation-stat",
            "LANG=en_US.UTF-8 kesl-control --stop-task 24 -W",
            "LANG=en_US.UTF-8 kesl-control --set-settings 24 --file /root/backup.ini",
            "LANG=en_US.UTF-8 kesl-control --start-task 24 -W",
        ]
    );
    assert!(steps.iter().map(|it| it.number).eq(1..=steps.len()));
    let stages: Vec<Stage> = steps.iter().map(|it| it.stage).collect();
    assert!(stages.is_sorted());
    for step in &steps {
        assert_eq!(step.when == When::OnFailure, step.stage == Stage::Restore);
        assert!(step.answers.iter().all(|it| !it.meaning.is_empty()));
        assert!(
            step.answers.last().unwrap().code.is_none(),
            "{} leaves codes open",
            step.number
        );
    }
}

#[test]
fn certificate_commands_are_not_guessed_where_no_document_names_them() {
    for version in ["11.4", "12.0", "12.4", "12.5"] {
        let steps = steps(version);
        let lines = typed(&steps);
        assert!(
            lines.contains(&"LANG=en_US.UTF-8 kesl-control --help"),
            "{version}"
        );
        assert!(
            !lines.iter().any(|it| it.contains("certificate")),
            "{version}"
        );
        let by_hand = steps
            .iter()
            .find(|it| it.stage == Stage::Certificates && it.command.is_none());
        assert!(by_hand.unwrap().why.contains("/root/server.crt"));
    }
    for version in ["12.1", "12.2", "12.3"] {
        assert!(
            typed(&steps(version))
                .iter()
                .any(|it| it.contains("--add-kataedr-server-certificate"))
        );
    }
}

#[test]
fn without_certificates_there_is_no_step_for_them() {
    let circumstances = Circumstances {
        server_certificate: None,
        client_certificate: None,
        ..circumstances()
    };
    let steps = commands(&"12.3".parse().unwrap(), Mode::EdrKata, &circumstances).unwrap();

    assert!(steps.iter().all(|it| it.stage != Stage::Certificates));
}

#[test]
fn exit_codes_mean_what_they_mean_in_their_step() {
    let steps = steps("12.3");
    let then = |stage, code| {
        let step = steps.iter().find(|it| it.stage == stage).unwrap();
        let answer = step.answers.iter().find(|it| it.code == Some(code));
        answer.map(|it| it.then)
    };

    assert_eq!(then(Stage::Stop, 70), Some(Then::Continue));
    assert_eq!(then(Stage::Stop, 68), Some(Then::Stop));
    assert_eq!(then(Stage::Set, 68), Some(Then::Restore));
    assert_eq!(then(Stage::Set, 2), Some(Then::Restore));
    assert_eq!(then(Stage::Start, 70), Some(Then::Continue));
    assert_eq!(then(Stage::Backup, 64), Some(Then::Stop));
    // Nothing has been changed where a step says so: neither has the task been stopped.
    let stop = steps.iter().position(|it| it.stage == Stage::Stop);
    let backup = steps.iter().position(|it| it.stage == Stage::Backup);
    assert!(backup < stop);
}

#[test]
fn certificates_of_the_telemetry_server_are_for_the_mode_that_has_one() {
    let circumstances = Circumstances {
        telemetry_client_certificate: Some("/root/telemetry.pfx".to_owned()),
        ..circumstances()
    };
    let of = |version: &str, mode| commands(&version.parse().unwrap(), mode, &circumstances);

    let steps = of("12.4", Mode::EdrExpertOnPrem).unwrap();
    assert!(
        steps
            .iter()
            .any(|it| it.why.contains("/root/telemetry.pfx"))
    );
    for refused in [of("12.4", Mode::EdrKata), of("12.3", Mode::EdrExpertOnPrem)] {
        assert_eq!(refused.unwrap_err().what, "telemetryClientCertificate");
    }
}

#[test]
fn json_is_said_wherever_a_file_is_named() {
    let circumstances = Circumstances {
        format: Format::Json,
        ..circumstances()
    };
    let steps = commands(
        &"12.4".parse().unwrap(),
        Mode::EdrExpertOnPrem,
        &circumstances,
    )
    .unwrap();

    for line in typed(&steps) {
        assert_eq!(
            line.contains("--file"),
            line.contains("--json") && !line.contains("state"),
            "{line}"
        );
    }
}

#[test]
fn paths_that_would_do_harm_are_refused() {
    let refused = |change: fn(&mut Circumstances)| {
        let mut circumstances = circumstances();
        change(&mut circumstances);
        commands(&"12.3".parse().unwrap(), Mode::EdrKata, &circumstances)
            .unwrap_err()
            .what
    };

    assert_eq!(refused(|it| it.file.clear()), "file");
    assert_eq!(refused(|it| it.file.push('\n')), "file");
    assert_eq!(refused(|it| it.backup.clone_from(&it.file)), "backup");
    for same in [
        "/root/./kata new.ini",
        "//root//kata new.ini",
        "/root/x/../kata new.ini",
    ] {
        let mut circumstances = circumstances();
        circumstances.backup = same.to_owned();
        let refused = commands(&"12.3".parse().unwrap(), Mode::EdrKata, &circumstances);
        assert_eq!(refused.unwrap_err().what, "backup", "{same}");
    }
    assert_eq!(
        refused(|it| it.read_back.clone_from(&it.backup)),
        "readBack"
    );
    assert_eq!(
        refused(|it| it.backup = "/root//server.crt".to_owned()),
        "backup"
    );
    assert_eq!(
        refused(|it| it.read_back = "-client.pfx".to_owned()),
        "readBack"
    );
    assert_eq!(
        refused(|it| it.server_certificate = Some("\u{1b}".to_owned())),
        "serverCertificate"
    );
}
