//! Whose request for a host is sent next, among all replicas.
//!
//! A queue for each host. Places are numbered by Redis in the order in which they are taken; the
//! first in the queue has the turn until it leaves. A place whose replica is gone is passed over,
//! and so is one that is older than any request: a step that Redis took late may have left it
//! behind.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::away::Away;
use super::link::{ScriptCall, script};
use super::shared::Store;
use vocabulary::task_id::Alias;

/// A queue that nobody has joined for so long is forgotten: far beyond any request's patience.
const QUEUE_FOR: Duration = Duration::from_hours(1);

/// A place in a host's queue, given up on drop.
pub struct Turn {
    shared: Arc<Store>,
    /// Where the latest text of the back end is.
    latest_key: String,
    queue: String,
    token: String,
    /// Where the open isolations of the host are.
    isolations: String,
    /// The isolation that is open no more when the place is given up.
    settled: OnceLock<String>,
    /// What was said last, when the turn came; text of the back end's.
    latest: OnceLock<String>,
    /// What is said of what came of the turn, in the same form.
    named: OnceLock<String>,
}

/// What was said last is remembered for so long.
const LATEST_FOR: Duration = Duration::from_hours(24 * 30);

/// Whether a request isolates its host: what is open is noted before it leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isolates<'a> {
    /// It does neither.
    Neither,
    /// It does; this is its attempt.
    Begins(&'a str),
    /// It releases it.
    Ends,
}

impl<'a> Isolates<'a> {
    /// As the script takes it: what is done, and the attempt.
    pub(super) fn step(self) -> (&'static str, &'a str) {
        match self {
            Self::Neither => ("", ""),
            Self::Begins(attempt) => ("begins", attempt),
            Self::Ends => ("ends", ""),
        }
    }
}

impl Store {
    /// Takes the next place in the queue of this name. Where it is the first one the turn has come
    /// with it.
    ///
    /// # Errors
    /// When Redis cannot be asked.
    pub async fn queue(self: &Arc<Self>, backend: &Alias, name: &str) -> Result<Turn, Away> {
        // Made before it is asked for: whatever comes of asking, it is given up.
        let ticket = Turn {
            shared: Arc::clone(self),
            latest_key: self.names.latest(backend),
            queue: self.names.turns(name),
            token: self.token(),
            isolations: self.names.isolations(name),
            settled: OnceLock::new(),
            latest: OnceLock::new(),
            named: OnceLock::new(),
        };
        let call = ScriptCall::new(script!("queue"))
            .key(&ticket.queue)
            .key(self.names.life(&self.replica))
            .key(&ticket.latest_key)
            .arg(&ticket.token)
            .arg(self.life())
            .arg(QUEUE_FOR.as_millis().to_string());
        let mut answer = self.link.run(&call).await?.into_iter();
        if answer.next().is_some_and(|it| it == "yours") {
            ticket.comes(answer.next());
        }
        Ok(ticket)
    }

    /// What became of an isolation of the host with the queue of this name is known.
    pub fn isolation_known(&self, name: &str, attempt: &str) {
        let call = ScriptCall::new(script!("settled_isolation"))
            .key(self.names.isolations(name))
            .arg(attempt);
        self.debts.owe(call);
    }

    /// The attempts of the isolations that are open of the host with the queue of this name: a look
    /// that changes nothing.
    ///
    /// # Errors
    /// When Redis cannot be asked.
    pub async fn open_isolations(&self, name: &str) -> Result<Vec<String>, Away> {
        let call = ScriptCall::new(script!("open_isolations")).key(self.names.isolations(name));
        self.link.run(&call).await
    }
}

impl Turn {
    /// Waits for the turn. Whether it still comes is asked again before anything is sent.
    ///
    /// # Errors
    /// When Redis cannot be asked.
    pub async fn turn(&self) -> Result<(), Away> {
        if self.latest.get().is_some() {
            return Ok(());
        }
        let call = ScriptCall::new(script!("turn"))
            .key(&self.queue)
            .key(&self.latest_key)
            .arg(&self.token)
            .arg(self.shared.names.lives())
            .arg(self.shared.settings.times.turn_for.as_millis().to_string());
        let patience = self.shared.patience();
        let mut waiting = self.shared.news.wait(self.queue.clone(), patience);
        loop {
            let mut answer = self.shared.link.run(&call).await?.into_iter();
            if answer.next().is_none_or(|it| it != "wait") {
                self.comes(answer.next());
                return Ok(());
            }
            waiting.changed().await;
        }
    }

    /// The turn has come, and this was said last.
    fn comes(&self, latest: Option<String>) {
        self.latest.get_or_init(|| latest.unwrap_or_default());
    }

    /// The outcome of this isolation of the host is known: whoever has the next turn does not find
    /// it open.
    pub fn settles(&self, attempt: &str) {
        self.settled.get_or_init(|| attempt.to_owned());
    }

    /// What any replica has said last of what it sent to the back end, when the turn came; empty
    /// when there was nothing.
    #[must_use]
    pub fn latest(&self) -> &str {
        self.latest.get().map_or("", String::as_str)
    }

    /// This is said of what came of the turn, to whoever has a turn next.
    pub fn names(&self, text: String) {
        self.named.get_or_init(|| text);
    }

    /// Where the open isolations of the host are.
    pub(super) fn isolations(&self) -> &str {
        &self.isolations
    }

    /// The queue and the place in it.
    pub(super) fn place(&self) -> (&str, &str) {
        (&self.queue, &self.token)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let call = ScriptCall::new(script!("leave"))
            .key(&self.queue)
            .key(&self.isolations)
            .key(&self.latest_key)
            .arg(&self.token)
            .arg(self.shared.names.news())
            .arg(self.settled.get().cloned().unwrap_or_default())
            .arg(self.named.get().cloned().unwrap_or_default())
            .arg(LATEST_FOR.as_millis().to_string());
        self.shared.debts.owe(call);
    }
}
