//! How many requests have left for a back end, from all replicas together: what a count of its
//! tasks by one of them does not show yet.
//!
//! They are counted for a back end alone that refuses what it has no room for. There every request
//! that is about to leave takes the next number, in the step that lets it leave. Whoever counts asks
//! before the count how many had been answered by then: those are in the count, and what takes a
//! number after that is not, whoever sends it. So all replicas share the room that a count shows, to
//! the last place.

use std::sync::Arc;

use super::away::Away;
use super::link::{ScriptCall, script};
use super::shared::Store;
use vocabulary::task_id::Alias;

/// A request that is about to leave, or has left and is not answered. Given up on drop.
pub struct Departure {
    shared: Arc<Store>,
    backend: Alias,
    token: String,
    pub(super) number: u64,
}

impl Departure {
    /// One of a fresh name, which has no number yet.
    pub(super) fn new(shared: &Arc<Store>, backend: &Alias) -> Self {
        Self {
            shared: Arc::clone(shared),
            backend: backend.clone(),
            token: shared.token(),
            number: 0,
        }
    }

    /// How many had left before it, and itself.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    pub(super) fn token(&self) -> &str {
        &self.token
    }
}

impl Drop for Departure {
    fn drop(&mut self) {
        let call = ScriptCall::new(script!("answered"))
            .key(self.shared.names.departing(&self.backend))
            .arg(&self.token);
        self.shared.debts.owe(call);
    }
}

impl Store {
    /// How many requests have left for a back end and been answered: the number of the last one, less
    /// those that are under way.
    ///
    /// # Errors
    /// When Redis cannot be asked.
    pub async fn answered(&self, backend: &Alias) -> Result<u64, Away> {
        let call = ScriptCall::new(script!("departed"))
            .key(self.names.departures(backend))
            .key(self.names.departing(backend))
            .arg(self.names.lives());
        let answer = self.link.run(&call).await?;
        let number = answer.first().and_then(|it| it.parse().ok());
        Ok(number.unwrap_or_default())
    }
}
