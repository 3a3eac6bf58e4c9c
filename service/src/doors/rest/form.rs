//! The forms in which a request is written.

use serde_json::Value;

use crate::problem::Problem;
use vocabulary::requests::{flat, native};
use vocabulary::task::{Action, PARAMS, TaskType, Violation};

/// In which form a body is written, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The parameters at its top, for this action.
    Flat(Action),
    /// With `task` and `params`, as the vendor writes it.
    Native(TaskType),
}

impl Form {
    /// Of each task and each action.
    pub fn all() -> impl Iterator<Item = Self> {
        let native = TaskType::ALL.into_iter().map(Self::Native);
        Action::ALL.into_iter().map(Self::Flat).chain(native)
    }

    /// That of a native body.
    ///
    /// # Errors
    /// When it names no type of task.
    pub fn of_native(body: &Value) -> Result<Self, Violation> {
        let names = || TaskType::ALL.map(TaskType::name).join(", ");
        named(body, TaskType::named, names).map(Self::Native)
    }

    /// That of a request among many: what has `params` is native.
    ///
    /// # Errors
    /// When it names nothing that can be asked for.
    pub fn of_item(item: &Value) -> Result<Self, Violation> {
        if item.get("params").is_some_and(|it| !it.is_null()) {
            return Self::of_native(item);
        }
        let names = || Action::ALL.map(Action::name).join(", ");
        named(item, Action::named, names).map(Self::Flat)
    }

    /// The task that is asked for.
    #[must_use]
    pub const fn task(self) -> TaskType {
        match self {
            Self::Flat(action) => action.task(),
            Self::Native(task) => task,
        }
    }

    /// The name of the body's schema in the published document.
    #[must_use]
    pub const fn schema_name(self) -> &'static str {
        match self {
            Self::Flat(action) => flat::schema_name(action),
            Self::Native(task) => native::schema_name(task),
        }
    }

    /// A problem as it is told to whoever wrote in this form: behind the door parameters are the
    /// vendor's.
    #[must_use]
    pub fn told(self, problem: Problem) -> Problem {
        match self {
            Self::Flat(_) => problem
                .lifted(PARAMS)
                .moved("/responseEventIncidentArea", "/area"),
            Self::Native(_) => problem,
        }
    }
}

fn named<T>(
    body: &Value,
    named: impl FnOnce(&str) -> Option<T>,
    names: impl FnOnce() -> String,
) -> Result<T, Violation> {
    let Some(object) = body.as_object() else {
        return Err(Violation::new("", "type", "Must be an object."));
    };
    let Some(name) = object.get("task") else {
        return Err(Violation::new("/task", "required", "Is required."));
    };
    let known = name.as_str().and_then(named);
    known.ok_or_else(|| Violation::new("/task", "enum", format!("Must be one of {}.", names())))
}
