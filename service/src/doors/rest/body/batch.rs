//! The body of a batch, taken apart request by request.

use serde_json::{Map, Value};

use crate::problem::Problem;
use vocabulary::batch::MOST;
use vocabulary::code::Code;
use vocabulary::task::Violation;

/// A request of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its body, with the host.
    pub body: Value,
    /// Where it stands.
    pub place: Place,
}

/// Where a request stands in the body of its batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    request: String,
    /// Where its host stands, when that is elsewhere.
    host: Option<String>,
}

impl Place {
    /// The problem of the request that stands here, with pointers into the body of the batch.
    #[must_use]
    pub fn told(&self, problem: Problem) -> Problem {
        let problem = problem.within(&self.request);
        match &self.host {
            Some(elsewhere) => problem.moved(&format!("{}/targetHost", self.request), elsewhere),
            None => problem,
        }
    }
}

/// The requests in the body of a batch: those that it lists, or one for each host that it lists.
/// Together they have at most so many bytes, however they are written.
///
/// # Errors
/// 422 with everything that is wrong with the body itself, 413 when one request for many hosts comes
/// to more than those bytes; what is wrong with a request is its own result.
pub fn open(body: Value, limit: usize) -> Result<Vec<Item>, Problem> {
    let Value::Object(mut members) = body else {
        return Err(invalid(vec![Violation::new(
            "",
            "type",
            "Must be an object.",
        )]));
    };
    members.retain(|_, it| !it.is_null());
    let tasks = members.remove("tasks");
    let hosts = members.remove("targetHosts");
    let request = members.remove("request");
    let mut violations: Vec<Violation> = members.keys().take(MOST).map(|it| unknown(it)).collect();
    let items = match (tasks, hosts, request) {
        (Some(tasks), None, None) => Ok(listed(tasks, &mut violations)),
        (Some(_), hosts, request) => {
            for (member, is_there) in [
                ("targetHosts", hosts.is_some()),
                ("request", request.is_some()),
            ] {
                if is_there {
                    let rule = "Must be absent: `tasks` lists whole requests.";
                    violations.push(Violation::new(format!("/{member}"), "one_of_two", rule));
                }
            }
            Ok(Vec::new())
        }
        (None, None, None) => {
            let rule = "Is required, or `targetHosts` with `request`.";
            violations.push(Violation::new("/tasks", "required", rule));
            Ok(Vec::new())
        }
        (None, hosts, request) => spread(hosts, request, limit, &mut violations),
    };
    if violations.is_empty() {
        items
    } else {
        Err(invalid(violations))
    }
}

/// The requests of a list.
fn listed(tasks: Value, violations: &mut Vec<Violation>) -> Vec<Item> {
    let tasks = counted(Some(tasks), "/tasks", violations);
    let item = |(index, body)| Item {
        body,
        place: Place {
            request: format!("/tasks/{index}"),
            host: None,
        },
    };
    tasks.into_iter().enumerate().map(item).collect()
}

/// One request for each of these hosts.
fn spread(
    hosts: Option<Value>,
    request: Option<Value>,
    limit: usize,
    violations: &mut Vec<Violation>,
) -> Result<Vec<Item>, Problem> {
    let hosts = counted(hosts, "/targetHosts", violations);
    let mut refuse = |at: &str, code: &str, rule: &str| {
        violations.push(Violation::new(at, code, rule));
        Map::new()
    };
    let request = match request {
        None => refuse("/request", "required", "Is required beside `targetHosts`."),
        Some(Value::Object(it)) if it.contains_key("targetHost") => refuse(
            "/request/targetHost",
            "one_of_two",
            "Must be absent: `targetHosts` names the hosts.",
        ),
        Some(Value::Object(it)) => it,
        Some(_) => refuse("/request", "type", "Must be of type object."),
    };
    // An archive for a hundred hosts would be a hundred archives here.
    let bytes = serde_json::to_vec(&request).map_or(0, |it| it.len());
    if bytes.saturating_mul(hosts.len()) > limit {
        return Err(Problem::new(
            Code::BodyTooLarge,
            format!(
                "One request of {bytes} bytes for {} hosts comes to more than the {limit} bytes of a batch: name fewer hosts.",
                hosts.len()
            ),
        ));
    }
    let item = |(index, host)| {
        let mut body = request.clone();
        body.insert("targetHost".to_owned(), host);
        Item {
            body: Value::Object(body),
            place: Place {
                request: "/request".to_owned(),
                host: Some(format!("/targetHosts/{index}")),
            },
        }
    };
    Ok(hosts.into_iter().enumerate().map(item).collect())
}

/// The items of a list that has some, and not too many.
fn counted(list: Option<Value>, at: &str, violations: &mut Vec<Violation>) -> Vec<Value> {
    let (code, rule) = match list {
        None => ("required", "Is required beside `request`.".to_owned()),
        Some(Value::Array(items)) if items.is_empty() => {
            ("too_few", "Must have at least 1 items.".to_owned())
        }
        Some(Value::Array(items)) if items.len() > MOST => {
            ("too_many", format!("Must have at most {MOST} items."))
        }
        Some(Value::Array(items)) => return items,
        Some(_) => ("type", "Must be of type array.".to_owned()),
    };
    violations.push(Violation::new(at, code, rule));
    Vec::new()
}

fn unknown(name: &str) -> Violation {
    Violation::new(
        Violation::member("", name),
        "unknown_member",
        "Is not a member here.",
    )
}

fn invalid(violations: Vec<Violation>) -> Problem {
    Problem::new(
        Code::ValidationFailed,
        "The body of the batch is wrong; nothing of it was looked at.",
    )
    .with_errors(violations)
}
