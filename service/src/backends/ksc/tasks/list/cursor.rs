//! Where a page ends and the next begins: opaque to callers, and good at every replica.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Wanted;
use crate::digest;

/// The place below an incident, in the list of what is wanted.
///
/// It carries a digest of the filters, so that it is not used with others. It keeps nobody from making
/// one up: a cursor opens nothing that a filter does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskCursor;

impl TaskCursor {
    /// The cursor to the place below this incident.
    #[must_use]
    pub fn write(wanted: &Wanted, incident: i64) -> String {
        URL_SAFE_NO_PAD.encode(format!("{incident}.{}", digest::short(wanted)))
    }

    /// The incident of a cursor; nothing when it is none, or one of another list.
    #[must_use]
    pub fn read(wanted: &Wanted, text: &str) -> Option<i64> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let incident: i64 = text.split_once('.')?.0.parse().ok()?;
        (text == format!("{incident}.{}", digest::short(wanted))).then_some(incident)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::report::State;

    #[test]
    fn a_cursor_is_good_for_its_own_list_alone() {
        let all = Wanted::default();
        let lost = Wanted {
            states: vec![State::Lost],
            ..Wanted::default()
        };

        let cursor = TaskCursor::write(&all, 42);

        assert_eq!(TaskCursor::read(&all, &cursor), Some(42));
        assert_eq!(TaskCursor::read(&lost, &cursor), None);
        for odd in ["", "42", "!", &cursor[1..], "NDI"] {
            assert_eq!(TaskCursor::read(&all, odd), None, "{odd:?}");
        }
    }
}
