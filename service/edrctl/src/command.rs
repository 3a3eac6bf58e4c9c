//! The command line: what there is to type, made of the catalogue.
//!
//! * [`command`]: all of it; the manual, the completions and the help are made of it too.
//! * [`action`]: an action as a subcommand, its fields as options.
//! * [`given`]: what was given to an action, as the body of its request.
//! * `options`: what several subcommands have.
//! * `told`: the longer texts.

pub mod action;
pub mod given;
mod options;
mod told;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command, ValueHint};
use vocabulary::task::{Action, TaskType};

use self::options::{backend, paging, parameter, span, wait};

/// The program's name.
pub const NAME: &str = "edrctl";

/// Names of options that every subcommand has.
pub mod general {
    /// The settings file.
    pub const CONFIG: &str = "config";
    /// The profile.
    pub const PROFILE: &str = "profile";
    /// The form of what is printed.
    pub const OUTPUT: &str = "output";
    /// A part of what is printed.
    pub const QUERY: &str = "query";
    /// Colours.
    pub const COLOR: &str = "color";
    /// Nothing on standard error but failures.
    pub const QUIET: &str = "quiet";
    /// How long to repeat.
    pub const RETRY: &str = "retryFor";
}

/// All that can be typed.
#[must_use]
pub fn command() -> Command {
    let command = Command::new(NAME)
        .version(env!("CARGO_PKG_VERSION"))
        .about("Asks edr-gateway for EDR response actions, and says what became of them")
        .after_help("`edrctl --help` has the settings and the exit numbers; `edrctl SUBCOMMAND --help` the rest.")
        .after_long_help(told::settings_and_exits())
        .subcommand_required(true)
        .arg_required_else_help(true)
        .infer_subcommands(false)
        .max_term_width(100)
        .subcommand_help_heading("Subcommands")
        .args(general_options());
    let command = command.subcommands(Action::ALL.map(action::subcommand));
    command
        .subcommand(tasks())
        .subcommand(hosts())
        .subcommand(
            Command::new("actions")
                .about("What can be asked for, and what it means")
                .arg(
                    Arg::new("name")
                        .value_name("ACTION")
                        .help("Only this one, whole"),
                ),
        )
        .subcommand(
            Command::new("backends")
                .about("The servers behind the gateway, and whether they can be asked"),
        )
        .subcommand(
            Command::new("budget")
                .about("The room that KSC has for response tasks")
                .arg(backend()),
        )
        .subcommand(Command::new("whoami").about("Who the token says you are, and what you may do"))
        .subcommand(batch())
        .subcommand(
            Command::new("doctor").about("Checks settings, way, token and clocks, one line each"),
        )
        .subcommand(crate::kuma::command::command())
        .subcommand(
            Command::new("completions")
                .about("Prints completions for a shell")
                .arg(
                    Arg::new("shell")
                        .value_name("SHELL")
                        .required(true)
                        .value_parser(PossibleValuesParser::new([
                            "bash",
                            "zsh",
                            "fish",
                            "powershell",
                        ])),
                ),
        )
}

/// Options that may stand anywhere.
fn general_options() -> Vec<Arg> {
    let general = |arg: Arg| arg.global(true).help_heading("Everywhere");
    vec![
        general(
            Arg::new(general::CONFIG)
                .long("config")
                .value_name("FILE")
                .value_hint(ValueHint::FilePath)
                .value_parser(clap::value_parser!(std::path::PathBuf))
                .help("The settings file [env: EDRCTL_CONFIG]"),
        ),
        general(
            Arg::new(general::PROFILE)
                .long("profile")
                .value_name("NAME")
                .help("The profile of the settings file [env: EDRCTL_PROFILE]"),
        ),
        general(
            Arg::new(general::OUTPUT)
                .long("output")
                .short('o')
                .value_name("FORM")
                .value_parser(PossibleValuesParser::new([
                    "table", "json", "jsonl", "yaml", "name",
                ]))
                .help("The form of what is printed; for people when it is absent"),
        ),
        general(
            Arg::new(general::QUERY)
                .long("query")
                .value_name("POINTER")
                .help("Print only the part at this JSON Pointer, such as /state"),
        ),
        general(
            Arg::new(general::COLOR)
                .long("color")
                .value_name("WHEN")
                .value_parser(PossibleValuesParser::new(["auto", "always", "never"]))
                .default_value("auto")
                .help("Colours: where there is a terminal, or as said"),
        ),
        general(
            Arg::new(general::QUIET)
                .long("quiet")
                .short('q')
                .action(ArgAction::SetTrue)
                .help("Say nothing on standard error but what went wrong"),
        ),
        general(
            Arg::new(general::RETRY)
                .long("retryFor")
                .alias("retry-for")
                .value_name("TIME")
                .value_parser(span)
                .help("How long to repeat what may be repeated, such as 30s; 0 for not at all"),
        ),
    ]
}

/// The parameters of `GET /v1/tasks` that are options here.
pub const TASK_FILTERS: [&str; 9] = [
    "host",
    "task",
    "id",
    "since",
    "until",
    "state",
    "backend",
    "externalId",
    "caller",
];

/// The parameters of `GET /v1/hosts` that are options here.
pub const HOST_FILTERS: [&str; 7] = [
    "name",
    "prefix",
    "ip",
    "id",
    "ready",
    "isolation",
    "backend",
];

fn id() -> Arg {
    Arg::new("id")
        .value_name("ID")
        .required(true)
        .help("The task's id, such as ksc-42")
}

