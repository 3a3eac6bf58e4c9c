//! `kataedr check`: everything that is to be said about a file, at once.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use kataedr::{Checked, Format, KesVersion, Kind, Layout, Mode, Severity, check};
use serde::Serialize;

use super::against::{self, KnownNode, LoadSettings};
use super::answered::Answered;
use super::facts::FactsArguments;
use super::input;
use super::options::{format, format_name};
use super::printed::{count, json};
use super::remark::Remark;
use super::trouble::Trouble;

/// The exit code of a file with errors.
const ERRORS: u8 = 1;

/// The exit code of one that can be used, with risks.
const RISKS: u8 = 3;

/// What is checked, and against what.
#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    /// The file with the settings, as `kesl-control --get-settings 24 --file` writes it; `-` for
    /// standard input.
    file: PathBuf,
    /// How the file is written, where that cannot be told by its beginning.
    #[arg(long, value_name = "ini|json", value_parser = format)]
    format: Option<Format>,
    /// Print one JSON document instead of text.
    #[arg(long)]
    json: bool,
    /// Leave out what holds for every device until somebody knows better. What is known to be broken
    /// stays.
    #[arg(long)]
    without_preconditions: bool,
    /// Compare the response servers with the endpoints of this KATA back end of the gateway's settings.
    #[arg(long, value_name = "ALIAS")]
    against: Option<String>,
    /// The gateway's settings for `--against`, TOML. Every key can also be set as
    /// `EDR_GATEWAY__SECTION__KEY`.
    #[arg(long, requires = "against", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    facts: FactsArguments,
}

/// What a check comes to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CheckedFile {
    usable: bool,
    format: Format,
    kes_version: Option<KesVersion>,
    layout: Layout,
    mode: Mode,
    counts: Counts,
    findings: Vec<Remark>,
}

/// How many findings there are about the file, and how many preconditions.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    errors: usize,
    risks: usize,
    hints: usize,
    preconditions: usize,
    broken_preconditions: usize,
}

pub(super) fn run(arguments: CheckArguments, load: LoadSettings) -> Result<Answered, Trouble> {
    // Before the file: a slip in the options is told without waiting for standard input.
    let gateway = match &arguments.against {
        None => None,
        Some(alias) => Some(KnownNode::of(&load(arguments.config.as_deref())?, alias)?),
    };
    let draft = input::draft(&arguments.file, arguments.format)?;
    let checked = check(&draft, &arguments.facts.into_facts());
    let compared = gateway.map_or_else(Vec::new, |it| against::compare(&checked, &it));
    let file = CheckedFile::new(
        checked,
        draft.format(),
        compared,
        arguments.without_preconditions,
    );
    let text = if arguments.json {
        json(&file)
    } else {
        file.text()
    };
    Ok(Answered::new(text, file.exit_code()))
}

impl CheckedFile {
    fn new(
        checked: Checked,
        format: Format,
        compared: Vec<Remark>,
        without_preconditions: bool,
    ) -> Self {
        let usable = checked.is_usable();
        let (of_file, preconditions): (Vec<Remark>, Vec<Remark>) = checked
            .findings
            .into_iter()
            .map(Remark::from)
            .partition(|it| it.kind == Kind::Settings);
        let mut findings = of_file;
        findings.extend(compared);
        findings.extend(
            preconditions
                .into_iter()
                .filter(|it| !without_preconditions || it.severity != Severity::Hint),
        );
        Self {
            usable,
            format,
            kes_version: checked.kes_version,
            layout: checked.layout,
            mode: checked.mode,
            counts: Counts::of(&findings),
            findings,
        }
    }

    fn exit_code(&self) -> u8 {
        let Counts {
            errors,
            risks,
            broken_preconditions,
            ..
        } = self.counts;
        match (errors, risks + broken_preconditions) {
            (1.., _) => ERRORS,
            (0, 1..) => RISKS,
            (0, 0) => 0,
        }
    }

    fn text(&self) -> String {
        let mut of_file: Vec<&Remark> = self.of(Kind::Settings).collect();
        // Stable, so that those that are as bad stay in the order of the file.
        of_file.sort_by_key(|it| it.severity);
        let mut text = String::new();
        for remark in of_file {
            text.push_str(&remark.block());
            text.push('\n');
        }
        let Counts {
            errors,
            risks,
            hints,
            ..
        } = self.counts;
        let verdict = match (self.usable, risks) {
            (false, _) => "The settings cannot be used",
            (true, 1..) => "The settings can be used, with risks",
            (true, 0) => "The settings can be used",
        };
        let _infallible = writeln!(
            text,
            "{verdict}: {}, {}, {}. Read as {} of {}, mode {}.",
            count(errors, "error"),
            count(risks, "risk"),
            count(hints, "hint"),
            format_name(self.format),
            self.kes_version
                .as_ref()
                .map_or_else(|| self.layout.versions().to_owned(), ToString::to_string),
            self.mode
        );
        if self.counts.preconditions > 0 {
            text.push_str("\nWhatever the file says, these must be so:\n");
            for remark in self.of(Kind::Precondition) {
                text.push('\n');
                text.push_str(&remark.block());
            }
        }
        text
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = &Remark> {
        self.findings.iter().filter(move |it| it.kind == kind)
    }
}

impl Counts {
    fn of(findings: &[Remark]) -> Self {
        let count = |kind, severity| {
            let such = |it: &&Remark| it.kind == kind && it.severity == severity;
            findings.iter().filter(such).count()
        };
        let broken_preconditions = count(Kind::Precondition, Severity::Risk);
        Self {
            errors: count(Kind::Settings, Severity::Error),
            risks: count(Kind::Settings, Severity::Risk),
            hints: count(Kind::Settings, Severity::Hint),
            preconditions: broken_preconditions + count(Kind::Precondition, Severity::Hint),
            broken_preconditions,
        }
    }
}
