//! How others than callers of the API change the world.

use crate::edit::{Edit, EditError, When};
use crate::file_hash::FileHash;
use crate::world::World;
use crate::world::isolation_rule::Order;
use crate::world::prevention_rules::Scope;
use crate::world::registry::Access;
use crate::writer::Writer;
use uuid::Uuid;

impl World {
    /// Makes a change in somebody's name.
    pub(crate) fn edit(&mut self, by: &Writer, edit: &Edit) -> Result<(), EditError> {
        let done = match edit {
            Edit::Prevent { scope, file } => {
                let scope = self.scope(scope)?;
                let mut files = self.files(scope);
                files.push(file.clone());
                self.replace(scope, &files, by)?
            }
            Edit::Allow { scope, file } => {
                let scope = self.scope(scope)?;
                let mut files = self.files(scope);
                let before = files.len();
                let gone = file.clone().lower();
                files.retain(|it| *it != gone);
                files.len() < before && self.replace(scope, &files, by)?
            }
            Edit::ReplacePrevention { scope, files } => {
                let scope = self.scope(scope)?;
                self.replace(scope, files, by)?
            }
            Edit::Isolate {
                sensor,
                seconds,
                exclusions,
            } => {
                let order = Order {
                    seconds: *seconds,
                    exclusions: exclusions.clone(),
                };
                let id = self.host(sensor)?;
                self.set_isolation(id, Some(order), by.clone())
            }
            Edit::Release { sensor } => {
                let id = self.host(sensor)?;
                self.set_isolation(id, None, by.clone())
            }
            Edit::Accept { id } => self.registry.say(id, None, Access::Accepted) > 0,
            Edit::Reject { id } => self.registry.say(id, None, Access::Rejected) > 0,
            Edit::OnLine { sensor } => {
                let id = self.host(sensor)?;
                self.set_on_line(id, true)
            }
            Edit::OffLine { sensor } => {
                let id = self.host(sensor)?;
                self.set_on_line(id, false)
            }
        };
        if done {
            Ok(())
        } else {
            Err(EditError::Nothing)
        }
    }

    /// Lets those come whose moment this is.
    pub(crate) fn intrude(&mut self, call: &str, when: When) {
        let mut coming = Vec::new();
        self.intrusions.retain_mut(|it| {
            let comes = it.counts(call, when);
            if comes {
                coming.push(it.clone());
            }
            !comes
        });
        for it in coming {
            if let Err(error) = self.edit(&it.by, &it.edit) {
                let words = format!("{call}: an intrusion came to nothing: {error}");
                self.journal.note(words);
            }
        }
    }

    fn host(&self, sensor: &str) -> Result<Uuid, EditError> {
        let found = self.directory.find(sensor, true);
        found.map(|it| it.id).ok_or(EditError::NoSuchHost)
    }

    fn scope(&self, scope: &str) -> Result<Scope, EditError> {
        if scope == "all" {
            return Ok(Scope::All);
        }
        self.host(scope).map(Scope::Host)
    }

    fn files(&self, scope: Scope) -> Vec<FileHash> {
        let rules = self.prevention.of(scope);
        rules.iter().map(|it| it.hash.clone()).collect()
    }

    fn replace(&mut self, scope: Scope, to: &[FileHash], by: &Writer) -> Result<bool, EditError> {
        let set = self.set_prevention(scope, to, by);
        set.map_err(|_| EditError::Conflict)
    }
}
