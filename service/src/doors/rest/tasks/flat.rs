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
use vocabulary::catalogue::entry;
use vocabulary::requests::flat::{
    AllowExecutionRequest, DeleteFileRequest, GetFileRequest, IocScanRequest, IsolateHostRequest,
    OnDemandScanRequest, PreventExecutionRequest, QuarantineFileRequest, ReleaseHostRequest,
    StartProcessRequest, TerminateProcessRequest,
};
use vocabulary::task::Action;

const DRY_DESCRIPTION: &str =
    "Every check of the request, its warnings, and what would be sent; nothing is.";

fn summary(action: Action) -> String {
    format!("{}.", entry(action).title)
}

fn dry_summary(action: Action) -> String {
    let title = entry(action).title;
    let (first, rest) = title.split_at(1);
    format!("Dry run: {}{rest}.", first.to_ascii_lowercase())
}

fn description(action: Action) -> String {
    let entry = entry(action);
    format!("{} {}", entry.summary, entry.note)
}

/// The two routes of one action. What they are called, and what is to be known of it, the catalogue says.
macro_rules! action {
    (
        $action:ident: $body:ident, $name:literal, $scope:literal;
        $handler:ident, $path:literal;
        $dry_handler:ident, $dry_path:literal, $dry_name:literal
    ) => {
        /// Ask for the action.
        #[utoipa::path(
                            operation_id = $name, tag = "actions",
                            summary = summary(Action::$action), description = description(Action::$action),
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

        /// Ask what the action would do.
        #[utoipa::path(
                            operation_id = $dry_name, tag = "dryRuns",
                            summary = dry_summary(Action::$action), description = DRY_DESCRIPTION,
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
    IsolateHost: IsolateHostRequest, "isolateHost", "tasks.create.isolateHost";
    isolate_host, "/tasks/isolateHost";
    dry_run_isolate_host, "/tasks/isolateHost/dry-run", "dryRunIsolateHost"
);

action!(
    ReleaseHost: ReleaseHostRequest, "releaseHost", "tasks.create.isolateHost";
    release_host, "/tasks/releaseHost";
    dry_run_release_host, "/tasks/releaseHost/dry-run", "dryRunReleaseHost"
);

action!(
    TerminateProcess: TerminateProcessRequest, "terminateProcess", "tasks.create.terminateProcess";
    terminate_process, "/tasks/terminateProcess";
    dry_run_terminate_process, "/tasks/terminateProcess/dry-run", "dryRunTerminateProcess"
);

action!(
    QuarantineFile: QuarantineFileRequest, "quarantineFile", "tasks.create.quarantineFile";
    quarantine_file, "/tasks/quarantineFile";
    dry_run_quarantine_file, "/tasks/quarantineFile/dry-run", "dryRunQuarantineFile"
);

action!(
    DeleteFile: DeleteFileRequest, "deleteFile", "tasks.create.deleteFile";
    delete_file, "/tasks/deleteFile";
    dry_run_delete_file, "/tasks/deleteFile/dry-run", "dryRunDeleteFile"
);

action!(
    GetFile: GetFileRequest, "getFile", "tasks.create.getFile";
    get_file, "/tasks/getFile";
    dry_run_get_file, "/tasks/getFile/dry-run", "dryRunGetFile"
);

action!(
    PreventExecution: PreventExecutionRequest, "preventExecution", "tasks.create.preventExecution";
    prevent_execution, "/tasks/preventExecution";
    dry_run_prevent_execution, "/tasks/preventExecution/dry-run", "dryRunPreventExecution"
);

action!(
    AllowExecution: AllowExecutionRequest, "allowExecution", "tasks.create.allowExecution";
    allow_execution, "/tasks/allowExecution";
    dry_run_allow_execution, "/tasks/allowExecution/dry-run", "dryRunAllowExecution"
);

action!(
    StartProcess: StartProcessRequest, "startProcess", "tasks.create.startProcess";
    start_process, "/tasks/startProcess";
    dry_run_start_process, "/tasks/startProcess/dry-run", "dryRunStartProcess"
);

action!(
    IocScan: IocScanRequest, "iocScan", "tasks.create.iocScan";
    ioc_scan, "/tasks/iocScan";
    dry_run_ioc_scan, "/tasks/iocScan/dry-run", "dryRunIocScan"
);

action!(
    OnDemandScan: OnDemandScanRequest, "onDemandScan", "tasks.create.onDemandScan";
    on_demand_scan, "/tasks/onDemandScan";
    dry_run_on_demand_scan, "/tasks/onDemandScan/dry-run", "dryRunOnDemandScan"
);
