//! The published document is what the code says, and the examples of the settings are good.

use acceptance::repository::read;
use edr_gateway::config::BackendSettings;
use edr_gateway::doors::rest::document;

use crate::contract::document::followed;

#[test]
fn the_published_document_is_what_the_code_says() {
    assert!(
        read("openapi/openapi.json") == document::json(&document::document()),
        "openapi/openapi.json is old: run `cargo openapi`"
    );
}

#[test]
fn the_document_tells_of_the_room_where_it_is_told() {
    let document: serde_json::Value =
        serde_json::from_str(&document::json(&document::document())).expect("JSON");
    let mut operations = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        let responses = &item["post"]["responses"];
        if responses.get("429").is_none() || responses.get("202").is_none() {
            continue;
        }
        operations += 1;
        for status in ["202", "429"] {
            for header in ["RateLimit", "RateLimit-Policy"] {
                let response = followed(&document, &responses[status]);
                let header = followed(&document, &response["headers"][header]);
                assert!(header["schema"].is_object(), "{path}: {status} {header}");
            }
        }
    }
    // One for each action, and the vendor's form.
    assert_eq!(operations, 12);
}

#[test]
fn the_production_example_is_a_good_configuration() {
    let settings = edr_gateway::config::Settings::load(&read("deploy/gateway.toml"), []);

    let settings = settings.expect("it is good");
    let areas = settings
        .backends
        .values()
        .filter_map(BackendSettings::ksc)
        .map(|it| it.tasks.default_area.as_str());
    assert_eq!(areas.collect::<Vec<_>>(), ["SOC", "SOC"]);
}

#[test]
fn the_example_of_the_command_lines_settings_is_good() {
    let file = "deploy/edrctl/edrctl.toml.example";
    let example = read(file);
    // What stands behind the last of its own lines is a profile that is commented out.
    let (own, lab) = example.split_once("# [profiles.lab]").expect("both");
    let lab = lab.replace("\n# ", "\n");

    for text in [own.to_owned(), format!("{own}[profiles.lab]{lab}")] {
        let settings = edrctl::settings::parse(file.as_ref(), &text).expect("good settings");
        assert_eq!(settings.preferred.as_deref(), Some("prod"));
        let lab = text.contains("token_url");
        assert_eq!(settings.profiles.len(), 1 + usize::from(lab), "{text}");
    }
}
