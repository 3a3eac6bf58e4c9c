//! Values that are valid when they exist: hashes, paths, names, severities.
//!
//! Each is made by parsing and has its rule in three forms side by side: the sentence for people
//! (`RULE`), the pattern of the published schema, and the function that decides. A test holds the
//! last two together.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use super::program_path::{self, PathSystem};
use super::protocol::Protocol;
use super::violation::Violation;
use super::windows_path;
use crate::names::HostName;

/// A text value: its type, rule, schema and conversions.
macro_rules! text_value {
    ($(#[$doc:meta])* $name:ident, rule: $rule:literal, code: $code:literal, pattern: $pattern:expr,
     length: $min:literal..=$max:literal, example: $example:expr, holds: $holds:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The rule in a sentence.
            pub const RULE: &str = $rule;
            /// The stable name of the rule.
            pub const CODE: &str = $code;
            /// The rule as the published schema says it.
            pub const PATTERN: &str = $pattern;

            /// The value, when the text keeps the rule.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                let holds: fn(&str) -> bool = $holds;
                let length = text.chars().count();
                (($min..=$max).contains(&length) && holds(text)).then(|| Self(text.to_owned()))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// What is wrong with the text at this place of the parameters, if there is a text that
            /// breaks the rule: a pattern cannot say everything.
            #[must_use]
            pub fn refusal(params: &Value, pointer: &str) -> Option<Violation> {
                let found = Self::refusal_at(params, pointer)?;
                Some(Violation { pointer: format!("/params{pointer}"), ..found })
            }

            /// What is wrong with the text at this place of a body, if there is a text that breaks
            /// the rule.
            #[must_use]
            pub fn refusal_at(body: &Value, pointer: &str) -> Option<Violation> {
                let text = body.pointer(pointer)?.as_str()?;
                let is_wrong = Self::parse(text).is_none();
                is_wrong.then(|| Violation::new(pointer, Self::CODE, Self::RULE))
            }
        }

        impl TryFrom<String> for $name {
            type Error = &'static str;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text).ok_or(Self::RULE)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let object = ObjectBuilder::new()
                    .schema_type(SchemaType::new(Type::String))
                    .description(Some(Self::RULE))
                    .pattern(Some(Self::PATTERN))
                    .min_length(Some($min))
                    .max_length(Some($max))
                    .examples([$example]);
                RefOr::T(Schema::Object(object.build()))
            }
        }

        impl ToSchema for $name {}
    };
}

text_value! {
    /// An MD5 hash, or nothing: the file tasks take an empty string for "any".
    Md5OrEmpty,
    rule: "Must be an MD5 hash of 32 hexadecimal digits, or an empty string.",
    code: "md5_or_empty",
    pattern: "^(?:[0-9a-fA-F]{32})?$",
    length: 0..=32,
    example: "d41d8cd98f00b204e9800998ecf8427e",
    holds: |text| text.is_empty() || is_hex(text, 32)
}

text_value! {
    /// A SHA-256 hash, or nothing: the file tasks take an empty string for "any".
    Sha256OrEmpty,
    rule: "Must be a SHA-256 hash of 64 hexadecimal digits, or an empty string.",
    code: "sha256_or_empty",
    pattern: "^(?:[0-9a-fA-F]{64})?$",
    length: 0..=64,
    example: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    holds: |text| text.is_empty() || is_hex(text, 64)
}

text_value! {
    /// A hash of a file, of one of the two kinds that rules go by.
    Md5OrSha256,
    rule: "Must be an MD5 hash of 32 hexadecimal digits, or a SHA-256 hash of 64.",
    code: "md5_or_sha256",
    pattern: "^(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{64})$",
    length: 32..=64,
    example: "d41d8cd98f00b204e9800998ecf8427e",
    holds: |text| is_hex(text, 32) || is_hex(text, 64)
}

