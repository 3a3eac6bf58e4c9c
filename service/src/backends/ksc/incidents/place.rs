//! What KSC has no place for in the parameters of a task.

use vocabulary::task::isolate_host::IsolateHostParams;
use vocabulary::task::prevent_execution::PreventExecutionParams;
use vocabulary::task::start_process::StartProcessParams;
use vocabulary::task::values::{Md5, WindowsPath};
use vocabulary::task::{Params, PathSystem, Violation};

/// All that these parameters have and KSC does not take.
pub(super) fn misplaced(params: &Params) -> Vec<Violation> {
    match params {
        Params::IsolateHost(it) => of_isolation(it),
        Params::PreventExecution(it) => of_prevention(it),
        Params::StartProcess(it) => of_start(it),
        Params::GetFile(_)
        | Params::DeleteFile(_)
        | Params::QuarantineFile(_)
        | Params::IocScan(_)
        | Params::TerminateProcess(_)
        | Params::OnDemandScan(_)
        | Params::AllowExecution(_) => Vec::new(),
    }
}

/// How long isolation lasts, and what it lets through, comes from the device's policy.
fn of_isolation(isolation: &IsolateHostParams) -> Vec<Violation> {
    let members = [
        ("durationSeconds", isolation.duration_seconds.is_some()),
        ("exclusions", isolation.exclusions.is_some()),
        ("exclusionPresets", isolation.exclusion_presets.is_some()),
    ];
    let there = members.into_iter().filter(|(_, is_there)| *is_there);
    there
        .map(|(member, _)| {
            Violation::new(
                format!("/params/{member}"),
                "not_of_this_back_end",
                "Must be absent: KSC takes it from the device's policy and from no request.",
            )
        })
        .collect()
}

/// KES goes by MD5 here.
fn of_prevention(prevention: &PreventExecutionParams) -> Vec<Violation> {
    if Md5::parse(prevention.hash.as_str()).is_some() {
        return Vec::new();
    }
    vec![Violation::new("/params/hash", Md5::CODE, Md5::RULE)]
}

/// The EDR tasks of KSC are those of KES for Windows.
fn of_start(start: &StartProcessParams) -> Vec<Violation> {
    if start.executable_path.system() == PathSystem::Windows {
        return Vec::new();
    }
    let at = "/params/executablePath";
    vec![Violation::new(at, WindowsPath::CODE, WindowsPath::RULE)]
}
