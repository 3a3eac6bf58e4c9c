//! What the gateway knows about the caller.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::task::TaskType;
use crate::task_id::Alias;

/// The caller, as its token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WhoAmI {
    /// The caller's id: `sub`; or `client:` and the client id, where the token has no `sub` or one
    /// that is the client id. A `sub` that begins with `client:` or `subject:` has `subject:` in
    /// front.
    pub caller: String,
    /// Who issued the token.
    pub issuer: String,
    /// The scopes that the token carries.
    pub scopes: Vec<String>,
    /// The aliases of the back ends that it may use.
    #[schema(value_type = Vec<String>)]
    pub backends: Vec<Alias>,
    /// The tasks that it may create.
    pub tasks: Vec<TaskType>,
}
