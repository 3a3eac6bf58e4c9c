//! Values that an event may hold: each arrives in its one member, or nothing is sent.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStringExt as _;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

use crate::Correlator;

/// A value of an event.
fn value() -> impl Strategy<Value = OsString> {
    let known = prop::sample::select(vec![
        "",
        " ",
        "-",
        "--",
        "-1",
        "-x",
        "-h",
        "--help",
        "--targetHost",
        "--path",
        r"--path=C:\evil.exe",
        r"--path=C:\a b",
        "--PATH=x",
        "--backend=other",
        "--ioc=/etc/shadow",
        "--dryRun",
        "--caseSensitive",
        "--hash",
        "-h x",
        "--path x",
        "<no value>",
        "a <no value>",
        "a\nb",
        "a\n--path\nC:\\x",
        "\"",
        "'",
        "\" --path \"C:\\x",
        "$(id)",
        "`id`",
        "; id",
        "| id",
        "&& id",
        "%TEMP%",
        "../../etc/shadow",
        "/etc/shadow",
        r"C:\x",
        r"C:\\x",
        r"C:\\\\x",
        r"\\srv\s",
        "{{.SourceUserName}}",
        "true",
        "0",
        "null",
        "{}",
        "[]",
        "\u{202e}txt",
        "ж",
        "\u{1}",
        "a\tb",
        "=",
        "=x",
        "@file",
    ]);
    let text = prop_oneof![
        5 => known.prop_map(OsString::from),
        2 => "[-= a-zA-Z\"'\\\\\n.:/<>$]{0,12}".prop_map(OsString::from),
        1 => "--[a-zA-Z]{1,8}(=[ -~]{0,6})?".prop_map(OsString::from),
        1 => "\\PC{0,20}".prop_map(OsString::from),
    ];
    let bytes = prop::collection::vec(1u8..=255, 0..8).prop_map(OsString::from_vec);
    let long = (1usize..6).prop_map(|it| OsString::from("x".repeat(it * 20_000)));
    prop_oneof![12 => text, 1 => bytes, 1 => long]
}

/// A rule: its script, what it always passes, and the options that an event fills, with the member
/// that each is for.
struct FilledRule {
    script: &'static str,
    fixed: &'static [&'static str],
    filled: &'static [(&'static str, &'static str)],
}

const RULES: [FilledRule; 5] = [
    FilledRule {
        script: "isolateHost.py",
        fixed: &["--action", "1"],
        filled: &[
            ("targetHost", "targetHost"),
            ("comment", "comment"),
            ("externalId", "externalId"),
        ],
    },
    FilledRule {
        script: "getFile.py",
        fixed: &[],
        filled: &[
            ("targetHost", "targetHost"),
            ("path", "path"),
            ("comment", "comment"),
        ],
    },
    FilledRule {
        script: "terminateProcess.py",
        fixed: &["--caseSensitive", "true"],
        filled: &[
            ("path", "path"),
            ("targetHost", "targetHost"),
            ("md5hash", "hash"),
        ],
    },
    FilledRule {
        script: "startProcess.py",
        fixed: &["--executablePath", r"C:\t.exe"],
        filled: &[
            ("arguments", "arguments"),
            ("targetHost", "targetHost"),
            ("workingFolder", "workingFolder"),
        ],
    },
    FilledRule {
        script: "ioCScan.py",
        fixed: &["--isolateHost"],
        filled: &[("ioc", "ioc"), ("targetHost", "targetHost")],
    },
];

/// The arguments of a rule with these values, each written in one of the two ways.
fn arguments(rule: &FilledRule, values: &[OsString], joined: u8, last: bool) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = Vec::new();
    let fixed = rule.fixed.iter().map(OsString::from);
    if !last {
        arguments.extend(fixed.clone());
    }
    for (index, ((option, _), value)) in rule.filled.iter().zip(values).enumerate() {
        if joined >> index & 1 == 1 {
            let mut one = OsString::from(format!("--{option}="));
            one.push(value);
            arguments.push(one);
        } else {
            arguments.push(format!("--{option}").into());
            arguments.push(value.clone());
        }
    }
    if last {
        arguments.extend(fixed);
    }
    arguments
}

