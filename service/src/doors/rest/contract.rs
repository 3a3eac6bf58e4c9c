//! Bodies are checked against the published document itself, so it cannot promise what is not kept.
//!
//! The schemas are compiled once at start. A native body is told apart by its member `task` before
//! it is checked: "matches none of ten" would help nobody.

mod blank;

use std::collections::HashMap;

use jsonschema::error::{TypeKind, ValidationError, ValidationErrorKind};
use jsonschema::{PatternOptions, Validator};
use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

use self::blank::{Empty, Leaves, trim_host};
use super::form::Form;
use vocabulary::task::{Violation, values};

/// Most violations that are listed. Nobody mends more at a time, and an answer must not be larger
/// than its question.
const MOST_VIOLATIONS: usize = 100;

/// The compiled schemas of the published document.
///
/// One validator holds them all, each as a member of an imagined object: schemas that many bodies
/// refer to are then compiled once. A body is checked as the member of its schema's name.
pub struct Contract {
    schemas: Validator,
    leaves: HashMap<&'static str, Leaves>,
}

impl Contract {
    /// The schemas of the document.
    ///
    /// # Panics
    /// When the document does not hold them: a mistake in the program that every start would show.
    #[must_use]
    pub fn compile(document: &OpenApi) -> Self {
        let components = document.components.as_ref();
        let schemas = components
            .map(|it| &it.schemas)
            .expect("the document has schemas");
        let schemas = json!(schemas);
        let leaves = Form::all()
            .map(Form::schema_name)
            .map(|name| (name, Leaves::of(&schemas[name], &schemas)))
            .collect();
        let bodies: Map<String, Value> = Form::all()
            .map(Form::schema_name)
            .map(|name| {
                let reference = format!("#/components/schemas/{name}");
                (name.to_owned(), json!({ "$ref": reference }))
            })
            .collect();
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "properties": bodies,
            "components": { "schemas": schemas },
        });
        let schemas = jsonschema::draft202012::options()
            // Without backtracking: the time a pattern takes grows with the text and no faster.
            .with_pattern_options(PatternOptions::regex())
            .build(&schema)
            .expect("the published schemas compile");
        Self { schemas, leaves }
    }

    /// Everything in which a body breaks the schema of its form; and the body back, without what
    /// says nothing.
    #[must_use]
    pub fn check(&self, form: Form, mut body: Value) -> (Value, Vec<Violation>) {
        let name = form.schema_name();
        let empty = match form {
            Form::Flat(_) => Empty::All,
            Form::Native(_) => Empty::AtTheTop,
        };
        if let Some(leaves) = self.leaves.get(name) {
            leaves.take_away(empty, &mut body);
        }
        trim_host(&mut body);
        let mut member = Map::new();
        member.insert(name.to_owned(), body);
        let mut object = Value::Object(member);
        let above = format!("/{name}");
        let mut violations: Vec<Violation> = self
            .schemas
            .iter_errors(&object)
            .flat_map(|it| explain(&it, &above))
            .take(MOST_VIOLATIONS)
            .collect();
        // A text of the wrong form often has the wrong length too; one sentence says both.
        violations.dedup_by(|later, earlier| {
            later.pointer == earlier.pointer && later.code == earlier.code
        });
        (object[name].take(), violations)
    }
}

/// What one schema error means for the caller. Values of the body are never repeated: an archive of
/// megabytes may be among them.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the list of keywords is open; those that the document does not use need no sentence"
)]
fn explain(error: &ValidationError<'_>, above: &str) -> Vec<Violation> {
    let at = error.instance_path().to_string();
    let at = at.strip_prefix(above).unwrap_or(&at).to_owned();
    let one = |code: &str, detail: String| vec![Violation::new(at.clone(), code, detail)];
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            vec![Violation::new(
                Violation::member(&at, name),
                "required",
                "Is required.",
            )]
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => unexpected
            .iter()
            .take(MOST_VIOLATIONS)
            .map(|it| {
                Violation::new(
                    Violation::member(&at, it),
                    "unknown_member",
                    "Is not a member here.",
                )
            })
            .collect(),
        ValidationErrorKind::Type { kind } => {
            let expected = match kind {
                TypeKind::Single(it) => it.to_string(),
                TypeKind::Multiple(it) => it
                    .iter()
                    .map(|it| it.to_string())
                    .collect::<Vec<_>>()
                    .join(" or "),
            };
            one("type", format!("Must be of type {expected}."))
        }
        ValidationErrorKind::Enum { options } => {
            let options: Vec<String> = options
                .as_array()
                .map(|all| all.iter().map(ToString::to_string).collect())
                .unwrap_or_default();
            one("enum", format!("Must be one of {}.", options.join(", ")))
        }
        ValidationErrorKind::Pattern { pattern } => {
            match values::explain(pattern, error.instance().as_str().unwrap_or_default()) {
                Some((code, rule)) => one(code, rule.to_owned()),
                None => one("pattern", format!("Must match {pattern}.")),
            }
        }
        ValidationErrorKind::MinLength { limit } => one(
            "too_short",
            format!("Must have at least {limit} characters."),
        ),
        ValidationErrorKind::MaxLength { limit } => {
            one("too_long", format!("Must have at most {limit} characters."))
        }
        ValidationErrorKind::MinItems { limit } => {
            one("too_few", format!("Must have at least {limit} items."))
        }
        ValidationErrorKind::MaxItems { limit } => {
            one("too_many", format!("Must have at most {limit} items."))
        }
        ValidationErrorKind::Minimum { limit } => {
            one("too_small", format!("Must be at least {limit}."))
        }
        ValidationErrorKind::Maximum { limit } => {
            one("too_large", format!("Must be at most {limit}."))
        }
        other => one(
            other.keyword(),
            format!("Breaks the rule {:?}.", other.keyword()),
        ),
    }
}
