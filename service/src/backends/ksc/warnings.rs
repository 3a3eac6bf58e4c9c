//! What KSC will not say about a request, said by the gateway.

use serde_json::Value;

use vocabulary::task::isolate_host::IsolationAction;
use vocabulary::task::values::WindowsPathOrEmpty;
use vocabulary::task::{Params, Request, TaskType, ioc_scan};

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

/// Warnings about a request that is to be sent.
pub(super) fn of_request(request: &Request) -> Vec<String> {
    let path = match request.params() {
        Params::QuarantineFile(it) => Some(it.path.as_str()),
        Params::DeleteFile(it) => Some(it.path.as_str()),
        Params::PreventExecution(it) => it.path.as_ref().map(WindowsPathOrEmpty::as_str),
        Params::GetFile(_)
        | Params::IocScan(_)
        | Params::StartProcess(_)
        | Params::TerminateProcess(_)
        | Params::IsolateHost(_)
        | Params::OnDemandScan(_)
        | Params::AllowExecution(_) => None,
    };
    let releases = matches!(
        request.params(),
        Params::IsolateHost(it) if it.action == IsolationAction::Off
    );
    let mut warnings = said(request.task(), releases, path);
    warnings.extend(request.overlooked().map(str::to_owned));
    warnings
}

/// Warnings about a task whose parameters were read back from KSC and may have any shape: what
/// cannot be read earns no warning.
#[must_use]
pub fn of_params(task: TaskType, params: &Value) -> Vec<String> {
    let refusable = matches!(
        task,
        TaskType::QuarantineFile | TaskType::DeleteFile | TaskType::PreventExecution
    );
    let path = params.get("path").and_then(Value::as_str);
    let releases = params.get("action").and_then(Value::as_i64) == Some(0);
    let mut warnings = said(task, releases, path.filter(|_| refusable));
    if task == TaskType::IocScan {
        warnings.extend(ioc_scan::overlooked_again(params));
    }
    warnings
}

/// What is said of a task, and of the file that KES may refuse to touch. Of a task that `releases` a
/// host there is nothing to say about when its isolation ends.
fn said(task: TaskType, releases: bool, refusable: Option<&str>) -> Vec<String> {
    let of_task = match task {
        TaskType::PreventExecution => Some(
            "The device's policy decides whether this blocks anything: Execution prevention may be \
             off there, or only write to the log. KSC reports success either way, and there is no \
             task that takes the rule away again.",
        ),
        TaskType::IsolateHost => (!releases).then_some(
            "When isolation ends and what it lets through come from the device's policy (8 hours by \
             default), not from this request.",
        ),
        TaskType::GetFile => {
            Some("The copy stays in the device's Quarantine: fetch it from the KSC console.")
        }
        TaskType::IocScan
        | TaskType::DeleteFile
        | TaskType::QuarantineFile
        | TaskType::StartProcess
        | TaskType::TerminateProcess
        | TaskType::OnDemandScan
        | TaskType::AllowExecution => None,
    };
    let of_file = refusable.is_some_and(is_critical).then_some(
        "The path looks like a file that Windows or KES needs: KES refuses such tasks on the device.",
    );
    let both = of_task.into_iter().chain(of_file);
    both.map(str::to_owned).collect()
}

fn is_critical(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let name = path.rsplit('\\').next().unwrap_or_default();
    path.contains(r"\windows\system32\") || CRITICAL_FILES.contains(&name)
}
