//! What KSC will not say about a request, said by the gateway.

use serde_json::Value;

use super::ioc_scan;
use super::task_type::TaskType;

/// Files that KES refuses to quarantine, delete or prevent since 11.10 because Windows or KES
/// itself needs them ("system critical objects", article 220376): the well-known ones.
const CRITICAL_FILES: [&str; 12] = [
    "ntoskrnl.exe",
    "smss.exe",
    "csrss.exe",
    "wininit.exe",
    "winlogon.exe",
    "services.exe",
    "lsass.exe",
    "svchost.exe",
    "hal.dll",
    "ntdll.dll",
    "kernel32.dll",
    "avp.exe",
];

/// Warnings about a task with these parameters, which may be read back from KSC and then have any
/// shape: what cannot be read earns no warning.
#[must_use]
pub fn warnings(task: TaskType, params: &Value) -> Vec<String> {
    let mut warnings = of_params(task, params);
    if task == TaskType::IocScan {
        warnings.extend(ioc_scan::warning_of(params));
    }
    warnings
}

/// The same, without a look into an archive.
pub(super) fn of_params(task: TaskType, params: &Value) -> Vec<String> {
    let mut warnings = Vec::new();
    match task {
        TaskType::PreventExecution => warnings.push(
            "The device's policy decides whether this blocks anything: Execution prevention may be \
             off there, or only write to the log. KSC reports success either way, and there is no \
             task that takes the rule away again."
                .to_owned(),
        ),
        TaskType::IsolateHost => warnings.push(
            "When isolation ends and what it lets through come from the device's policy (8 hours by \
             default), not from this request."
                .to_owned(),
        ),
        TaskType::GetFile => warnings.push(
            "The copy stays in the device's Quarantine: fetch it from the KSC console.".to_owned(),
        ),
        TaskType::IocScan
        | TaskType::DeleteFile
        | TaskType::QuarantineFile
        | TaskType::StartProcess
        | TaskType::TerminateProcess
        | TaskType::OnDemandScan => {}
    }
    let refusable = matches!(
        task,
        TaskType::QuarantineFile | TaskType::DeleteFile | TaskType::PreventExecution
    );
    if refusable
        && params
            .get("path")
            .and_then(Value::as_str)
            .is_some_and(is_critical)
    {
        warnings.push(
            "The path looks like a file that Windows or KES needs: KES refuses such tasks on the device."
                .to_owned(),
        );
    }
    warnings
}

fn is_critical(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let name = path.rsplit('\\').next().unwrap_or_default();
    path.contains(r"\windows\system32\") || CRITICAL_FILES.contains(&name)
}
