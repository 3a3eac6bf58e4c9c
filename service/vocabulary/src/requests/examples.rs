//! Complete examples of the bodies of requests: importers and people start from them.

use serde_json::{Value, json};

use crate::task::TaskType;

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
        TaskType::AllowExecution => json!({"hash": md5}),
    }
}
