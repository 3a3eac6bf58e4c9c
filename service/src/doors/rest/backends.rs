//! Which back ends are meant.

use utoipa::IntoParams;

use super::query::{Query, Rule};
use vocabulary::task_id::Alias;

const BACKENDS: Rule = ("backend", "Must name back ends, comma separated.");

/// Which back ends are meant.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "it stands for the parameter in the published document alone"
)]
pub(super) struct BackendsQuery {
    /// Aliases of back ends, comma separated: those alone are asked. Without it all are that the
    /// caller may use; where an answer is of one, and several have it, one must be named.
    #[param(required = false)]
    backend: String,
}

/// Those that the parameter `backend` names; none where it is absent.
pub(super) fn read(query: &mut Query) -> Vec<Alias> {
    query.take_list("backend", BACKENDS, Alias::parse)
}
