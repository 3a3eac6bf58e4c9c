//! n8n: a workflow for each action, to be called by others.
//!
//! A refusal is no error to its requests, so that its text can be read: what follows decides by status.

use serde_json::{Map, Value, json};

use crate::file::File;
use crate::offer::Offer;
use vocabulary::requests::fields::Kind;

/// Longer than the gateway lets anybody wait, in milliseconds.
const TIMEOUT: u32 = 75_000;

/// What has been given, without what is not the action's.
const BODY: &str = "={{ JSON.stringify(Object.fromEntries(Object.entries($('Asked').item.json).filter(([name, value]) => !['key', 'dryRun'].includes(name) && value !== null && value !== undefined && value !== ''))) }}";

const REFUSAL: &str = "={{ 'refused: ' + $json.body.code + ': ' + $json.body.detail + ($json.body.errors ?? []).map((it) => '; ' + it.pointer + ': ' + it.detail).join('') }}";

const STATE: &str = "={{ $json.body.id + ' ' + $json.body.state + ': ' + $json.body.evidence }}";

/// What follows what, by the doors of each.
const WIRES: [(&str, &[&str]); 11] = [
    ("Asked", &["Gateway"]),
    ("Gateway", &["Ask"]),
    ("Ask", &["Heard"]),
    ("Heard", &["Over", "May be repeated"]),
    ("Over", &["Succeeded", "Patience"]),
    ("Succeeded", &["Task", "Other end"]),
    ("Patience", &["A moment", "Not over"]),
    ("A moment", &["Read"]),
    ("Read", &["Heard"]),
    ("May be repeated", &["Later", "Refused"]),
    ("Later", &["Ask"]),
];

/// The folder.
pub(crate) fn files(offers: &[Offer]) -> Vec<File> {
    let mut files = vec![File::text("n8n/README.md", include_str!("n8n/README.md"))];
    files.extend(offers.iter().map(|offer| {
        let path = format!("n8n/{}.json", offer.action);
        File::json(path, &workflow(offer))
    }));
    files
}

fn workflow(offer: &Offer) -> Value {
    let nodes = [
        asked(offer),
        node("Gateway", "set", 3.4, gateway()),
        request("Ask", ask(offer)),
        decide("Heard", "$json.statusCode < 400"),
        decide(
            "Over",
            "$json.body.terminal === true || $json.body.dryRun === true",
        ),
        decide(
            "Succeeded",
            "$json.body.dryRun === true || $json.body.state === 'succeeded'",
        ),
        node(
            "Task",
            "set",
            3.4,
            json!({"mode": "raw", "jsonOutput": "={{ $json.body }}", "options": {}}),
        ),
        stop("Other end", STATE),
        decide("Patience", "$runIndex < 40"),
        wait("A moment", json!(1)),
        request("Read", read()),
        stop("Not over", STATE),
        decide(
            "May be repeated",
            "$json.body.retryable === true && $runIndex < 4",
        ),
        wait(
            "Later",
            json!("={{ Number($json.headers['retry-after']) || 2 }}"),
        ),
        stop("Refused", REFUSAL),
    ];
    let nodes: Vec<Value> = (0..).zip(nodes).map(placed).collect();
    let connections = WIRES.into_iter().map(|(from, doors)| {
        let one = |to: &&str| json!([{"node": to, "type": "main", "index": 0}]);
        let doors: Vec<Value> = doors.iter().map(one).collect();
        (from.to_owned(), json!({"main": doors}))
    });
    json!({
        "name": format!("EDR: {}", offer.entry.title),
        "nodes": nodes,
        "connections": connections.collect::<Map<_, _>>(),
        "settings": {"executionOrder": "v1"},
        "pinData": {},
        "active": false,
        "tags": [],
    })
}

