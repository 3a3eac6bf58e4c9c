//! Tracecat: a template for each action, and one for all dry runs.
//!
//! A step of a template can neither be skipped nor repeated, and its expressions cannot leave a member
//! out. So two short programs stand before and behind each request: the first drops what has not been
//! given, the others make an error of a refusal and of an end that is no success. Requests show a
//! problem document as text, and one of 404 not at all, hence the statuses that are no errors to them.

use std::collections::BTreeSet;

use vocabulary::code::Code;
use yaml_serde::Value;

use crate::file::File;
use crate::offer::Offer;
use crate::ordered::map;
use vocabulary::requests::fields::{Field, Kind};

/// Longer than the gateway lets anybody wait, in seconds.
const TIMEOUT: u64 = 75;

const TOKEN: &str = "Bearer ${{ SECRETS.custom_edr_gateway_oauth.CUSTOM_EDR_GATEWAY_SERVICE_TOKEN || SECRETS.edr_gateway.EDR_GATEWAY_TOKEN }}";
const BASE: &str = "${{ inputs.base_url || VARS.edr_gateway.base_url }}";

/// The folder.
pub(crate) fn files(offers: &[Offer]) -> Vec<File> {
    let mut files = vec![
        File::text("tracecat/README.md", include_str!("tracecat/README.md")),
        File::yaml("tracecat/dry_run.yml", &dry_run(offers)),
    ];
    files.extend(offers.iter().map(|offer| {
        let path = format!("tracecat/{}.yml", offer.words('_'));
        File::yaml(path, &template(offer))
    }));
    files
}

fn template(offer: &Offer) -> Value {
    let entry = offer.entry;
    let mut expects: Vec<(&str, Value)> = offer.fields.iter().map(input).collect();
    expects.push((
        "idempotency_key",
        wanted(
            "str",
            "One for each step and host, and the same when the step is repeated: such as ENV.workflow.execution_id, the name of the step and the host.",
        ),
    ));
    expects.push((
        "rounds",
        given(
            "int",
            "How many times 50 seconds the end is waited for, after the first.",
            4.into(),
        ),
    ));
    expects.push(base_url());
    let fields = offer.fields.iter();
    let fields = fields.map(|it| (it.name.as_str(), said(&format!("inputs.{}", it.name))));
    let path = offer.action.name();
    let steps = vec![
        program(
            "body",
            include_str!("tracecat/body.py"),
            vec![("given", map(fields))],
        ),
        request(
            "ask",
            "core.http_request",
            vec![
                ("url", format!("{BASE}/v1/tasks/{path}").into()),
                ("method", "POST".into()),
                ("headers", headers(true)),
                ("params", map([("wait", 50.into())])),
                ("payload", said("steps.body.result")),
                ("ignore_status_codes", refusals()),
            ],
        ),
        program(
            "accepted",
            include_str!("tracecat/accepted.py"),
            heard("ask"),
        ),
        request(
            "wait",
            "core.http_poll",
            vec![
                (
                    "url",
                    format!("{BASE}/v1/tasks/${{{{ steps.accepted.result }}}}").into(),
                ),
                ("method", "GET".into()),
                ("headers", headers(false)),
                ("params", map([("wait", 50.into())])),
                ("poll_interval", 1.into()),
                ("poll_max_attempts", said("inputs.rounds")),
                ("poll_condition", OVER.into()),
            ],
        ),
        program("end", include_str!("tracecat/end.py"), heard("wait")),
    ];
    definition(
        entry.title,
        &format!("{} {}", entry.summary, entry.note),
        &offer.words('_'),
        expects,
        steps,
        "end",
    )
}

/// The task is over, or it cannot be read and asking again would not help.
const OVER: &str = r#"lambda x: x["data"]["terminal"] if x["status_code"] == 200 else not ("retryable" in x["data"] and x["data"]["retryable"])"#;

fn dry_run(offers: &[Offer]) -> Value {
    let names = offers.iter().map(|it| it.action.name().to_owned());
    let expects = vec![
        (
            "action",
            wanted(&one_of(names), "The action, as the gateway calls it."),
        ),
        (
            "body",
            wanted(
                "dict[str, Any]",
                "What is asked for: the fields of the action.",
            ),
        ),
        base_url(),
    ];
    let steps = vec![
        request(
            "ask",
            "core.http_request",
            vec![
                (
                    "url",
                    format!("{BASE}/v1/tasks/${{{{ inputs.action }}}}/dry-run").into(),
                ),
                ("method", "POST".into()),
                ("headers", headers(false)),
                ("payload", said("inputs.body")),
                ("ignore_status_codes", refusals()),
            ],
        ),
        program("end", include_str!("tracecat/rehearsed.py"), heard("ask")),
    ];
    definition(
        "Try an action out",
        "Every check of an action, its warnings and what would be sent. Nothing is.",
        "dry_run",
        expects,
        steps,
        "end",
    )
}

