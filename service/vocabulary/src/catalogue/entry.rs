//! What there is to say of an action, wherever it is asked for.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::task::Action;

/// What an action is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// Keep something from spreading.
    Contain,
    /// Take something away.
    Evict,
    /// Get evidence.
    Collect,
    /// Look for something.
    Scan,
    /// Keep something from happening again.
    Harden,
    /// Give back what was taken away.
    Restore,
}

/// How much an action may break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Impact {
    /// The device goes on as before.
    Low,
    /// Something on it ends or is gone.
    Medium,
    /// People cannot work with it, or anything may happen.
    High,
}

/// What is the same of an action at every gateway.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Its name for people.
    pub title: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// What else there is to know before it is asked for.
    pub note: &'static str,
    /// What it is for.
    pub category: Category,
    /// How much it may break.
    pub impact: Impact,
    /// The action that undoes it.
    pub undo: Option<Action>,
    /// Whether it can be undone.
    pub reversible: bool,
    /// How it is undone, or why not.
    pub undo_how: &'static str,
    /// Whether asking twice comes to the same.
    pub idempotent: bool,
    /// What must hold beyond what holds for every action.
    pub unchecked: &'static [&'static str],
    /// What success proves.
    pub proves: &'static str,
    /// What it does not prove.
    pub does_not_prove: &'static str,
    /// Techniques of D3FEND.
    pub d3fend: &'static [&'static str],
    /// Class and activity of OCSF.
    pub ocsf: (u16, u8),
}
