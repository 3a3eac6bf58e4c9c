//! The levers of the handle: what administrators, analysts, devices and restarts do to a server
//! while it runs.

use crate::scenario::Outcome;
use crate::simulator::Simulator;
use crate::world::incidents::IncidentEdit;
use crate::world::tags::TagSetter;
use crate::world::tasks::{ForeignTask, RunState};

impl Simulator {
    /// Makes every session invalid, as a restart of the server does.
    pub fn expire_sessions(&self) {
        self.house.expire_sessions();
    }

    /// Connects or disconnects the service console; waiting incidents are acted on when it comes
    /// back.
    pub fn set_console(&self, connected: bool) {
        self.house.set_console(connected);
    }

    /// Gives the account its rights or takes them away.
    pub fn set_rights(&self, rights: bool) {
        self.house.world().knobs.rights = rights;
    }

    /// Whether logins are challenged for a second factor.
    pub fn set_mfa(&self, mfa: bool) {
        self.house.world().knobs.mfa = mfa;
    }

    /// Changes the account's password; sessions stay good.
    pub fn set_password(&self, password: &str) {
        password.clone_into(&mut self.house.world().knobs.password);
    }

    /// Ends the blocking of the account, as an administrator does.
    pub fn unblock_account(&self) {
        let mut world = self.house.world();
        world.sessions.blocked = false;
        world.sessions.wrong_passwords = 0;
    }

    /// Switches a device on or off, by its host id.
    ///
    /// # Panics
    ///
    /// When there is no such host id.
    pub fn set_online(&self, host: &str, online: bool) {
        assert!(
            self.house.set_online(host, online),
            "there is no host {host}"
        );
    }

    /// Gives a device a tag.
    ///
    /// # Panics
    ///
    /// When there is no such host id.
    pub fn set_tag(&self, host: &str, value: &str, by: TagSetter) {
        let set = self.house.world().set_tag(host, value, by);
        assert!(set, "there is no host {host}");
    }

    /// Takes a tag from a device.
    ///
    /// # Panics
    ///
    /// When there is no such host id, or no such tag on it.
    pub fn remove_tag(&self, host: &str, value: &str) {
        let removed = self.house.world().remove_tag(host, value);
        assert!(removed, "{host} has no tag {value}");
    }

    /// Gives a device another name: display, DNS and NetBIOS name; its id and its address stay.
    ///
    /// # Panics
    ///
    /// When there is no such host id.
    pub fn rename_host(&self, host: &str, name: &str) {
        let renamed = self.house.world().rename_host(host, name);
        assert!(renamed, "there is no host {host}");
    }

    /// The tokens of all sessions that there ever were: what nobody but their client should ever
    /// see.
    pub fn session_tokens(&self) -> Vec<String> {
        self.house.world().sessions.tokens()
    }

    /// Moves a device into another administration group, by its path from the root:
    /// `Managed devices/Servers/Domain controllers`. Groups that do not exist yet are made.
    ///
    /// # Panics
    ///
    /// When there is no such host id.
    pub fn move_host(&self, host: &str, group: &str) {
        let moved = self.house.world().move_host(host, group);
        assert!(moved, "there is no host {host}");
    }

    /// Registers a device again: its old record goes, a new one with the same names comes; gives
    /// the new id.
    ///
    /// # Panics
    ///
    /// When there is no such host id.
    pub fn reregister_host(&self, host: &str) -> String {
        let new = self.house.world().register_again(host, true);
        new.unwrap_or_else(|| panic!("there is no host {host}"))
    }

    /// Registers a device again, and its old record stays: two hosts have the same names. Gives the
    /// new id.
    ///
    /// # Panics
    ///
    /// When there is no such host id.
    pub fn double_host(&self, host: &str) -> String {
        let new = self.house.world().register_again(host, false);
        new.unwrap_or_else(|| panic!("there is no host {host}"))
    }

    /// Decides what devices make of tasks from now on; the latest that matches counts.
    pub fn set_outcome(&self, outcome: Outcome) {
        self.house.add_outcome(outcome);
    }

    /// Puts a task of somebody else into the server; gives its id.
    pub fn add_task(&self, task: ForeignTask) -> String {
        self.house.add_foreign_task(task)
    }

    /// Puts a task into a state on all of its devices, with this text; `false` when there is none.
    ///
    /// A task that the console made may be moved on by its devices; [`Simulator::set_outcome`]
    /// decides what they do.
    pub fn set_task_state(&self, id: &str, state: RunState, text: &str) -> bool {
        self.house.set_task_state(id, state, text)
    }

    /// How a task that the console made ended on its device, also when it is gone since.
    pub fn end_of(&self, id: &str) -> Option<RunState> {
        let id: i64 = id.parse().ok()?;
        self.house.world().ends.get(&id).copied()
    }

    /// Gives a task one more row, of another device or of one that has a row already; `false` when
    /// there is no such task.
    pub fn add_row(&self, id: &str, host: &str, state: RunState) -> bool {
        self.house.world().add_row(id, host, state)
    }

    /// Restores a backup in which this is the id of the next KSC task: those from there on are
    /// gone, and their ids are given out again.
    pub fn restore_tasks(&self, next: i64) {
        self.house.world().restore_tasks(next);
    }

    /// Has every device of a task report this `state_code`, which no page documents; `false` when
    /// there is none.
    pub fn set_odd_code(&self, id: &str, code: i64) -> bool {
        self.house.world().set_odd_code(id, code)
    }

    /// Removes a task, as an operator does; `false` when there is none.
    pub fn delete_task(&self, id: &str) -> bool {
        let mut world = self.house.world();
        let Some(number) = world.task(id).map(|task| task.id) else {
            return false;
        };
        world.remove_task(number);
        true
    }

    /// Removes all incidents, as a site does that keeps none; what has come of them stays.
    pub fn delete_incidents(&self) {
        self.house.world().incidents.clear();
    }

    /// Stores an incident of somebody else, such as a script that asks for a task too; gives its
    /// number.
    pub fn add_incident(&self, host: &str, body: &str) -> i64 {
        self.house.world().add_foreign_incident(host, body)
    }

    /// Changes an incident, as an analyst does in the console; `false` when there is none. What has
    /// come of it already stays.
    pub fn edit_incident(&self, id: i64, edit: IncidentEdit) -> bool {
        self.house.world().edit_incident(id, edit)
    }

    /// Deletes an incident, as an analyst does in the console; `false` when there is none. What has
    /// come of it already stays.
    pub fn delete_incident(&self, id: i64) -> bool {
        self.house.world().drop_incident(id)
    }

    /// Restores a backup in which this is the number of the next incident: those from there on are
    /// gone, and their numbers are given out again. KSC tasks stay.
    pub fn restore_incidents(&self, next: i64) {
        self.house.world().restore_incidents(next);
    }
}