fn definition(
    title: &str,
    description: &str,
    name: &str,
    expects: Vec<(&str, Value)>,
    steps: Vec<Value>,
    last: &str,
) -> Value {
    let definition = map([
        ("title", title.into()),
        ("description", description.into()),
        ("display_group", "EDR gateway".into()),
        ("namespace", "tools.edr_gateway".into()),
        ("name", name.into()),
        ("secrets", secrets()),
        ("expects", map(expects)),
        ("steps", Value::Sequence(steps)),
        ("returns", said(&format!("steps.{last}.result"))),
    ]);
    map([("type", "action".into()), ("definition", definition)])
}

/// The token that Tracecat fetches itself, or else one that is kept for it.
fn secrets() -> Value {
    Value::Sequence(vec![
        map([
            ("type", "oauth".into()),
            ("provider_id", "custom_edr_gateway".into()),
            ("grant_type", "client_credentials".into()),
            ("optional", true.into()),
        ]),
        map([
            ("name", "edr_gateway".into()),
            (
                "optional_keys",
                Value::Sequence(vec!["EDR_GATEWAY_TOKEN".into()]),
            ),
            ("optional", true.into()),
        ]),
    ])
}

fn input(field: &Field) -> (&str, Value) {
    let of = match &field.kind {
        Kind::Text => "str".to_owned(),
        Kind::Number => "int".to_owned(),
        Kind::Flag => "bool".to_owned(),
        Kind::Word(words) => one_of(words.iter().cloned()),
        Kind::Texts | Kind::Words(_) => "list[str]".to_owned(),
        Kind::Objects => "list[dict[str, Any]]".to_owned(),
    };
    let purpose = match &field.kind {
        Kind::Words(words) => format!("{} Some of: {}.", field.purpose, words.join(", ")),
        Kind::Text | Kind::Number | Kind::Flag | Kind::Word(_) | Kind::Texts | Kind::Objects => {
            field.purpose.clone()
        }
    };
    let whole = if field.required {
        wanted(&of, &purpose)
    } else {
        given(&format!("{of} | None"), &purpose, Value::Null)
    };
    (&field.name, whole)
}

fn one_of(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.map(|it| format!("\"{it}\"")).collect();
    format!("enum[{}]", words.join(", "))
}

fn wanted(of: &str, purpose: &str) -> Value {
    map([("type", of.into()), ("description", purpose.into())])
}

fn given(of: &str, purpose: &str, default: Value) -> Value {
    map([
        ("type", of.into()),
        ("description", purpose.into()),
        ("default", default),
    ])
}

fn base_url() -> (&'static str, Value) {
    let purpose = "Where the gateway is; the variable edr_gateway.base_url when it is absent.";
    ("base_url", given("str | None", purpose, Value::Null))
}

fn headers(with_key: bool) -> Value {
    let key = with_key.then(|| ("Idempotency-Key", said("inputs.idempotency_key")));
    map([("Authorization", TOKEN.into())].into_iter().chain(key))
}

/// The statuses that the gateway refuses with.
fn refusals() -> Value {
    let statuses: BTreeSet<u16> = Code::ALL.iter().map(|it| it.status()).collect();
    Value::Sequence(statuses.into_iter().map(Value::from).collect())
}

/// What a program is told of an answer.
fn heard(step: &str) -> Vec<(&'static str, Value)> {
    let status = said(&format!("steps.{step}.result.status_code"));
    let answer = said(&format!("steps.{step}.result.data"));
    vec![("status", status), ("answer", answer)]
}

fn program(name: &str, script: &str, inputs: Vec<(&str, Value)>) -> Value {
    let arguments = map([("inputs", map(inputs)), ("script", script.into())]);
    step(name, "core.script.run_python", arguments)
}

fn request(name: &str, action: &str, mut arguments: Vec<(&str, Value)>) -> Value {
    arguments.push(("timeout", TIMEOUT.into()));
    step(name, action, map(arguments))
}

fn step(name: &str, action: &str, arguments: Value) -> Value {
    map([
        ("ref", name.into()),
        ("action", action.into()),
        ("args", arguments),
    ])
}

/// An expression that is a whole value, so that a number stays one.
fn said(expression: &str) -> Value {
    format!("${{{{ {expression} }}}}").into()
}
