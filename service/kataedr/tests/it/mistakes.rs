//! One file with many mistakes, as an administrator sees it.

use kataedr::{Draft, Format, Severity, check};

use crate::samples::facts;

const FILE: &[u8] = include_bytes!("fixtures/mistakes.ini");

#[test]
fn all_mistakes_are_told_at_once_and_in_order() {
    let checked = check(&Draft::read(FILE, Format::Ini), &facts("12.4"));

    let told: Vec<String> = checked.of_the_file().map(ToString::to_string).collect();
    assert_eq!(
        told.join("\n") + "\n",
        include_str!("fixtures/mistakes.txt")
    );
    assert!(checked.settings.is_none());
    assert!(checked.count(Severity::Error) > 10);
}
