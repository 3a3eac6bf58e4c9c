//! What was found, in the words of the API.

use kataedr::{
    Change, Checked, Circumstances, Conversion, ConversionRefused, Draft, Facts, Finding, Format,
    Severity, Source, Step, Target, commands,
};
use serde::Serialize;
use serde_json::Value;
use vocabulary::settings_check::{
    CitedDocument, SettingsChange, SettingsFinding, SettingsReport, SettingsStep, StepAnswer,
    TaskSettings,
};

/// What the files are called in the commands.
const FILE: &str = "kataedr.ini";
const BACKUP: &str = "kataedr-before.ini";
const READ_BACK: &str = "kataedr-after.ini";

/// All that there is to say.
pub(super) fn of(draft: &Draft, facts: &Facts) -> SettingsReport {
    let checked = kataedr::check(draft, facts);
    let as_a = |format| {
        let usable = checked.is_usable();
        usable.then(|| written(draft, facts, &checked, format)).flatten()
    };
    let (ini, json) = (as_a(Format::Ini), as_a(Format::Json));
    let (ini, mut changes) = match ini {
        None => (None, Vec::new()),
        Some(Ok(conversion)) => (Some(conversion.text), conversion.changes),
        Some(Err(losses)) => (None, losses),
    };
    let json = match json {
        None => None,
        Some(Ok(conversion)) => serde_json::from_str(&conversion.text).ok(),
        Some(Err(losses)) => {
            let more = losses.into_iter().filter(|it| !changes.contains(it));
            changes.extend(more.collect::<Vec<_>>());
            None
        }
    };
    SettingsReport {
        kes_version: checked.kes_version.as_ref().map(ToString::to_string),
        layout: word(&checked.layout),
        mode: word(&checked.mode),
        usable: checked.is_usable(),
        errors: checked.count(Severity::Error),
        risks: checked.count(Severity::Risk),
        hints: checked.count(Severity::Hint),
        findings: checked.findings.iter().map(finding).collect(),
        changes: changes.iter().map(change).collect(),
        commands: ini.is_some().then(|| steps(&checked)).flatten(),
        ini,
        json: json.map(TaskSettings),
    }
}

/// The settings written anew for the version that they are of, or what keeps them from being so;
/// nothing of those that cannot be used.
fn written(
    draft: &Draft,
    facts: &Facts,
    checked: &Checked,
    format: Format,
) -> Option<Result<Conversion, Vec<Change>>> {
    let version = checked.kes_version.clone();
    let target = Target {
        kes_version: version.unwrap_or_else(|| checked.layout.newest()),
        mode: None,
        format,
    };
    match kataedr::convert(draft, facts, &target) {
        Ok(conversion) => Some(Ok(conversion)),
        Err(ConversionRefused::Lossy { losses }) => Some(Err(losses)),
        Err(_) => None,
    }
}

fn change(it: &Change) -> SettingsChange {
    SettingsChange {
        fate: word(&it.fate),
        line: it.line,
        key: it.key.clone(),
        from: it.from.clone(),
        to: it.to.clone(),
        value: it.value.clone(),
        why: it.why.clone(),
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
    let mut pointer = String::new();
    let mut is_in_list = false;
    for step in section.into_iter().flat_map(|it| it.split('.')) {
        let section = SECTIONS.iter().find(|it| it.eq_ignore_ascii_case(step));
        match item(step).filter(|_| is_in_list) {
            Some(number) => add(&mut pointer, &number.to_string()),
            None => add(&mut pointer, section.map_or(step, |it| it)),
        }
        is_in_list = section == Some(&LIST);
    }
    if let Some(key) = key {
        let known = kataedr::catalogue::all().iter().map(|it| it.name);
        let known = known.into_iter().find(|it| it.eq_ignore_ascii_case(key));
        add(&mut pointer, known.unwrap_or(key));
    }
    Some(pointer)
}

/// The names of sections as the documents write them, and as they are written anew.
const SECTIONS: [&str; 3] = [LIST, "TelemetrySettings", "EventTransferSettings"];

/// The one that is a list, wherever it stands.
const LIST: &str = "Endpoints";

fn add(pointer: &mut String, step: &str) {
    pointer.push('/');
    pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
}

/// The number of a list's item: `item_0001` is the second one.
fn item(step: &str) -> Option<u32> {
    let (word, digits) = step.split_at_checked("item_".len())?;
    let is_number = digits.len() == 4 && digits.bytes().all(|it| it.is_ascii_digit());
    let is_item = word.eq_ignore_ascii_case("item_") && is_number;
    is_item.then(|| digits.parse().ok()).flatten()
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
            (
                Some("endpoints.ITEM_0000"),
                Some("port"),
                Some("/Endpoints/0/Port"),
            ),
            (Some("Foo.item_0001"), Some("x"), Some("/Foo/item_0001/x")),
            (Some("Endpoints"), None, Some("/Endpoints")),
            (None, None, None),
        ] {
            assert_eq!(pointer(section, key).as_deref(), expected);
        }
    }
}
