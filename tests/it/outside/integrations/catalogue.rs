//! What the published document says of each action: read here anew, so that what the integrations are
//! made with is not what they are judged by.

use acceptance::repository::read;
use serde_json::Value;

/// An action.
pub(super) struct Wanted {
    /// Its name.
    pub(super) name: String,
    /// The address that it is asked for at.
    pub(super) path: String,
    /// The fields of its body.
    pub(super) fields: Vec<String>,
    /// The schema of its body.
    schema: Value,
    /// Those without which a body is refused.
    pub(super) required: Vec<String>,
}

impl Wanted {
    /// The schema of a field, whole.
    pub(super) fn schema_of(&self, field: &str, document: &Value) -> Value {
        let schema = &self.schema["properties"][field];
        let named = schema["$ref"].as_str();
        let named = named.and_then(|it| document.pointer(it.trim_start_matches('#')));
        named.unwrap_or(schema).clone()
    }
}

/// All actions.
pub(super) fn all() -> Vec<Wanted> {
    let document: Value = serde_json::from_str(&read("openapi/openapi.json")).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let dry = paths.keys().filter_map(|it| it.strip_suffix("/dry-run"));
    let actions: Vec<Wanted> = dry
        .filter_map(|path| Some((path, path.strip_prefix("/v1/tasks/")?)))
        .map(|(path, name)| {
            let content = &paths[path]["post"]["requestBody"]["content"];
            let reference = content["application/json"]["schema"]["$ref"].as_str();
            let place = reference.expect("a schema").trim_start_matches('#');
            let schema = document.pointer(place).expect("the schema is there");
            let fields = schema["properties"].as_object().expect("an object");
            let required = schema["required"].as_array().into_iter().flatten();
            Wanted {
                name: name.to_owned(),
                path: path.to_owned(),
                schema: schema.clone(),
                fields: fields.keys().cloned().collect(),
                required: required
                    .filter_map(|it| it.as_str().map(str::to_owned))
                    .collect(),
            }
        })
        .collect();
    assert_eq!(actions.len(), 11, "all actions are found");
    actions
}
