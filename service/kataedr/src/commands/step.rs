//! One step.

use serde::Serialize;

use crate::commands::line::CommandLine;
use crate::source::Source;

/// What a step is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Stage {
    /// Whether the task runs.
    State,
    /// Keep the settings that the device has.
    Backup,
    /// Stop it.
    Stop,
    /// Put the new ones there.
    Set,
    /// Put certificates there.
    Certificates,
    /// Start the task.
    Start,
    /// Look what the device has made of it.
    ReadBack,
    /// Compare that with what was meant.
    Compare,
    /// Put everything back.
    Restore,
}

/// Whether a step is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum When {
    /// In its turn.
    Always,
    /// Only after an answer that says so.
    OnFailure,
}

/// What to do after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Then {
    /// Take the next step.
    Continue,
    /// Take no further step: nothing has been changed, or it cannot be put back.
    Stop,
    /// Go to the steps of [`Stage::Restore`].
    Restore,
}

/// What an exit code means after this step. Of a code that is not listed, the last answer holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Answer {
    /// The exit code; nothing for every other one.
    pub code: Option<i32>,
    /// What it means here.
    pub meaning: String,
    /// What to do.
    pub then: Then,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Step {
    /// Its number, from 1.
    pub number: usize,
    /// What it is for.
    pub stage: Stage,
    /// Whether it is taken.
    pub when: When,
    /// The command; nothing where a person has to look.
    pub command: Option<CommandLine>,
    /// Why, and what to look at.
    pub why: String,
    /// What each exit code means.
    pub answers: Vec<Answer>,
    /// The documents that say so.
    pub documents: Vec<Source>,
}