text_value! {
    /// An MD5 hash. KSC's execution prevention takes no other and no empty one: elsewhere KES knows
    /// rules by SHA-256, but this interface documents MD5 alone.
    Md5,
    rule: "Must be an MD5 hash of 32 hexadecimal digits. SHA-256 is not accepted here, and neither is an empty string.",
    code: "md5",
    pattern: "^[0-9a-fA-F]{32}$",
    length: 32..=32,
    example: "d41d8cd98f00b204e9800998ecf8427e",
    holds: |text| is_hex(text, 32)
}

text_value! {
    /// The absolute path of a file on the device.
    WindowsPath,
    rule: "Must be one absolute path that Windows can have (C:\\…, \\\\server\\share\\… or %VARIABLE%\\…): no control characters, none of / * ? \" < > |, no folders . and .., and a colon only after the drive or before the name of a stream.",
    code: "windows_path",
    pattern: windows_path::FILE,
    length: 4..=32767,
    example: "C:\\Users\\Public\\drop.exe",
    holds: windows_path::is_file
}

text_value! {
    /// The path of a file on the device, or nothing where the hash alone decides.
    WindowsPathOrEmpty,
    rule: "Must be empty, or one absolute path that Windows can have (C:\\…, \\\\server\\share\\… or %VARIABLE%\\…): no control characters, none of / * ? \" < > |, no folders . and .., and a colon only after the drive or before the name of a stream.",
    code: "windows_path_or_empty",
    pattern: windows_path::FILE_OR_EMPTY,
    length: 0..=32767,
    example: "C:\\Users\\Public\\drop.exe",
    holds: |text| text.is_empty() || windows_path::is_file(text)
}

text_value! {
    /// A folder on the device, or nothing. Unlike a file's path it may be the root of a drive.
    FolderOrEmpty,
    rule: "Must be empty, or the absolute path of one folder as Windows can have it (C:\\…, \\\\server\\share\\… or %VARIABLE%\\…): no control characters, none of / * ? \" < > |, no folders . and .., and a colon only after the drive.",
    code: "folder_or_empty",
    pattern: windows_path::FOLDER_OR_EMPTY,
    length: 0..=32767,
    example: "C:\\Users",
    holds: |text| text.is_empty() || windows_path::is_folder(text)
}

text_value! {
    /// A folder on the device.
    Folder,
    rule: "Must be the absolute path of one folder as Windows can have it (C:\\…, \\\\server\\share\\… or %VARIABLE%\\…): no control characters, none of / * ? \" < > |, no folders . and .., and a colon only after the drive.",
    code: "folder",
    pattern: windows_path::FOLDER,
    length: 1..=32767,
    example: "C:\\Users",
    holds: windows_path::is_folder
}

impl From<Folder> for FolderOrEmpty {
    fn from(folder: Folder) -> Self {
        Self(folder.0)
    }
}

impl FolderOrEmpty {
    /// No folder.
    #[must_use]
    pub fn nothing() -> Self {
        Self(String::new())
    }
}

impl Md5OrEmpty {
    /// Any file's.
    #[must_use]
    pub fn nothing() -> Self {
        Self(String::new())
    }
}

impl Sha256OrEmpty {
    /// Any file's.
    #[must_use]
    pub fn nothing() -> Self {
        Self(String::new())
    }
}

text_value! {
    /// The absolute path of a program on the device.
    ProgramPath,
    rule: "Must be one absolute path that Windows can have (C:\\…, \\\\server\\share\\… or %VARIABLE%\\…) or Linux (/…): no control characters, no folders . and .., and at Windows none of / * ? \" < > | and a colon only after the drive or before the name of a stream.",
    code: "program_path",
    pattern: program_path::PROGRAM,
    length: 2..=32767,
    example: "C:\\Windows\\System32\\ipconfig.exe",
    holds: program_path::is_program
}

text_value! {
    /// The folder that a program works in, or nothing.
    ProgramFolderOrEmpty,
    rule: "Must be empty, or the absolute path of one folder as Windows can have it (C:\\…, \\\\server\\share\\… or %VARIABLE%\\…) or Linux (/…): no control characters, no folders . and .., and at Windows none of / * ? \" < > | and a colon only after the drive.",
    code: "program_folder_or_empty",
    pattern: program_path::FOLDER_OR_EMPTY,
    length: 0..=32767,
    example: "C:\\Windows\\Temp",
    holds: |text| text.is_empty() || program_path::is_folder(text)
}

