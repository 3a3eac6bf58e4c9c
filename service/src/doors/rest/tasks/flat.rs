//! A route for each action, with a flat body, and one for its dry run: what it would do, and nothing of
//! it.

use actix_web::{HttpRequest, post, web};

use super::create::create;
use super::key::{KeyHeader, KeyQuery};
use super::rehearse::rehearse;
use super::waiting::{PreferHeader, WaitQuery};
use crate::auth::Caller;
use crate::doors::answer::{Answer, answer};
use crate::doors::rest::desk::Desk;
use crate::doors::rest::responses::{CreateTaskResponses, DryRunResponses};
use vocabulary::requests::flat::{
    AllowExecutionRequest, DeleteFileRequest, GetFileRequest, IocScanRequest, IsolateHostRequest,
    OnDemandScanRequest, PreventExecutionRequest, QuarantineFileRequest, ReleaseHostRequest,
    StartProcessRequest, TerminateProcessRequest,
};
use vocabulary::task::Action;

/// The two routes of one action.
macro_rules! action {
    (
        $action:ident: $body:ident, $scope:literal;
        $handler:ident, $path:literal, $name:literal, $summary:literal, $text:literal;
        $dry_handler:ident, $dry_path:literal, $dry_name:literal, $dry_summary:literal
    ) => {
        #[doc = $summary]
        #[doc = ""]
        #[doc = $text]
        #[utoipa::path(
                            operation_id = $name, tag = "actions",
                            params(KeyQuery, WaitQuery, KeyHeader, PreferHeader),
                            request_body(content = $body, content_type = "application/json"),
                            responses(CreateTaskResponses), security(("BearerAuth" = [$scope]))
                        )]
        #[post($path)]
        pub(in crate::doors::rest) async fn $handler(
            desk: web::Data<Desk>,
            request: HttpRequest,
            caller: Caller,
            payload: web::Payload,
        ) -> Answer {
            answer(create(&desk, &request, &caller, payload, Some(Action::$action)).await)
        }

        #[doc = $dry_summary]
        #[doc = ""]
        #[doc = "Every check of the request, its warnings, and what would be sent; nothing is."]
        #[utoipa::path(
                            operation_id = $dry_name, tag = "dryRuns",
                            request_body(content = $body, content_type = "application/json"),
                            responses(DryRunResponses), security(("BearerAuth" = [$scope]))
                        )]
        #[post($dry_path)]
        pub(in crate::doors::rest) async fn $dry_handler(
            desk: web::Data<Desk>,
            request: HttpRequest,
            caller: Caller,
            payload: web::Payload,
        ) -> Answer {
            answer(rehearse(&desk, &request, &caller, payload, Some(Action::$action)).await)
        }
    };
}

action!(
    IsolateHost: IsolateHostRequest, "tasks.create.isolateHost";
    isolate_host, "/tasks/isolateHost", "isolateHost", "Isolate a host, or release it.", "At KSC, how long isolation lasts and what it lets through come from the device's policy; at KATA, from the request.";
    dry_run_isolate_host, "/tasks/isolateHost/dry-run", "dryRunIsolateHost", "Dry run: isolate a host, or release it."
);

action!(
    ReleaseHost: ReleaseHostRequest, "tasks.create.isolateHost";
    release_host, "/tasks/releaseHost", "releaseHost", "Release a host from isolation.", "The same as `isolateHost` with the action `release`.";
    dry_run_release_host, "/tasks/releaseHost/dry-run", "dryRunReleaseHost", "Dry run: release a host from isolation."
);

action!(
    TerminateProcess: TerminateProcessRequest, "tasks.create.terminateProcess";
    terminate_process, "/tasks/terminateProcess", "terminateProcess", "Terminate a process.", "Ends every process that runs the file.";
    dry_run_terminate_process, "/tasks/terminateProcess/dry-run", "dryRunTerminateProcess", "Dry run: terminate a process."
);

action!(
    QuarantineFile: QuarantineFileRequest, "tasks.create.quarantineFile";
    quarantine_file, "/tasks/quarantineFile", "quarantineFile", "Quarantine a file.", "The file is moved to Quarantine: at most 100 MB, and no file that Windows or KES needs.";
    dry_run_quarantine_file, "/tasks/quarantineFile/dry-run", "dryRunQuarantineFile", "Dry run: quarantine a file."
);

action!(
    DeleteFile: DeleteFileRequest, "tasks.create.deleteFile";
    delete_file, "/tasks/deleteFile", "deleteFile", "Delete a file.", "No copy is kept. KES refuses files that Windows or KES needs.";
    dry_run_delete_file, "/tasks/deleteFile/dry-run", "dryRunDeleteFile", "Dry run: delete a file."
);

action!(
    GetFile: GetFileRequest, "tasks.create.getFile";
    get_file, "/tasks/getFile", "getFile", "Get a file.", "A copy of the file is put into the device's Quarantine, from where the KSC console fetches it.";
    dry_run_get_file, "/tasks/getFile/dry-run", "dryRunGetFile", "Dry run: get a file."
);

action!(
    PreventExecution: PreventExecutionRequest, "tasks.create.preventExecution";
    prevent_execution, "/tasks/preventExecution", "preventExecution", "Prevent a file from running.", "Whether this blocks or only logs is up to the device's policy. At KSC there is no task that takes the rule away again; at KATA there is `allowExecution`.";
    dry_run_prevent_execution, "/tasks/preventExecution/dry-run", "dryRunPreventExecution", "Dry run: prevent a file from running."
);

action!(
    AllowExecution: AllowExecutionRequest, "tasks.create.allowExecution";
    allow_execution, "/tasks/allowExecution", "allowExecution", "Let a file run again.", "Takes one rule of the host away that keeps a file from running, and no other. At KATA; KSC has no such task.";
    dry_run_allow_execution, "/tasks/allowExecution/dry-run", "dryRunAllowExecution", "Dry run: let a file run again."
);

action!(
    StartProcess: StartProcessRequest, "tasks.create.startProcess";
    start_process, "/tasks/startProcess", "startProcess", "Start a process.", "It runs with the rights of the system: as SYSTEM, or as root.";
    dry_run_start_process, "/tasks/startProcess/dry-run", "dryRunStartProcess", "Dry run: start a process."
);

action!(
    IocScan: IocScanRequest, "tasks.create.iocScan";
    ioc_scan, "/tasks/iocScan", "iocScan", "Scan for indicators of compromise.", "Takes a ZIP archive of OpenIOC documents in base64.";
    dry_run_ioc_scan, "/tasks/iocScan/dry-run", "dryRunIocScan", "Dry run: scan for indicators of compromise."
);

action!(
    OnDemandScan: OnDemandScanRequest, "tasks.create.onDemandScan";
    on_demand_scan, "/tasks/onDemandScan", "onDemandScan", "Scan for malware.", "Places by their names, folders by their paths.";
    dry_run_on_demand_scan, "/tasks/onDemandScan/dry-run", "dryRunOnDemandScan", "Dry run: scan for malware."
);
