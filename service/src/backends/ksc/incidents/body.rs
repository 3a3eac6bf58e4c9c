//! The body of an incident: what KSC's plug-in reads a request for a response task from.
//!
//! The five members of the vendor's example and nothing else: what the plug-in does with a member
//! that it does not know is not documented. So each parameter is written here by its name, and one
//! that is new in the contract goes into no incident before somebody has said here what KSC makes
//! of it: this does not compile without.

use serde::Serialize;

use super::spacing;
use vocabulary::task::allow_execution::AllowExecutionParams;
use vocabulary::task::delete_file::DeleteFileParams;
use vocabulary::task::get_file::GetFileParams;
use vocabulary::task::ioc_scan::IocScanParams;
use vocabulary::task::isolate_host::IsolateHostParams;
use vocabulary::task::on_demand_scan::ScanObject;
use vocabulary::task::prevent_execution::PreventExecutionParams;
use vocabulary::task::quarantine_file::QuarantineFileParams;
use vocabulary::task::start_process::StartProcessParams;
use vocabulary::task::terminate_process::TerminateProcessParams;
use vocabulary::task::{Params, Request};

/// The text of a request to a host, with a spacing of its own.
pub(super) fn text(request: &Request, host_id: &str, area: &str) -> String {
    let members = [
        ("targetHost", json(host_id)),
        ("task", json(request.task().name())),
        ("params", params(request.params())),
        ("responseEventIncident", json(&true)),
        ("responseEventIncidentArea", json(area)),
    ];
    spacing::object(&members, spacing::fresh())
}

fn params(params: &Params) -> String {
    match params {
        Params::GetFile(GetFileParams {
            md5hash,
            sha256hash,
            path,
        })
        | Params::QuarantineFile(QuarantineFileParams {
            md5hash,
            sha256hash,
            path,
        }) => object(&[
            ("md5hash", json(md5hash)),
            ("sha256hash", json(sha256hash)),
            ("path", json(path)),
        ]),
        Params::DeleteFile(DeleteFileParams {
            md5hash,
            sha256hash,
            path,
            search_in_subfolders,
        }) => {
            let mut members = vec![
                ("md5hash", json(md5hash)),
                ("sha256hash", json(sha256hash)),
                ("path", json(path)),
            ];
            let subfolders = search_in_subfolders.as_ref().map(json);
            members.extend(subfolders.map(|it| ("searchInSubfolders", it)));
            object(&members)
        }
        Params::IocScan(IocScanParams {
            ioc,
            isolate_host,
            scan_critical_areas,
            quarantine_object,
        }) => object(&[
            ("ioc", json(ioc)),
            ("isolateHost", json(isolate_host)),
            ("scanCriticalAreas", json(scan_critical_areas)),
            ("quarantineObject", json(quarantine_object)),
        ]),
        Params::StartProcess(StartProcessParams {
            executable_path,
            arguments,
            working_folder,
        }) => {
            let mut members = vec![("executablePath", json(executable_path))];
            let arguments = arguments.as_ref().map(json);
            members.extend(arguments.map(|it| ("arguments", it)));
            let folder = working_folder.as_ref().map(json);
            members.extend(folder.map(|it| ("workingFolder", it)));
            object(&members)
        }
        Params::TerminateProcess(TerminateProcessParams {
            md5hash,
            sha256hash,
            path,
            case_sensitive,
        }) => object(&[
            ("md5hash", json(md5hash)),
            ("sha256hash", json(sha256hash)),
            ("path", json(path)),
            ("caseSensitive", json(case_sensitive)),
        ]),
        // KSC has no place for the others: a request that has them is not accepted.
        Params::IsolateHost(IsolateHostParams {
            action,
            duration_seconds: _,
            exclusions: _,
            exclusion_presets: _,
        }) => object(&[("action", json(action))]),
        Params::PreventExecution(PreventExecutionParams {
            hash,
            path,
            case_sensitive,
        }) => object(&[
            ("hash", json(hash)),
            // The vendor's page leaves out neither: without a path the hash alone decides.
            ("path", path.as_ref().map_or_else(|| json(""), json)),
            ("caseSensitive", json(&case_sensitive.unwrap_or_default())),
        ]),
        // KSC has no such task: a request for it is not accepted.
        Params::AllowExecution(AllowExecutionParams { hash }) => object(&[("hash", json(hash))]),
        Params::OnDemandScan(objects) => {
            let places: Vec<String> = objects.iter().map(place).collect();
            format!("[{}]", places.join(","))
        }
    }
}

fn place(object_to_scan: &ScanObject) -> String {
    let ScanObject {
        enabled,
        path,
        recursive,
        kind,
    } = object_to_scan;
    object(&[
        ("enabled", json(enabled)),
        ("path", json(path)),
        ("recursive", json(recursive)),
        ("type", json(kind)),
    ])
}

/// An object without any blanks.
fn object(members: &[(&str, String)]) -> String {
    spacing::object(members, 0)
}

fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("a value is plain data")
}
