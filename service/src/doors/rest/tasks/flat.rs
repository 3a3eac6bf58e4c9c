//! Create a task of each type: the vendor's own form, and a route for each.

use actix_web::{HttpRequest, post, web};

use super::create::{CreateQuery, create};
use super::key::KeyHeader;
use super::prefer::PreferHeader;
use crate::auth::Caller;
use crate::doors::answer::{Answer, answer};
use crate::doors::rest::desk::Desk;
use crate::doors::rest::responses::CreateTaskResponses;
use vocabulary::requests::{
    AllowExecutionRequest, DeleteFileRequest, GetFileRequest, IocScanRequest, IsolateHostRequest,
    OnDemandScanRequest, PreventExecutionRequest, QuarantineFileRequest, StartProcessRequest,
    TaskRequest, TerminateProcessRequest,
};
use vocabulary::task::TaskType;

/// Create a task of any type.
///
/// The vendor's own form of the request, told apart by `task`. Importers that do not know `oneOf`
/// use the routes of the single tasks.
#[utoipa::path(
    operation_id = "createTask", tag = "tasks", params(CreateQuery, KeyHeader, PreferHeader),
    request_body(content = TaskRequest, content_type = "application/json"),
    responses(CreateTaskResponses), security(("BearerAuth" = ["tasks.create"]))
)]
#[post("/tasks")]
pub(in crate::doors::rest) async fn create_task(
    desk: web::Data<Desk>,
    request: HttpRequest,
    caller: Caller,
    payload: web::Payload,
) -> Answer {
    answer(create(&desk, &request, &caller, payload, None).await)
}

/// The flat route of one task.
macro_rules! flat {
    ($handler:ident, $task:ident, $body:ident, $path:literal, $name:literal, $scope:literal, $summary:literal, $text:literal) => {
        #[doc = $summary]
        #[doc = ""]
        #[doc = $text]
        #[utoipa::path(
                            operation_id = $name, tag = "tasks", params(CreateQuery, KeyHeader, PreferHeader),
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
            answer(create(&desk, &request, &caller, payload, Some(TaskType::$task)).await)
        }
    };
}

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
    on_demand_scan,
    OnDemandScan,
    OnDemandScanRequest,
    "/tasks/onDemandScan",
    "onDemandScan",
    "tasks.create.onDemandScan",
    "Scan for malware.",
    "The parameters are an array, also for one place."
);
