//! What was asked for, remembered for all replicas.

use std::time::Duration;

use super::link::{Away, ScriptCall, script};
use super::shared::Store;
use vocabulary::task_id::TaskId;

impl Store {
    /// Remembers what was asked for as a task.
    ///
    /// # Errors
    /// When Redis cannot be asked.
    pub async fn remember(&self, id: &TaskId, text: String, life: Duration) -> Result<(), Away> {
        let call = ScriptCall::new(script!("remember"))
            .key(self.register(id))
            .arg(text)
            .arg(life.as_millis().to_string());
        self.link.run(&call).await.map(drop)
    }

    /// What is remembered of a task; nothing when nothing is.
    ///
    /// # Errors
    /// When Redis cannot be asked.
    pub async fn recall(&self, id: &TaskId) -> Result<Option<String>, Away> {
        let call = ScriptCall::new(script!("recall")).key(self.register(id));
        let answer = self.link.run(&call).await?;
        Ok(answer.into_iter().next().filter(|it| !it.is_empty()))
    }

    fn register(&self, id: &TaskId) -> String {
        format!("{}:task:{id}", self.settings.prefix)
    }
}
