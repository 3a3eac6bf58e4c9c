//! What was found, in the words of the API.

use kataedr::{Checked, Circumstances, Finding, Format, Severity, Source, Step, commands};
use serde::Serialize;
use serde_json::Value;
use vocabulary::settings_check::{
    CitedDocument, SettingsFinding, SettingsReport, SettingsStep, StepAnswer, TaskSettings,
};

/// What the files are called in the commands.
const FILE: &str = "kataedr.ini";
const BACKUP: &str = "kataedr-before.ini";
const READ_BACK: &str = "kataedr-after.ini";

/// All that there is to say.
pub(super) fn of(checked: &Checked) -> SettingsReport {
    let usable = checked.settings.as_ref();
    let ini = usable.and_then(|it| it.to_ini().ok());
    let json = usable.and_then(|it| it.to_json().ok());
    let json = json.and_then(|it| serde_json::from_str(&it).ok());
    SettingsReport {
        kes_version: checked.kes_version.as_ref().map(ToString::to_string),
        layout: word(&checked.layout),
        mode: word(&checked.mode),
        usable: checked.is_usable(),
        errors: checked.count(Severity::Error),
        risks: checked.count(Severity::Risk),
        hints: checked.count(Severity::Hint),
        findings: checked.findings.iter().map(finding).collect(),
        commands: ini.is_some().then(|| steps(checked)).flatten(),
        ini,
        json: json.map(TaskSettings),
    }
}

fn steps(checked: &Checked) -> Option<Vec<SettingsStep>> {
    let circumstances = Circumstances {
        file: FILE.to_owned(),
        format: Format::Ini,
        backup: BACKUP.to_owned(),
        read_back: READ_BACK.to_owned(),
        server_certificate: None,
        client_certificate: None,
        telemetry_server_certificate: None,
        telemetry_client_certificate: None,
    };
    let version = checked.kes_version.as_ref()?;
    let steps = commands(version, checked.mode, &circumstances).ok()?;
    Some(steps.iter().map(step).collect())
}

fn finding(it: &Finding) -> SettingsFinding {
    let place = &it.place;
    let (section, key) = (place.section.as_deref(), place.key.as_deref());
    SettingsFinding {
        severity: word(&it.severity),
        kind: word(&it.kind),
        code: it.code.as_str().to_owned(),
        line: place.line,
        pointer: place.pointer.clone().or_else(|| pointer(section, key)),
        section: place.section.clone(),
        key: place.key.clone(),
        reason: it.reason.clone(),
        mend: it.mend.clone(),
        document: cited(it.document),
    }
}

/// Where a line of INI stands as JSON.
fn pointer(section: Option<&str>, key: Option<&str>) -> Option<String> {
    if section.is_none() && key.is_none() {
        return None;
    }
    let steps = section.into_iter().flat_map(|it| it.split('.')).chain(key);
    let mut pointer = String::new();
    for step in steps {
        pointer.push('/');
        match item(step) {
            Some(number) => pointer.push_str(&number.to_string()),
            None => pointer.push_str(&step.replace('~', "~0").replace('/', "~1")),
        }
    }
    Some(pointer)
}

/// The number of a list's item: `item_0001` is the second one.
fn item(step: &str) -> Option<u32> {
    let digits = step.strip_prefix("item_")?;
    let is_number = digits.len() == 4 && digits.bytes().all(|it| it.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

fn step(it: &Step) -> SettingsStep {
    let answers = it.answers.iter().map(|answer| StepAnswer {
        code: answer.code,
        meaning: answer.meaning.clone(),
        then: word(&answer.then),
    });
    SettingsStep {
        number: it.number,
        stage: word(&it.stage),
        when: word(&it.when),
        command: it.command.as_ref().map(|it| it.typed.clone()),
        why: it.why.clone(),
        answers: answers.collect(),
        documents: it.documents.iter().map(|it| cited(*it)).collect(),
    }
}

fn cited(source: Source) -> CitedDocument {
    CitedDocument {
        id: source.id().to_owned(),
        url: source.url().map(str::to_owned),
    }
}

/// The word that a value is written as.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        Ok(_) | Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_ini_has_its_place_as_json() {
        for (section, key, expected) in [
            (None, Some("Port"), Some("/Port")),
            (
                Some("TelemetrySettings.Endpoints.item_0001"),
                Some("Address"),
                Some("/TelemetrySettings/Endpoints/1/Address"),
            ),
            (Some("Endpoints.item_1"), None, Some("/Endpoints/item_1")),
            (Some("a/b~c"), Some("d"), Some("/a~1b~0c/d")),
            (None, None, None),
        ] {
            assert_eq!(pointer(section, key).as_deref(), expected);
        }
    }
}
