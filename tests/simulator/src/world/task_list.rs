//! The server's list of KSC tasks.
//!
//! Response tasks are kept to a number and to an age; the oldest goes first, finished or not. That
//! is the loss that callers must be told about, so it is done without mercy here as well.

use crate::world::agenda::Event;
use crate::world::state::World;
use crate::world::tasks::{ForeignTask, Run, RunState, Task};
use time::Duration;

impl World {
    pub(crate) fn task(&self, id: &str) -> Option<&Task> {
        // Ids are decimal digits and nothing else: "0195" or "+195" name no task.
        self.tasks.iter().find(|task| task.id.to_string() == id)
    }

    pub(crate) fn run_mut(&mut self, task: i64, host: &str) -> Option<&mut Run> {
        let task = self.tasks.iter_mut().find(|known| known.id == task)?;
        task.runs
            .iter_mut()
            .find(|run| run.host.eq_ignore_ascii_case(host))
    }

    /// Stores a task; a response task may push out the oldest ones and dies after its days.
    pub(crate) fn add_task(&mut self, task: Task) {
        let id = task.id;
        let response = task.response;
        let dies = task
            .created
            .saturating_add(Duration::days(i64::from(self.knobs.task_life_days)));
        let hosts: Vec<String> = task.runs.iter().map(|run| run.host.clone()).collect();
        self.tasks.push(task);
        if response {
            self.agenda.enter(dies, Event::TaskExpires { task: id });
            self.rotate();
        }
        for host in hosts {
            self.next_step(id, &host);
        }
        self.journal.touch();
    }

    fn rotate(&mut self) {
        while self.tasks.iter().filter(|task| task.response).count() > self.knobs.rotation {
            let oldest = self
                .tasks
                .iter()
                .filter(|task| task.response)
                .min_by_key(|task| task.created);
            let Some(id) = oldest.map(|task| task.id) else {
                return;
            };
            self.remove_task(id);
        }
    }

    pub(crate) fn remove_task(&mut self, id: i64) {
        self.tasks.retain(|task| task.id != id);
        self.journal.touch();
    }

    /// A backup is restored in which this is the id of the next task: those from there on are gone,
    /// and their ids are given out again.
    pub(crate) fn restore_tasks(&mut self, next: i64) {
        self.tasks.retain(|it| it.id < next);
        self.next_task = next;
        self.journal.touch();
    }

    pub(crate) fn take_task_id(&mut self) -> i64 {
        let id = self.next_task;
        self.next_task += 1;
        id
    }

    /// Puts somebody else's task into the server and gives its id.
    pub(crate) fn add_foreign_task(&mut self, foreign: ForeignTask) -> String {
        let id = self.take_task_id();
        let created = self.now - Duration::seconds(i64::from(foreign.age_seconds));
        let runs = foreign.hosts.iter().map(|host| Run {
            state: foreign.state,
            started: (foreign.state != RunState::Pending).then_some(created),
            finished: foreign.state.is_final().then_some(created),
            ..Run::new(host)
        });
        self.add_task(Task {
            id,
            // What Kaspersky Sandbox makes by itself counts, too (sandbox 190511).
            response: ["[Response]", "IOC Scan"]
                .iter()
                .any(|it| foreign.display_name.starts_with(it)),
            display_name: foreign.display_name,
            type_name: foreign
                .type_name
                .unwrap_or_else(|| "EdrResponse".to_owned()),
            product: "KES".to_owned(),
            version: "12.9.0.0".to_owned(),
            created,
            group: None,
            body: None,
            runs: runs.collect(),
        });
        id.to_string()
    }

    /// The two group tasks that every site has.
    pub(crate) fn add_everyday_tasks(&mut self) {
        let hosts: Vec<String> = self.hosts.iter().map(|host| host.spec.id.clone()).collect();
        let created = self.now - Duration::days(200);
        for (id, name, type_name) in [
            (12, "Update databases and modules", "Updater"),
            (17, "Malware Scan", "Scan_Objects"),
        ] {
            let done = |host: &String| Run {
                state: RunState::Success,
                started: Some(self.now - Duration::hours(3)),
                finished: Some(self.now - Duration::hours(2)),
                ..Run::new(host)
            };
            self.tasks.push(Task {
                id,
                display_name: name.to_owned(),
                type_name: type_name.to_owned(),
                product: "KES".to_owned(),
                version: "12.9.0.0".to_owned(),
                created,
                group: Some(0),
                response: false,
                body: None,
                runs: hosts.iter().map(done).collect(),
            });
        }
    }
}
