//! Complete examples for the published document: importers and people start from them.

use serde_json::{Value, json};

use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::requests;
use vocabulary::task::{Action, TaskType, Violation};

/// A task that was just accepted.
pub(super) fn accepted() -> Value {
    json!({
        "id": "ksc-42", "backend": "ksc", "task": "isolateHost", "targetHost": host(), "params": {"action": 1},
        "responseEventIncidentArea": "Kuma", "severity": 2, "requestedAt": "2026-01-02T03:04:05Z",
        "caller": "soar", "comment": "INC-20417: beaconing to a known C2 address", "externalId": "case-20417",
        "requestId": "6f1d2c3b4a5968778695a4b3c2d1e0ff",
        "state": "accepted", "terminal": false, "pollAfterSeconds": 5,
        "incident": {"id": 42, "handled": false},
        "evidence": "KSC stored incident 42; no KSC task has been looked for yet",
        "warnings": [
            "When isolation ends and what it lets through come from the device's policy (8 hours by default), not from this request."
        ]
    })
}

/// A task that KSC reports as done.
pub(super) fn finished() -> Value {
    let mut task = accepted();
    task["state"] = "succeeded".into();
    task["terminal"] = true.into();
    task["pollAfterSeconds"] = 0.into();
    task["kscTask"] = json!({
        "id": "195", "name": "[Response][KUMA] isolateHost - 01/02/2026 03:04:05 - 42",
        "createdAt": "2026-01-02T03:04:07Z"
    });
    task["execution"] = json!({
        "percent": 100, "description": "", "startedAt": "2026-01-02T03:05:00Z",
        "finishedAt": "2026-01-02T03:05:09Z"
    });
    task["confirmation"] = json!({
        "by": "device tag", "state": "confirmed",
        "evidence": "KSC shows the tag ISOLATED FROM NETWORK on the device, set by the product"
    });
    task["evidence"] =
        "KSC task 195 reports state_code 4 (finished successfully) for this host".into();
    task
}

/// What a dry run answers.
pub(super) fn dry_run() -> Value {
    json!({
        "dryRun": true, "backend": "ksc", "targetHost": host(),
        "checks": [
            {"name": "host", "ok": true, "detail": "KSC knows the host as 4328e16a-bf83-47c3-8d0b-0fdf79f9d673"},
            {"name": "protection", "ok": true, "detail": "The host is not protected"},
            {"name": "serviceConsole", "ok": true, "detail": "A service console is connected to KSC"}
        ],
        "warnings": [
            "When isolation ends and what it lets through come from the device's policy (8 hours by default), not from this request."
        ],
        "pData": {
            "KLINCDT_SEVERITY": 2,
            "KLINCDT_ADDED": {"type": "datetime", "value": "2026-01-02T03:04:05Z"},
            "KLINCDT_BODY": "{\"targetHost\":\"4328e16a-bf83-47c3-8d0b-0fdf79f9d673\",\"task\":\"isolateHost\",\"params\":{\"action\":1},\"responseEventIncident\":true,\"responseEventIncidentArea\":\"Kuma\"}",
            "KLHST_WKS_HOSTNAME": "4328e16a-bf83-47c3-8d0b-0fdf79f9d673"
        }
    })
}

/// What the gateway knows about a caller.
pub(super) fn whoami() -> Value {
    json!({
        "caller": "soar", "issuer": "https://issuer.example",
        "scopes": ["tasks.create.isolateHost", "tasks.read"], "backends": ["ksc"],
        "tasks": ["isolateHost"]
    })
}

/// What a search for hosts answers.
pub(super) fn host_list() -> Value {
    let mut item = host();
    item["backend"] = "ksc".into();
    item["dnsName"] = "ws-042".into();
    item["netbios"] = "WS-042".into();
    item["ip"] = "10.20.30.42".into();
    item["lastSeen"] = "2026-01-02T03:04:05Z".into();
    item["agentConnected"] = true.into();
    json!({"hosts": [item]})
}