impl ProgramPath {
    /// Whose path it is.
    #[must_use]
    pub fn system(&self) -> PathSystem {
        PathSystem::of(self.as_str())
    }
}

impl ProgramFolderOrEmpty {
    /// Whose path it is; nobody's where it is empty.
    #[must_use]
    pub fn system(&self) -> Option<PathSystem> {
        (!self.as_str().is_empty()).then(|| PathSystem::of(self.as_str()))
    }
}

text_value! {
    /// The name of exclusions that the operator has written down.
    PresetName,
    rule: "Must be a small letter and up to 31 small letters, digits and underscores, such as dns.",
    code: "preset_name",
    pattern: "^[a-z][a-z0-9_]{0,31}$",
    length: 1..=32,
    example: "dns",
    holds: is_preset_name
}

text_value! {
    /// The address of the other side.
    Ipv4,
    rule: "Must be one IPv4 address in dotted decimals, such as 192.0.2.10.",
    code: "ipv4",
    pattern: r"^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])$",
    length: 7..=15,
    example: "192.0.2.10",
    holds: |text| text.parse::<Ipv4Addr>().is_ok()
}

text_value! {
    /// A port, or a range of them.
    Ports,
    rule: "Must be a port from 1 to 65535, such as 443, or a range of them, such as 8000-8100, the lower one first.",
    code: "ports",
    pattern: "^[1-9][0-9]{0,4}(?:-[1-9][0-9]{0,4})?$",
    length: 1..=11,
    example: "443",
    holds: |text| port_range(text).is_some()
}

impl Ipv4 {
    /// The address.
    #[must_use]
    pub fn get(&self) -> Ipv4Addr {
        self.as_str().parse().expect("it was read before")
    }
}

impl Ports {
    /// The first and the last one: the same where it is one port.
    #[must_use]
    pub fn bounds(&self) -> (u16, u16) {
        port_range(self.as_str()).expect("it was read before")
    }
}

/// The first and the last port; nothing when the text has another form.
fn port_range(text: &str) -> Option<(u16, u16)> {
    let port = |it: &str| {
        let port = it.parse::<u16>().ok().filter(|it| *it > 0)?;
        (it == port.to_string()).then_some(port)
    };
    match text.split_once('-') {
        None => port(text).map(|it| (it, it)),
        Some((from, to)) => port(from).zip(port(to)).filter(|(from, to)| from < to),
    }
}

text_value! {
    /// Command line arguments.
    Arguments,
    rule: "Must not contain control characters.",
    code: "arguments",
    pattern: r"^[^\x00-\x1f\x7f]*$",
    length: 0..=32767,
    example: "/all",
    holds: |text| !text.chars().any(is_control)
}

text_value! {
    /// The name of the requesting application, which KSC shows in the task's name.
    ///
    /// That has room for 100 characters in all (KSCAPI 15.1 a00030), and the rest of the longest
    /// one takes some 64. What KSC does with a longer one is not documented, so this and a tag have
    /// 32 together.
    Area,
    rule: "Must be 1 to 24 letters, digits, spaces, dots, underscores and hyphens, beginning and ending with a letter or digit.",
    code: "area",
    // What is beyond ASCII may be a letter; the function says whether it is.
    pattern: r"^[^\x00-/:-@\[-`{-\xa0](?:[^\x00-\x1f!-,/:-@\[-\^`{-\xa0]*[^\x00-/:-@\[-`{-\xa0])?$",
    length: 1..=24,
    example: "Kuma",
    holds: |text| {
        text.chars().all(|it| is_word(it) || " ._-".contains(it))
            && text.starts_with(is_word)
            && text.ends_with(is_word)
    }
}

