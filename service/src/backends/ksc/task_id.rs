//! The ids of the tasks of one KSC: the incident's number behind the server's alias, so that every
//! replica can read it.

use vocabulary::task_id::{Alias, TaskId};

/// Writes and reads the ids of one server's tasks.
#[derive(Debug, Clone)]
pub struct TaskIds {
    alias: Alias,
}

impl TaskIds {
    /// Those of the server of this alias.
    #[must_use]
    pub fn of(alias: Alias) -> Self {
        Self { alias }
    }

    /// The server's alias.
    #[must_use]
    pub fn alias(&self) -> &Alias {
        &self.alias
    }

    /// The task id of an incident.
    ///
    /// # Panics
    /// For a negative number: KSC's incidents have none.
    #[must_use]
    pub fn encode(&self, incident: i64) -> TaskId {
        TaskId::of(&self.alias, &incident.to_string()).expect("numbers are names")
    }

    /// The incident of a task id, when it is one of this server in the only form that
    /// [`encode`](Self::encode) writes.
    #[must_use]
    pub fn decode(&self, id: &TaskId) -> Option<i64> {
        let number = Some(id.native()).filter(|_| id.backend() == self.alias.as_str())?;
        let plain = number.bytes().all(|it| it.is_ascii_digit()) && !number.starts_with('0');
        if plain { number.parse().ok() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_form_that_is_written_is_read_and_only_of_the_own_server() {
        let ids = TaskIds::of(Alias::parse("ksc").expect("an alias"));
        let read = |text: &str| TaskId::parse(text).and_then(|it| ids.decode(&it));
        assert_eq!(ids.decode(&ids.encode(42)), Some(42));
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
            "ksc2-1",
            "kata-1",
            "ksc-99999999999999999999",
        ] {
            assert_eq!(read(odd), None, "{odd:?}");
        }
    }
}
