//! Kestra: a flow for each action.
//!
//! Its requests take a refusal for an answer (`allowFailed`), so that the tasks behind them can fail with
//! what it says.

use yaml_serde::Value;

use crate::file::File;
use crate::offer::Offer;
use crate::ordered::map;
use vocabulary::requests::fields::{Field, Kind};

const BASE: &str = "{{ kv('EDR_GATEWAY_URL') }}";
const TOKEN: &str = "Bearer {{ secret('EDR_GATEWAY_TOKEN') }}";

/// A problem document in a line.
fn refusal(task: &str) -> String {
    let answer = format!("fromJson(outputs.{task}.body)");
    let errors = r#"[.errors[]? | "; " + .pointer + ": " + .detail] | join("")"#;
    format!(
        "refused: {{{{ {answer}.code }}}}: {{{{ {answer}.detail }}}}{{{{ outputs.{task}.body | jq('fromjson? // . | {errors}') | first }}}}"
    )
}

/// The folder.
pub(crate) fn files(offers: &[Offer]) -> Vec<File> {
    let mut files = vec![File::text(
        "kestra/README.md",
        include_str!("kestra/README.md"),
    )];
    files.extend(offers.iter().map(|offer| {
        let path = format!("kestra/{}.yml", offer.action);
        File::yaml(path, &flow(offer))
    }));
    files
}

fn flow(offer: &Offer) -> Value {
    let mut inputs: Vec<Value> = offer.fields.iter().map(input).collect();
    inputs.push(map([
        ("id", "key".into()),
        ("type", "STRING".into()),
        (
            "description",
            "The same for a repetition, such as the case and the step; the execution's own when it is absent.".into(),
        ),
        ("required", false.into()),
    ]));
    inputs.push(map([
        ("id", "dryRun".into()),
        ("type", "BOOL".into()),
        (
            "description",
            "Every check, and what would be sent. Nothing is.".into(),
        ),
        ("defaults", false.into()),
    ]));
    let read = request(
        "read",
        "GET",
        "/v1/tasks/{{ fromJson(outputs.ask.body).id }}?wait=50",
        vec![],
    );
    let tasks = vec![
        ask(offer),
        fail("refused", "{{ outputs.ask.code >= 400 }}", &refusal("ask")),
        map([
            ("id", "wait".into()),
            ("type", "io.kestra.plugin.core.flow.LoopUntil".into()),
            ("runIf", "{{ not inputs.dryRun }}".into()),
            (
                "condition",
                "{{ outputs.read.code == 200 ? fromJson(outputs.read.body).terminal : not fromJson(outputs.read.body).retryable }}".into(),
            ),
            ("failOnMaxReached", true.into()),
            (
                "checkFrequency",
                map([("interval", "PT1S".into()), ("maxIterations", 40.into())]),
            ),
            ("tasks", Value::Sequence(vec![read])),
        ]),
        only_for_real(fail(
            "unread",
            "{{ outputs.read.code != 200 }}",
            &refusal("read"),
        )),
        only_for_real(fail(
            "other_end",
            "{{ fromJson(outputs.read.body).state != 'succeeded' }}",
            "{{ fromJson(outputs.read.body).state }}: {{ fromJson(outputs.read.body).evidence }}",
        )),
    ];
    let output = map([
        ("id", "task".into()),
        ("type", "JSON".into()),
        (
            "value",
            "{{ outputs.read.body ?? outputs.ask.body }}".into(),
        ),
    ]);
    let entry = offer.entry;
    map([
        ("id", format!("edr-{}", offer.action).into()),
        ("namespace", "company.security".into()),
        (
            "description",
            format!("{} {}", entry.summary, entry.note).into(),
        ),
        ("inputs", Value::Sequence(inputs)),
        ("tasks", Value::Sequence(tasks)),
        ("outputs", Value::Sequence(vec![output])),
    ])
}

fn input(field: &Field) -> Value {
    let mut members = vec![("id", field.name.as_str().into())];
    members.extend(match &field.kind {
        Kind::Text => vec![("type", "STRING".into())],
        Kind::Number => vec![("type", "INT".into())],
        Kind::Flag => vec![("type", "BOOL".into())],
        Kind::Word(words) => vec![("type", "SELECT".into()), ("values", texts(words))],
        Kind::Words(words) => vec![("type", "MULTISELECT".into()), ("values", texts(words))],
        Kind::Texts => vec![("type", "ARRAY".into()), ("itemType", "STRING".into())],
        Kind::Objects => vec![("type", "JSON".into())],
    });
    members.push(("description", field.purpose.as_str().into()));
    if !field.required {
        members.push(("required", false.into()));
    }
    map(members)
}

fn ask(offer: &Offer) -> Value {
    let fields = offer.fields.iter();
    let fields = fields.map(|it| format!("\"{0}\": inputs.{0} ?? null", it.name));
    let fields: Vec<String> = fields.collect();
    // What has been given, and nothing else.
    let body = format!(
        "{{{{ {{{}}} | jq('with_entries(select(.value != null))') | first }}}}",
        fields.join(", ")
    );
    let action = offer.action.name();
    let path = format!("/v1/tasks/{action}{{{{ inputs.dryRun ? '/dry-run' : '?wait=50' }}}}");
    let key = format!("{{{{ inputs.key ?? (execution.id ~ '/{action}') }}}}");
    let more = vec![
        ("contentType", "application/json".into()),
        ("body", body.into()),
    ];
    let mut task = request("ask", "POST", &path, more);
    task["headers"]["Idempotency-Key"] = key.into();
    task
}

/// A request; what nobody has answered is asked again, with its key.
fn request(id: &str, method: &str, path: &str, more: Vec<(&str, Value)>) -> Value {
    let mut members = vec![
        ("id", id.into()),
        ("type", "io.kestra.plugin.core.http.Request".into()),
        ("uri", format!("{BASE}{path}").into()),
        ("method", method.into()),
        ("headers", map([("Authorization", TOKEN.into())])),
    ];
    members.extend(more);
    members.push((
        "options",
        map([
            ("allowFailed", true.into()),
            ("timeout", map([("readIdleTimeout", "PT75S".into())])),
        ]),
    ));
    members.push((
        "retry",
        map([
            ("type", "constant".into()),
            ("interval", "PT5S".into()),
            ("maxAttempts", 3.into()),
        ]),
    ));
    map(members)
}

fn fail(id: &str, condition: &str, message: &str) -> Value {
    map([
        ("id", id.into()),
        ("type", "io.kestra.plugin.core.execution.Fail".into()),
        ("condition", condition.into()),
        ("errorMessage", message.into()),
    ])
}

/// Not for a dry run, which has no end.
fn only_for_real(mut task: Value) -> Value {
    task["runIf"] = "{{ not inputs.dryRun }}".into();
    task
}

fn texts(words: &[String]) -> Value {
    Value::Sequence(words.iter().map(|it| it.as_str().into()).collect())
}
