//! A route for each action, with a flat body.

use actix_web::{HttpRequest, post, web};

use super::create::create;
use super::key::{KeyHeader, KeyQuery};
use super::waiting::{PreferHeader, WaitQuery};
use crate::auth::Caller;
use crate::doors::answer::{Answer, answer};
use crate::doors::rest::desk::Desk;
use crate::doors::rest::responses::CreateTaskResponses;
use vocabulary::requests::flat::{
    AllowExecutionRequest, DeleteFileRequest, GetFileRequest, IocScanRequest, IsolateHostRequest,
    OnDemandScanRequest, PreventExecutionRequest, QuarantineFileRequest, ReleaseHostRequest,
    StartProcessRequest, TerminateProcessRequest,
};
use vocabulary::task::Action;

/// The route of one action.
macro_rules! flat {
    ($handler:ident, $action:ident, $body:ident, $path:literal, $name:literal, $scope:literal, $summary:literal, $text:literal) => {
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
    };
}

flat!(
    isolate_host,
    IsolateHost,
    IsolateHostRequest,
    "/tasks/isolateHost",
    "isolateHost",
    "tasks.create.isolateHost",
    "Isolate a host, or release it.",
    "At KSC, how long isolation lasts and what it lets through come from the device's policy; at KATA, from the request."
);

flat!(
    release_host,
    ReleaseHost,
    ReleaseHostRequest,
    "/tasks/releaseHost",
    "releaseHost",
    "tasks.create.isolateHost",
    "Release a host from isolation.",
    "The same as `isolateHost` with the action `release`."
);

flat!(
    terminate_process,
    TerminateProcess,
    TerminateProcessRequest,
    "/tasks/terminateProcess",
    "terminateProcess",
    "tasks.create.terminateProcess",
    "Terminate a process.",
    "Ends every process that runs the file."
);

flat!(
    quarantine_file,
    QuarantineFile,
    QuarantineFileRequest,
    "/tasks/quarantineFile",
    "quarantineFile",
    "tasks.create.quarantineFile",
    "Quarantine a file.",
    "The file is moved to Quarantine: at most 100 MB, and no file that Windows or KES needs."
);

flat!(
    delete_file,
    DeleteFile,
    DeleteFileRequest,
    "/tasks/deleteFile",
    "deleteFile",
    "tasks.create.deleteFile",
    "Delete a file.",
    "No copy is kept. KES refuses files that Windows or KES needs."
);

flat!(
    get_file,
    GetFile,
    GetFileRequest,
    "/tasks/getFile",
    "getFile",
    "tasks.create.getFile",
    "Get a file.",
    "A copy of the file is put into the device's Quarantine, from where the KSC console fetches it."
);

flat!(
    prevent_execution,
    PreventExecution,
    PreventExecutionRequest,
    "/tasks/preventExecution",
    "preventExecution",
    "tasks.create.preventExecution",
    "Prevent a file from running.",
    "Whether this blocks or only logs is up to the device's policy. At KSC there is no task that takes the rule away again; at KATA there is `allowExecution`."
);

flat!(
    allow_execution,
    AllowExecution,
    AllowExecutionRequest,
    "/tasks/allowExecution",
    "allowExecution",
    "tasks.create.allowExecution",
    "Let a file run again.",
    "Takes one rule of the host away that keeps a file from running, and no other. At KATA; KSC has no such task."
);

flat!(
    start_process,
    StartProcess,
    StartProcessRequest,
    "/tasks/startProcess",
    "startProcess",
    "tasks.create.startProcess",
    "Start a process.",
    "It runs with the rights of the system: as SYSTEM, or as root."
);

flat!(
    ioc_scan,
    IocScan,
    IocScanRequest,
    "/tasks/iocScan",
    "iocScan",
    "tasks.create.iocScan",
    "Scan for indicators of compromise.",
    "Takes a ZIP archive of OpenIOC documents in base64."
);

flat!(
    on_demand_scan,
    OnDemandScan,
    OnDemandScanRequest,
    "/tasks/onDemandScan",
    "onDemandScan",
    "tasks.create.onDemandScan",
    "Scan for malware.",
    "Places by their names, folders by their paths."
);
