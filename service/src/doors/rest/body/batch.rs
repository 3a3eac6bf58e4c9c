//! The body of a batch, taken apart request by request.

use serde_json::Value;

use crate::problem::Problem;
use vocabulary::batch::MOST;
use vocabulary::code::Code;
use vocabulary::task::Violation;

/// The requests in the body of a batch.
///
/// # Errors
/// 422 with everything that is wrong with the body itself; what is wrong with a request is its own
/// result.
pub fn open(body: Value) -> Result<Vec<Value>, Problem> {
    let Value::Object(mut members) = body else {
        return Err(invalid(vec![Violation::new(
            "",
            "type",
            "Must be an object.",
        )]));
    };
    let tasks = members.remove("tasks");
    let mut violations: Vec<Violation> = members
        .keys()
        .take(MOST)
        .map(|it| {
            let name = it.replace('~', "~0").replace('/', "~1");
            Violation::new(
                format!("/{name}"),
                "unknown_member",
                "Is not a member here.",
            )
        })
        .collect();
    let wrong = match tasks {
        None => ("required", "Is required.".to_owned()),
        Some(Value::Array(tasks)) if tasks.is_empty() => {
            ("too_few", "Must have at least 1 items.".to_owned())
        }
        Some(Value::Array(tasks)) if tasks.len() > MOST => {
            ("too_many", format!("Must have at most {MOST} items."))
        }
        Some(Value::Array(tasks)) if violations.is_empty() => return Ok(tasks),
        Some(Value::Array(_)) => return Err(invalid(violations)),
        Some(_) => ("type", "Must be of type array.".to_owned()),
    };
    violations.push(Violation::new("/tasks", wrong.0, wrong.1));
    Err(invalid(violations))
}

fn invalid(violations: Vec<Violation>) -> Problem {
    Problem::new(
        Code::ValidationFailed,
        "The body of the batch is wrong; nothing of it was looked at.",
    )
    .with_errors(violations)
}
