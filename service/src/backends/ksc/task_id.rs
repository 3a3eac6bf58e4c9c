//! The id of a task of KSC's: the incident's number behind the alias, so that every replica can
//! read it.

use vocabulary::task_id::{Alias, TaskId};

/// The alias of the one KSC that a gateway fronts.
const ALIAS: &str = "ksc";

/// What the one KSC is called.
///
/// # Panics
/// Never: it is an alias.
#[must_use]
pub fn alias() -> Alias {
    Alias::parse(ALIAS).expect("it is an alias")
}

/// The task id of an incident.
///
/// # Panics
/// For a negative number: KSC's incidents have none.
#[must_use]
pub fn encode(incident: i64) -> TaskId {
    TaskId::of(&alias(), &incident.to_string()).expect("numbers are names")
}

/// The incident of a task id, when it is one in the only form that [`encode`] writes.
#[must_use]
pub fn decode(id: &TaskId) -> Option<i64> {
    let number = Some(id.native()).filter(|_| id.backend() == ALIAS)?;
    let plain = number.bytes().all(|it| it.is_ascii_digit()) && !number.starts_with('0');
    if plain { number.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_form_that_is_written_is_read() {
        let read = |text: &str| TaskId::parse(text).as_ref().and_then(decode);
        assert_eq!(decode(&encode(42)), Some(42));
        assert_eq!(read("ksc-42"), Some(42));
        for odd in [
            "",
            "42",
            "ksc-",
            "ksc-0",
            "ksc-042",
            "ksc--1",
            "ksc-+1",
            "ksc-1 ",
            "ksc-1a",
            "KSC-1",
            "kata-1",
            "ksc-99999999999999999999",
        ] {
            assert_eq!(read(odd), None, "{odd:?}");
        }
    }
}
