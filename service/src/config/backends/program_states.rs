//! What a Central Node's states of programs mean: no page of the vendor's lists them.

use std::collections::HashMap;

use crate::config::reader::Reader;

/// What a state means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgramMeaning {
    /// The device is at it.
    Running,
    /// It has run.
    Succeeded,
    /// It has not run, or has failed.
    Failed,
}

/// The meanings that the operator has given to states.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProgramStates(HashMap<String, ProgramMeaning>);

impl ProgramMeaning {
    const ALL: [Self; 3] = [Self::Running, Self::Succeeded, Self::Failed];

    /// In a word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

impl ProgramStates {
    /// What a state means, in whatever case it is written; nothing where nobody has said so.
    #[must_use]
    pub fn meaning(&self, state: &str) -> Option<ProgramMeaning> {
        self.0.get(&state.trim().to_lowercase()).copied()
    }

    pub(super) fn read(reader: &mut Reader, key: &str) -> Option<Self> {
        let mut meanings = HashMap::new();
        let mut whole = true;
        for (number, text) in (1..).zip(reader.list(key)?) {
            let said = text.split_once('=').and_then(|(state, meaning)| {
                let (state, meaning) = (state.trim().to_lowercase(), meaning.trim());
                let meaning = ProgramMeaning::ALL
                    .into_iter()
                    .find(|it| it.name() == meaning)?;
                (!state.is_empty()).then_some((state, meaning))
            });
            let Some((state, meaning)) = said else {
                whole = false;
                let rule = "must be `state=meaning`, the meaning running, succeeded or failed";
                reader.mistake(key, format!("entry {number} {rule}"));
                continue;
            };
            if meanings
                .insert(state, meaning)
                .is_some_and(|it| it != meaning)
            {
                whole = false;
                reader.mistake(
                    key,
                    format!("entry {number} says otherwise of a state than one before"),
                );
            }
        }
        whole.then_some(Self(meanings))
    }
}
