//! Complete examples of the bodies of requests: importers and people start from them.

use serde_json::{Value, json};

use crate::task::{Action, TaskType};

const HOST: &str = "ws-042.corp.example";
const COMMENT: &str = "INC-20417: beaconing to a known C2 address";
const CASE: &str = "case-20417";
const DROPPED: &str = r"C:\Users\Public\drop.exe";
const MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";

/// An archive with one OpenIOC document that looks for a file by its MD5.
const IOC_ARCHIVE: &str = include_str!("examples/ioc.base64");

/// A request in the vendor's own form.
pub(super) fn native(task: TaskType) -> Value {
    json!({
        "task": task.name(),
        "targetHost": HOST,
        "params": params(task),
        "responseEventIncidentArea": "Kuma",
        "severity": 2,
        "comment": COMMENT,
        "externalId": CASE
    })
}

/// A request in the flat form.
pub(super) fn flat(action: Action) -> Value {
    let mut example = json!({"targetHost": HOST});
    if let (Value::Object(example), Value::Object(members)) = (&mut example, members(action)) {
        example.extend(members);
        example.insert("comment".to_owned(), COMMENT.into());
        example.insert("externalId".to_owned(), CASE.into());
    }
    example
}

/// The members that an action has to itself.
fn members(action: Action) -> Value {
    match action {
        Action::IsolateHost => json!({"action": "isolate"}),
        Action::ReleaseHost => json!({}),
        Action::TerminateProcess => json!({"path": DROPPED}),
        Action::QuarantineFile => json!({"path": DROPPED, "hash": MD5}),
        Action::DeleteFile => json!({"path": DROPPED, "hash": MD5, "searchInSubfolders": true}),
        Action::GetFile => json!({"path": r"C:\Windows\Temp\app.log"}),
        Action::PreventExecution | Action::AllowExecution => json!({"hash": MD5}),
        Action::StartProcess => {
            json!({"executablePath": r"C:\Windows\System32\ipconfig.exe", "arguments": "/all"})
        }
        Action::IocScan => json!({"ioc": IOC_ARCHIVE.trim(), "scanCriticalAreas": true}),
        Action::OnDemandScan => json!({"scanAreas": ["systemMemory"], "folders": [r"C:\Users"]}),
    }
}

fn params(task: TaskType) -> Value {
    match task {
        TaskType::GetFile => {
            json!({"md5hash": "", "sha256hash": "", "path": r"C:\Windows\Temp\app.log"})
        }
        TaskType::DeleteFile => json!({
            "md5hash": MD5, "sha256hash": "", "path": DROPPED,
            "searchInSubfolders": true
        }),
        TaskType::QuarantineFile => {
            json!({"md5hash": MD5, "sha256hash": "", "path": DROPPED})
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
            "md5hash": "", "sha256hash": "", "path": DROPPED,
            "caseSensitive": false
        }),
        TaskType::IsolateHost => json!({"action": 1}),
        TaskType::PreventExecution => {
            json!({"hash": MD5, "path": DROPPED, "caseSensitive": false})
        }
        TaskType::OnDemandScan => json!([
            {"enabled": true, "path": "", "recursive": true, "type": 14},
            {"enabled": true, "path": r"C:\Users", "recursive": true, "type": 22}
        ]),
        TaskType::AllowExecution => json!({"hash": MD5}),
    }
}
