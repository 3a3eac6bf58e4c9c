//! What is read of arguments, and what the real `argparse` reads of the same.

use std::io::Write as _;
use std::os::unix::ffi::OsStringExt as _;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::*;

const OPTIONS: &[OptionName] = &[
    OptionName {
        name: "targetHost",
        takes: Takes::Value,
    },
    OptionName {
        name: "path",
        takes: Takes::Value,
    },
    OptionName {
        name: "comment",
        takes: Takes::Value,
    },
    OptionName {
        name: "caseSensitive",
        takes: Takes::Flag,
    },
    OptionName {
        name: "caseless",
        takes: Takes::Flag,
    },
];

fn reading(arguments: &[&str]) -> Result<Reading, Misread> {
    read(OPTIONS, arguments.iter().map(OsString::from))
}

type Pairs<'a> = [(&'static str, Option<&'a str>)];

fn given(pairs: &Pairs<'_>) -> Reading {
    let given = pairs.iter().map(|(name, value)| GivenOption {
        name,
        value: value.map(str::to_owned),
    });
    Reading::Given(given.collect())
}

#[test]
fn an_option_is_known_by_its_name_its_spelling_and_its_beginning() {
    for name in [
        "targetHost",
        "TARGETHOST",
        "target_host",
        "target-host",
        "target",
        "T",
    ] {
        let host = Ok(given(&[("targetHost", Some("ws"))]));
        assert_eq!(reading(&[&format!("--{name}"), "ws"]), host, "{name}");
        assert_eq!(reading(&[&format!("--{name}=ws")]), host, "{name}");
    }
    assert!(matches!(
        reading(&["--case", "1"]),
        Err(Misread::Ambiguous { .. })
    ));
    assert_eq!(reading(&["--help"]), Ok(Reading::Help));
    assert_eq!(reading(&["-h"]), Ok(Reading::Help));
}

#[test]
fn a_value_that_begins_with_a_dash_is_no_option() {
    for hostile in [
        "--path",
        "--path=x",
        "--PATH=x",
        "--pa",
        "-x",
        "--",
        "--help",
        "-h",
        "-h x",
        "--nothing",
        "--=x",
        "---path",
    ] {
        let read = reading(&["--comment", hostile, "--targetHost", "ws"]);
        assert!(read.is_err(), "{hostile}: {read:?}");
        if hostile == "--" {
            continue;
        }
        let text = format!("--comment={hostile}");
        assert_eq!(
            reading(&[&text]),
            Ok(given(&[("comment", Some(hostile))])),
            "{hostile}"
        );
    }
    for harmless in ["-", "-1", "-1.5", "-.5", "- x", "--path x", "-a b"] {
        assert_eq!(
            reading(&["--comment", harmless]),
            Ok(given(&[("comment", Some(harmless))])),
            "{harmless}"
        );
    }
}

#[test]
fn nothing_is_given_twice_left_over_or_without_a_value() {
    assert_eq!(
        reading(&["--path", "a", "--pa", "b"]),
        Err(Misread::Twice("path"))
    );
    assert_eq!(reading(&["--path"]), Err(Misread::NoValue("path")));
    assert_eq!(
        reading(&["--path", "--comment", "x"]),
        Err(Misread::NoValue("path"))
    );
    assert!(matches!(
        reading(&["--path", "a", "b"]),
        Err(Misread::Unrecognised(_))
    ));
    assert!(matches!(reading(&["x"]), Err(Misread::Unrecognised(_))));
}

#[test]
fn a_flag_stands_bare_only_where_no_value_can_be_meant() {
    assert_eq!(reading(&["--caseS"]), Ok(given(&[("caseSensitive", None)])));
    assert_eq!(
        reading(&["--caseSensitive", "--path", "x"]),
        Ok(given(&[("caseSensitive", None), ("path", Some("x"))]))
    );
    for hostile in ["--path=x", "--caseless", "--caseless=1", "--help"] {
        let read = reading(&["--caseSensitive", hostile]);
        assert!(
            matches!(read, Err(Misread::Bare("caseSensitive", _))),
            "{hostile}: {read:?}"
        );
    }
}

#[test]
fn what_is_no_text_or_too_much_is_refused() {
    let odd = OsString::from_vec(vec![b'a', 0xff]);
    let read_odd = read(OPTIONS, [OsString::from("--path"), odd].into_iter());
    assert_eq!(read_odd, Err(Misread::NotText(2)));
    assert_eq!(
        reading(&["--path", &"x".repeat(1 << 20)]),
        Err(Misread::TooLong)
    );
    assert_eq!(reading(&["x"; 500]), Err(Misread::TooLong));
}

