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
        usable
            .then(|| written(draft, facts, &checked, format))
            .flatten()
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
    SettingsFinding {
        severity: word(&it.severity),
        kind: word(&it.kind),
        code: it.code.as_str().to_owned(),
        line: place.line,
        pointer: place.in_json(),
        section: place.section.clone(),
        key: place.key.clone(),
        reason: it.reason.clone(),
        mend: it.mend.clone(),
        document: cited(it.document),
    }
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
