//! The ids of the tasks of one Central Node: a UUID that the gateway has made up behind the alias.
//!
//! KATA gives out no numbers for rules, and takes an id of the caller's choice for tasks.

use uuid::Uuid;
use vocabulary::task_id::{Alias, TaskId};

/// Writes and reads the ids of one Central Node's tasks.
#[derive(Debug, Clone)]
pub(super) struct OrderIds {
    alias: Alias,
}

impl OrderIds {
    /// Those of the Central Node of this alias.
    pub(super) fn of(alias: Alias) -> Self {
        Self { alias }
    }

    /// The Central Node's alias.
    pub(super) fn alias(&self) -> &Alias {
        &self.alias
    }

    /// The id of the order that this UUID marks.
    pub(super) fn encode(&self, uuid: Uuid) -> TaskId {
        TaskId::of(&self.alias, &uuid.to_string()).expect("a UUID is a name")
    }

    /// Whether a task of this Central Node can have this id, in the only form that is written.
    pub(super) fn is_possible(&self, id: &TaskId) -> bool {
        id.backend() == self.alias.as_str()
            && Uuid::try_parse(id.native()).is_ok_and(|it| it.to_string() == id.native())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_form_that_is_written_is_read_and_only_of_the_own_server() {
        let ids = OrderIds::of(Alias::parse("kata").expect("an alias"));
        let uuid = "5f2c1c4e-3a0d-4c86-9a55-0c1de4b0a7f1";
        let id = ids.encode(Uuid::try_parse(uuid).expect("a UUID"));
        assert_eq!(id.to_string(), format!("kata-{uuid}"));
        assert!(ids.is_possible(&id));
        for odd in [
            "kata-42",
            "ksc-5f2c1c4e-3a0d-4c86-9a55-0c1de4b0a7f1",
            "kata-5F2C1C4E-3A0D-4C86-9A55-0C1DE4B0A7F1",
            "kata-5f2c1c4e3a0d4c869a550c1de4b0a7f1",
        ] {
            let id = TaskId::parse(odd).expect("a name");
            assert!(!ids.is_possible(&id), "{odd}");
        }
    }
}
