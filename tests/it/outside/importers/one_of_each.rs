//! An operation has one form of body, one of success and one parameter of a name in every dialect:
//! progenitor 0.15, which makes clients in Rust of OpenAPI 3.0, panics at a second form, and what it
//! writes of a second name does not compile.

use std::collections::BTreeSet;

use acceptance::repository::read;
use dialects::Dialect;
use serde_json::Value;

/// The name of a parameter as far as all languages keep it.
fn plain(parameter: &Value, document: &Value) -> String {
    let place = parameter["$ref"].as_str().map(|it| &it[1..]);
    let whole = place
        .and_then(|it| document.pointer(it))
        .unwrap_or(parameter);
    let name = whole["name"].as_str().expect("a name");
    name.replace(['-', '_'], "").to_ascii_lowercase()
}

#[test]
fn no_operation_has_two_forms_of_a_body_or_of_a_success_or_two_parameters_of_a_name() {
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
            let given = operation["parameters"].as_array().into_iter().flatten();
            let names: Vec<String> = given.map(|it| plain(it, &document)).collect();
            let different: BTreeSet<&String> = names.iter().collect();
            assert_eq!(names.len(), different.len(), "{dialect:?} {id}: {names:?}");
            seen += 1;
        }
        assert!(seen > 25, "{dialect:?}: {seen}");
    }
}
