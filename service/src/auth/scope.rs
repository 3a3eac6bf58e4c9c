//! The caller, and what it may do.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;

use super::standing::Standing;
use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::task::TaskType;

/// The authenticated client of the gateway. Only the guard makes one.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who it is, as one text that no other caller has: `sub`, or `client:` and the client id where the token is a
    /// client's own.
    pub id: Arc<str>,
    /// `iss`.
    pub issuer: Arc<str>,
    /// `exp` and the leeway: what is still open then is closed.
    pub expires: OffsetDateTime,
    /// The scopes that the token carries.
    pub scopes: Arc<BTreeSet<String>>,
    /// What the token was checked with.
    pub(super) standing: Arc<Standing>,
}

/// What an operation asks of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
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
}

impl Caller {
    /// Resolves when the token is good no longer: when it is over, or its key is withdrawn. What is still
    /// open then is closed.
    pub fn ends(&self, now: OffsetDateTime) -> impl Future<Output = ()> + use<> {
        let left = Duration::try_from(self.expires - now).unwrap_or_default();
        let standing = Arc::clone(&self.standing);
        async move {
            // At the longest for as long as there is a key set; the token itself is over one day.
            let _either = tokio::time::timeout(left, standing.withdrawn()).await;
        }
    }

    /// Waits for something, but no longer than the token is good.
    pub async fn while_good<T>(
        &self,
        now: OffsetDateTime,
        waiting: impl Future<Output = Option<T>>,
    ) -> Option<T> {
        tokio::select! {
            got = waiting => got,
            () = self.ends(now) => None,
        }
    }

    /// Whether the token carries this scope.
    #[must_use]
    pub fn has(&self, scope: Scope) -> bool {
        let all = self.scopes.contains("tasks.create");
        match scope {
            Scope::Create(task) => all || self.scopes.contains(&create(task)),
            Scope::CreateSome => {
                all || TaskType::ALL
                    .iter()
                    .any(|it| self.scopes.contains(&create(*it)))
            }
            Scope::Read => self.scopes.contains("tasks.read"),
            Scope::Cancel => self.scopes.contains("tasks.cancel"),
            Scope::Hosts => self.scopes.contains("hosts.read"),
        }
    }

    /// Lets the caller on when its token carries this scope.
    ///
    /// # Errors
    /// 403 that names the scope: the caller's administrator needs to know which one to grant.
    pub fn demand(&self, scope: Scope) -> Result<(), Problem> {
        if self.has(scope) {
            return Ok(());
        }
        let one = |name: &str| (name.to_owned(), format!("It needs {name}."));
        let (name, detail) = match scope {
            Scope::Create(task) => (
                create(task),
                format!("It needs tasks.create or {}.", create(task)),
            ),
            Scope::CreateSome => (
                "tasks.create".to_owned(),
                "It needs tasks.create or one of tasks.create.<task>.".to_owned(),
            ),
            Scope::Read => one("tasks.read"),
            Scope::Cancel => one("tasks.cancel"),
            Scope::Hosts => one("hosts.read"),
        };
        Err(Problem::new(Code::ScopeMissing, detail).with_missing_scope(name))
    }
}

fn create(task: TaskType) -> String {
    format!("tasks.create.{task}")
}
