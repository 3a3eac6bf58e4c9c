//! The test that the documents show is one that there is.

use acceptance::repository::read;

#[test]
fn the_test_that_is_shown_to_contributors_is_one() {
    let document = read("tests/README.md");
    let (before, shown) = document
        .split_once("\n\n    #[tokio::test")
        .expect("one is shown");
    let (before, _) = before.rsplit_once("`:").expect("its file is named");
    let (_, file) = before.rsplit_once('`').expect("its file is named");

    let shown: Vec<&str> = shown
        .lines()
        .take_while(|it| it.is_empty() || it.starts_with("    ") || it.starts_with('('))
        .map(|it| it.strip_prefix("    ").unwrap_or(it))
        .collect();

    let there = read(&format!("tests/{file}"));
    assert!(
        there.contains(shown.join("\n").trim_end()),
        "{file} lacks it"
    );
}
