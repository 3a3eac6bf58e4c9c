//! The others who write: the person at the console, the sandbox, a second writer.

use crate::edit::{Edit, EditError, Intrusion};
use crate::file_hash::FileHash;
use crate::simulator::Simulator;
use crate::writer::Writer;
use std::time::Duration;

impl Simulator {
    /// Makes a change in somebody's name, at once.
    pub fn edit(&self, by: &Writer, edit: &Edit) -> Result<(), EditError> {
        self.house.change(|world| world.edit(by, edit))
    }

    /// A person at the console adds a rule of prevention for a host, or for `all`.
    pub fn console_prevent(&self, scope: &str, file: FileHash) -> Result<(), EditError> {
        let scope = scope.to_owned();
        self.edit(&Writer::Console, &Edit::Prevent { scope, file })
    }

    /// He removes one.
    pub fn console_allow(&self, scope: &str, file: FileHash) -> Result<(), EditError> {
        let scope = scope.to_owned();
        self.edit(&Writer::Console, &Edit::Allow { scope, file })
    }

    /// He isolates a host.
    pub fn console_isolate(&self, sensor: &str, time: Duration) -> Result<(), EditError> {
        let edit = Edit::Isolate {
            sensor: sensor.to_owned(),
            seconds: time.as_secs(),
            exclusions: Vec::new(),
        };
        self.edit(&Writer::Console, &edit)
    }

    /// He releases a host.
    pub fn console_release(&self, sensor: &str) -> Result<(), EditError> {
        let sensor = sensor.to_owned();
        self.edit(&Writer::Console, &Edit::Release { sensor })
    }

    /// A preset of the sandbox adds a rule for what it has detected, by MD5.
    pub fn sandbox_prevent(&self, scope: &str, md5: &str) -> Result<(), EditError> {
        let (scope, file) = (scope.to_owned(), FileHash::Md5(md5.to_owned()));
        self.edit(&Writer::Sandbox, &Edit::Prevent { scope, file })
    }

    /// Plans a second writer, who comes when his moment is there.
    pub fn intrude(&self, intrusion: Intrusion) {
        self.house.change(|world| world.intrusions.push(intrusion));
    }

    /// Those who have not come yet.
    #[must_use]
    pub fn intrusions(&self) -> Vec<Intrusion> {
        self.house.world().intrusions.clone()
    }
}
