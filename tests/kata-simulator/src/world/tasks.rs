//! How tasks come, run and go.
//!
//! An agent starts a task once, when it hears of it; what it has started lives by itself. The
//! Central Node hears how it went when the agent is in contact.

use crate::deed::{DeedKind, RunEnd};
use crate::world::World;
use crate::world::agenda::Due;
use crate::world::task_book::{Program, Task, TaskState};
use stage::later;
use std::time::Duration;
use uuid::Uuid;

/// After that long, the agent ends a program.
const LONGEST_RUN: Duration = Duration::from_secs(24 * 3_600);

impl World {
    /// Puts a task in the place of any other with its id.
    pub(crate) fn put_task(&mut self, id: Uuid, sensor: Uuid, program: Program) {
        self.tasks_made += 1;
        let task = Task {
            number: self.tasks_made,
            sensor,
            program,
            state: TaskState::Waiting,
            started: None,
        };
        self.tasks.insert(id, task);
        self.call_agent(sensor);
    }

    /// Removes a task; a program that runs already goes on unless the switches say otherwise.
    /// `false` where there is none.
    pub(crate) fn remove_task(&mut self, id: Uuid) -> bool {
        let Some(task) = self.tasks.remove(&id) else {
            return false;
        };
        if self.behaviour.removal_stops_programs {
            self.end_run(task.sensor, task.number, RunEnd::Stopped);
        }
        true
    }

    /// An agent in contact starts what it has not started, and tells what it has not told.
    pub(crate) fn heed_tasks(&mut self, sensor: Uuid) {
        let untold = self.devices.get_mut(&sensor).map(|it| &mut it.untold);
        for (number, state) in untold.map(std::mem::take).unwrap_or_default() {
            self.hear(number, state);
        }
        let waits = |task: &Task| {
            task.sensor == sensor && task.state == TaskState::Waiting && task.program.start_now
        };
        let waiting = self.tasks.iter().filter(|(_, task)| waits(task));
        let mut waiting: Vec<(Uuid, u64)> = waiting.map(|(id, it)| (*id, it.number)).collect();
        waiting.sort_by_key(|(_, number)| *number);
        for (id, _) in waiting {
            self.start(id);
        }
    }

    fn start(&mut self, id: Uuid) {
        let now = self.now;
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        let (sensor, number) = (task.sensor, task.number);
        task.started = Some(now);
        task.state = TaskState::Running;
        let Program {
            command,
            parameters,
            directory,
            ..
        } = task.program.clone();
        let Some(spec) = self.directory.by_id(sensor) else {
            return;
        };
        if spec.lacks.contains(&command) {
            self.hear(number, TaskState::Failed);
            let how = RunEnd::NotThere;
            self.did(sensor, DeedKind::Ended { task: id, how });
            return;
        }
        let runs = Duration::from_secs(spec.run_seconds).min(LONGEST_RUN);
        let device = self.devices.entry(sensor).or_default();
        device.running.insert(number, id);
        let over = Due::RunOver(sensor, number);
        self.agenda.add(later(now, runs), over);
        let started = DeedKind::Started {
            task: id,
            command,
            parameters,
            directory,
        };
        self.did(sensor, started);
    }

    /// A program's time is over, whether it has come to its end or not.
    pub(crate) fn run_over(&mut self, sensor: Uuid, number: u64) {
        let spec = self.directory.by_id(sensor);
        let seconds = spec.map_or(0, |it| it.run_seconds);
        let how = if Duration::from_secs(seconds) > LONGEST_RUN {
            RunEnd::OverTime
        } else {
            RunEnd::Finished
        };
        self.end_run(sensor, number, how);
    }

    fn end_run(&mut self, sensor: Uuid, number: u64, how: RunEnd) {
        let Some(device) = self.devices.get_mut(&sensor) else {
            return;
        };
        let Some(task) = device.running.remove(&number) else {
            return;
        };
        let state = match how {
            RunEnd::Finished => TaskState::Done,
            RunEnd::OverTime => TaskState::TimedOut,
            RunEnd::NotThere | RunEnd::Stopped => TaskState::Failed,
        };
        if self.directory.away(sensor).is_some() {
            device.untold.push((number, state));
        } else {
            self.hear(number, state);
        }
        self.did(sensor, DeedKind::Ended { task, how });
    }

    /// The Central Node hears how a task went, if it still knows the task.
    fn hear(&mut self, number: u64, state: TaskState) {
        let task = self.tasks.values_mut().find(|it| it.number == number);
        if let Some(task) = task {
            task.state = state;
        }
    }
}
