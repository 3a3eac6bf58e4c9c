//! The catalogue: what can be asked for, and what it means.
//!
//! One table ([`entries`]) that the published document, its page, the shipped integrations and the
//! command line's help are made of, so that nobody tells of an action what another does not.

mod entries;
mod entry;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::task::{Action, TaskType};

pub use entries::entry;
pub use entry::{Category, Entry, Impact};

/// What can be asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionList {
    /// The actions, those first that are wanted first while something spreads.
    pub actions: Vec<ActionReport>,
}

/// An action as this gateway offers it to this caller.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ActionReport {
    /// Its name: the last part of its address, and `task` of a batch.
    pub name: Action,
    /// The task that comes of it, as tasks and scopes call it.
    pub task: TaskType,
    /// Its name for people.
    pub title: String,
    /// What it does, in a sentence.
    pub summary: String,
    /// What it is for.
    pub category: Category,
    /// How much of the device's work it stops or takes away.
    pub impact: Impact,
    /// How it is undone.
    pub undo: Undo,
    /// Whether asking twice comes to the same as asking once. Whatever it says, a request that is
    /// repeated with its `Idempotency-Key` is carried out once.
    pub idempotent: bool,
    /// How long it takes until its end is known.
    pub latency: Latency,
    /// What must hold for it to do what it says.
    pub preconditions: Preconditions,
    /// What its success means.
    pub success: Meaning,
    /// What other vocabularies call it.
    pub mappings: Mappings,
    /// The scopes of which one is needed.
    pub scopes: Vec<String>,
    /// Whether this caller's token has one of them.
    pub allowed: bool,
    /// The kinds of back ends that can do it.
    pub kinds: Vec<String>,
    /// The aliases of those that this caller may use.
    pub backends: Vec<String>,
    /// Where it is asked for, with `POST`.
    pub path: String,
    /// Where a dry run of it is asked for.
    pub dry_run_path: String,
    /// The schema of its body (JSON Schema, draft 2020-12), whole.
    #[schema(value_type = Object)]
    pub parameters: Value,
    /// A body, whole.
    #[schema(value_type = Object)]
    pub example: Value,
}

/// How an action is undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Undo {
    /// Whether it can be undone.
    pub reversible: bool,
    /// The action that does so, where one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Action, required = false)]
    pub action: Option<Action>,
    /// How, or why not.
    pub how: String,
}

/// How long something takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Latency {
    /// What to expect of a device that is connected.
    pub typical: String,
    /// The longest, and what comes then.
    pub worst: String,
}

/// What must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Preconditions {
    /// What the gateway checks before it sends anything; a dry run shows it.
    pub checked: Vec<String>,
    /// What nobody can check from here.
    pub unchecked: Vec<String>,
}

/// What the state `succeeded` means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Meaning {
    /// What it proves.
    pub proves: String,
    /// What it does not prove.
    pub does_not_prove: String,
}

/// What other vocabularies call an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Mappings {
    /// Techniques of MITRE D3FEND, the nearest first; none where it has none.
    pub d3fend: Vec<String>,
    /// The class of OCSF 1.8.
    pub ocsf_class: u16,
    /// The activity of that class.
    pub ocsf_activity: u8,
}