/// A host in full: in order but for one thing.
pub(super) fn host_details() -> Value {
    let mut host = host_list()["hosts"][0].take();
    let check = |name: &str, outcome: &str, detail: &str| json!({"name": name, "outcome": outcome, "detail": detail});
    host["os"] = "Microsoft Windows 11".into();
    host["groupId"] = 3.into();
    host["lastAgentConnection"] = "2026-01-02T03:04:05Z".into();
    host["agentInstalled"] = true.into();
    host["kesVersion"] = "12.10.0.466".into();
    host["edrComponent"] = json!({"state": "stopped", "code": 1});
    host["isolation"] = json!({
        "state": "unknown",
        "evidence": "KSC shows no tag ISOLATED FROM NETWORK on the device; that says nothing, because this replica has not seen it on a device with Windows yet",
    });
    host["ready"] = "no".into();
    host["checks"] = json!([
        check(
            "agentInstalled",
            "passed",
            "KSC sees a Network Agent on the host."
        ),
        check(
            "agentConnected",
            "passed",
            "The Network Agent is connected."
        ),
        check(
            "kesVersion",
            "passed",
            "Kaspersky Endpoint Security is 12.10.0.466."
        ),
        check("edrComponent", "failed", "The EDR component is stopped."),
        check(
            "operatingSystem",
            "passed",
            "The host runs Microsoft Windows 11."
        ),
        check(
            "protection",
            "passed",
            "The gateway's operator has not excluded this host."
        ),
    ]);
    host
}

/// Settings that have a mistake and a risk.
pub(super) fn settings() -> Value {
    json!({
        "Mode": "EDRKATA", "SynchronizationPeriod": 5,
        "Endpoints": [{"Address": "kata.corp.example", "Port": 70000}]
    })
}

/// What is found in them, where all is well with the device and isolation is used.
pub(super) fn settings_report() -> Value {
    let conclusion = || json!({"id": "conclusion of this project"});
    let rules = || {
        json!({
            "id": "kes-for-linux/11.4.0/201432",
            "url": "https://support.kaspersky.co.uk/kes-for-linux/11.4.0/201432"
        })
    };
    let whole = "Write every key: a file without a mandatory one is refused, and which are mandatory is documented nowhere.";
    json!({
        "kesVersion": "12.4", "layout": "sections", "mode": "EDRKATA", "usable": false,
        "errors": 1, "risks": 3, "hints": 2,
        "findings": [
            {
                "severity": "risk", "kind": "settings", "code": "name-during-isolation",
                "pointer": "/Endpoints/0/Address", "section": "Endpoints.item_0000", "key": "Address",
                "reason": "kata.corp.example is a name: DNS is not excluded from an isolation, so that an isolated device may lose the server that could release it.",
                "mend": "Give the server's IP address.",
                "document": {"id": "customer document 000"}
            },
            {
                "severity": "error", "kind": "settings", "code": "port-out-of-range",
                "pointer": "/Endpoints/0/Port", "section": "Endpoints.item_0000", "key": "Port",
                "reason": "Port: \"70000\" is no port.",
                "mend": "Write a whole number from 1 to 65535, without a unit; the default is 443.",
                "document": conclusion()
            },
            {
                "severity": "risk", "kind": "settings", "code": "missing-key",
                "reason": "Not written, so that the default would hold: UseClientPinnedCertificate=No, ConnectionTimeout=10, RequestTimeout=10, EnableTelemetry=Yes.",
                "mend": whole, "document": rules()
            },
            {
                "severity": "risk", "kind": "settings", "code": "missing-key",
                "pointer": "/TelemetrySettings/EventTransferSettings",
                "section": "TelemetrySettings.EventTransferSettings",
                "reason": "Not written, so that the default would hold: MaximumDataTransferTime=30, UseRequestCountLimits=Yes, MaximumNumberOfEventsInHour=3000, MaximumNumberOfEventsInPackage=1024, EventLimitExceededPercentage=15.",
                "mend": whole, "document": rules()
            },
            {
                "severity": "hint", "kind": "settings", "code": "mode-not-verified",
                "reason": "12.4 EDRKATA not verified: what this mode reads is documented up to SynchronizationPeriod.",
                "mend": "Read back what the device has made of the file, and compare.",
                "document": {
                    "id": "L/12.4.0/en-US/313088",
                    "url": "https://support.kaspersky.com/KES4Linux/12.4.0/en-US/313088.htm"
                }
            },
            {
                "severity": "hint", "kind": "settings", "code": "json-shape-unproven",
                "reason": "The shape of what kesl-control --json writes is documented nowhere.",
                "mend": "Set settings from an INI file, or change single values in the JSON that the device itself has written.",
                "document": conclusion()
            }
        ],
        "changes": []
    })
}

fn host() -> Value {
    json!({
        "id": "4328e16a-bf83-47c3-8d0b-0fdf79f9d673", "name": "WS-042",
        "fqdn": "ws-042.corp.example"
    })
}

