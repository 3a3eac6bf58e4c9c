//! The tables of the documents are those that the code makes, and finished by hand.

use acceptance::documents::generated;

#[test]
fn the_tables_of_the_documents_are_current() {
    let files = generated::files().expect("all have their places");

    assert_eq!(files.len(), 5);
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
