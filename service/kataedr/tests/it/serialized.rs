//! What programs read: names of fields that do not change.

use kataedr::{
    Circumstances, Draft, Facts, Format, Mode, Target, check, commands, convert, diff, exit_code,
    explain,
};
use serde_json::{Value, json};

use crate::samples::{EXPERT, FLAT, facts, settings};

fn as_json(it: &impl serde::Serialize) -> Value {
    serde_json::to_value(it).unwrap()
}

#[test]
fn a_finding() {
    let text = FLAT.replace("Port=443", "Port=0");
    let checked = as_json(&check(
        &Draft::read(text.as_bytes(), Format::Ini),
        &facts("12.3"),
    ));

    assert_eq!(checked["kesVersion"], "12.3");
    assert_eq!(checked["layout"], "flatB");
    assert_eq!(checked["mode"], "EDRKATA");
    assert_eq!(
        checked["findings"][0],
        json!({
            "severity": "error",
            "kind": "settings",
            "code": "port-out-of-range",
            "place": {"line": 2, "pointer": null, "section": null, "key": "Port"},
            "reason": "Port: \"0\" is no port.",
            "mend": "Write a whole number from 1 to 65535, without a unit; the default is 443.",
            "document": {"id": "conclusion of this project", "url": null},
        })
    );
}

#[test]
fn a_conversion_and_its_refusal() {
    let target: Target =
        serde_json::from_value(json!({"kesVersion": "12.4", "format": "ini"})).unwrap();
    let flat = Draft::read(FLAT.as_bytes(), Format::Ini);
    let done = as_json(&convert(&flat, &facts("12.3"), &target).unwrap());
    assert_eq!(
        done["changes"][1],
        json!({
            "fate": "moved",
            "line": 1,
            "key": "Address",
            "from": "",
            "to": "Endpoints.item_0000",
            "value": "192.0.2.10",
            "why": "this is its place in 12.4",
        })
    );
    let target: Target =
        serde_json::from_value(json!({"kesVersion": "12.3", "format": "json", "mode": "EDRKATA"}))
            .unwrap();
    let expert = Draft::read(EXPERT.as_bytes(), Format::Ini);
    let refused = as_json(&convert(&expert, &facts("12.4"), &target).unwrap_err());
    assert_eq!(refused["lossy"]["losses"][0]["fate"], "lost");
}

#[test]
fn a_difference_an_explanation_a_step_an_exit_code() {
    let found = as_json(&diff(&settings(FLAT, "12.3"), &settings(EXPERT, "12.4")));
    assert_eq!(
        found[0],
        json!({
            "setting": "mode",
            "key": "Mode",
            "item": 0,
            "first": {"section": null, "value": "EDRKATA", "isDefault": true},
            "second": {"section": "", "value": "EDRExpertOnPrem", "isDefault": false},
        })
    );
    let told = as_json(&explain("TelemetrySettings.ConnectionTimeout").unwrap());
    let key = &told["keys"][0];
    assert_eq!(
        (&key["type"], &key["unit"], &key["section"]),
        (
            &json!("number"),
            &json!("seconds"),
            &json!("TelemetrySettings")
        )
    );
    assert_eq!(key["sources"][0]["id"], "customer document 000");
    let circumstances: Circumstances = serde_json::from_value(json!({
        "file": "a", "format": "ini", "backup": "b", "readBack": "c",
    }))
    .unwrap();
    let steps =
        as_json(&commands(&"12.3".parse().unwrap(), Mode::EdrKata, &circumstances).unwrap());
    assert_eq!(
        steps[0]["command"]["environment"],
        json!([["LANG", "en_US.UTF-8"]])
    );
    assert_eq!(steps[2]["answers"][1]["then"], "continue");
    assert_eq!(as_json(&exit_code(68))["isDocumented"], true);
}

#[test]
fn facts_are_read_and_a_slip_in_them_is_refused() {
    let read: Facts =
        serde_json::from_value(json!({"kesVersion": "12.4", "policyInForce": true})).unwrap();
    assert_eq!(read.policy_in_force, Some(true));
    assert!(serde_json::from_value::<Facts>(json!({"policyInFroce": true})).is_err());
    assert!(serde_json::from_value::<Facts>(json!({"kesVersion": "11.3"})).is_err());
}