text_value! {
    /// Free text for the audit log, which may have lines: people paste it from tickets.
    Comment,
    rule: "Must be at most 1024 characters without control characters other than line breaks and tabs.",
    code: "comment",
    pattern: r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$",
    length: 0..=1024,
    example: "INC-20417: beaconing to a known C2 address",
    holds: |text| !text.chars().any(|it| is_control(it) && !matches!(it, '\n' | '\r' | '\t'))
}

text_value! {
    /// The caller's own reference, for the audit log. It does not make requests idempotent.
    ExternalId,
    rule: "Must be 1 to 128 characters without control characters.",
    code: "external_id",
    pattern: r"^[^\x00-\x1f\x7f]+$",
    length: 1..=128,
    example: "case-20417",
    holds: |text| !text.chars().any(is_control)
}

impl Area {
    /// Characters of a tag that makes an area unique (`correlation`).
    pub const TAG: usize = 9;
    /// Most characters of an area that a tag is attached to: together they have 32, since KSC cuts
    /// or refuses the name of a longer task, and says so to nobody.
    pub const MOST_WITH_TAG: usize = 32 - Self::TAG;

    /// Whether a tag may be attached to it.
    #[must_use]
    pub fn leaves_room_for_a_tag(&self) -> bool {
        self.as_str().chars().count() <= Self::MOST_WITH_TAG
    }
}

/// How much an incident matters: KSC's own scale of three, not that of its events (KSCAPI 16,
/// "severity levels", a00035).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Severity(u8);

impl Severity {
    /// What the vendor's example sends.
    pub const WARNING: Self = Self(2);

    /// The number: 1 information, 2 warning, 3 critical.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0 as i64
    }
}

impl TryFrom<i64> for Severity {
    type Error = &'static str;

    fn try_from(number: i64) -> Result<Self, Self::Error> {
        match number {
            1 => Ok(Self(1)),
            2 => Ok(Self(2)),
            3 => Ok(Self(3)),
            _ => Err("Must be 1 (information), 2 (warning) or 3 (critical)."),
        }
    }
}

impl From<Severity> for i64 {
    fn from(severity: Severity) -> Self {
        severity.number()
    }
}

impl PartialSchema for Severity {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::Integer))
            .description(Some(
                "1 information, 2 warning (also when it is absent), 3 critical: KSC's scale for incidents.",
            ))
            .minimum(Some(1))
            .maximum(Some(3))
            .examples([2]);
        RefOr::T(Schema::Object(object.build()))
    }
}

impl ToSchema for Severity {}

/// What a pattern of the published document means, for people, where a text does not fit it: its
/// code and its sentence.
#[must_use]
pub fn explain(pattern: &str, text: &str) -> Option<(&'static str, &'static str)> {
    let rules = [
        (Md5OrEmpty::PATTERN, Md5OrEmpty::CODE, Md5OrEmpty::RULE),
        (
            Sha256OrEmpty::PATTERN,
            Sha256OrEmpty::CODE,
            Sha256OrEmpty::RULE,
        ),
        (Md5::PATTERN, Md5::CODE, Md5::RULE),
        (Md5OrSha256::PATTERN, Md5OrSha256::CODE, Md5OrSha256::RULE),
        (ProgramPath::PATTERN, ProgramPath::CODE, ProgramPath::RULE),
        (
            ProgramFolderOrEmpty::PATTERN,
            ProgramFolderOrEmpty::CODE,
            ProgramFolderOrEmpty::RULE,
        ),
        (WindowsPath::PATTERN, WindowsPath::CODE, WindowsPath::RULE),
        (
            WindowsPathOrEmpty::PATTERN,
            WindowsPathOrEmpty::CODE,
            WindowsPathOrEmpty::RULE,
        ),
        (
            FolderOrEmpty::PATTERN,
            FolderOrEmpty::CODE,
            FolderOrEmpty::RULE,
        ),
        (PresetName::PATTERN, PresetName::CODE, PresetName::RULE),
        (Ipv4::PATTERN, Ipv4::CODE, Ipv4::RULE),
        (Ports::PATTERN, Ports::CODE, Ports::RULE),
        (Protocol::PATTERN, Protocol::CODE, Protocol::RULE),
        (Folder::PATTERN, Folder::CODE, Folder::RULE),
        (Arguments::PATTERN, "control_characters", Arguments::RULE),
        (Area::PATTERN, Area::CODE, Area::RULE),
        (HostName::PATTERN, HostName::CODE, HostName::RULE),
        (Comment::PATTERN, Comment::CODE, Comment::RULE),
        (ExternalId::PATTERN, ExternalId::CODE, ExternalId::RULE),
    ];
    let of_paths = [
        WindowsPath::PATTERN,
        WindowsPathOrEmpty::PATTERN,
        FolderOrEmpty::PATTERN,
        ProgramPath::PATTERN,
        ProgramFolderOrEmpty::PATTERN,
        Arguments::PATTERN,
        HostName::PATTERN,
    ];
    let slipped = of_paths.contains(&pattern) && windows_path::has_lost_a_backslash(text);
    let (_, code, rule) = rules.iter().find(|(it, _, _)| *it == pattern)?;
    Some((
        code,
        if slipped {
            windows_path::LOST_BACKSLASH
        } else {
            rule
        },
    ))
}

