//! The answers that each operation can give, for the published document: a row each.
//!
//! A row says what an operation answers when it succeeds, and with which codes it refuses. What
//! rows have in common stands in the document once, by name: the problems of a status, the answers
//! of the operations that create a task, and header fields.

mod headers;
mod problems;
mod schemas;
mod successes;

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::schema::Components;
use utoipa::openapi::{RefOr, Response};

use problems::Codes;
use vocabulary::code::Code;

/// Problems that every operation behind the guard can answer with.
const EVERYWHERE: &[Code] = &[
    Code::MalformedRequest,
    Code::TokenMissing,
    Code::TokenInvalid,
    Code::ExpectationFailed,
    Code::Internal,
    Code::AuthKeysUnavailable,
    Code::RateLimited,
    Code::Overloaded,
    Code::Draining,
];

/// Problems of every operation that reads alone: whatever else is asked for is not refused for the
/// form of its answer.
const OF_READING: &[Code] = &[Code::NotAcceptable];

/// Problems of every operation that asks a back end.
const FROM_A_BACK_END: &[Code] = &[
    Code::KscRefused,
    Code::KscAccessDenied,
    Code::KscProtocol,
    Code::KscUnavailable,
    Code::KscCredentialsRefused,
    Code::KataRefused,
    Code::KataProtocol,
    Code::KataUnavailable,
    Code::BackendNotRegistered,
];

/// Problems of every operation that takes a body.
const WITH_A_BODY: &[Code] = &[
    Code::MalformedJson,
    Code::RequestTimeout,
    Code::BodyTooLarge,
    Code::UnsupportedMediaType,
    Code::ValidationFailed,
];

/// Problems of a request for a task that come before it is sent.
const OF_A_REQUEST: &[Code] = &[
    Code::ScopeMissing,
    Code::HostProtected,
    Code::FileProtected,
    Code::HostNotFound,
    Code::HostAmbiguous,
    Code::PreventionConflict,
    Code::TaskNotSupported,
    Code::ServiceConsoleUnavailable,
    Code::BackendUnknown,
    Code::StoreUnavailable,
    Code::AuditUnavailable,
];

/// A row an operation, or several that answer alike: the status and the answer of each success, and
/// the codes of its problems.
macro_rules! answers {
    ($(
        $(#[$doc:meta])*
        $name:ident: [$($status:literal $success:expr),+], [$($codes:expr),+];
    )+) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub struct $name;

            impl IntoResponses for $name {
                fn responses() -> BTreeMap<String, RefOr<Response>> {
                    let mut responses = problems::references(&[$($codes),+], ROWS);
                    $(responses.insert($status.to_string(), $success.into());)+
                    responses
                }
            }
        )+

        /// The codes of every row.
        const ROWS: &[Codes] = &[$(&[$($codes),+]),+];
    };
}

answers! {
    /// The answers of the operations that create a task.
    CreateTaskResponses: [202 successes::accepted()], [
        EVERYWHERE, FROM_A_BACK_END, WITH_A_BODY, OF_A_REQUEST,
        &[
            Code::RequestInProgress, Code::IdempotencyKeyReused, Code::TaskBudgetExhausted,
            Code::OutcomeUnknown,
        ]
    ];

    /// The answers of the operations that create none.
    DryRunResponses: [200 successes::dry_run()], [
        EVERYWHERE, FROM_A_BACK_END, WITH_A_BODY, OF_A_REQUEST
    ];

    /// The answers of the operation that creates many tasks.
    CreateTaskBatchResponses: [200 successes::batch()], [
        EVERYWHERE, WITH_A_BODY, &[Code::ScopeMissing]
    ];

    /// The answers of the operation that reads a task.
    GetTaskResponses: [200 successes::task()], [
        EVERYWHERE, OF_READING, FROM_A_BACK_END,
        &[Code::ScopeMissing, Code::TaskNotFound, Code::ValidationFailed, Code::StoreUnavailable]
    ];

    /// The answers of the operation that lists tasks.
    ListTasksResponses: [200 successes::tasks()], [
        EVERYWHERE, OF_READING, FROM_A_BACK_END,
        &[Code::ScopeMissing, Code::HostNotFound, Code::HostAmbiguous, Code::ValidationFailed, Code::StoreUnavailable]
    ];

    /// The answers of the operation that watches a task.
    WatchTaskResponses: [200 successes::events(), 204 successes::nothing_more()], [
        EVERYWHERE, OF_READING, FROM_A_BACK_END, &[Code::ScopeMissing, Code::TaskNotFound, Code::StoreUnavailable]
    ];

    /// The answers of the operation that cancels a task.
    CancelTaskResponses: [200 successes::cancelled()], [
        EVERYWHERE, FROM_A_BACK_END,
        &[
            Code::ScopeMissing, Code::HostProtected, Code::TaskNotFound, Code::TaskNotCancellable,
            Code::ValidationFailed, Code::AuditUnavailable, Code::OutcomeUnknown, Code::StoreUnavailable,
        ]
    ];

    /// The answers of the operation that shows the budget.
    GetBudgetResponses: [200 successes::budget()], [
        EVERYWHERE, OF_READING, FROM_A_BACK_END, &[Code::ScopeMissing, Code::ValidationFailed]
    ];

    /// The answers of the operation that searches hosts.
    FindHostsResponses: [200 successes::hosts()], [
        EVERYWHERE, OF_READING, FROM_A_BACK_END, &[Code::ScopeMissing, Code::ValidationFailed]
    ];

    /// The answers of the operation that shows a host.
    GetHostResponses: [200 successes::host()], [
        EVERYWHERE, OF_READING, FROM_A_BACK_END,
        &[
            Code::ScopeMissing, Code::HostNotFound, Code::HostAmbiguous, Code::ValidationFailed,
        ]
    ];

    /// The answers of the operation that lists the actions.
    ListActionsResponses: [200 successes::actions()], [EVERYWHERE, OF_READING, &[Code::ValidationFailed]];

    /// The answers of the operation that shows an action.
    GetActionResponses: [200 successes::action()], [
        EVERYWHERE, OF_READING, &[Code::RouteNotFound, Code::ValidationFailed]
    ];

    /// The answers of the operation that lists the back ends.
    ListBackendsResponses: [200 successes::backends()], [EVERYWHERE, OF_READING];

    /// The answers of the operation that tells callers who they are.
    WhoAmIResponses: [200 successes::caller()], [EVERYWHERE, OF_READING];

    /// The answers of the operation that checks settings.
    CheckKataedrSettingsResponses: [200 successes::settings()], [
        EVERYWHERE, WITH_A_BODY, &[Code::ScopeMissing]
    ];
}

/// Adds what the operations' answers refer to by name.
pub fn add_to(components: &mut Components) {
    components.schemas.extend(schemas::all());
    components.headers.extend(headers::shared());
    components.responses.extend(problems::shared(ROWS));
    components.responses.extend(successes::shared());
}
