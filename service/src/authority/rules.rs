//! Asks every rule, and gives the permit that comes of them.

use std::sync::Arc;

use super::permit::{Cancel, Create, OnHost, Permit, Read, SeeHosts};
use super::protection::Protection;
use super::scope::Scope;
use crate::auth::Caller;
use crate::host::Host;
use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::task::TaskType;

/// Decides who may do what.
pub struct Authority {
    protection: Arc<Protection>,
}

impl Authority {
    /// By the scopes of callers' tokens and these protected hosts.
    #[must_use]
    pub fn new(protection: Arc<Protection>) -> Self {
        Self { protection }
    }

    /// Lets a caller on that may create tasks of some type: whose body is worth reading.
    ///
    /// # Errors
    /// 403 that names the scope.
    pub fn create_some(&self, caller: &Caller) -> Result<(), Problem> {
        Scope::CreateSome.demand(caller)
    }

    /// To create tasks of this type.
    ///
    /// # Errors
    /// 403 that names the scope.
    pub fn create(&self, caller: &Caller, task: TaskType) -> Result<Permit<Create>, Problem> {
        Scope::Create(task).demand(caller)?;
        Ok(Permit::new(Arc::clone(&caller.id), Create(task)))
    }

    /// To read tasks.
    ///
    /// # Errors
    /// 403 that names the scope.
    pub fn read(&self, caller: &Caller) -> Result<Permit<Read>, Problem> {
        Scope::Read.demand(caller)?;
        Ok(Permit::new(Arc::clone(&caller.id), Read))
    }

    /// To cancel tasks.
    ///
    /// # Errors
    /// 403 that names the scope.
    pub fn cancel(&self, caller: &Caller) -> Result<Permit<Cancel>, Problem> {
        Scope::Cancel.demand(caller)?;
        Ok(Permit::new(Arc::clone(&caller.id), Cancel))
    }

    /// To look hosts up.
    ///
    /// # Errors
    /// 403 that names the scope.
    pub fn see_hosts(&self, caller: &Caller) -> Result<Permit<SeeHosts>, Problem> {
        Scope::Hosts.demand(caller)?;
        Ok(Permit::new(Arc::clone(&caller.id), SeeHosts))
    }

    /// The types of task that a caller may create.
    #[must_use]
    pub fn tasks_of(&self, caller: &Caller) -> Vec<TaskType> {
        TaskType::ALL
            .into_iter()
            .filter(|it| Scope::Create(*it).is_held_by(caller))
            .collect()
    }

    /// Whether there can be a host that nobody may touch.
    #[must_use]
    pub fn protects_any(&self) -> bool {
        !self.protection.is_empty()
    }

    /// To touch this host: none but those that the operator has excluded are refused, to everybody.
    ///
    /// # Errors
    /// 403.
    pub fn on_host(&self, host: Host) -> Result<OnHost, Problem> {
        if self.protection.covers(&host) {
            return Err(Problem::new(
                Code::HostProtected,
                "The gateway's operator has excluded this host from response tasks.",
            ));
        }
        Ok(OnHost::new(host))
    }
}
