//! An operation has one form of body and one of success in every dialect: progenitor 0.15, which
//! makes clients in Rust of OpenAPI 3.0, panics at a second one.
//!
//! It is not run, since it takes longer to build than what it would show.

use acceptance::repository::read;
use dialects::Dialect;
use serde_json::Value;

#[test]
fn no_operation_has_two_forms_of_a_body_or_of_a_success() {
    // The contract itself has both, for whoever sends a file of settings or watches in a browser.
    let dialects = Dialect::ALL
        .into_iter()
        .filter(|it| *it != Dialect::OpenApi31);
    for dialect in dialects {
        let text = read(&format!("openapi/{}", dialect.file()));
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let paths = document["paths"].as_object().expect("paths");
        let operations = paths.values().filter_map(Value::as_object).flatten();
        let mut seen = 0;
        for (_, operation) in operations {
            let id = &operation["operationId"];
            if let Some(forms) = operation["requestBody"]["content"].as_object() {
                assert_eq!(forms.len(), 1, "{dialect:?} {id}");
            }
            let answers = operation["responses"].as_object().expect("answers");
            let good = answers.keys().filter(|it| it.starts_with('2')).count();
            assert_eq!(good, 1, "{dialect:?} {id}");
            seen += 1;
        }
        assert!(seen > 25, "{dialect:?}: {seen}");
    }
}
