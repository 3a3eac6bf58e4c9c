//! What the Central Node tells of a program that it was to have run.
//!
//! No page of the vendor's lists the states. So each is passed on as it is, and means nothing but
//! what the settings say that it means.

use super::standing::ProgramSight;
use super::written::written;
use crate::config::{ProgramMeaning, ProgramStates};
use vocabulary::report::State;

/// KATA lets no program run for longer.
pub(super) const LONGEST: time::Duration = time::Duration::hours(24);

/// Said of a task that a caller had removed.
pub(super) const CANCELLED: &str = "The task was removed from KATA as a caller wished; that does not stop a program that runs already, and whether it had begun is not known";

/// Said of a task that the gateway removed.
pub(super) const LATE: &str = "The task was removed from KATA, because nothing had shown in time that the program had begun: so it cannot begin later";

/// Said of a task that is not there, and whose order was never answered.
pub(super) const UNHEARD: &str = "KATA has no such task; it has not answered the order, and whether that has ever arrived is not known";

/// How far it has come.
pub(super) fn state(sight: &ProgramSight, states: &ProgramStates) -> State {
    match sight.state.as_deref().and_then(|it| states.meaning(it)) {
        Some(ProgramMeaning::Running) => State::Running,
        Some(ProgramMeaning::Succeeded) => State::Succeeded,
        Some(ProgramMeaning::Failed) => State::Failed,
        None => State::Pending,
    }
}

/// What was told, in a sentence.
pub(super) fn told(sight: &ProgramSight, states: &ProgramStates) -> String {
    let mut told = match &sight.state {
        None => "KATA has the task, and tells no state of it".to_owned(),
        Some(state) => match states.meaning(state) {
            Some(meaning) => format!(
                "KATA reports the state {state:?} of the program, which is {} by this gateway's settings",
                meaning.name()
            ),
            None => format!(
                "KATA reports the state {state:?} of the program; what that means is documented nowhere"
            ),
        },
    };
    if let Some(start) = sight.latest_start {
        told.push_str("; its latest start by KATA is ");
        told.push_str(&written(start));
    }
    told
}
