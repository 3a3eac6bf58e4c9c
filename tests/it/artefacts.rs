//! What is generated or repeated stays current: the document, and the README's tables.

use std::path::{Path, PathBuf};

use edr_gateway::api::document;
use edr_gateway::api::problem::Code;
use edr_gateway::config::TABLE;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the repository")
        .to_owned()
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn the_published_document_is_what_the_code_says() {
    assert!(
        read("openapi/openapi.json") == document::json(&document::document()),
        "openapi/openapi.json is old: run `cargo openapi`"
    );
}

#[test]
fn the_readme_lists_every_setting_as_it_is() {
    let readme = read("README.md");
    for setting in TABLE {
        let default = match setting.default {
            None => "–".to_owned(),
            Some("") => "empty".to_owned(),
            Some(text) => format!("`{text}`"),
        };
        let row = format!("| `{}` | {default} | {} |", setting.key, setting.meaning);
        assert!(readme.contains(&row), "the README lacks this row:\n{row}");
    }
}

#[test]
fn the_readme_lists_every_problem_as_it_is() {
    let readme = read("README.md");
    for code in Code::ALL {
        let retry = if code.retryable() { "yes" } else { "no" };
        let row = format!(
            "| {} | `{}` | {retry} | {}. |",
            code.status(),
            code.name(),
            code.title()
        );
        assert!(readme.contains(&row), "the README lacks this row:\n{row}");
    }
}

#[test]
fn the_production_example_is_a_good_configuration() {
    let settings = edr_gateway::config::Settings::load(&read("deploy/gateway.toml"), []);

    assert_eq!(
        settings.expect("it is good").tasks.default_area.as_str(),
        "SOC"
    );
}
