//! `edrctl kuma`: setting the drop-in up, looking whether it can work, and telling what became of
//! tasks.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};

use super::check::{self, Checking};
use super::follow::{self, Following};
use super::install::{self, Laid, Laying};
use super::rules::{self, RuleTexts};
use super::script::{Script, script_of};
use super::{probe, settings};
use crate::exit::Exit;
use crate::settings::place::SYSTEM;

const FOLDER: &str = "dir";
const PROGRAM: &str = "program";
const SETTINGS: &str = "settings";
const REMOVE: &str = "remove";
const USER: &str = "user";
const HOST_FIELD: &str = "hostField";
const SCRIPT: &str = "script";
const ONCE: &str = "once";

/// The subcommand.
#[must_use]
pub fn command() -> Command {
    Command::new("kuma")
        .about("Stands in for the nine EDR scripts of KUMA's response rules")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("install")
                .about("Lays the nine links in a correlator's folder of scripts, all or none")
                .args([folder().required(true), program()]),
        )
        .subcommand(
            Command::new("uninstall")
                .about("Gives back what was there before the links")
                .arg(folder().required(true)),
        )
        .subcommand(
            Command::new("check")
                .about("Checks user, links, files, gateway, token and clock, one line each")
                .args([folder().required(true), settings_file(), user()]),
        )
        .subcommand(
            Command::new("probe")
                .about(
                    "Lays a script that writes down how KUMA runs it, and says what to do with it",
                )
                .args([
                    folder().required(true),
                    program(),
                    flag(REMOVE, "Take the probe away; what it has seen stays"),
                ]),
        )
        .subcommand(
            Command::new("rules")
                .about("Writes the response rules, to be pasted into KUMA")
                .args([host_field(), script()]),
        )
        .subcommand(
            Command::new("follow")
                .about(
                    "Tells a collector of KUMA's what became of the tasks that its rules asked for",
                )
                .args([settings_file(), flag(ONCE, "Look once and end")]),
        )
}

fn folder() -> Arg {
    Arg::new(FOLDER)
        .long(FOLDER)
        .value_name("FOLDER")
        .value_parser(value_parser!(PathBuf))
        .value_hint(ValueHint::DirPath)
        .help("Such as /opt/kaspersky/kuma/correlator/<Correlator ID>/scripts")
}

fn program() -> Arg {
    Arg::new(PROGRAM)
        .long("program")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .value_hint(ValueHint::ExecutablePath)
        .help("The program that links lead to, by its whole path [default: this one]")
}

fn settings_file() -> Arg {
    Arg::new(SETTINGS)
        .long("settings")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .value_hint(ValueHint::FilePath)
        .help("The settings file [default: the one that the scripts find]")
}

fn user() -> Arg {
    Arg::new(USER)
        .long("user")
        .value_name("NAME")
        .default_value("kuma")
        .help("Who runs the scripts")
}

fn host_field() -> Arg {
    Arg::new(HOST_FIELD)
        .long("hostField")
        .value_name("FIELD")
        .default_value("DestinationHostName")
        .help("The field of an event that names the device")
}

fn script() -> Arg {
    let names = Script::ALL.map(Script::file);
    Arg::new(SCRIPT)
        .long("script")
        .value_name("NAME")
        .value_parser(clap::builder::PossibleValuesParser::new(names))
        .help("Only the rule of this script")
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .action(ArgAction::SetTrue)
        .help(help)
}

/// Does what a subcommand says.
pub async fn run(matches: &ArgMatches, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let done = match matches.subcommand() {
        Some(("install", given)) => install(given, out),
        Some(("uninstall", given)) => uninstall(given, out),
        Some(("check", given)) => {
            let checking = Checking {
                folder: path(given, FOLDER),
                program: std::env::current_exe().unwrap_or_default(),
                settings: given.get_one(SETTINGS).cloned(),
                user: text(given, USER),
            };
            Ok(check::check(&checking, out).await)
        }
        Some(("probe", given)) => probe(given, out),
        Some(("rules", given)) => {
            let name = given.get_one::<String>(SCRIPT);
            let texts = RuleTexts {
                host_field: text(given, HOST_FIELD),
                script: name.and_then(|it| script_of(it.as_ref())),
            };
            let written = rules::rules(&texts, out);
            written.map(|()| Exit::Done).map_err(|it| it.to_string())
        }
        Some(("follow", given)) => follow(given, out).await,
        _ => Ok(Exit::Usage),
    };
    done.unwrap_or_else(|reason| {
        let _nobody_reads = writeln!(err, "error: {reason}");
        Exit::Usage
    })
}

fn path(given: &ArgMatches, name: &str) -> PathBuf {
    given.get_one(name).cloned().unwrap_or_default()
}

fn text(given: &ArgMatches, name: &str) -> String {
    given.get_one(name).cloned().unwrap_or_default()
}

/// The program that was named; or this one, by the place that it really has.
fn named_program(given: &ArgMatches) -> Result<PathBuf, String> {
    match given.get_one::<PathBuf>(PROGRAM) {
        Some(program) => Ok(program.clone()),
        None => std::env::current_exe().map_err(|it| format!("--program is needed: {it}")),
    }
}

