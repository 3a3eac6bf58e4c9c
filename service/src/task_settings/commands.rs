//! `kataedr commands`: what to type on a device to put a file there, step by step.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use kataedr::{
    Answer, Circumstances, Facts, Format, KesVersion, RefusedPath, Stage, Step, Then, When, check,
    commands,
};
use serde::Serialize;

use super::answered::Answered;
use super::input;
use super::options::format;
use super::printed::{json, safe};
use super::remark::source;
use super::trouble::{Trouble, name};

/// The exit code of a file with errors.
const ERRORS: u8 = 1;

/// The file and what goes with it. Paths are those on the device.
#[derive(Debug, Args)]
pub(super) struct CommandsArguments {
    /// The file with the new settings; `-` for standard input.
    file: PathBuf,
    /// The version of Kaspersky Endpoint Security for Linux on the device, e.g. 12.4.
    #[arg(long, value_name = "VERSION")]
    kes_version: Option<KesVersion>,
    /// How the file is written, where that cannot be told by its beginning.
    #[arg(long, value_name = "ini|json", value_parser = format)]
    format: Option<Format>,
    /// Where the file lies on the device; the same path where nothing is said.
    #[arg(long, value_name = "PATH")]
    device_file: Option<String>,
    /// Where the device keeps the settings that it has; the file's path and `.before` where nothing is
    /// said. A file that is there is overwritten.
    #[arg(long, value_name = "PATH")]
    backup: Option<String>,
    /// Where the settings are read back to; the file's path and `.after` where nothing is said.
    #[arg(long, value_name = "PATH")]
    read_back: Option<String>,
    /// The server certificate, if it is to be added.
    #[arg(long, value_name = "PATH")]
    server_certificate: Option<String>,
    /// The client certificate with its key (PFX), if it is to be added.
    #[arg(long, value_name = "PATH")]
    client_certificate: Option<String>,
    /// The telemetry server's certificate, in the mode `EDRExpertOnPrem`.
    #[arg(long, value_name = "PATH")]
    telemetry_server_certificate: Option<String>,
    /// The client certificate for the telemetry server (PFX), likewise.
    #[arg(long, value_name = "PATH")]
    telemetry_client_certificate: Option<String>,
    /// Print one JSON document instead of text.
    #[arg(long)]
    json: bool,
}

/// The steps, as JSON has them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Steps<'a> {
    kes_version: &'a KesVersion,
    steps: &'a [Step],
}

pub(super) fn run(arguments: CommandsArguments) -> Result<Answered, Trouble> {
    let Some(version) = arguments.kes_version else {
        return Err(Trouble::Usage(
            "--kes-version is required: the commands differ by version. `kesl-control --app-info` on the device shows it"
                .to_owned(),
        ));
    };
    let on_device = match arguments.device_file {
        Some(path) => path,
        None => text_of(&arguments.file)?,
    };
    let draft = input::draft(&arguments.file, arguments.format)?;
    let facts = Facts {
        kes_version: Some(version.clone()),
        ..Facts::default()
    };
    let checked = check(&draft, &facts);
    if !checked.is_usable() {
        let why = input::errors(&checked);
        let aside = format!("edr-gateway: {}: {why}\n", name(&arguments.file));
        return Ok(Answered {
            text: String::new(),
            aside,
            code: ERRORS,
        });
    }
    let beside = |path: Option<String>, ending| path.unwrap_or(format!("{on_device}.{ending}"));
    let circumstances = Circumstances {
        backup: beside(arguments.backup, "before"),
        read_back: beside(arguments.read_back, "after"),
        format: draft.format(),
        server_certificate: arguments.server_certificate,
        client_certificate: arguments.client_certificate,
        telemetry_server_certificate: arguments.telemetry_server_certificate,
        telemetry_client_certificate: arguments.telemetry_client_certificate,
        file: on_device,
    };
    let steps = commands(&version, checked.mode, &circumstances).map_err(|it| refused(&it))?;
    let text = if arguments.json {
        json(&Steps {
            kes_version: &version,
            steps: &steps,
        })
    } else {
        listed(&version, &steps)
    };
    Ok(Answered::new(text, 0))
}

fn text_of(path: &Path) -> Result<String, Trouble> {
    let said = |it: &str| Trouble::Usage(it.to_owned());
    if path == Path::new("-") {
        return Err(said(
            "--device-file is required for standard input: where the file lies on the device",
        ));
    }
    let text = path.to_str().map(str::to_owned);
    text.ok_or_else(|| said("the path of the file is not UTF-8; give another with --device-file"))
}

fn refused(path: &RefusedPath) -> Trouble {
    let option = match path.what {
        "file" => "--device-file",
        "backup" => "--backup",
        "readBack" => "--read-back",
        "serverCertificate" => "--server-certificate",
        "clientCertificate" => "--client-certificate",
        "telemetryServerCertificate" => "--telemetry-server-certificate",
        "telemetryClientCertificate" => "--telemetry-client-certificate",
        other => other,
    };
    Trouble::Usage(format!("{option}: {}", path.why))
}

fn listed(version: &KesVersion, steps: &[Step]) -> String {
    let mut text = format!(
        "On the device, {version}, with the rights of the group kesladmin. After each command `echo $?` shows its exit code.\n"
    );
    let mut restores = false;
    for step in steps {
        if step.when == When::OnFailure && !restores {
            restores = true;
            text.push_str("\nOnly where a step says \"restore\":\n");
        }
        text.push('\n');
        text.push_str(&told(step));
    }
    text
}

fn told(step: &Step) -> String {
    let stage = match step.stage {
        Stage::State => "state",
        Stage::Stop => "stop",
        Stage::Backup => "backup",
        Stage::Set => "set",
        Stage::Certificates => "certificates",
        Stage::Start => "start",
        Stage::ReadBack => "read back",
        Stage::Compare => "compare",
        Stage::Restore => "restore",
    };
    let mut text = format!("{}. {stage}: {}\n", step.number, safe(&step.why));
    if let Some(command) = &step.command {
        let _infallible = writeln!(text, "\n    {}\n", safe(&command.typed));
    }
    for answer in &step.answers {
        let _infallible = writeln!(text, "   {}", meant(answer));
    }
    let sources: Vec<String> = step.documents.iter().map(|it| source(*it)).collect();
    let _infallible = writeln!(text, "   Source: {}", sources.join(", "));
    text
}

fn meant(answer: &Answer) -> String {
    let then = match answer.then {
        Then::Continue => "go on",
        Then::Stop => "stop",
        Then::Restore => "restore",
    };
    let code = answer.code.map_or("other".to_owned(), |it| it.to_string());
    format!("{code:<5}  {then:<7}  {}", safe(&answer.meaning))
}
