//! The JSON inside `KLINCDT_BODY`, read as the EDR plug-in of the Web Console reads it.
//!
//! A body that is not as documented makes no task, and nobody is told: that is how KSC behaves, so
//! the defects are collected for the journal and for nobody else. Members that merely should not be
//! there are defects too, but the task is made all the same.

use crate::journal::Rule;
use serde_json::{Map, Value};

/// The nine tasks (kaspersky-edr.md, section 1.2).
pub(crate) const TASKS: [&str; 9] = [
    "getFile",
    "deleteFile",
    "quarantineFile",
    "iocScan",
    "startProcess",
    "terminateProcess",
    "isolateHost",
    "preventExecution",
    "onDemandScan",
];

/// A body that makes a task.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EdrBody {
    pub(crate) target: String,
    pub(crate) task: String,
    pub(crate) params: Value,
    pub(crate) area: String,
}

/// What was read, and every defect that was seen on the way.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reading {
    /// Absent when the defects are such that no task is made.
    pub(crate) body: Option<EdrBody>,
    pub(crate) defects: Vec<(Rule, String)>,
}

/// Reads a body.
pub(crate) fn read(text: &str) -> Reading {
    let mut defects = Vec::new();
    let Ok(Value::Object(map)) = serde_json::from_str::<Value>(text) else {
        defects.push((Rule::IncidentBody, "not a JSON object".to_owned()));
        return Reading {
            body: None,
            defects,
        };
    };
    let known = [
        "targetHost",
        "task",
        "params",
        "responseEventIncident",
        "responseEventIncidentArea",
    ];
    for name in map.keys().filter(|name| !known.contains(&name.as_str())) {
        defects.push((Rule::IncidentBody, format!("there is no member {name}")));
    }
    let mut fatal = Vec::new();
    let mut text_of = |name: &str| match map.get(name).and_then(Value::as_str) {
        Some(text) if !text.is_empty() => text.to_owned(),
        _ => {
            fatal.push((
                Rule::IncidentBody,
                format!("{name} must be a non-empty string"),
            ));
            String::new()
        }
    };
    let target = text_of("targetHost");
    let task = text_of("task");
    let area = text_of("responseEventIncidentArea");
    if map.get("responseEventIncident") != Some(&Value::Bool(true)) {
        fatal.push((
            Rule::IncidentBody,
            "responseEventIncident must be true".to_owned(),
        ));
    }
    let params = map.get("params").cloned().unwrap_or(Value::Null);
    if TASKS.contains(&task.as_str()) {
        let wrong = params_of(&task, &params);
        fatal.extend(
            wrong
                .into_iter()
                .map(|what| (Rule::TaskParameters, format!("{task}: {what}"))),
        );
    } else {
        fatal.push((Rule::IncidentBody, format!("there is no task {task:?}")));
    }
    let body = fatal.is_empty().then_some(EdrBody {
        target,
        task,
        params,
        area,
    });
    defects.extend(fatal);
    Reading { body, defects }
}

/// What a member of `params` must be.
#[derive(Clone, Copy)]
enum Must {
    /// Any string.
    Text,
    /// A string with something in it.
    Filled,
    /// 32 hexadecimal digits, or nothing.
    Md5OrEmpty,
    /// 64 hexadecimal digits, or nothing.
    Sha256OrEmpty,
    /// 32 hexadecimal digits.
    Md5,
    /// Base64 of a ZIP archive.
    Archive,
    Boolean,
    /// 0 or 1.
    Switch,
    /// One of the scan object types: 14 to 18, 22 to 25.
    ScanType,
}

