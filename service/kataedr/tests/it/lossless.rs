//! What is not changed is written back byte for byte.

use kataedr::ini::{Document, NotSet};
use kataedr::{Code, Draft, Format, check};

use crate::samples::{FLAT, facts};

const ODD: &str = "\u{feff}; head\r\n\r\n  Address =\t\"192.0.2.10\"  \r\nNew= a \"b\" c \r\n\t[ Stranger ]\r\nx=y\r\n# end";

#[test]
fn one_value_changes_and_nothing_else() {
    let mut document = Document::read(ODD.as_bytes());

    document.set("", "Address", "192.0.2.99").unwrap();

    let expected = ODD.replace("\"192.0.2.10\"", "192.0.2.99");
    assert_eq!(document.as_bytes(), expected.as_bytes());
}

#[test]
fn what_is_not_there_comes_to_the_end_of_its_section() {
    let mut document = Document::read(ODD.as_bytes());

    document.set("", "Port", "443").unwrap();
    document.set("Stranger", "z", "a b").unwrap();
    document.set("Other", "k", "").unwrap();

    let expected = ODD
        .replace("New= a \"b\" c \r\n", "New= a \"b\" c \r\nPort=443\r\n")
        .replace("x=y\r\n", "x=y\r\nz=\"a b\"\r\n");
    let expected = format!("{expected}\r\n[Other]\r\nk=\r\n");
    assert_eq!(String::from_utf8_lossy(document.as_bytes()), expected);
}

#[test]
fn a_top_without_keys_gets_its_first_before_the_sections() {
    let mut document = Document::read(b"[Endpoints.item_0000]\nPort=1\n");

    document.set("", "Mode", "EDRKATA").unwrap();

    assert_eq!(
        document.as_bytes(),
        b"Mode=EDRKATA\n[Endpoints.item_0000]\nPort=1\n"
    );
}

#[test]
fn what_cannot_be_set_is_refused() {
    let mut document = Document::read(b"a=1\na=2\n");
    assert_eq!(document.set("", "a", "3"), Err(NotSet::Repeated));
    for (section, name, value) in [
        ("", "a=b", "1"),
        ("x]", "a", "1"),
        ("", "b", "1\n2"),
        ("", "#", "1"),
        ("", "", "1"),
    ] {
        assert_eq!(
            document.set(section, name, value),
            Err(NotSet::Unwritable),
            "{name}"
        );
    }
    let mut broken = Document::read(b"a=1\nb\n");
    assert_eq!(broken.set("", "a", "2"), Err(NotSet::Unreadable));
    assert_eq!(broken.as_bytes(), b"a=1\nb\n");
}

#[test]
fn a_carriage_return_within_a_line_is_no_line_end_and_no_part_of_a_value() {
    let text = FLAT.replacen('\n', "\r", 1);

    let checked = check(&Draft::read(text.as_bytes(), Format::Ini), &facts("12.3"));

    let first = &checked.findings[0];
    assert_eq!(
        (first.code, first.place.line),
        (Code::MalformedLine, Some(1))
    );
    assert!(checked.settings.is_none());
}

#[test]
fn blanks_quotation_marks_case_and_line_ends_do_not_count() {
    let odd = FLAT
        .replace("Address=192.0.2.10", " Address\t= \"192.0.2.10\" ")
        .replace("Telemetry=Yes", "Telemetry=yES")
        .replace('\n', "\r\n");

    let one = crate::samples::settings(&odd, "12.3");
    let other = crate::samples::settings(FLAT, "12.3");

    assert_eq!(kataedr::diff(&one, &other), []);
}

fn many(line: impl Fn(usize) -> String) -> String {
    let lines: Vec<String> = (0..4_900).map(line).collect();
    lines.concat()
}

#[test]
fn of_a_hostile_file_no_more_is_told_than_a_person_reads() {
    let long_section = format!("[{}]\n", "s".repeat(250));
    let files = [
        long_section.clone() + &"k=1\n".repeat(4_900),
        many(|it| format!("[Endpoints.item_{it:04}]\n")),
        "=\n".repeat(4_900),
        many(|it| format!("Adres{it}=1\n")),
        "[".repeat(4_000) + "\n",
        "\"".repeat(1 << 20),
        "a=\"\n".repeat(4_900),
    ];
    for file in files {
        for version in ["11.4", "12.3", "12.4"] {
            let checked = check(&Draft::read(file.as_bytes(), Format::Ini), &facts(version));
            assert!(checked.findings.len() < 1_100);
            assert!(checked.settings.is_none());
            let size: usize = checked.findings.iter().map(|it| it.to_string().len()).sum();
            assert!(size < 1 << 20, "{size}");
        }
    }
}

#[test]
fn escapes_for_a_terminal_do_not_get_into_a_finding() {
    let file = "\u{1b}]0;x\u{7}=1\n[\u{1b}[2J]\nPort\u{1b}=\u{1b}[31m\n";
    let checked = check(&Draft::read(file.as_bytes(), Format::Ini), &facts("12.4"));

    assert!(
        checked
            .findings
            .iter()
            .any(|it| it.code == Code::UnknownKey)
    );
    for finding in &checked.findings {
        let line = finding.to_string();
        assert!(!line.chars().any(char::is_control), "{line:?}");
    }
}
