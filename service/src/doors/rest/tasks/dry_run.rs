//! A dry run of each action: what its route would do, and nothing of it.

use actix_web::{HttpRequest, post, web};

use super::rehearse::rehearse;
use crate::auth::Caller;
use crate::doors::answer::{Answer, answer};
use crate::doors::rest::desk::Desk;
use crate::doors::rest::responses::DryRunResponses;
use vocabulary::requests::flat::{
    AllowExecutionRequest, DeleteFileRequest, GetFileRequest, IocScanRequest, IsolateHostRequest,
    OnDemandScanRequest, PreventExecutionRequest, QuarantineFileRequest, ReleaseHostRequest,
    StartProcessRequest, TerminateProcessRequest,
};
use vocabulary::task::Action;

/// The dry run of one action.
macro_rules! dry_run {
    ($handler:ident, $action:ident, $body:ident, $path:literal, $name:literal, $scope:literal, $summary:literal) => {
        #[doc = $summary]
        #[doc = ""]
        #[doc = "Every check of the request, its warnings, and what would be sent; nothing is."]
        #[utoipa::path(
                            operation_id = $name, tag = "dryRuns",
                            request_body(content = $body, content_type = "application/json"),
                            responses(DryRunResponses), security(("BearerAuth" = [$scope]))
                        )]
        #[post($path)]
        pub(in crate::doors::rest) async fn $handler(
            desk: web::Data<Desk>,
            request: HttpRequest,
            caller: Caller,
            payload: web::Payload,
        ) -> Answer {
            answer(rehearse(&desk, &request, &caller, payload, Some(Action::$action)).await)
        }
    };
}

dry_run!(
    isolate_host,
    IsolateHost,
    IsolateHostRequest,
    "/tasks/isolateHost/dry-run",
    "dryRunIsolateHost",
    "tasks.create.isolateHost",
    "Dry run: isolate a host, or release it."
);

dry_run!(
    release_host,
    ReleaseHost,
    ReleaseHostRequest,
    "/tasks/releaseHost/dry-run",
    "dryRunReleaseHost",
    "tasks.create.isolateHost",
    "Dry run: release a host from isolation."
);

dry_run!(
    terminate_process,
    TerminateProcess,
    TerminateProcessRequest,
    "/tasks/terminateProcess/dry-run",
    "dryRunTerminateProcess",
    "tasks.create.terminateProcess",
    "Dry run: terminate a process."
);

dry_run!(
    quarantine_file,
    QuarantineFile,
    QuarantineFileRequest,
    "/tasks/quarantineFile/dry-run",
    "dryRunQuarantineFile",
    "tasks.create.quarantineFile",
    "Dry run: quarantine a file."
);

dry_run!(
    delete_file,
    DeleteFile,
    DeleteFileRequest,
    "/tasks/deleteFile/dry-run",
    "dryRunDeleteFile",
    "tasks.create.deleteFile",
    "Dry run: delete a file."
);

dry_run!(
    get_file,
    GetFile,
    GetFileRequest,
    "/tasks/getFile/dry-run",
    "dryRunGetFile",
    "tasks.create.getFile",
    "Dry run: get a file."
);

dry_run!(
    prevent_execution,
    PreventExecution,
    PreventExecutionRequest,
    "/tasks/preventExecution/dry-run",
    "dryRunPreventExecution",
    "tasks.create.preventExecution",
    "Dry run: prevent a file from running."
);

dry_run!(
    allow_execution,
    AllowExecution,
    AllowExecutionRequest,
    "/tasks/allowExecution/dry-run",
    "dryRunAllowExecution",
    "tasks.create.allowExecution",
    "Dry run: let a file run again."
);

dry_run!(
    start_process,
    StartProcess,
    StartProcessRequest,
    "/tasks/startProcess/dry-run",
    "dryRunStartProcess",
    "tasks.create.startProcess",
    "Dry run: start a process."
);

dry_run!(
    ioc_scan,
    IocScan,
    IocScanRequest,
    "/tasks/iocScan/dry-run",
    "dryRunIocScan",
    "tasks.create.iocScan",
    "Dry run: scan for indicators of compromise."
);

dry_run!(
    on_demand_scan,
    OnDemandScan,
    OnDemandScanRequest,
    "/tasks/onDemandScan/dry-run",
    "dryRunOnDemandScan",
    "tasks.create.onDemandScan",
    "Dry run: scan for malware."
);
