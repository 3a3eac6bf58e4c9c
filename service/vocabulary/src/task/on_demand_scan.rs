//! `onDemandScan`: scan chosen places for malware.
//!
//! The parameters are an array, as the vendor's example notes; its table lists them as if they were
//! one object and leaves `enabled` out.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::values::FolderOrEmpty;
use super::violation::Violation;

/// The places to scan, for the document: one and more. The most is far beyond any real scan and
/// keeps a body bounded.
#[derive(Debug)]
pub struct OnDemandScanParams;

impl PartialSchema for OnDemandScanParams {
    fn schema() -> RefOr<Schema> {
        let array = ArrayBuilder::new()
            .items(Ref::from_schema_name(ScanObject::name()))
            .min_items(Some(1))
            .max_items(Some(256))
            .description(Some("The places to scan: an array, also for one place."));
        RefOr::T(Schema::Array(array.build()))
    }
}

impl ToSchema for OnDemandScanParams {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((ScanObject::name().into_owned(), ScanObject::schema()));
        ScanObject::schemas(schemas);
    }
}

/// One place to scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScanObject {
    /// Whether this place is scanned.
    pub enabled: bool,
    /// The folder, for type 22 alone; an empty string for every other type.
    pub path: FolderOrEmpty,
    /// Whether subfolders are scanned too.
    pub recursive: bool,
    /// What kind of place it is.
    #[serde(rename = "type")]
    pub kind: ScanObjectType,
}

/// The kinds of place. The numbers have a hole: 19, 20 and 21 are not defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct ScanObjectType(u8);

/// Every defined kind, with the vendor's name.
const KINDS: [(u8, &str); 9] = [
    (14, "SystemMemory"),
    (15, "StartupObjectsAndRunningProcesses"),
    (16, "DiskBootSectors"),
    (17, "SystemBackupStorage"),
    (18, "Email"),
    (22, "Folder"),
    (23, "AllRemovableDrives"),
    (24, "AllNetworkDrives"),
    (25, "AllFixedDrives"),
];

impl ScanObjectType {
    /// The memory of running processes.
    pub const SYSTEM_MEMORY: Self = Self(14);
    /// What starts with the system, and what runs.
    pub const STARTUP_OBJECTS: Self = Self(15);
    /// The boot sectors of the disks.
    pub const DISK_BOOT_SECTORS: Self = Self(16);
    /// The system's own backups.
    pub const SYSTEM_BACKUP_STORAGE: Self = Self(17);
    /// Mail databases.
    pub const EMAIL: Self = Self(18);
    /// A folder: the kind that a path belongs to.
    pub const FOLDER: Self = Self(22);
    /// Every removable drive.
    pub const ALL_REMOVABLE_DRIVES: Self = Self(23);
    /// Every network drive.
    pub const ALL_NETWORK_DRIVES: Self = Self(24);
    /// Every fixed drive.
    pub const ALL_FIXED_DRIVES: Self = Self(25);
}

impl TryFrom<i64> for ScanObjectType {
    type Error = &'static str;

    fn try_from(number: i64) -> Result<Self, Self::Error> {
        KINDS
            .iter()
            .find(|(it, _)| i64::from(*it) == number)
            .map(|(it, _)| Self(*it))
            .ok_or("Must be one of 14 to 18 and 22 to 25.")
    }
}

impl From<ScanObjectType> for i64 {
    fn from(kind: ScanObjectType) -> Self {
        kind.0.into()
    }
}

impl PartialSchema for ScanObjectType {
    fn schema() -> RefOr<Schema> {
        let names: Vec<String> = KINDS
            .iter()
            .map(|(it, name)| format!("{it} {name}"))
            .collect();
        let object = ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::Integer))
            .description(Some(format!("{}.", names.join(", "))))
            .enum_values(Some(KINDS.map(|(it, _)| it)))
            .examples([Self::FOLDER.0]);
        RefOr::T(Schema::Object(object.build()))
    }
}

impl ToSchema for ScanObjectType {}

/// A folder scan needs its folder, and nothing else takes one. Looks at the members it can read and
/// leaves the rest to the schema.
pub(super) fn check(params: &Value, violations: &mut Vec<Violation>) {
    let objects = params.as_array().map(Vec::as_slice).unwrap_or_default();
    for (index, object) in objects.iter().enumerate() {
        violations.extend(FolderOrEmpty::refusal(params, &format!("/{index}/path")));
        let kind = object.get("type").and_then(Value::as_i64);
        let path = object.get("path").and_then(Value::as_str);
        let detail = match (kind, path) {
            (Some(22), Some("")) => {
                "Must name the folder: type 22 (Folder) scans nothing without it."
            }
            (Some(kind), Some(path))
                if kind != i64::from(ScanObjectType::FOLDER)
                    && !path.is_empty()
                    && ScanObjectType::try_from(kind).is_ok() =>
            {
                "Must be empty: only type 22 (Folder) takes a path."
            }
            (_, _) => continue,
        };
        violations.push(Violation::new(
            format!("/params/{index}/path"),
            "scan_path",
            detail,
        ));
    }
}