fn is_preset_name(text: &str) -> bool {
    let holds = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
    text.starts_with(|it: char| it.is_ascii_lowercase()) && text.chars().all(holds)
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|it| it.is_ascii_hexdigit())
}

fn is_word(it: char) -> bool {
    it.is_alphanumeric() && !it.is_control()
}

fn is_control(it: char) -> bool {
    it.is_ascii_control()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::accepts;

    const TEXTS: &[&str] = &[
        "",
        "x",
        "C:\\",
        "C:\\a",
        "c:\\Users\\Public\\drop.exe",
        "C:\\x\\\"q\".exe",
        "C:\\Папка\\файл 🦀.exe",
        "C:/a",
        "C:a",
        "\\\\server\\share\\a.exe",
        "\\\\server\\",
        "\\\\server",
        "\\\\\\a",
        "\\\\ser*ver\\a",
        "\\\\?\\C:\\a",
        "%TEMP%\\a.exe",
        "%TEMP%",
        "%ProgramFiles(x86)%\\a",
        "%%\\a",
        "%TE MP%\\a",
        "C:\\*.exe",
        "C:\\a?.exe",
        "C:\\a\u{0}b",
        "C:\\a\nb",
        "relative\\a.exe",
        "d41d8cd98f00b204e9800998ecf8427e",
        "D41D8CD98F00B204E9800998ECF8427E",
        "d41d8cd98f00b204e9800998ecf8427",
        "d41d8cd98f00b204e9800998ecf8427g",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "Kuma",
        " Kuma",
        "Kuma ",
        "my-soar_1.2",
        "a]b",
        "Кума 2",
        "ws-042.corp.example",
        "4328e16a-bf83-47c3-8d0b-0fdf79f9d673",
        "Рабочая станция",
        "_ldap",
        "-x",
        "a*",
        "a\")(KLHST_WKS_DN=\"*",
        "10.0.0.1",
        "central_node",
        "1st",
    ];

    #[test]
    fn the_pattern_and_the_function_agree_on_every_text() {
        macro_rules! agree {
            ($($name:ident $min:literal..=$max:literal),*) => {$(
                for text in TEXTS {
                    let length = text.chars().count();
                    assert_eq!(
                        ($min..=$max).contains(&length) && accepts($name::PATTERN, text),
                        $name::parse(text).is_some(),
                        "{} disagrees on {text:?}", stringify!($name)
                    );
                }
            )*};
        }
        agree!(
            Md5OrEmpty 0..=32, Sha256OrEmpty 0..=64, Md5 32..=32, Md5OrSha256 32..=64, PresetName 1..=32, Ipv4 7..=15, Arguments 0..=32767,
            Area 1..=24, Comment 0..=1024, ExternalId 1..=128
        );
    }
}
