//! Node-RED: a flow with one subflow that asks, waits and hears, and a button for each action.

use serde_json::{Value, json};

use crate::file::File;
use crate::offer::Offer;

const TAB: &str = "edr-tab";
const SUBFLOW: &str = "edr-subflow";

/// What comes out of the subflow, by its doors.
const ENDS: [&str; 3] = ["success", "other-end", "refusal"];

/// The folder.
pub(crate) fn files(offers: &[Offer]) -> Vec<File> {
    let mut nodes = vec![
        json!({
            "id": TAB,
            "type": "tab",
            "label": "EDR gateway",
            "disabled": false,
            "info": "Actions of edr-gateway: needs EDR_GATEWAY_URL and EDR_GATEWAY_TOKEN.",
            "env": [],
        }),
        json!({
            "id": SUBFLOW,
            "type": "subflow",
            "name": "EDR action",
            "info": "Asks for `msg.action` with the fields in `msg.payload`, waits for the end, and says how it went.",
            "category": "",
            "in": [{"x": 40, "y": 80, "wires": [{"id": "edr-ask"}]}],
            "out": [door(1), door(2), door(3)],
            "env": [],
            "outputLabels": ["success", "any other end", "refusal"],
            "color": "#E9967A",
        }),
        function(
            "edr-ask",
            SUBFLOW,
            "ask",
            include_str!("node_red/ask.js"),
            &["edr-request"],
        ),
        json!({
            "id": "edr-request",
            "type": "http request",
            "z": SUBFLOW,
            "name": "",
            "method": "use",
            "ret": "obj",
            "paytoqs": "ignore",
            "url": "",
            "tls": "",
            "persist": false,
            "proxy": "",
            "insecureHTTPParser": false,
            "authType": "",
            "senderr": false,
            "headers": [],
            "x": 350,
            "y": 80,
            "wires": [["edr-hear"]],
        }),
        hear(),
        json!({
            "id": "edr-later",
            "type": "delay",
            "z": SUBFLOW,
            "name": "later",
            "pauseType": "delayv",
            "timeout": "1",
            "timeoutUnits": "seconds",
            "x": 350,
            "y": 160,
            "wires": [["edr-request"]],
        }),
        action("edr-actions", 420, 300, ENDS),
    ];
    for (name, end) in ["success", "any other end", "refusal"].iter().zip(ENDS) {
        nodes.push(debug(end, name));
    }
    let mut y = 120;
    for offer in offers {
        nodes.push(button(offer, y));
        y += 40;
    }
    nodes.extend(line(offers, y + 60));
    vec![
        File::text("node-red/README.md", include_str!("node_red/README.md")),
        File::json("node-red/flow.json", &Value::Array(nodes)),
    ]
}

/// A door of the subflow; what comes out of the first one of `hear` stays inside.
fn door(port: usize) -> Value {
    json!({"x": 660, "y": 20 + 40 * port, "wires": [{"id": "edr-hear", "port": port}]})
}

fn hear() -> Value {
    let mut node = function(
        "edr-hear",
        SUBFLOW,
        "hear",
        include_str!("node_red/hear.js"),
        &[],
    );
    node["outputs"] = json!(4);
    node["wires"] = json!([["edr-later"], [], [], []]);
    node
}

fn function(id: &str, on: &str, name: &str, code: &str, to: &[&str]) -> Value {
    json!({
        "id": id,
        "type": "function",
        "z": on,
        "name": name,
        "func": code,
        "outputs": 1,
        "timeout": "",
        "noerr": 0,
        "initialize": "",
        "finalize": "",
        "libs": [],
        "x": 180,
        "y": 80,
        "wires": [to],
    })
}

fn action(id: &str, x: u32, y: u32, to: [&str; 3]) -> Value {
    let to = to.map(|it| vec![it]);
    json!({
        "id": id,
        "type": format!("subflow:{SUBFLOW}"),
        "z": TAB,
        "name": "",
        "x": x,
        "y": y,
        "wires": to,
    })
}

fn debug(id: &str, name: &str) -> Value {
    json!({
        "id": id,
        "type": "debug",
        "z": TAB,
        "name": name,
        "active": true,
        "tosidebar": true,
        "console": false,
        "tostatus": false,
        "complete": "summary",
        "targetType": "msg",
        "x": 680,
        "y": 300,
        "wires": [],
    })
}

fn button(offer: &Offer, y: u32) -> Value {
    let fields = offer.fields.iter().map(|field| {
        let needed = if field.required { ", needed" } else { "" };
        format!("* `{}`{needed}: {}", field.name, field.purpose)
    });
    let fields: Vec<String> = fields.collect();
    json!({
        "id": format!("edr-{}", offer.action),
        "type": "inject",
        "z": TAB,
        "name": offer.entry.title,
        "info": format!("{}\n\n{}\n\n{}", offer.entry.summary, offer.entry.note, fields.join("\n")),
        "props": [
            {"p": "action", "v": offer.action.name(), "vt": "str"},
            {"p": "payload", "v": Value::Object(offer.example.clone()).to_string(), "vt": "json"},
        ],
        "repeat": "",
        "crontab": "",
        "once": false,
        "onceDelay": 0.1,
        "topic": "",
        "x": 160,
        "y": y,
        "wires": [["edr-actions"]],
    })
}

/// Isolates the first action's example, and releases it when that has succeeded.
fn line(offers: &[Offer], y: u32) -> Vec<Value> {
    let mut start = button(&offers[0], y);
    start["id"] = json!("edr-line");
    start["name"] = json!("Isolate, wait, release");
    start["wires"] = json!([["edr-line-isolate"]]);
    let mut release = function(
        "edr-line-then",
        TAB,
        "release",
        include_str!("node_red/release.js"),
        &["edr-line-release"],
    );
    release["y"] = json!(y);
    vec![
        start,
        action(
            "edr-line-isolate",
            360,
            y,
            ["edr-line-then", ENDS[1], ENDS[2]],
        ),
        release,
        action("edr-line-release", 560, y, ENDS),
    ]
}
