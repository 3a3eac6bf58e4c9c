//! Whose request for a host is sent next, among all replicas.
//!
//! A queue for each host. Places are numbered by Redis in the order in which they are taken; the first
//! in the queue has the turn until it leaves. A place whose replica is gone is passed over, and so is
//! one that is older than any request: a step that Redis took late may have left it behind.

use std::sync::Arc;
use std::time::Duration;

use super::Shared;
use super::link::{Away, Call, script};

/// A queue that nobody has joined for so long is forgotten: far beyond any request's patience.
const QUEUE_FOR: Duration = Duration::from_hours(1);

/// A place in a host's queue, given up on drop.
pub struct Ticket {
    shared: Arc<Shared>,
    queue: String,
    token: String,
}

impl Shared {
    /// Takes the next place in the queue of this name.
    ///
    /// # Errors
    /// When Redis cannot be asked.
    pub async fn queue(self: &Arc<Self>, name: &str) -> Result<Ticket, Away> {
        // Made before it is asked for: whatever comes of asking, it is given up.
        let ticket = Ticket {
            shared: Arc::clone(self),
            queue: format!("{}:turns:{name}", self.settings.prefix),
            token: self.token(),
        };
        let call = Call::new(script!("queue"))
            .key(&ticket.queue)
            .key(self.life_of(&self.replica))
            .arg(&ticket.token)
            .arg(self.life())
            .arg(QUEUE_FOR.as_millis().to_string());
        self.link.run(&call).await?;
        Ok(ticket)
    }
}

impl Ticket {
    /// Waits for the turn. Whether it still comes is asked again before anything is sent.
    ///
    /// # Errors
    /// When Redis cannot be asked.
    pub async fn turn(&self) -> Result<(), Away> {
        let call = Call::new(script!("turn"))
            .key(&self.queue)
            .arg(&self.token)
            .arg(self.shared.lives())
            .arg(self.shared.settings.turn_for.as_millis().to_string());
        let patience = self.shared.patience();
        let mut waiting = self.shared.news.wait(self.queue.clone(), patience);
        loop {
            let answer = self.shared.link.run(&call).await?;
            if answer.first().is_none_or(|it| it != "wait") {
                return Ok(());
            }
            waiting.changed().await;
        }
    }

    /// The queue and the place in it.
    pub(super) fn place(&self) -> (&str, &str) {
        (&self.queue, &self.token)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let call = Call::new(script!("leave"))
            .key(&self.queue)
            .arg(&self.token)
            .arg(self.shared.channel());
        self.shared.debts.owe(call);
    }
}