/// Arguments that are near to options.
fn argument() -> impl Strategy<Value = String> {
    let names = prop::sample::select(vec![
        "targetHost",
        "path",
        "comment",
        "caseSensitive",
        "caseless",
        "case",
        "pa",
        "t",
        "c",
        "help",
        "he",
        "",
        "-path",
        "nothing",
    ]);
    let values = prop::sample::select(vec![
        "",
        "x",
        "-",
        "--",
        "-1",
        "-1.",
        "-.5",
        "-1e5",
        "-x",
        "-h",
        "-hx",
        "-h x",
        "a b",
        "- a",
        "--path x",
        "=",
        "--=x",
        "true",
        "<no value>",
        "C:\\x",
        "a\nb",
        "-a\nb",
        "\"x",
        "'",
        "--path=C:\\x y",
        "--path=x",
        "--help",
        "é",
        "-é",
    ]);
    prop_oneof![
        3 => names.clone().prop_map(|name| format!("--{name}")),
        2 => (names, values.clone()).prop_map(|(name, value)| format!("--{name}={value}")),
        4 => values.prop_map(str::to_owned),
        1 => "[-=a-z \\\\]{0,6}",
    ]
}

const ARGPARSE: &str = r"
import argparse, json, sys, io, contextlib
for line in sys.stdin:
    p = argparse.ArgumentParser(prog='x.py')
    for name in ['targetHost', 'path', 'comment']:
        p.add_argument('--' + name, default=argparse.SUPPRESS)
    for name in ['caseSensitive', 'caseless']:
        p.add_argument('--' + name, nargs='?', const=None, default=argparse.SUPPRESS)
    try:
        with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
            print(json.dumps(vars(p.parse_args(json.loads(line)))), file=sys.__stdout__)
    except SystemExit as e:
        print(json.dumps(e.code), file=sys.__stdout__)
";

/// What the real one says of each vector: its options, or the number it ends with.
fn argparse(vectors: &[Vec<String>]) -> Vec<Value> {
    let mut python = Command::new("python3")
        .args(["-c", ARGPARSE])
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3");
    let mut input = python.stdin.take().expect("a pipe");
    let lines: Vec<String> = vectors.iter().map(|it| json!(it).to_string()).collect();
    let writer =
        std::thread::spawn(move || writeln!(input, "{}", lines.join("\n")).expect("python reads"));
    let output = python.wait_with_output().expect("python ends");
    writer.join().expect("written");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines()
        .map(|it| serde_json::from_str(it).expect("JSON"))
        .collect()
}

#[test]
#[ignore = "needs python3: cargo verify"]
fn what_is_taken_means_the_same_to_pythons_argparse() {
    let mut runner = TestRunner::deterministic();
    let vector = prop::collection::vec(argument(), 0..6);
    let mut vectors: Vec<Vec<String>> = Vec::new();
    while vectors.len() < 20_000 {
        vectors.push(vector.new_tree(&mut runner).expect("a vector").current());
    }
    let (mut both, mut stricter, mut refused) = (0, 0, 0);

    for (arguments, theirs) in vectors.iter().zip(argparse(&vectors)) {
        let ours = read(OPTIONS, arguments.iter().map(OsString::from));
        match ours {
            Ok(Reading::Help) => assert_eq!(theirs, 0, "{arguments:?}"),
            Ok(Reading::Given(given)) => {
                let pairs = given.iter().map(|it| (it.name.to_owned(), json!(it.value)));
                assert_eq!(theirs, Value::Object(pairs.collect()), "{arguments:?}");
                both += 1;
            }
            Err(_) if theirs == 2 => refused += 1,
            // What is refused beyond the real one, by intent: nothing else is.
            Err(Misread::Twice(_) | Misread::Bare(..)) => stricter += 1,
            Err(Misread::NoValue(_)) if arguments.iter().any(|it| it.ends_with("=--")) => {
                stricter += 1;
            }
            Err(Misread::Unrecognised(_)) if theirs == 0 || theirs.is_object() => {
                let help_or_digits = arguments
                    .iter()
                    .any(|it| it.starts_with("--he") || it.starts_with("-h") || it == "--h");
                assert!(help_or_digits, "{arguments:?}: {theirs}");
                stricter += 1;
            }
            Err(why) => {
                assert_eq!(theirs, 0, "{arguments:?}: {why} but {theirs}");
                stricter += 1;
            }
        }
    }

    eprintln!("read alike {both}, refused by both {refused}, refused by us alone {stricter}");
    assert!(both > 500, "{both}");
}
