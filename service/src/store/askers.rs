//! Who asked for a task, and which tasks were asked for for a case, for all replicas.
//!
//! What is kept is text of the register's, and nothing here reads it. It is told behind the answer:
//! with what else is told of the request then, if anything is, and else by itself.

use std::time::Duration;

use super::away::Away;
use super::link::{ScriptCall, script};
use super::owed_notes::OwedNote;
use super::shared::Store;

/// Who asked for a task, as it is kept.
#[derive(Debug, Clone)]
pub struct AskerNote {
    /// What no other task has.
    pub name: String,
    /// What it says.
    pub text: String,
    /// How long it is kept.
    pub life: Duration,
    /// Where it stands among the tasks of its case, if it has one.
    pub case: Option<CasePlace>,
}

/// A task among those of its case.
#[derive(Debug, Clone)]
pub struct CasePlace {
    /// What no other case has.
    pub case: String,
    /// The task.
    pub task: String,
    /// Its place among them.
    pub place: i64,
    /// The oldest place that is kept.
    pub oldest: i64,
    /// How many are kept, the youngest.
    pub most: usize,
}

impl AskerNote {
    fn bytes(&self) -> usize {
        let case = self.case.as_ref();
        let case = case.map_or(0, |it| it.case.len() + it.task.len());
        self.name.len() + self.text.len() + case
    }
}

impl Store {
    /// Remembers who asked for a task, as soon as that can be told; nobody waits for it.
    pub fn enter(&self, note: &AskerNote) {
        let Some(room) = self.room_for(note) else {
            return;
        };
        let call = ScriptCall::new(script!("enter", behind "asker"));
        self.debts.owe(self.noted(call, note, room));
    }

    /// Room for a note among those that wait to be told.
    pub(super) fn room_for(&self, note: &AskerNote) -> Option<OwedNote> {
        self.notes.take(note.bytes())
    }

    /// The same call, with who asked at its end.
    pub(super) fn noted(&self, call: ScriptCall, note: &AskerNote, room: OwedNote) -> ScriptCall {
        let call = call
            .key(self.names.asker(&note.name))
            .arg(&note.text)
            .arg(note.life.as_millis().to_string())
            .noting(room);
        let Some(of) = &note.case else {
            return call;
        };
        call.key(self.names.case(&of.case))
            .arg(&of.task)
            .arg(of.place.to_string())
            .arg(of.oldest.to_string())
            .arg(of.most.to_string())
    }

    /// What is remembered of each of these tasks, in their order, in one question.
    ///
    /// # Errors
    /// When Redis cannot be asked.
    pub async fn askers(&self, names: &[String]) -> Result<Vec<Option<String>>, Away> {
        let names = names.iter();
        let call = names.fold(ScriptCall::new(script!("askers")), |call, name| {
            call.key(self.names.asker(name))
        });
        let answer = self.link.run(&call).await?;
        let known = answer
            .into_iter()
            .map(|it| Some(it).filter(|it| !it.is_empty()));
        Ok(known.collect())
    }

    /// The tasks of a case, the youngest last.
    ///
    /// # Errors
    /// When Redis cannot be asked.
    pub async fn of_case(&self, case: &str) -> Result<Vec<String>, Away> {
        let call = ScriptCall::new(script!("like")).key(self.names.case(case));
        self.link.run(&call).await
    }
}
