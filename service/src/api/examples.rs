//! Complete examples for the published document: importers and people start from them.

use serde_json::{Value, json};

use super::problem::{Code, Problem};
use crate::task::{TaskType, Violation};

/// An archive with one OpenIOC document that looks for a file by its MD5.
const IOC_ARCHIVE: &str = include_str!("examples/ioc.base64");

/// A request without `task`.
pub(super) fn request(task: TaskType) -> Value {
    json!({
        "targetHost": "ws-042.corp.example",
        "params": params(task),
        "responseEventIncidentArea": "Kuma",
        "severity": 2,
        "comment": "INC-20417: beaconing to a known C2 address",
        "externalId": "case-20417"
    })
}

fn params(task: TaskType) -> Value {
    let md5 = "d41d8cd98f00b204e9800998ecf8427e";
    match task {
        TaskType::GetFile => {
            json!({"md5hash": "", "sha256hash": "", "path": r"C:\Windows\Temp\app.log"})
        }
        TaskType::DeleteFile => json!({
            "md5hash": md5, "sha256hash": "", "path": r"C:\Users\Public\drop.exe",
            "searchInSubfolders": true
        }),
        TaskType::QuarantineFile => {
            json!({"md5hash": md5, "sha256hash": "", "path": r"C:\Users\Public\drop.exe"})
        }
        TaskType::IocScan => json!({
            "ioc": IOC_ARCHIVE.trim(), "isolateHost": false, "scanCriticalAreas": true,
            "quarantineObject": false
        }),
        TaskType::StartProcess => json!({
            "executablePath": r"C:\Windows\System32\ipconfig.exe", "arguments": "/all",
            "workingFolder": r"C:\Windows\Temp"
        }),
        TaskType::TerminateProcess => json!({
            "md5hash": "", "sha256hash": "", "path": r"C:\Users\Public\drop.exe",
            "caseSensitive": false
        }),
        TaskType::IsolateHost => json!({"action": 1}),
        TaskType::PreventExecution => {
            json!({"hash": md5, "path": r"C:\Users\Public\drop.exe", "caseSensitive": false})
        }
        TaskType::OnDemandScan => json!([
            {"enabled": true, "path": "", "recursive": true, "type": 14},
            {"enabled": true, "path": r"C:\Users", "recursive": true, "type": 22}
        ]),
    }
}

/// A task that was just accepted.
pub(super) fn accepted() -> Value {
    json!({
        "id": "ksc-42", "task": "isolateHost", "targetHost": host(), "params": {"action": 1},
        "responseEventIncidentArea": "Kuma", "severity": 2, "requestedAt": "2026-01-02T03:04:05Z",
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
    task["evidence"] =
        "KSC task 195 reports state_code 4 (finished successfully) for this host".into();
    task
}

/// What a dry run answers.
pub(super) fn dry_run() -> Value {
    json!({
        "dryRun": true, "targetHost": host(),
        "checks": [
            {"name": "host", "ok": true, "detail": "KSC knows the host as 4328e16a-bf83-47c3-8d0b-0fdf79f9d673"},
            {"name": "protection", "ok": true, "detail": "The host is not protected"},
            {"name": "serviceConsole", "ok": true, "detail": "A service console is connected to KSC"}
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
        "scopes": ["tasks.create.isolateHost", "tasks.read"], "tasks": ["isolateHost"]
    })
}

fn host() -> Value {
    json!({
        "id": "4328e16a-bf83-47c3-8d0b-0fdf79f9d673", "name": "WS-042",
        "fqdn": "ws-042.corp.example"
    })
}

/// A problem of this kind.
pub(super) fn problem(code: Code) -> Value {
    let mut problem = Problem::new(code, code.title());
    if code == Code::ValidationFailed {
        problem = problem.with_errors(vec![Violation::new(
            "/params/action",
            "enum",
            "Must be one of 0, 1.",
        )]);
    }
    let document = problem.document("/v1/tasks", "0b9c1f5e6a2d4c0f8e7d6c5b4a392817");
    serde_json::to_value(document).expect("a problem is plain data")
}
