//! What the scopes of a token allow.

use crate::auth::Caller;
use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::task::TaskType;

/// What an operation asks of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// `tasks.create`, or `tasks.create.<task>` for this one.
    Create(TaskType),
    /// `tasks.create`, or any `tasks.create.<task>`: known before the body is.
    CreateSome,
    /// `tasks.read`.
    Read,
    /// `tasks.cancel`.
    Cancel,
    /// `hosts.read`.
    Hosts,
    /// `settings.check`.
    Settings,
}

impl Scope {
    /// Whether a caller's token carries it.
    pub(super) fn is_held_by(self, caller: &Caller) -> bool {
        let scopes = &caller.scopes;
        let all = scopes.contains("tasks.create");
        match self {
            Self::Create(task) => all || scopes.contains(&create(task)),
            Self::CreateSome => all || TaskType::ALL.iter().any(|it| scopes.contains(&create(*it))),
            Self::Read => scopes.contains("tasks.read"),
            Self::Cancel => scopes.contains("tasks.cancel"),
            Self::Hosts => scopes.contains("hosts.read"),
            Self::Settings => scopes.contains("settings.check"),
        }
    }

    /// Lets a caller on whose token carries it.
    ///
    /// # Errors
    /// 403 that names the scope.
    pub(super) fn demand(self, caller: &Caller) -> Result<(), Problem> {
        if self.is_held_by(caller) {
            return Ok(());
        }
        let one = |name: &str| (name.to_owned(), format!("It needs {name}."));
        let (name, detail) = match self {
            Self::Create(task) => (
                create(task),
                format!("It needs tasks.create or {}.", create(task)),
            ),
            Self::CreateSome => (
                "tasks.create".to_owned(),
                "It needs tasks.create or one of tasks.create.<task>.".to_owned(),
            ),
            Self::Read => one("tasks.read"),
            Self::Cancel => one("tasks.cancel"),
            Self::Hosts => one("hosts.read"),
            Self::Settings => one("settings.check"),
        };
        Err(Problem::new(Code::ScopeMissing, detail).with_missing_scope(name))
    }
}

fn create(task: TaskType) -> String {
    format!("tasks.create.{task}")
}