/// What may be in the body when something is: in each member the value of its option, or nothing
/// where the value says nothing.
fn check(rule: &FilledRule, values: &[OsString], body: &Map<String, Value>) {
    let own: &[(&str, Value)] = match rule.script {
        "isolateHost.py" => &[("action", json!("isolate"))],
        "terminateProcess.py" => &[("caseSensitive", json!(true))],
        "startProcess.py" => &[("executablePath", json!(r"C:\t.exe"))],
        "ioCScan.py" => &[("isolateHost", json!(true))],
        _ => &[],
    };
    let mut rest = body.clone();
    assert_eq!(rest.remove("area"), Some(json!("Kuma")));
    assert_eq!(rest.remove("severity"), Some(json!("warning")));
    for (name, value) in own {
        assert_eq!(rest.remove(*name).as_ref(), Some(value), "{values:?}");
    }
    for ((option, member), value) in rule.filled.iter().zip(values) {
        let value = value.to_str().expect("what is sent is text");
        match rest.remove(*member) {
            Some(sent) if sent == value => {}
            Some(sent) if *member == "hash" => assert_eq!(sent, value.trim()),
            Some(sent) => {
                let single = value.replace(r"\\", r"\");
                let is_path = matches!(*option, "path" | "workingFolder");
                assert!(
                    is_path && sent == single.as_str(),
                    "{option}: {value:?} became {sent}"
                );
            }
            None => {
                assert!(
                    value.trim().is_empty() || value.contains("<no value>"),
                    "{option}: {value:?} is gone"
                );
                assert!(*member != "targetHost", "{value:?}");
            }
        }
    }
    assert!(rest.is_empty(), "{values:?} made {rest:?}");
}

#[test]
fn a_hostile_value_arrives_in_its_one_member_or_nothing_is_sent() {
    let correlator = Correlator::new("");
    let mut runner = TestRunner::deterministic();
    let case = (
        0..RULES.len(),
        prop::collection::vec(value(), 3),
        0u8..8,
        any::<bool>(),
        0u8..4,
    );
    let (mut sent, mut refused) = (0, 0);

    for _ in 0..600 {
        let (rule, mut values, joined, last, plain) =
            case.new_tree(&mut runner).expect("a case").current();
        let rule = &RULES[rule];
        // One hostile value among harmless ones goes further than three.
        for (index, value) in values.iter_mut().enumerate() {
            if plain != 3 && index != usize::from(plain) {
                let harmless = match rule.filled.get(index).map(|it| it.0) {
                    Some("md5hash") => "d41d8cd98f00b204e9800998ecf8427e",
                    Some("path" | "workingFolder") => r"C:\Users\x",
                    _ => "ws-042",
                };
                *value = harmless.into();
            }
        }
        let arguments = arguments(rule, &values, joined, last);
        let output = correlator.run(rule.script, &arguments);

        let came = correlator.gateway.taken();
        match output.status.code() {
            Some(0) => {
                let [one] = came.as_slice() else {
                    panic!("{arguments:?}: {came:?}")
                };
                check(rule, &values, one.body.as_object().expect("an object"));
                sent += 1;
            }
            Some(2) => {
                assert!(came.is_empty(), "{arguments:?}: {came:?}");
                refused += 1;
            }
            other => panic!("{arguments:?} ended with {other:?}: {output:?}"),
        }
    }

    println!("processes: {sent} sent, {refused} refused");
    assert!(sent > 150 && refused > 150, "{sent} {refused}");
}

#[test]
fn many_more_hostile_values_never_become_an_option() {
    use edrctl::kuma::{argparse, script_of, values};
    let mut runner = TestRunner::deterministic();
    let case = (
        0..RULES.len(),
        prop::collection::vec(value(), 3),
        0u8..8,
        any::<bool>(),
    );
    let (mut sent, mut refused) = (0, 0);

    for _ in 0..40_000 {
        let (rule, values, joined, last) = case.new_tree(&mut runner).expect("a case").current();
        let rule = &RULES[rule];
        let script = script_of(OsStr::new(rule.script)).expect("a script");
        let arguments = arguments(rule, &values, joined, last);
        let read = argparse::read(&script.names(), arguments.iter().cloned());
        let Ok(argparse::Reading::Given(given)) = read else {
            assert!(read.is_err(), "{arguments:?} shows help");
            refused += 1;
            continue;
        };
        match values::asked(script, given, |named| Ok(named.to_owned())) {
            Ok(mut asked) => {
                assert_eq!(
                    (asked.event, asked.dry_run, asked.wait),
                    (None, false, None)
                );
                asked.body.insert("area".to_owned(), "Kuma".into());
                asked.body.insert("severity".to_owned(), "warning".into());
                check(rule, &values, &asked.body);
                sent += 1;
            }
            Err(_) => refused += 1,
        }
    }

    println!("in process: {sent} would be sent, {refused} refused");
    assert!(sent > 2000, "{sent}");
}

#[test]
fn a_megabyte_is_refused_at_once() {
    // The kernel takes no argument as long; what it takes is far beyond any value.
    let correlator = Correlator::new("");
    let long = "x".repeat(120_000);
    let start = std::time::Instant::now();
    let output = correlator.run(
        "isolateHost.py",
        &["--targetHost", &long, "--action", "1", "--comment", &long],
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(start.elapsed() < std::time::Duration::from_secs(3));
    assert!(correlator.gateway.taken().is_empty());
    assert!(output.stdout.len() + output.stderr.len() < 8192);
}