struct Member(&'static str, Must, bool);

const fn required(name: &'static str, must: Must) -> Member {
    Member(name, must, true)
}

const fn optional(name: &'static str, must: Must) -> Member {
    Member(name, must, false)
}

const FILE: [Member; 3] = [
    required("md5hash", Must::Md5OrEmpty),
    required("sha256hash", Must::Sha256OrEmpty),
    // Hash without path is unproven over this interface, so an empty path is only checked for its
    // type.
    required("path", Must::Text),
];
const DELETE: [Member; 1] = [optional("searchInSubfolders", Must::Boolean)];
const TERMINATE: [Member; 1] = [required("caseSensitive", Must::Boolean)];
const IOC: [Member; 4] = [
    required("ioc", Must::Archive),
    required("isolateHost", Must::Boolean),
    required("scanCriticalAreas", Must::Boolean),
    required("quarantineObject", Must::Boolean),
];
const START: [Member; 3] = [
    required("executablePath", Must::Filled),
    optional("arguments", Must::Text),
    optional("workingFolder", Must::Text),
];
const ISOLATE: [Member; 1] = [required("action", Must::Switch)];
const PREVENT: [Member; 3] = [
    required("hash", Must::Md5),
    required("path", Must::Text),
    required("caseSensitive", Must::Boolean),
];
const SCAN: [Member; 4] = [
    required("enabled", Must::Boolean),
    required("path", Must::Text),
    required("recursive", Must::Boolean),
    required("type", Must::ScanType),
];

/// Everything that is wrong with a task's parameters.
fn params_of(task: &str, params: &Value) -> Vec<String> {
    if task == "onDemandScan" {
        return scan_areas(params);
    }
    let Some(map) = params.as_object() else {
        return vec!["params must be an object".to_owned()];
    };
    let members: Vec<&Member> = match task {
        "getFile" | "quarantineFile" => FILE.iter().collect(),
        "deleteFile" => FILE.iter().chain(&DELETE).collect(),
        "terminateProcess" => FILE.iter().chain(&TERMINATE).collect(),
        "iocScan" => IOC.iter().collect(),
        "startProcess" => START.iter().collect(),
        "isolateHost" => ISOLATE.iter().collect(),
        "preventExecution" => PREVENT.iter().collect(),
        _ => Vec::new(),
    };
    let mut wrong = check(map, &members);
    let names_nothing = ["path", "md5hash", "sha256hash"]
        .iter()
        .all(|name| map.get(*name).is_none_or(|value| value == ""));
    if matches!(
        task,
        "getFile" | "quarantineFile" | "deleteFile" | "terminateProcess"
    ) && names_nothing
    {
        wrong.push("neither a path nor a hash".to_owned());
    }
    wrong
}

fn scan_areas(params: &Value) -> Vec<String> {
    let Some(areas) = params.as_array().filter(|areas| !areas.is_empty()) else {
        return vec!["params must be an array with at least one element".to_owned()];
    };
    let members: Vec<&Member> = SCAN.iter().collect();
    let check_area = |area: &Value| match area.as_object() {
        Some(map) => check(map, &members),
        None => vec!["an element must be an object".to_owned()],
    };
    areas.iter().flat_map(check_area).collect()
}

fn check(map: &Map<String, Value>, members: &[&Member]) -> Vec<String> {
    let mut wrong = Vec::new();
    for name in map
        .keys()
        .filter(|name| !members.iter().any(|member| member.0 == name.as_str()))
    {
        wrong.push(format!("there is no {name}"));
    }
    for Member(name, must, needed) in members {
        match map.get(*name) {
            None if *needed => wrong.push(format!("{name} is missing")),
            Some(value) if !is(value, *must) => wrong.push(format!("{name} is not as documented")),
            None | Some(_) => {}
        }
    }
    wrong
}

fn is(value: &Value, must: Must) -> bool {
    let text = value.as_str();
    let hex = |digits: usize| {
        text.is_some_and(|text| {
            text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    };
    match must {
        Must::Text => text.is_some(),
        Must::Filled => text.is_some_and(|text| !text.is_empty()),
        Must::Md5OrEmpty => hex(32) || text == Some(""),
        Must::Sha256OrEmpty => hex(64) || text == Some(""),
        Must::Md5 => hex(32),
        Must::Archive => text.and_then(archive).is_some(),
        Must::Boolean => value.is_boolean(),
        Must::Switch => matches!(value.as_i64(), Some(0 | 1)),
        Must::ScanType => matches!(value.as_i64(), Some(14..=18 | 22..=25)),
    }
}

/// The bytes of a ZIP archive in base64: a local header or, for an empty archive, the end record.
pub(crate) fn archive(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(text)
        .ok()?;
    (bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn body(task: &str, params: &Value) -> String {
        json!({"targetHost": "h", "task": task, "params": params,
               "responseEventIncident": true, "responseEventIncidentArea": "Kuma"})
        .to_string()
    }

    #[test]
    fn documented_bodies_make_tasks() {
        for (task, params) in [
            (
                "getFile",
                json!({"md5hash": "", "sha256hash": "", "path": "C:\\x"}),
            ),
            ("isolateHost", json!({"action": 0})),
            ("startProcess", json!({"executablePath": "C:\\x.exe"})),
            (
                "onDemandScan",
                json!([{"enabled": true, "path": "", "recursive": true, "type": 14}]),
            ),
        ] {
            let reading = read(&body(task, &params));

            assert_eq!(reading.defects, [], "{task}");
            assert!(reading.body.is_some(), "{task}");
        }
    }

    #[test]
    fn mistakes_in_parameters_make_no_task() {
        for (task, params) in [
            ("isolateHost", json!({"action": true})),
            ("isolateHost", json!({"action": 2})),
            ("getFile", json!({"md5hash": "", "path": "C:\\x"})),
            (
                "getFile",
                json!({"md5hash": "", "sha256hash": "", "path": ""}),
            ),
            (
                "getFile",
                json!({"md5hash": "zz", "sha256hash": "", "path": "C:\\x"}),
            ),
            (
                "preventExecution",
                json!({"hash": "", "path": "", "caseSensitive": false}),
            ),
            (
                "onDemandScan",
                json!({"enabled": true, "path": "", "recursive": true, "type": 14}),
            ),
            (
                "onDemandScan",
                json!([{"enabled": true, "path": "", "recursive": true, "type": 20}]),
            ),
            (
                "iocScan",
                json!({"ioc": "C:\\ioc.zip", "isolateHost": false, "scanCriticalAreas": true,
                       "quarantineObject": false}),
            ),
            ("format", json!({})),
        ] {
            let reading = read(&body(task, &params));

            assert!(reading.body.is_none(), "{task} {params}");
            assert!(!reading.defects.is_empty(), "{task} {params}");
        }
        assert!(read("no JSON").body.is_none());
    }

    #[test]
    fn a_member_too_many_is_a_defect_but_makes_a_task() {
        let mut value: Value =
            serde_json::from_str(&body("isolateHost", &json!({"action": 1}))).unwrap();
        value["comment"] = json!("ticket 7");

        let reading = read(&value.to_string());

        assert!(reading.body.is_some());
        assert_eq!(reading.defects.len(), 1);
    }
}
