//! The nine response rules, to be pasted into KUMA.

use std::io::{self, Write};

use super::script::Script;

/// How the rules are written.
#[derive(Debug, Clone)]
pub struct RuleTexts {
    /// The field of an event that names the device.
    pub host_field: String,
    /// Only that of this script.
    pub script: Option<Script>,
}

/// What a rule needs to run in: the program ends by itself well before.
const TIMEOUT: u32 = 20;

/// Writes the rules.
///
/// # Errors
/// When they cannot be written.
pub fn rules(texts: &RuleTexts, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "Response rules for KUMA: type \"script\", one for each script that you use. Every argument is\n\
         in quotes and written --option=value, so that a value of an event with blanks, quotes or a dash\n\
         at its beginning stays the value of that option.\n"
    )?;
    let scripts = texts.script.map_or(Script::ALL.to_vec(), |it| vec![it]);
    for script in scripts {
        let (arguments, hint) = own(script);
        let host = &texts.host_field;
        writeln!(out, "Name:       EDR {}", script.action().name())?;
        writeln!(out, "Script:     {}", script.file())?;
        writeln!(
            out,
            "Arguments:  \"--targetHost={{{{.{host}}}}}\"{arguments} \"--eventId={{{{.ID}}}}\" \"--comment={{{{.CorrelationRuleName}}}}\""
        )?;
        writeln!(out, "Timeout:    {TIMEOUT}")?;
        writeln!(out, "Workers:    4")?;
        writeln!(out, "Filter:     {hint}\n")?;
    }
    writeln!(
        out,
        "What you have to know:\n\
         - The fields must be among those that the correlation rule inherits from its events.\n\
         - The device: events of KSC name it in DestinationHostName and DestinationAddress, those of KEDR\n  \
         in SourceHostName and SourceAddress, others in their own way; --hostField writes another one.\n  \
         SourceAssetID, DestinationAssetID and DeviceAssetID hold ids of KUMA's assets, which are not KSC's\n  \
         host ids and name no device here.\n\
         - A hash goes where its length says. Events of KSC have SHA-256 in FileHash and MD5 in OldFileHash,\n  \
         those of KEDR MD5 in FileHash.\n\
         - An empty value is refused where it decides what is done; for an option that may be left out it\n  \
         is as if it were not given.\n\
         - KUMA unescapes what is typed, and nobody has written down how often: try a typed path with\n  \
         edrctl kuma probe before you rely on it. Values of events are not touched.\n\
         - Try each with \"--dryRun=true\" first: everything is checked, and nothing is done."
    )
}

/// The arguments that a script has to itself, and what its rule should be for.
const fn own(script: Script) -> (&'static str, &'static str) {
    match script {
        Script::OnDemandScan => (
            "",
            "anything suspicious on a device: it scans the critical areas",
        ),
        Script::IocScan => (
            r#" "--ioc=indicators.zip" "--isolateHost=false" "--scanCriticalAreas=false" "--quarantineObject=false""#,
            "devices to be searched; the archive lies in ioc_folder of the settings, by a fixed name",
        ),
        Script::QuarantineFile => (
            r#" "--path={{.FilePath}}" "--hash={{.FileHash}}""#,
            "only events with FilePath, and better with FileHash: without one, whatever is at the path is taken",
        ),
        Script::DeleteFile => (
            r#" "--path={{.FilePath}}" "--hash={{.FileHash}}""#,
            "only events with FilePath and FileHash: a deleted file is gone",
        ),
        Script::GetFile => (
            r#" "--path={{.FilePath}}" "--hash={{.FileHash}}""#,
            "only events with FilePath",
        ),
        Script::IsolateHost => (
            r#" "--action=on""#,
            "as few events as you can: people cannot work on an isolated device; a rule with --action=off gives it back",
        ),
        Script::PreventExecution => (
            r#" "--hash={{.FileHash}}" "--path={{.FilePath}}" "--caseSensitive=false""#,
            "only events with FileHash, as MD5 where KSC carries it out; it cannot be taken back through KSC",
        ),
        Script::StartProcess => (
            r#" "--executablePath=C:\Windows\System32\ipconfig.exe" "--arguments=/flushdns""#,
            "what is started is typed here and never taken from an event; try with the probe how many backslashes arrive",
        ),
        Script::TerminateProcess => (
            r#" "--path={{.FilePath}}" "--hash={{.FileHash}}" "--caseSensitive=false""#,
            "only events in which FilePath is the program of the process",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::argparse::{self, Reading};
    use super::super::values;
    use super::*;

    /// The arguments of a rule's text as KUMA is believed to split them, filled.
    fn split(text: &str) -> Vec<std::ffi::OsString> {
        let filled = text
            .replace("{{.FileHash}}", "d41d8cd98f00b204e9800998ecf8427e")
            .replace("{{.FilePath}}", r"C:\a b\c.exe")
            .replace("{{.ID}}", "7")
            .replace("{{.", "ws-")
            .replace("}}", "");
        let parts = filled.split('"').map(str::trim).filter(|it| !it.is_empty());
        parts.map(Into::into).collect()
    }

    #[test]
    fn each_of_the_nine_rules_is_one_that_its_script_takes() {
        let texts = RuleTexts {
            host_field: "DestinationHostName".to_owned(),
            script: None,
        };
        let mut out = Vec::new();
        rules(&texts, &mut out).expect("written");
        let out = String::from_utf8(out).expect("UTF-8");
        let lines: Vec<&str> = out
            .lines()
            .filter_map(|it| it.strip_prefix("Arguments:  "))
            .collect();
        assert_eq!(lines.len(), 9);
        for (script, line) in Script::ALL.into_iter().zip(lines) {
            let read = argparse::read(&script.names(), split(line).into_iter());
            let Ok(Reading::Given(given)) = read else {
                panic!("{line}: {read:?}")
            };
            let asked = values::asked(script, given, |_| Ok("UEsF".to_owned())).expect(line);
            assert_eq!(asked.body["targetHost"], "ws-DestinationHostName");
            assert_eq!(asked.warnings, [""; 0], "{line}");
        }
    }
}
