//! The schemas that answers refer to by name: the operations do not mention them themselves.

use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use vocabulary::backend::BackendList;
use vocabulary::batch::TaskBatchResponse;
use vocabulary::budget::BudgetReport;
use vocabulary::catalogue::ActionList;
use vocabulary::host::{HostDetails, HostList};
use vocabulary::problem::ProblemDocument;
use vocabulary::rehearsal::DryRun;
use vocabulary::report::{Task, TaskList};
use vocabulary::settings_check::SettingsReport;
use vocabulary::whoami::WhoAmI;

/// Each schema under its name.
pub(super) fn all() -> Vec<(String, RefOr<Schema>)> {
    fn add<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
    let mut schemas = Vec::new();
    add::<ProblemDocument>(&mut schemas);
    add::<Task>(&mut schemas);
    add::<TaskBatchResponse>(&mut schemas);
    add::<TaskList>(&mut schemas);
    add::<BudgetReport>(&mut schemas);
    add::<DryRun>(&mut schemas);
    add::<HostList>(&mut schemas);
    add::<HostDetails>(&mut schemas);
    add::<ActionList>(&mut schemas);
    add::<BackendList>(&mut schemas);
    add::<WhoAmI>(&mut schemas);
    add::<SettingsReport>(&mut schemas);
    schemas
}
