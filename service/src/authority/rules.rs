//! Asks every rule, and gives the permit that comes of them.

use std::sync::Arc;

use super::permit::{Cancel, Create, OnHost, Permit, Read, SeeHosts};
use super::protected_files::ProtectedFiles;
use super::protection::Protection;
use super::reach::Reach;
use super::scope::Scope;
use crate::auth::Caller;
use crate::host::Host;
use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::task::{Request, TaskType};

/// Decides who may do what.
pub struct Authority {
    protection: Arc<Protection>,
    files: ProtectedFiles,
    /// Every back end that there is.
    all: Reach,
}

impl Authority {
    /// By the scopes and the reach of callers' tokens and these protected hosts and files; `all` are
    /// the back ends that there are.
    #[must_use]
    pub fn new(protection: Arc<Protection>, files: ProtectedFiles, all: Reach) -> Self {
        Self {
            protection,
            files,
            all,
        }
    }

    /// The back ends that a caller may use.
    #[must_use]
    pub fn reach(&self, caller: &Caller) -> Reach {
        match &caller.backends {
            None => self.all.clone(),
            Some(some) => self.all.within(some),
        }
    }

    /// The leave to do this, with the back ends that the caller may use.
    ///
    /// # Errors
    /// 403 when there is none.
    fn permit<A>(&self, caller: &Caller, action: A) -> Result<Permit<A>, Problem> {
        let reach = self.reach(caller);
        if reach.is_empty() {
            return Err(Problem::new(
                Code::ScopeMissing,
                "The caller is confined to back ends of which this gateway has none.",
            ));
        }
        Ok(Permit::new(Arc::clone(&caller.id), reach, action))
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
    /// 403 that names the scope, or says that the caller is confined to no back end.
    pub fn create(&self, caller: &Caller, task: TaskType) -> Result<Permit<Create>, Problem> {
        Scope::Create(task).demand(caller)?;
        self.permit(caller, Create(task))
    }

    /// To read tasks.
    ///
    /// # Errors
    /// 403 that names the scope, or says that the caller is confined to no back end.
    pub fn read(&self, caller: &Caller) -> Result<Permit<Read>, Problem> {
        Scope::Read.demand(caller)?;
        self.permit(caller, Read)
    }

    /// To cancel tasks.
    ///
    /// # Errors
    /// 403 that names the scope, or says that the caller is confined to no back end.
    pub fn cancel(&self, caller: &Caller) -> Result<Permit<Cancel>, Problem> {
        Scope::Cancel.demand(caller)?;
        self.permit(caller, Cancel)
    }

    /// To look hosts up.
    ///
    /// # Errors
    /// 403 that names the scope, or says that the caller is confined to no back end.
    pub fn see_hosts(&self, caller: &Caller) -> Result<Permit<SeeHosts>, Problem> {
        Scope::Hosts.demand(caller)?;
        self.permit(caller, SeeHosts)
    }

    /// Lets a caller on that may have settings checked: nothing is asked and nothing is changed.
    ///
    /// # Errors
    /// 403 that names the scope.
    pub fn check_settings(&self, caller: &Caller) -> Result<(), Problem> {
        Scope::Settings.demand(caller)
    }

    /// The types of task that a caller may create.
    #[must_use]
    pub fn tasks_of(&self, caller: &Caller) -> Vec<TaskType> {
        let somewhere = !self.reach(caller).is_empty();
        TaskType::ALL
            .into_iter()
            .filter(|it| somewhere && Scope::Create(*it).is_held_by(caller))
            .collect()
    }

    /// Whether there can be a host that nobody may touch.
    #[must_use]
    pub fn protects_any(&self) -> bool {
        !self.protection.is_empty()
    }

    /// To do this to the file that the request names: some must run.
    ///
    /// # Errors
    /// 403.
    pub fn on_file(&self, request: &Request) -> Result<(), Problem> {
        if self.files.are_touched_by(request) {
            return Err(Problem::new(
                Code::FileProtected,
                "The gateway's operator has excluded this file from execution prevention.",
            ));
        }
        Ok(())
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
