//! Parameters that break one rule each, and the violation that it is.

use acceptance::ioc;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

const MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";
const SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Good parameters of a task, with one member changed; `null` takes it away.
pub(crate) fn params(task: &str, member: &str, value: Value) -> Value {
    let mut params = match task {
        "getFile" | "quarantineFile" | "deleteFile" => {
            json!({"md5hash": MD5, "sha256hash": "", "path": r"C:\a.exe"})
        }
        "iocScan" => json!({
            "ioc": ioc::archive(&[("a.ioc", ioc::document("a").as_bytes())]), "isolateHost": false,
            "scanCriticalAreas": true, "quarantineObject": false,
        }),
        "startProcess" => json!({"executablePath": r"C:\a.exe"}),
        "terminateProcess" => {
            json!({"md5hash": "", "sha256hash": "", "path": r"C:\a.exe", "caseSensitive": false})
        }
        "isolateHost" => json!({"action": 1}),
        "preventExecution" => json!({"hash": MD5, "path": r"C:\a.exe", "caseSensitive": false}),
        _ => panic!("{task} has other parameters"),
    };
    if value.is_null() {
        params.as_object_mut().expect("an object").remove(member);
    } else {
        params[member] = value;
    }
    params
}

/// One scan object with one member changed.
fn scan(member: &str, value: Value) -> Value {
    let mut object = json!({"enabled": true, "path": "", "recursive": true, "type": 14});
    if value.is_null() {
        object.as_object_mut().expect("an object").remove(member);
    } else {
        object[member] = value;
    }
    json!([object])
}

