//! The way of a call: read, ask once, say what it came to, within the rule's time.
//!
//! Nothing leaves before everything is understood. The gateway is asked with a key that the same
//! call has again, so a rule that fires twice for one event is carried out once. When KUMA ends the
//! script, or the time is over, nobody knows what happened, and that is what is said.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};

use time::format_description::well_known::Rfc3339;
use tokio::signal::unix::{SignalKind, signal};

use super::argparse::{self, GivenOption, Reading};
use super::log::shortened;
use super::outcome::Outcome;
use super::script::Script;
use super::settings::{self, KumaSettings};
use super::surroundings::Surroundings;
use super::{archive, asking, ignored, usage, values};
use crate::exit::Exit;
use crate::show::clean;

/// Most bytes of a sentence on the standard error.
const MOST_SAID: usize = 2048;

/// A script is called.
pub async fn called_as(
    script: Script,
    arguments: impl Iterator<Item = OsString>,
    surroundings: &Surroundings<'_>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Exit {
    let outcome = match argparse::read(&script.names(), arguments) {
        Ok(Reading::Help) => {
            let _nobody_reads = out.write_all(usage::help(script).as_bytes());
            return Exit::Done;
        }
        Ok(Reading::Given(given)) => outcome(script, given, surroundings).await,
        Err(misread) => Outcome::early(Exit::Usage, "arguments", misread.to_string()),
    };
    let now = surroundings.now.format(&Rfc3339).unwrap_or_default();
    let line = outcome.line(script, &now);
    // The journal first: nobody has said that KUMA reads what a script prints, and a pipe that is
    // full would hold everything up.
    let _nobody_listens = outcome.tell(script, &line, &surroundings.journal);
    let _nobody_reads = writeln!(out, "{line}");
    if outcome.exit != Exit::Done {
        if outcome.word == "arguments" {
            let _nobody_reads = writeln!(err, "{}", usage::line(script));
        }
        let detail = clean(shortened(&outcome.detail, MOST_SAID));
        let _nobody_reads = writeln!(err, "{}: error: {detail}", script.file());
    }
    outcome.exit
}

/// What comes of the options.
async fn outcome(script: Script, given: Vec<GivenOption>, at: &Surroundings<'_>) -> Outcome {
    // From here on a signal is an outcome that is told.
    let ended = match signal(SignalKind::terminate()) {
        Ok(ended) => ended,
        Err(error) => return Outcome::early(Exit::Else, "failed", error.to_string()),
    };
    let settings = match settings::first(&at.places) {
        Ok(settings) => settings,
        Err(error) => return Outcome::early(Exit::Usage, "settings", error.to_string()),
    };
    if let Err(detail) = expected(script, &given, &settings) {
        return Outcome::early(Exit::Usage, "arguments", detail);
    }
    let folder = settings.ioc_folder.clone();
    let archive = |named: &str| archive::read(folder.as_deref(), named);
    let mut asked = match values::asked(script, given, archive) {
        Ok(asked) => asked,
        Err(unfit) => return Outcome::early(Exit::Usage, "arguments", unfit.to_string()),
    };
    let stamps = settings.spool.as_deref();
    let present = |name: &str| (at.variable)(name).is_some();
    asked.warnings.extend(ignored::warning(
        &asked.ignored,
        present,
        stamps,
        at.now.into(),
    ));
    asked
        .body
        .insert("area".to_owned(), settings.area.clone().into());
    let severity = settings.severity.clone();
    asked.body.insert("severity".to_owned(), severity.into());
    asking::ask(script, asked, &settings, at, ended).await
}

/// Whether these are the options that the settings expect of the script, where they expect any.
fn expected(script: Script, given: &[GivenOption], settings: &KumaSettings) -> Result<(), String> {
    let Some(expected) = settings.options.get(script.file()) else {
        return Ok(());
    };
    let expected: BTreeSet<&str> = expected.iter().map(String::as_str).collect();
    let given: BTreeSet<&str> = given.iter().map(|it| it.name).collect();
    let list = |names: &BTreeSet<&str>| names.iter().copied().collect::<Vec<_>>().join(", ");
    if expected == given {
        return Ok(());
    }
    Err(format!(
        "the settings expect the options {} and no others; given are {}",
        list(&expected),
        list(&given)
    ))
}

/// Where a program that was called by this name lies, if that can be known.
#[must_use]
pub fn program(argv0: &Path, working_folder: Option<PathBuf>) -> PathBuf {
    if argv0.components().count() > 1
        && let Some(folder) = working_folder
    {
        return folder.join(argv0);
    }
    argv0.to_owned()
}
