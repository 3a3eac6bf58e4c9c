//! Administration groups: where in the tree of "Managed devices" a device is.

use std::collections::BTreeMap;

/// The groups by their numbers: names from the root on.
#[derive(Debug, Clone)]
pub(crate) struct Groups(BTreeMap<i64, Vec<String>>);

/// One group, as KSC describes it.
pub(crate) struct Group<'a> {
    pub(crate) name: &'a str,
    pub(crate) full_name: String,
    /// The group that it is in; none for the root.
    pub(crate) parent: Option<i64>,
}

impl Default for Groups {
    fn default() -> Self {
        let path = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect();
        Self(BTreeMap::from([
            (0, path(&["Managed devices"])),
            (3, path(&["Managed devices", "Workstations"])),
            (4, path(&["Managed devices", "Servers"])),
        ]))
    }
}

impl Groups {
    pub(crate) fn get(&self, number: i64) -> Option<Group<'_>> {
        let path = self.0.get(&number)?;
        let (name, above) = path.split_last()?;
        Some(Group {
            name,
            full_name: path.join("/"),
            parent: self.number(above),
        })
    }

    fn number(&self, path: &[String]) -> Option<i64> {
        let found = self.0.iter().find(|(_, it)| it.as_slice() == path);
        found.map(|(number, _)| *number)
    }

    /// The number of the group with these names, made with all that it is in when there is none.
    pub(crate) fn made(&mut self, path: &[String]) -> i64 {
        if let Some(number) = self.number(path) {
            return number;
        }
        if let Some((_, above @ [_, ..])) = path.split_last() {
            self.made(above);
        }
        let number = self.0.keys().max().map_or(0, |it| it + 1);
        self.0.insert(number, path.to_vec());
        number
    }
}
