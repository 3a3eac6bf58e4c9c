//! What calls ask for.

use serde_json::{Value, json};

use super::*;

const MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";
const SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn call(script: Script, options: &[(&'static str, &str)]) -> Result<CallMeaning, Unfit> {
    let given = options.iter().map(|(name, value)| GivenOption {
        name,
        value: Some((*value).to_owned()),
    });
    asked(script, given.collect(), |_| Ok("UEsF".to_owned()))
}

fn body(script: Script, options: &[(&'static str, &str)]) -> Value {
    Value::Object(call(script, options).expect("it makes sense").body)
}

#[test]
fn an_action_is_named_in_any_way() {
    for (word, action) in [
        ("1", "isolate"),
        ("ON", "isolate"),
        ("0", "release"),
        ("release", "release"),
        ("False", "release"),
    ] {
        let body = body(
            Script::IsolateHost,
            &[("targetHost", "ws"), ("action", word)],
        );
        assert_eq!(
            body,
            json!({"targetHost": "ws", "action": action}),
            "{word}"
        );
    }
    for odd in ["2", "-1", "isolate release", "<no value>", ""] {
        let call = call(
            Script::IsolateHost,
            &[("targetHost", "ws"), ("action", odd)],
        );
        assert!(call.is_err(), "{odd}");
    }
}

#[test]
fn a_hash_goes_where_its_length_says() {
    let with = |hashes: &[(&'static str, &str)]| {
        let mut options = vec![("targetHost", "ws"), ("path", r"C:\x")];
        options.extend_from_slice(hashes);
        call(Script::DeleteFile, &options).map(|it| it.body.get("hash").cloned())
    };
    assert_eq!(
        with(&[("md5hash", SHA256)]).expect("a hash"),
        Some(json!(SHA256))
    );
    assert_eq!(
        with(&[("md5hash", ""), ("sha256hash", MD5)]).expect("a hash"),
        Some(json!(MD5))
    );
    assert_eq!(
        with(&[("md5hash", MD5), ("sha256hash", SHA256)]).expect("a hash"),
        Some(json!(SHA256))
    );
    assert_eq!(
        with(&[("md5hash", ""), ("sha256hash", "")]).expect("none"),
        None
    );
    assert_eq!(
        with(&[("md5hash", "<no value>"), ("sha256hash", MD5)]).expect("a hash"),
        Some(json!(MD5))
    );
    assert!(matches!(
        with(&[("md5hash", "<no value>")]),
        Err(Unfit::Unfilled("md5hash"))
    ));
    assert!(matches!(
        with(&[("md5hash", MD5), ("hash", MD5)]),
        Err(Unfit::Contradiction(_))
    ));
    assert!(matches!(
        with(&[("md5hash", "abc")]),
        Err(Unfit::Choice { .. })
    ));
}

#[test]
fn what_decides_and_is_empty_or_was_not_filled_is_refused() {
    for odd in ["", " ", "<no value>", "ws-<no value>", "<no value>.corp"] {
        let call = call(Script::GetFile, &[("targetHost", odd), ("path", r"C:\x")]);
        assert!(
            matches!(
                call,
                Err(Unfit::Empty("targetHost") | Unfit::Unfilled("targetHost"))
            ),
            "{odd}"
        );
    }
    let remarks = [
        ("targetHost", "ws"),
        ("path", r"C:\x"),
        ("comment", "<no value>"),
        ("externalId", ""),
        ("eventId", "<no value>"),
    ];
    let asked = call(Script::GetFile, &remarks).expect("an action is not held up for a remark");
    assert_eq!(
        Value::Object(asked.body),
        json!({"targetHost": "ws", "path": r"C:\x"})
    );
    assert_eq!(asked.event, None);
    assert!(
        call(
            Script::GetFile,
            &[("targetHost", "ws"), ("path", r"C:\x"), ("dryRun", "")]
        )
        .is_err()
    );
    assert!(
        call(
            Script::GetFile,
            &[
                ("targetHost", "ws"),
                ("path", r"C:\x"),
                ("backend", "<no value>")
            ]
        )
        .is_err()
    );
    assert!(matches!(
        call(Script::GetFile, &[("targetHost", "ws")]),
        Err(Unfit::Missing(_))
    ));
}

#[test]
fn a_scan_without_a_place_is_of_the_critical_areas() {
    let scan = |options: &[(&'static str, &str)]| {
        let mut all = vec![("targetHost", "ws")];
        all.extend_from_slice(options);
        call(Script::OnDemandScan, &all).map(|it| Value::Object(it.body))
    };
    let critical = json!({"targetHost": "ws", "scanAreas": ["systemMemory", "startupObjectsAndRunningProcesses", "diskBootSectors"]});
    assert_eq!(scan(&[]).expect("a scan"), critical);
    assert_eq!(
        scan(&[("path", ""), ("enabled", "true")]).expect("a scan"),
        critical
    );
    let folder = json!({"targetHost": "ws", "folders": [r"C:\My Files"], "recursive": false});
    assert_eq!(
        scan(&[("path", r"C:\My Files"), ("recursive", "0")]).expect("a scan"),
        folder
    );
    let both = json!({"targetHost": "ws", "scanAreas": ["systemMemory"], "folders": [r"C:\x"]});
    assert_eq!(
        scan(&[("type", "14,22"), ("path", r"C:\x")]).expect("a scan"),
        both
    );
    for odd in [
        [("type", "22"), ("recursive", "1")],
        [("type", "14"), ("path", r"C:\x")],
        [("type", "19"), ("path", "")],
        [("enabled", "false"), ("path", "")],
    ] {
        assert!(scan(&odd).is_err(), "{odd:?}");
    }
}

#[test]
fn what_is_longer_than_any_valid_value_is_refused() {
    let long = "x".repeat(1 << 20);
    for name in [
        "targetHost",
        "path",
        "comment",
        "externalId",
        "eventId",
        "backend",
        "hash",
    ] {
        let mut options = vec![("targetHost", "ws"), ("path", r"C:\x")];
        options.retain(|it| it.0 != name);
        options.push((name, &long));
        assert!(call(Script::GetFile, &options).is_err(), "{name}");
    }
}

#[test]
fn settings_of_the_vendors_scripts_are_known_and_ignored() {
    let asked = call(
        Script::GetFile,
        &[
            ("targetHost", "ws"),
            ("path", r"C:\x"),
            ("kscPassword", "secret"),
            ("kscHost", "<no value>"),
        ],
    )
    .expect("it makes sense");
    assert_eq!(asked.ignored, ["kscPassword", "kscHost"]);
    assert!(!format!("{asked:?}").contains("secret"));
}
