//! Actions on a file, or by one.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::task::delete_file::DeleteFileParams;
use crate::task::get_file::GetFileParams;
use crate::task::ioc_scan::IocScanParams;
use crate::task::quarantine_file::QuarantineFileParams;
use crate::task::terminate_process::TerminateProcessParams;
use crate::task::values::{Md5OrEmpty, Md5OrSha256, Sha256OrEmpty, WindowsPath};

/// A file, for actions that take nothing else.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct FileMembers {
    /// Path of the file.
    path: WindowsPath,
    /// MD5 or SHA-256 of the file; whatever is at the path when it is absent.
    #[schema(value_type = Md5OrSha256, required = false)]
    hash: Option<Md5OrSha256>,
}

/// A file to delete.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DeletionMembers {
    /// Path of the file.
    path: WindowsPath,
    /// MD5 or SHA-256 of the file; whatever is at the path when it is absent.
    #[schema(value_type = Md5OrSha256, required = false)]
    hash: Option<Md5OrSha256>,
    /// Look for the file in subfolders too. The vendor's default when it is absent.
    #[schema(value_type = bool, required = false)]
    search_in_subfolders: Option<bool>,
}

/// The file of the processes to end.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TerminationMembers {
    /// Path of the file that the process runs.
    path: WindowsPath,
    /// MD5 or SHA-256 of the file; whatever is at the path when it is absent.
    #[schema(value_type = Md5OrSha256, required = false)]
    hash: Option<Md5OrSha256>,
    /// Whether case matters in the path; it does not when it is absent.
    #[serde(default)]
    #[schema(required = false)]
    case_sensitive: bool,
}

/// Indicators, and what to do on a hit: nothing of what is absent.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct IocScanMembers {
    /// A ZIP archive of OpenIOC 1.0 or 1.1 documents (`.ioc`, `.xml`) in base64: at most 2 MB a
    /// document and 10 MB in all, ids unique.
    #[schema(min_length = 1, max_length = 14_000_000, content_encoding = "base64")]
    ioc: String,
    /// Isolate the host on a hit.
    #[serde(default)]
    #[schema(required = false)]
    isolate_host: bool,
    /// Scan critical areas on a hit.
    #[serde(default)]
    #[schema(required = false)]
    scan_critical_areas: bool,
    /// Delete the object on a hit, with a copy in Quarantine.
    #[serde(default)]
    #[schema(required = false)]
    quarantine_object: bool,
}

/// A hash where the vendor wants it, and nothing where it wants the other kind.
fn sorted(hash: Option<&Md5OrSha256>) -> (Md5OrEmpty, Sha256OrEmpty) {
    let text = hash.map_or("", Md5OrSha256::as_str);
    let md5 = Md5OrEmpty::parse(text).unwrap_or_else(Md5OrEmpty::nothing);
    let sha256 = Sha256OrEmpty::parse(text).unwrap_or_else(Sha256OrEmpty::nothing);
    (md5, sha256)
}

/// Of the tasks that take a file and nothing else.
macro_rules! of_file {
    ($($params:ident),*) => {$(
        impl From<FileMembers> for $params {
            fn from(FileMembers { path, hash }: FileMembers) -> Self {
                let (md5hash, sha256hash) = sorted(hash.as_ref());
                Self {
                    md5hash,
                    sha256hash,
                    path,
                }
            }
        }
    )*};
}

of_file!(GetFileParams, QuarantineFileParams);

impl From<DeletionMembers> for DeleteFileParams {
    fn from(members: DeletionMembers) -> Self {
        let (md5hash, sha256hash) = sorted(members.hash.as_ref());
        Self {
            md5hash,
            sha256hash,
            path: members.path,
            search_in_subfolders: members.search_in_subfolders,
        }
    }
}

impl From<TerminationMembers> for TerminateProcessParams {
    fn from(members: TerminationMembers) -> Self {
        let (md5hash, sha256hash) = sorted(members.hash.as_ref());
        Self {
            md5hash,
            sha256hash,
            path: members.path,
            case_sensitive: members.case_sensitive,
        }
    }
}

impl From<IocScanMembers> for IocScanParams {
    fn from(members: IocScanMembers) -> Self {
        let IocScanMembers {
            ioc,
            isolate_host,
            scan_critical_areas,
            quarantine_object,
        } = members;
        Self {
            ioc,
            isolate_host,
            scan_critical_areas,
            quarantine_object,
        }
    }
}
