//! What came behind what, whichever replica saw it: short series of texts.

use std::time::Duration;

use super::away::Away;
use super::link::{ScriptCall, script};
use super::shared::Store;

/// A series, and how much of it is kept.
#[derive(Debug, Clone, Copy)]
pub struct Series<'a> {
    /// What it is about.
    pub name: &'a str,
    /// For how long, from the last text on.
    pub life: Duration,
    /// How many texts are kept, the latest.
    pub most: usize,
}

impl Store {
    /// Puts a text at the end of a series, from wherever it stood in it before.
    ///
    /// # Errors
    /// When Redis cannot be asked.
    pub async fn append(&self, series: Series<'_>, text: &str) -> Result<(), Away> {
        let call = ScriptCall::new(script!("append"))
            .key(self.names.series(series.name))
            .arg(text.to_owned())
            .arg(series.life.as_millis().to_string())
            .arg(series.most.to_string());
        self.link.run(&call).await.map(drop)
    }

    /// The texts of a series, the latest last.
    ///
    /// # Errors
    /// When Redis cannot be asked.
    pub async fn series(&self, name: &str) -> Result<Vec<String>, Away> {
        let call = ScriptCall::new(script!("like")).key(self.names.series(name));
        self.link.run(&call).await
    }
}
