//! What was asked for, remembered for all replicas.

use std::time::Duration;

use super::Store;
use super::link::{Away, ScriptCall, script};

impl Store {
    /// Remembers what was asked for with an incident.
    ///
    /// # Errors
    /// When Redis cannot be asked.
    pub async fn remember(&self, incident: i64, text: String, life: Duration) -> Result<(), Away> {
        let call = ScriptCall::new(script!("remember"))
            .key(self.register(incident))
            .arg(text)
            .arg(life.as_millis().to_string());
        self.link.run(&call).await.map(drop)
    }

    /// What is remembered of an incident; nothing when nothing is.
    ///
    /// # Errors
    /// When Redis cannot be asked.
    pub async fn recall(&self, incident: i64) -> Result<Option<String>, Away> {
        let call = ScriptCall::new(script!("recall")).key(self.register(incident));
        let answer = self.link.run(&call).await?;
        Ok(answer.into_iter().next().filter(|it| !it.is_empty()))
    }

    fn register(&self, incident: i64) -> String {
        format!("{}:task:{incident}", self.settings.prefix)
    }
}
