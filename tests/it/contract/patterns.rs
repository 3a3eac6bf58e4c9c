//! The patterns of the document are read alike by the engines of the languages that its readers are
//! written in.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use acceptance::repository::fixture;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use edr_gateway::doors::rest::document;
use serde_json::Value;
use tempfile::TempDir;

/// Texts of every kind that a pattern is about, and what lies beside them.
const TEXTS: &[&str] = &[
    "",
    "x",
    "dns",
    "ksc",
    "Kuma",
    "Кума 2",
    "my-soar_1.2",
    "€uro",
    "a]b",
    " a",
    "a ",
    "a\u{a0}",
    "C:\\",
    "C:\\a.exe",
    "C:\\Папка\\файл 🦀.exe",
    "C:\\a\tb",
    "C:/a",
    "C:\\a.txt:Zone.Identifier",
    "\\\\server\\share\\a.exe",
    "\\\\сервер\\share\\a.exe",
    "\\\\server@SSL\\share\\a.exe",
    "\\\\ser*ver\\share\\a",
    "\\\\10.20.30.42\\c$\\a.exe",
    "%TEMP%\\a.exe",
    "/opt/a",
    "//opt",
    "ws-042.corp.example",
    "Рабочая станция",
    "a\")(KLHST_WKS_DN=\"*",
    "\u{7f}",
    "\u{80}",
    "a\u{1}b",
    "a\u{ffff}b",
    "192.0.2.10",
    "192.0.2.256",
    "443",
    "8000-8100",
    "0",
    "tcp",
    "255",
    "256",
    "end",
    "change",
    "\"key\"",
    "case-1",
    "d41d8cd98f00b204e9800998ecf8427e",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "4328e16a-bf83-47c3-8d0b-0fdf79f9d673",
];

/// Every pattern of the document.
fn patterns() -> Vec<String> {
    fn collect(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                found.extend(
                    members
                        .get("pattern")
                        .and_then(Value::as_str)
                        .map(str::to_owned),
                );
                members.values().for_each(|it| collect(it, found));
            }
            Value::Array(items) => items.iter().for_each(|it| collect(it, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let document: Value =
        serde_json::from_str(&document::json(&document::document())).expect("JSON");
    let mut found = BTreeSet::new();
    collect(&document, &mut found);
    assert!(found.len() > 15, "{found:?}");
    found.into_iter().collect()
}

/// Which texts each pattern takes, by the engine that requests are checked with.
fn ours(patterns: &[String]) -> Vec<String> {
    let row = |pattern: &String| {
        let schema = serde_json::json!({ "pattern": pattern });
        let validator = jsonschema::options()
            .with_pattern_options(jsonschema::PatternOptions::regex())
            .build(&schema)
            .expect("it compiles");
        let taken = TEXTS.iter().map(|it| validator.is_valid(&Value::from(*it)));
        taken.map(|it| if it { '1' } else { '0' }).collect()
    };
    patterns.iter().map(row).collect()
}

/// What a program says of them.
fn theirs(mut program: Command, patterns: &[String]) -> Vec<String> {
    let patterns = patterns
        .iter()
        .map(|it| format!("P{}\n", STANDARD.encode(it)));
    let texts = TEXTS.iter().map(|it| format!("T{}\n", STANDARD.encode(it)));
    let input: String = patterns.chain(texts).collect();
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), input).expect("a file");
    let input = std::fs::File::open(file.path()).expect("the file");
    let output = program.stdin(input).stderr(Stdio::inherit()).output();
    let output = output.expect("the program runs").stdout;
    let text = String::from_utf8(output).expect("text");
    text.lines().map(str::to_owned).collect()
}

#[test]
#[ignore = "needs node, python3, java and go: cargo verify"]
fn five_engines_read_every_pattern_alike() {
    let patterns = patterns();
    let ours = ours(&patterns);
    let script = |name: &str| fixture(&format!("patterns/{name}"));
    let folder = TempDir::new().expect("a folder");

    let mut node = Command::new("node");
    node.arg(script("patterns.mjs"));
    let mut python = Command::new("python3");
    python.arg(script("patterns.py"));
    let mut java = Command::new("java");
    java.arg(script("Patterns.java"));
    let mut go = Command::new("go");
    go.arg("run").arg(script("patterns.go"));
    go.env("GOCACHE", folder.path())
        .env("GOFLAGS", "-mod=mod")
        .env("GO111MODULE", "off");

    for (name, program) in [
        ("node", node),
        ("python", python),
        ("java", java),
        ("go", go),
    ] {
        let theirs = theirs(program, &patterns);
        assert_eq!(theirs.len(), patterns.len(), "{name} reads all of them");
        for ((pattern, ours), theirs) in patterns.iter().zip(&ours).zip(&theirs) {
            let differ = ours.chars().zip(theirs.chars()).zip(TEXTS);
            let differ: Vec<_> = differ.filter(|((a, b), _)| a != b).map(|it| it.1).collect();
            assert!(differ.is_empty(), "{name}, {pattern}: {differ:?}");
        }
    }
    let taken = ours
        .iter()
        .filter(|it| it.contains('1') && it.contains('0'));
    assert_eq!(
        taken.count(),
        ours.len(),
        "each takes some and refuses some"
    );
}