/// The door: its inputs are the fields of the action.
fn asked(offer: &Offer) -> Value {
    let fields = offer.fields.iter().map(|field| {
        let of = match field.kind {
            Kind::Text | Kind::Word(_) => "string",
            Kind::Number => "number",
            Kind::Flag => "boolean",
            Kind::Texts | Kind::Words(_) | Kind::Objects => "array",
        };
        json!({"name": field.name, "type": of})
    });
    let more = [
        json!({"name": "key", "type": "string"}),
        json!({"name": "dryRun", "type": "boolean"}),
    ];
    let values: Vec<Value> = fields.chain(more).collect();
    let notes = offer.fields.iter();
    let notes: Vec<String> = notes
        .map(|it| format!("{}: {}", it.name, it.purpose))
        .collect();
    let mut node = node(
        "Asked",
        "executeWorkflowTrigger",
        1.1,
        json!({"inputSource": "workflowInputs", "workflowInputs": {"values": values}}),
    );
    node["notes"] = json!(format!("{}\n{}", offer.entry.summary, notes.join("\n")));
    node
}

/// Where the gateway is: to be edited.
fn gateway() -> Value {
    json!({
        "assignments": {"assignments": [{
            "id": "base-url",
            "name": "baseUrl",
            "value": "https://edr-gateway.corp.example",
            "type": "string",
        }]},
        "includeOtherFields": true,
        "options": {},
    })
}

fn ask(offer: &Offer) -> Value {
    let action = offer.action.name();
    let url = format!(
        "={{{{ $('Gateway').item.json.baseUrl }}}}/v1/tasks/{action}{{{{ $('Asked').item.json.dryRun ? '/dry-run' : '?wait=50' }}}}"
    );
    let key =
        format!("={{{{ $('Asked').item.json.key || $execution.id + '/{action}/' + $itemIndex }}}}");
    json!({
        "method": "POST",
        "url": url,
        "sendHeaders": true,
        "headerParameters": {"parameters": [{"name": "Idempotency-Key", "value": key}]},
        "sendBody": true,
        "contentType": "json",
        "specifyBody": "json",
        "jsonBody": BODY,
    })
}

fn read() -> Value {
    json!({
        "method": "GET",
        "url": "={{ $('Gateway').item.json.baseUrl }}/v1/tasks/{{ encodeURIComponent($json.body.id) }}?wait=50",
    })
}

/// A request, by a credential that n8n keeps; what nobody has answered is asked again, with its key.
fn request(name: &str, mut parameters: Value) -> Value {
    parameters["authentication"] = json!("genericCredentialType");
    parameters["genericAuthType"] = json!("oAuth2Api");
    parameters["options"] = json!({
        "response": {"response": {
            "fullResponse": true,
            "neverError": true,
            "responseFormat": "json",
        }},
        "timeout": TIMEOUT,
    });
    let mut node = node(name, "httpRequest", 4.2, parameters);
    node["retryOnFail"] = json!(true);
    node["maxTries"] = json!(3);
    node["waitBetweenTries"] = json!(2000);
    node
}

fn decide(name: &str, condition: &str) -> Value {
    let condition = json!({
        "id": "it",
        "leftValue": format!("={{{{ {condition} }}}}"),
        "rightValue": "",
        "operator": {"type": "boolean", "operation": "true", "singleValue": true},
    });
    let parameters = json!({
        "conditions": {
            "options": {
                "caseSensitive": true,
                "leftValue": "",
                "typeValidation": "strict",
                "version": 2,
            },
            "conditions": [condition],
            "combinator": "and",
        },
        "options": {},
    });
    node(name, "if", 2.2, parameters)
}

fn wait(name: &str, seconds: Value) -> Value {
    let mut parameters = json!({"resume": "timeInterval", "unit": "seconds"});
    parameters["amount"] = seconds;
    node(name, "wait", 1.1, parameters)
}

fn stop(name: &str, message: &str) -> Value {
    let parameters = json!({"errorType": "errorMessage", "errorMessage": message});
    node(name, "stopAndError", 1.0, parameters)
}

fn node(name: &str, kind: &str, version: f64, parameters: Value) -> Value {
    let mut node = json!({
        "id": format!("edr-{}", name.to_lowercase().replace(' ', "-")),
        "name": name,
        "type": format!("n8n-nodes-base.{kind}"),
        "typeVersion": version,
    });
    node["parameters"] = parameters;
    node
}

fn placed((place, mut node): (u32, Value)) -> Value {
    node["position"] = json!([220 * (place % 5), 180 * (place / 5)]);
    node
}