fn install(given: &ArgMatches, out: &mut dyn Write) -> Result<Exit, String> {
    let laying = Laying {
        folder: path(given, FOLDER),
        program: named_program(given)?,
    };
    let Laid { changed, kept } = install::install(&laying).map_err(|it| it.to_string())?;
    let folder = laying.folder.display();
    let program = laying.program.display();
    let _nobody_reads = match changed.len() {
        0 => writeln!(out, "All nine links are in {folder} already."),
        many => writeln!(out, "{many} links in {folder} lead to {program}."),
    };
    if !kept.is_empty() {
        let kept = kept.join(", ");
        let _nobody_reads = writeln!(
            out,
            "What was there is kept: {kept}. It may hold KSC's password."
        );
    }
    let _nobody_reads = writeln!(
        out,
        "Next: sudo -u kuma {program} kuma check --dir {folder}"
    );
    Ok(Exit::Done)
}

fn uninstall(given: &ArgMatches, out: &mut dyn Write) -> Result<Exit, String> {
    let folder = path(given, FOLDER);
    let Laid { changed, kept } = install::uninstall(&folder).map_err(|it| it.to_string())?;
    let folder = folder.display();
    let _nobody_reads = if changed.is_empty() {
        writeln!(out, "There are no links of ours in {folder}.")
    } else {
        let (links, files) = (changed.len(), kept.len());
        writeln!(
            out,
            "{links} links are gone from {folder}, and {files} files are back."
        )
    };
    Ok(Exit::Done)
}

fn probe(given: &ArgMatches, out: &mut dyn Write) -> Result<Exit, String> {
    let folder = path(given, FOLDER);
    if given.get_flag(REMOVE) {
        probe::uninstall(&folder).map_err(|it| it.to_string())?;
        return Ok(Exit::Done);
    }
    let program = named_program(given)?;
    let records = probe::install(&folder, &program).map_err(|it| it.to_string())?;
    let _nobody_reads = writeln!(
        out,
        "Make a response rule with the script {} and the arguments\n\n{}\n\n\
         Let it fire three times: with an empty timeout, with 5 and with 0. What it has seen is in\n{}.\n\
         Look into the correlator's log for its two lines, for the number 7 and for what ended it.",
        probe::FILE,
        probe::ARGUMENTS,
        records.display()
    );
    Ok(Exit::Done)
}

async fn follow(given: &ArgMatches, out: &mut dyn Write) -> Result<Exit, String> {
    let file = given.get_one::<PathBuf>(SETTINGS).cloned();
    let file = file.unwrap_or_else(|| Path::new(SYSTEM).to_owned());
    let settings = settings::first(&[file]).map_err(|it| it.to_string())?;
    let following = Following {
        settings,
        once: given.get_flag(ONCE),
    };
    follow::follow(&following, out)
        .await
        .map_err(|it| it.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        command().debug_assert();
    }

    #[test]
    fn the_unit_that_is_shipped_follows() {
        let unit = include_str!("../../../../deploy/kuma/edrctl-kuma-follow.service");
        let line = unit
            .lines()
            .find_map(|it| it.strip_prefix("ExecStart=/usr/local/bin/edrctl "));
        let words = line.expect("it starts edrctl").split(' ');
        let matches = command()
            .try_get_matches_from(words)
            .expect("it can be typed");
        assert_eq!(matches.subcommand_name(), Some("follow"));
    }

    #[tokio::test]
    async fn links_are_laid_and_taken_away_by_command() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().to_str().expect("UTF-8");
        for (words, exit, said) in [
            (
                vec!["install", "--dir", place, "--program", "/bin/sh"],
                Exit::Done,
                "9 links in",
            ),
            (
                vec!["install", "--dir", place, "--program", "/bin/sh"],
                Exit::Done,
                "All nine links",
            ),
            (
                vec!["install", "--dir", "/nowhere", "--program", "/bin/sh"],
                Exit::Usage,
                "error: /nowhere is no folder",
            ),
            (
                vec!["uninstall", "--dir", place],
                Exit::Done,
                "9 links are gone",
            ),
            (
                vec!["probe", "--dir", place, "--program", "/bin/sh"],
                Exit::Done,
                "edrctl-probe.py",
            ),
            (vec!["probe", "--dir", place, "--remove"], Exit::Done, ""),
            (
                vec!["rules", "--script", "getFile.py"],
                Exit::Done,
                "getFile.py",
            ),
            (
                vec!["follow", "--settings", "/nowhere"],
                Exit::Usage,
                "error: no settings",
            ),
        ] {
            let matches = command().get_matches_from(["kuma"].into_iter().chain(words.clone()));
            let (mut out, mut err) = (Vec::new(), Vec::new());
            assert_eq!(run(&matches, &mut out, &mut err).await, exit, "{words:?}");
            out.append(&mut err);
            let out = String::from_utf8(out).expect("UTF-8");
            assert!(out.contains(said), "{words:?}: {out}");
        }
    }
}
