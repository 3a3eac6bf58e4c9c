//! What a scan looks at.
//!
//! KUMA's page says that `onDemandScan.py` performs a critical areas scan. KES's scan of that name
//! looks at kernel memory, running processes, startup objects and boot sectors; of the places that
//! the vendor's request can name, these are the system memory (14), the startup objects and running
//! processes (15) and the boot sectors (16). So this is what is scanned when no place is named.

use serde_json::{Value, json};

use super::meaning::{CallMeaning, Unfit, choice};

/// The vendor's numbers, and the gateway's names.
const AREAS: [(&str, &str); 8] = [
    ("14", "systemMemory"),
    ("15", "startupObjectsAndRunningProcesses"),
    ("16", "diskBootSectors"),
    ("17", "systemBackupStorage"),
    ("18", "email"),
    ("23", "allRemovableDrives"),
    ("24", "allNetworkDrives"),
    ("25", "allFixedDrives"),
];

/// The places that a call names.
#[derive(Default)]
pub(super) struct Places {
    areas: Vec<&'static str>,
    wants_folder: bool,
    pub(super) folder: Option<String>,
    pub(super) disabled: bool,
}

impl Places {
    /// Takes kinds, by number or name, with commas between.
    pub(super) fn kinds(&mut self, text: &str) -> Result<(), Unfit> {
        for word in text.split(',').map(str::trim) {
            if word == "22" || word.eq_ignore_ascii_case("folder") {
                self.wants_folder = true;
                continue;
            }
            let area = AREAS
                .into_iter()
                .find(|(number, name)| word == *number || word.eq_ignore_ascii_case(name))
                .ok_or_else(|| choice("type", word, "14 to 18, 22 to 25, or their names"))?;
            if !self.areas.contains(&area.1) {
                self.areas.push(area.1);
            }
        }
        Ok(())
    }

    /// Says what is scanned.
    pub(super) fn settle(self, asked: &mut CallMeaning) -> Result<(), Unfit> {
        if self.disabled {
            return Err(Unfit::Contradiction(
                "--enabled false scans nothing, which would end as a success",
            ));
        }
        if self.wants_folder && self.folder.is_none() {
            return Err(Unfit::Contradiction("--type 22 (folder) needs --path"));
        }
        if !self.areas.is_empty() && self.folder.is_some() && !self.wants_folder {
            return Err(Unfit::Contradiction(
                "--path belongs to --type 22 (folder) alone; name both, as in --type 14,22",
            ));
        }
        let areas = if self.areas.is_empty() && self.folder.is_none() {
            AREAS[..3].iter().map(|(_, name)| *name).collect()
        } else {
            self.areas
        };
        if !areas.is_empty() {
            asked.body.insert("scanAreas".to_owned(), json!(areas));
        }
        if let Some(folder) = self.folder {
            // One folder: a list with blanks between could not have blanks in its paths.
            let folders = Value::Array(vec![folder.into()]);
            asked.body.insert("folders".to_owned(), folders);
        }
        Ok(())
    }
}