fn tasks() -> Command {
    let names = TaskType::ALL.map(TaskType::name);
    let states = vocabulary::report::State::ALL.map(vocabulary::report::State::name);
    let list = Command::new("list")
        .about("The tasks of everybody, the newest first")
        .args([
            parameter("host", "HOST", "Of this host"),
            parameter("task", "TASK", "Of this kind")
                .value_parser(PossibleValuesParser::new(names)),
            parameter("id", "IDS", "Those with these ids, with commas between"),
            parameter(
                "since",
                "TIME",
                "Asked for at or after this time, such as 2026-01-02T03:04:05Z",
            ),
            parameter("until", "TIME", "Asked for before this time"),
            parameter("state", "STATES", "In these states, with commas between")
                .value_delimiter(',')
                .value_parser(PossibleValuesParser::new(states)),
            parameter(
                "backend",
                "ALIASES",
                "At these servers, with commas between",
            ),
            parameter("externalId", "TEXT", "With this reference"),
            parameter("caller", "CALLER", "Asked for by this caller"),
        ])
        .args(paging());
    Command::new("tasks")
        .about("What became of what was asked for")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(list)
        .subcommand(
            Command::new("get")
                .about("How a task stands, and what that rests on")
                .arg(id())
                .arg(wait()),
        )
        .subcommand(
            Command::new("watch")
                .about("Follows tasks to their ends, and ends as the worst of them does")
                .arg(id().num_args(1..=200)),
        )
        .subcommand(
            Command::new("cancel")
                .about("Stops a task, where KSC says whose it is")
                .arg(id())
                .arg(wait()),
        )
}

fn hosts() -> Command {
    let find = Command::new("find")
        .about("The hosts with a name, an address or an id; all without any")
        .arg(
            Arg::new("text")
                .value_name("HOST")
                .conflicts_with_all(["name", "ip", "id", "prefix"])
                .help("A name, an address or an id, whole"),
        )
        .args([
            parameter(
                "name",
                "NAME",
                "A display, DNS or NetBIOS name, or DOMAIN\\host",
            ),
            parameter("prefix", "TEXT", "With a name that begins so"),
            parameter("ip", "ADDRESS", "An IPv4 address"),
            parameter("id", "ID", "A KSC host id"),
            parameter("ready", "WORD", "Whether they can take a task")
                .value_parser(PossibleValuesParser::new(["yes", "no", "unknown"])),
            parameter(
                "isolation",
                "WORD",
                "Whether they are cut off, by their own word",
            )
            .value_parser(PossibleValuesParser::new([
                "isolated",
                "notIsolated",
                "unknown",
            ])),
            parameter(
                "backend",
                "ALIASES",
                "At these servers, with commas between",
            ),
        ])
        .args(paging());
    Command::new("hosts")
        .about("Which hosts there are, and whether they can take a task")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(find)
        .subcommand(
            Command::new("get")
                .about("A host, and what there is to know of it")
                .arg(
                    Arg::new("id")
                        .value_name("ID")
                        .required(true)
                        .help("Its KSC host id"),
                )
                .arg(backend()),
        )
}

fn batch() -> Command {
    Command::new("batch")
        .about("Asks for each line of a file, once")
        .long_about(told::BATCH)
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .value_hint(ValueHint::FilePath)
                .value_parser(clap::value_parser!(std::path::PathBuf))
                .help("JSON Lines, or CSV with a line of names (by its ending .csv)"),
        )
        .arg(
            Arg::new("results")
                .long("results")
                .value_name("FILE")
                .value_hint(ValueHint::FilePath)
                .value_parser(clap::value_parser!(std::path::PathBuf))
                .help("Where results are written, and read by the next run; FILE.results.jsonl when it is absent"),
        )
        .arg(
            Arg::new("run")
                .long("run")
                .value_name("NAME")
                .help("A name by which the same lines are asked for once more: each name once"),
        )
        .arg(
            Arg::new("parallel")
                .long("parallel")
                .value_name("NUMBER")
                .default_value("4")
                .value_parser(clap::value_parser!(u16).range(1..=64))
                .help("How many hosts at a time; those of one host go one after the other, as they stand"),
        )
        .arg(
            Arg::new("dryRun")
                .long("dryRun")
                .alias("dry-run")
                .action(ArgAction::SetTrue)
                .help("Every check of every line; nothing is done and nothing is written"),
        )
        .arg(wait())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        command().debug_assert();
    }

    #[test]
    fn every_action_is_a_subcommand_with_its_fields_as_options() {
        for action in Action::ALL {
            let command = command();
            let subcommand = command
                .find_subcommand(action.name())
                .expect("a subcommand");
            for field in vocabulary::requests::fields::fields(action) {
                let option = subcommand
                    .get_arguments()
                    .find(|it| it.get_long() == Some(&field.name));
                assert!(option.is_some(), "{action} {}", field.name);
            }
        }
    }

    #[test]
    fn what_was_meant_is_said() {
        for (typed, meant) in [
            (vec!["edrctl", "isolteHost"], "isolateHost"),
            (
                vec!["edrctl", "isolateHost", "--targetHots", "a"],
                "--targetHost",
            ),
            (vec!["edrctl", "tasks", "lst"], "list"),
        ] {
            let error = command()
                .try_get_matches_from(&typed)
                .expect_err("a mistake");
            assert!(error.to_string().contains(meant), "{error}");
            assert_eq!(error.exit_code(), 2);
        }
    }
}
