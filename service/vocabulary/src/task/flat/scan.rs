//! A scan for malware: places by their names, and folders by their paths.

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::task::on_demand_scan::{ScanObject, ScanObjectType};
use crate::task::values::{Folder, FolderOrEmpty};
use crate::task::violation::Violation;

/// A place that every device has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ScanArea {
    /// The memory of running processes.
    SystemMemory,
    /// What starts with the system, and what runs.
    StartupObjectsAndRunningProcesses,
    /// The boot sectors of the disks.
    DiskBootSectors,
    /// The system's own backups.
    SystemBackupStorage,
    /// Mail databases.
    Email,
    /// Every removable drive.
    AllRemovableDrives,
    /// Every network drive.
    AllNetworkDrives,
    /// Every fixed drive.
    AllFixedDrives,
}

/// What to scan: one place at least, of either kind.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ScanMembers {
    /// Places by their names. Either these or folders are needed, or both.
    #[serde(default)]
    #[schema(required = false, max_items = 8)]
    scan_areas: Vec<ScanArea>,
    /// Folders by their paths.
    #[serde(default)]
    #[schema(required = false, max_items = 248)]
    folders: Vec<Folder>,
    /// Whether subfolders are scanned too; they are when it is absent.
    #[schema(value_type = bool, required = false)]
    recursive: Option<bool>,
}

impl ScanArea {
    /// The vendor's number.
    const fn kind(self) -> ScanObjectType {
        match self {
            Self::SystemMemory => ScanObjectType::SYSTEM_MEMORY,
            Self::StartupObjectsAndRunningProcesses => ScanObjectType::STARTUP_OBJECTS,
            Self::DiskBootSectors => ScanObjectType::DISK_BOOT_SECTORS,
            Self::SystemBackupStorage => ScanObjectType::SYSTEM_BACKUP_STORAGE,
            Self::Email => ScanObjectType::EMAIL,
            Self::AllRemovableDrives => ScanObjectType::ALL_REMOVABLE_DRIVES,
            Self::AllNetworkDrives => ScanObjectType::ALL_NETWORK_DRIVES,
            Self::AllFixedDrives => ScanObjectType::ALL_FIXED_DRIVES,
        }
    }
}

impl From<ScanMembers> for Vec<ScanObject> {
    fn from(members: ScanMembers) -> Self {
        let recursive = members.recursive.unwrap_or(true);
        let areas = members.scan_areas.into_iter().map(|area| ScanObject {
            enabled: true,
            path: FolderOrEmpty::nothing(),
            recursive,
            kind: area.kind(),
        });
        let folders = members.folders.into_iter().map(|folder| ScanObject {
            enabled: true,
            path: folder.into(),
            recursive,
            kind: ScanObjectType::FOLDER,
        });
        areas.chain(folders).collect()
    }
}

/// A scan of nothing ends as a success, which reads as all clear.
pub(super) fn check(members: &Value, violations: &mut Vec<Violation>) {
    let named = |member: &str| members.get(member).and_then(Value::as_array);
    let folders = named("folders");
    for place in 0..folders.map_or(0, Vec::len) {
        violations.extend(Folder::refusal(members, &format!("/folders/{place}")));
    }
    let is_empty = |member: &str| match members.get(member) {
        None => true,
        // What is no list is the schema's to tell.
        Some(it) => it.as_array().is_some_and(Vec::is_empty),
    };
    if is_empty("scanAreas") && is_empty("folders") {
        let rule = "Must name a place, unless folders are named.";
        violations.push(Violation::new("/params/scanAreas", "scan_nothing", rule));
    }
}