/// A task, its bad parameters, and the one violation that they are.
pub(crate) type BadParams = (&'static str, Value, &'static str, &'static str);

/// Of the tasks for files and processes: what is common to them.
pub(crate) fn file_cases() -> Vec<BadParams> {
    let mut cases = Vec::new();
    for task in [
        "getFile",
        "quarantineFile",
        "deleteFile",
        "terminateProcess",
    ] {
        for (member, value, code) in [
            ("md5hash", json!(&MD5[1..]), "md5_or_empty"),
            ("md5hash", json!(SHA256), "md5_or_empty"),
            ("md5hash", json!("g".repeat(32)), "md5_or_empty"),
            ("md5hash", json!(false), "type"),
            ("md5hash", Value::Null, "required"),
            ("sha256hash", json!(MD5), "sha256_or_empty"),
            ("sha256hash", json!(&SHA256[1..]), "sha256_or_empty"),
            ("sha256hash", Value::Null, "required"),
            ("path", json!(""), "windows_path"),
            ("path", json!("a.exe"), "windows_path"),
            ("path", json!("/usr/bin/a"), "windows_path"),
            ("path", json!(r"C:\*.exe"), "windows_path"),
            ("path", json!("C:\\a\u{0}b"), "windows_path"),
            ("path", json!(7), "type"),
            ("path", Value::Null, "required"),
            ("extra", json!(1), "unknown_member"),
        ] {
            let pointer = Box::leak(format!("/params/{member}").into_boxed_str());
            cases.push((task, params(task, member, value), &*pointer, code));
        }
    }
    cases
}

/// Of each task by itself.
pub(crate) fn other_cases() -> Vec<BadParams> {
    let of_archive = |value: String| params("iocScan", "ioc", json!(value));
    vec![
        (
            "deleteFile",
            params("deleteFile", "searchInSubfolders", json!("yes")),
            "/params/searchInSubfolders",
            "type",
        ),
        (
            "deleteFile",
            params("deleteFile", "searchInSubfolders", json!(1)),
            "/params/searchInSubfolders",
            "type",
        ),
        (
            "getFile",
            params("getFile", "searchInSubfolders", json!(true)),
            "/params/searchInSubfolders",
            "unknown_member",
        ),
        (
            "terminateProcess",
            params("terminateProcess", "caseSensitive", Value::Null),
            "/params/caseSensitive",
            "required",
        ),
        (
            "terminateProcess",
            params("terminateProcess", "caseSensitive", json!("false")),
            "/params/caseSensitive",
            "type",
        ),
        (
            "isolateHost",
            params("isolateHost", "action", json!("1")),
            "/params/action",
            "type",
        ),
        (
            "isolateHost",
            params("isolateHost", "action", json!(true)),
            "/params/action",
            "type",
        ),
        (
            "isolateHost",
            params("isolateHost", "action", json!(2)),
            "/params/action",
            "enum",
        ),
        (
            "isolateHost",
            params("isolateHost", "action", json!(-1)),
            "/params/action",
            "enum",
        ),
        (
            "isolateHost",
            params("isolateHost", "action", json!(0.5)),
            "/params/action",
            "type",
        ),
        (
            "isolateHost",
            params("isolateHost", "action", json!(MD5)),
            "/params/action",
            "type",
        ),
        (
            "isolateHost",
            params("isolateHost", "action", Value::Null),
            "/params/action",
            "required",
        ),
        (
            "isolateHost",
            params("isolateHost", "duration", json!(60)),
            "/params/duration",
            "unknown_member",
        ),
        ("isolateHost", json!([{"action": 1}]), "/params", "type"),
        (
            "preventExecution",
            params("preventExecution", "hash", json!(SHA256)),
            "/params/hash",
            "md5",
        ),
        (
            "preventExecution",
            params("preventExecution", "hash", json!("")),
            "/params/hash",
            "md5_or_sha256",
        ),
        (
            "preventExecution",
            params("preventExecution", "hash", json!(&MD5[1..])),
            "/params/hash",
            "md5_or_sha256",
        ),
        (
            "preventExecution",
            params("preventExecution", "hash", Value::Null),
            "/params/hash",
            "required",
        ),
        (
            "preventExecution",
            params("preventExecution", "path", json!("a.exe")),
            "/params/path",
            "windows_path_or_empty",
        ),
        (
            "preventExecution",
            params("preventExecution", "caseSensitive", json!(0)),
            "/params/caseSensitive",
            "type",
        ),
        (
            "startProcess",
            params("startProcess", "executablePath", json!("")),
            "/params/executablePath",
            "program_path",
        ),
        (
            "startProcess",
            params("startProcess", "executablePath", json!("/usr/bin/id")),
            "/params/executablePath",
            "windows_path",
        ),
        (
            "startProcess",
            params("startProcess", "workingFolder", json!("/tmp")),
            "/params/workingFolder",
            "other_system",
        ),
        (
            "startProcess",
            params("startProcess", "executablePath", json!("cmd.exe")),
            "/params/executablePath",
            "program_path",
        ),
        (
            "startProcess",
            params("startProcess", "executablePath", Value::Null),
            "/params/executablePath",
            "required",
        ),
        (
            "startProcess",
            params("startProcess", "arguments", json!(["/all"])),
            "/params/arguments",
            "type",
        ),
        (
            "startProcess",
            params("startProcess", "arguments", json!("a\nb")),
            "/params/arguments",
            "control_characters",
        ),
        (
            "startProcess",
            params("startProcess", "workingFolder", json!("temp")),
            "/params/workingFolder",
            "program_folder_or_empty",
        ),
        (
            "iocScan",
            of_archive(r"C:\iocs.zip".to_owned()),
            "/params/ioc",
            "not_base64",
        ),
        (
            "iocScan",
            of_archive(STANDARD.encode("not a zip")),
            "/params/ioc",
            "not_a_zip",
        ),
        (
            "iocScan",
            of_archive(String::new()),
            "/params/ioc",
            "too_short",
        ),
        (
            "iocScan",
            of_archive(ioc::archive(&[("a.txt", b"<ioc id='a'/>")])),
            "/params/ioc",
            "ioc_name",
        ),
        (
            "iocScan",
            of_archive(ioc::archive(&[("a.ioc", b"<html id='a'/>")])),
            "/params/ioc",
            "not_openioc",
        ),
        (
            "iocScan",
            of_archive(ioc::archive(&[
                ("a.ioc", ioc::document("a").as_bytes()),
                ("b.ioc", ioc::document("a").as_bytes()),
            ])),
            "/params/ioc",
            "ioc_duplicate_id",
        ),
        (
            "iocScan",
            of_archive(ioc::archive(&[("a.ioc", &vec![b' '; 2 * 1024 * 1024 + 1])])),
            "/params/ioc",
            "ioc_too_large",
        ),
        (
            "iocScan",
            params("iocScan", "isolateHost", Value::Null),
            "/params/isolateHost",
            "required",
        ),
        (
            "iocScan",
            params("iocScan", "scanCriticalAreas", json!("true")),
            "/params/scanCriticalAreas",
            "type",
        ),
        (
            "iocScan",
            params("iocScan", "quarantineObject", json!(1)),
            "/params/quarantineObject",
            "type",
        ),
        (
            "onDemandScan",
            scan("enabled", Value::Null)[0].clone(),
            "/params",
            "type",
        ),
        ("onDemandScan", json!([]), "/params", "too_few"),
        (
            "onDemandScan",
            scan("type", json!(19)),
            "/params/0/type",
            "enum",
        ),
        (
            "onDemandScan",
            scan("type", json!(13)),
            "/params/0/type",
            "enum",
        ),
        (
            "onDemandScan",
            scan("type", json!(26)),
            "/params/0/type",
            "enum",
        ),
        (
            "onDemandScan",
            scan("type", json!("14")),
            "/params/0/type",
            "type",
        ),
        (
            "onDemandScan",
            scan("type", Value::Null),
            "/params/0/type",
            "required",
        ),
        (
            "onDemandScan",
            scan("type", json!(22)),
            "/params/0/path",
            "scan_path",
        ),
        (
            "onDemandScan",
            scan("path", json!(r"C:\Users")),
            "/params/0/path",
            "scan_path",
        ),
        (
            "onDemandScan",
            scan("path", json!(r"C:\a C:\b|*")),
            "/params/0/path",
            "folder_or_empty",
        ),
        (
            "onDemandScan",
            scan("path", Value::Null),
            "/params/0/path",
            "required",
        ),
        (
            "onDemandScan",
            scan("enabled", Value::Null),
            "/params/0/enabled",
            "required",
        ),
        (
            "onDemandScan",
            scan("recursive", json!("no")),
            "/params/0/recursive",
            "type",
        ),
        (
            "onDemandScan",
            scan("extra", json!(1)),
            "/params/0/extra",
            "unknown_member",
        ),
    ]
}

/// Of isolation: what a duration and an exclusion may be.
pub(crate) fn isolation_cases() -> Vec<BadParams> {
    let mut cases = Vec::new();
    for (seconds, code) in [
        (json!(3_599), "too_small"),
        (json!(35_996_401), "too_large"),
        (json!(8.5), "type"),
        (json!("8h"), "type"),
    ] {
        let params = params("isolateHost", "durationSeconds", seconds);
        cases.push(("isolateHost", params, "/params/durationSeconds", code));
    }
    for (exclusion, pointer, code) in [
        (json!("192.0.2.10"), "", "type"),
        (
            json!({"remoteIpv4": "192.0.2.10"}),
            "/direction",
            "required",
        ),
        (
            json!({"direction": "out", "protocol": "tcp"}),
            "/direction",
            "enum",
        ),
        (json!({"direction": "both"}), "", "exclusion_of_everything"),
        (
            json!({"direction": "outbound", "protocol": "256"}),
            "/protocol",
            "protocol",
        ),
        (
            json!({"direction": "outbound", "protocol": 6}),
            "/protocol",
            "type",
        ),
        (
            json!({"direction": "outbound", "remoteIpv4": "192.0.2.256"}),
            "/remoteIpv4",
            "ipv4",
        ),
        (
            json!({"direction": "outbound", "remoteIpv4": "2001:db8::1"}),
            "/remoteIpv4",
            "ipv4",
        ),
        (
            json!({"direction": "outbound", "remoteIpv4": "192.0.2.0/24"}),
            "/remoteIpv4",
            "ipv4",
        ),
        (
            json!({"direction": "outbound", "remotePorts": "0"}),
            "/remotePorts",
            "ports",
        ),
        (
            json!({"direction": "outbound", "remotePorts": "65536"}),
            "/remotePorts",
            "ports",
        ),
        (
            json!({"direction": "outbound", "remotePorts": "443-80"}),
            "/remotePorts",
            "ports",
        ),
        (
            json!({"direction": "outbound", "remotePorts": 443}),
            "/remotePorts",
            "type",
        ),
        (
            json!({"direction": "both", "remotePorts": "443"}),
            "/remotePorts",
            "exclusion_ports",
        ),
        (
            json!({"direction": "inbound", "remotePorts": "443"}),
            "/remotePorts",
            "exclusion_ports",
        ),
        (
            json!({"direction": "outbound", "localPorts": "22"}),
            "/localPorts",
            "exclusion_ports",
        ),
        (
            json!({"direction": "both", "protocol": "tcp", "port": 1}),
            "/port",
            "unknown_member",
        ),
    ] {
        let params = params("isolateHost", "exclusions", json!([exclusion]));
        let pointer = Box::leak(format!("/params/exclusions/0{pointer}").into_boxed_str());
        cases.push(("isolateHost", params, &*pointer, code));
    }
    for (member, value) in [
        ("durationSeconds", json!(3_600)),
        (
            "exclusions",
            json!([{"direction": "both", "remoteIpv4": "192.0.2.53"}]),
        ),
    ] {
        let mut release = params("isolateHost", member, value);
        release["action"] = json!(0);
        let pointer = Box::leak(format!("/params/{member}").into_boxed_str());
        cases.push(("isolateHost", release, &*pointer, "of_isolation"));
    }
    cases
}
