//! What was asked for, remembered for all replicas.

use std::time::Duration;

use super::away::Away;
use super::link::{ScriptCall, script};
use super::shared::Store;
use vocabulary::task_id::TaskId;

/// How much is known of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Knowledge {
    /// Nobody has heard yet whether there is one.
    Doubted,
    /// There is, or has been.
    There,
    /// It was taken away.
    Removed,
    /// It is over, and nothing more will be known.
    Over,
}

impl Knowledge {
    /// In the store: a greater digit for who knows more.
    const fn digit(self) -> &'static str {
        match self {
            Self::Doubted => "0",
            Self::There => "1",
            Self::Removed => "2",
            Self::Over => "3",
        }
    }
}

/// What is remembered of a task.
#[derive(Debug)]
pub struct TaskNote {
    /// What it says.
    pub text: String,
    /// How much it knows: it takes the place of none that knows more.
    pub knows: Knowledge,
    /// How long it is kept.
    pub life: Duration,
}

/// A request among those like it.
#[derive(Debug)]
pub struct RequestAmong {
    /// What all of them have in common.
    pub name: String,
    /// What is remembered of this one.
    pub text: String,
    /// Its place among them.
    pub place: i64,
    /// For how long, from the last one on.
    pub life: Duration,
    /// How many are kept.
    pub most: usize,
}

impl Store {
    /// Remembers what was asked for as a task, by itself and among those like it.
    ///
    /// # Errors
    /// When Redis cannot be asked.
    pub async fn remember(
        &self,
        id: &TaskId,
        note: TaskNote,
        among: RequestAmong,
    ) -> Result<(), Away> {
        let call = ScriptCall::new(script!("remember"))
            .key(self.names.task(id))
            .key(self.names.like(&among.name))
            .arg(note.text)
            .arg(note.life.as_millis().to_string())
            .arg(among.place.to_string())
            .arg(among.text)
            .arg(among.life.as_millis().to_string())
            .arg(among.most.to_string())
            .arg(note.knows.digit());
        self.link.run(&call).await.map(drop)
    }

    /// What is remembered of a task; nothing when nothing is.
    ///
    /// # Errors
    /// When Redis cannot be asked.
    pub async fn recall(&self, id: &TaskId) -> Result<Option<String>, Away> {
        let call = ScriptCall::new(script!("recall")).key(self.names.task(id));
        let answer = self.link.run(&call).await?;
        Ok(answer.into_iter().next().filter(|it| !it.is_empty()))
    }

    /// What is remembered among those of any of these names.
    ///
    /// # Errors
    /// When Redis cannot be asked.
    pub async fn like(&self, names: impl IntoIterator<Item = String>) -> Result<Vec<String>, Away> {
        let names = names.into_iter();
        let call = names.fold(ScriptCall::new(script!("like")), |call, name| {
            call.key(self.names.like(&name))
        });
        self.link.run(&call).await
    }
}