/// A batch of two requests, one of each form.
pub(super) fn batch_request() -> Value {
    let mut flat = requests::flat_example(Action::QuarantineFile);
    flat["task"] = Action::QuarantineFile.name().into();
    json!({"tasks": [requests::native_example(TaskType::IsolateHost), flat]})
}

/// The results of a batch: one request was taken, one was not.
pub(super) fn batch() -> Value {
    let mut problem = problem(Code::HostNotFound);
    problem["instance"] = "/v1/tasks/batch".into();
    json!({"results": [
        {"status": 202, "task": accepted()},
        {"status": problem["status"], "problem": problem}
    ]})
}

/// A page of tasks.
pub(super) fn list() -> Value {
    json!({"tasks": [finished()], "nextCursor": "NDIuOGYxYTJiM2M0ZDVlNmY3MA"})
}

/// A task that was cancelled.
pub(super) fn cancelled() -> Value {
    let mut task = finished();
    task["state"] = "failed".into();
    task["execution"]["description"] = "The task was stopped by the user".into();
    task["evidence"] = "KSC task 195 reports state_code 16 (failed) for this host".into();
    task
}

/// What a stream of events begins with.
pub(super) fn events() -> String {
    format!(
        "event: state\nid: accepted-91c0e5d3a7f24b68\ndata: {}\n\n",
        accepted()
    )
}

/// The budget.
pub(super) fn budget() -> Value {
    json!({
        "backend": "ksc", "limit": 100, "live": 97, "waiting": 1, "free": 2, "policy": "refuse", "exhausted": false,
        "oldest": {
            "kscTask": {
                "id": "98", "name": "[Response][KUMA] getFile - 12/04/2025 03:04:05 - 17",
                "createdAt": "2025-12-04T03:04:07Z"
            },
            "finished": true
        },
        "countedAt": "2026-01-02T03:04:05Z"
    })
}

/// The back ends, of which one cannot be asked.
pub(super) fn backends() -> Value {
    json!({"backends": [
        {"backend": "branch", "kind": "ksc", "tasks": TaskType::THREAT_RESPONSE, "available": false,
         "reason": "KSC refuses the account"},
        {"backend": "kata", "kind": "kata", "version": "7.1.0.0",
         "tasks": ["startProcess", "isolateHost", "preventExecution", "allowExecution"],
         "exclusionPresets": ["dns", "proxy"],
         "available": true},
        {"backend": "ksc", "kind": "ksc", "version": "15.1.0.20748",
         "tasks": TaskType::THREAT_RESPONSE, "available": true}
    ]})
}

/// An action of the catalogue, with the schema of its body cut short.
pub(super) fn action() -> Value {
    json!({
        "name": "releaseHost", "task": "isolateHost", "title": "Release a host",
        "summary": "Lets an isolated device into the network again.",
        "category": "restore", "impact": "medium",
        "undo": {"reversible": true, "action": "isolateHost", "how": "isolateHost."},
        "idempotent": true,
        "latency": {
            "typical": "A minute to a quarter of an hour: a device hears of it when it synchronises.",
            "worst": "30 days at KSC, which keeps a task for a device that is away no longer; then it is `lost`."
        },
        "preconditions": {
            "checked": ["The host is known, and the name means one host."],
            "unchecked": ["The device is switched on and synchronises."]
        },
        "success": {
            "proves": "The device has reported that isolation is off.",
            "doesNotProve": "That the device is clean."
        },
        "mappings": {"d3fend": [], "ocsfClass": 7001, "ocsfActivity": 3},
        "scopes": ["tasks.create", "tasks.create.isolateHost"], "allowed": true,
        "kinds": ["ksc", "kata"], "backends": ["ksc"],
        "path": "/v1/tasks/releaseHost", "dryRunPath": "/v1/tasks/releaseHost/dry-run",
        "parameters": {"type": "object", "required": ["targetHost"]},
        "example": requests::flat_example(Action::ReleaseHost)
    })
}

/// The catalogue.
pub(super) fn actions() -> Value {
    json!({"actions": [action()]})
}

/// A problem of this kind.
pub(super) fn problem(code: Code) -> Value {
    let mut problem = Problem::new(code, code.title());
    if code == Code::ValidationFailed {
        problem = problem.with_errors(vec![Violation::new(
            "/action",
            "enum",
            "Must be one of \"isolate\", \"release\".",
        )]);
    }
    let document = problem.document("/v1/tasks", "0b9c1f5e6a2d4c0f8e7d6c5b4a392817");
    serde_json::to_value(document).expect("a problem is plain data")
}
