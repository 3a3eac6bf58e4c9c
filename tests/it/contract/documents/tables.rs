//! The tables of the documents are those that the code makes, and finished by hand.

use acceptance::documents::{generated, shipped};

#[test]
fn what_is_made_of_the_code_is_current() {
    let files = generated::files().expect("all have their places");

    assert!(files.len() > 5, "the integrations are among them");
    for file in files {
        assert!(
            file.is_current(),
            "{} is old: run `cargo docs`",
            file.path.display()
        );
    }
}

#[test]
fn every_problem_and_every_alert_says_what_to_do() {
    let unwritten = generated::unwritten().expect("all have their places");

    assert!(unwritten.is_empty(), "write these: {unwritten:#?}");
}

#[test]
fn nothing_is_shipped_as_an_integration_that_nothing_makes() {
    let forgotten = shipped::forgotten().expect("the folder is there");

    assert!(forgotten.is_empty(), "take these away: {forgotten:#?}");
}
