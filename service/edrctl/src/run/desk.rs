//! What every subcommand has at hand: the gateway, the screens, and how to print.

use std::cell::RefCell;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgMatches, ValueEnum as _};
use serde_json::Value;

use crate::command::general;
use crate::exit::Exit;
use crate::gateway::Gateway;
use crate::gateway::departure::Departure;
use crate::gateway::failure::Failure;
use crate::settings::place;
use crate::settings::profile::Profile;
use crate::show::form::{Form, bare, pick, write};
use crate::show::screen::{Colouring, Screen};
use crate::span::Span;

/// What every subcommand has at hand.
#[derive(Debug)]
pub(super) struct Desk {
    config: Option<PathBuf>,
    profile: Option<String>,
    form: Option<Form>,
    query: Option<String>,
    quiet: bool,
    retry: Option<Duration>,
    /// What was typed, the program first.
    pub(super) words: Vec<String>,
    /// Standard output.
    pub(super) out: Screen,
    /// Standard error.
    pub(super) err: Screen,
    on_stop: RefCell<Stop>,
}

impl Desk {
    pub(super) fn new(matches: &ArgMatches, words: Vec<String>) -> Self {
        let text = |name: &str| matches.get_one::<String>(name).cloned();
        let colour = text(general::COLOR).unwrap_or_default();
        let colour = Colouring::from_str(&colour, true).unwrap_or_default();
        let form = text(general::OUTPUT).and_then(|it| Form::from_str(&it, true).ok());
        Self {
            config: matches.get_one::<PathBuf>(general::CONFIG).cloned(),
            profile: text(general::PROFILE),
            form,
            query: text(general::QUERY),
            quiet: matches.get_flag(general::QUIET),
            retry: matches.get_one::<Span>(general::RETRY).map(|it| it.0),
            words,
            out: Screen::of_stdout(colour),
            err: Screen::of_stderr(colour),
            on_stop: RefCell::default(),
        }
    }

    /// The profile to use.
    pub(super) fn profile(&self) -> Result<Profile, Failure> {
        let variable = |name: &str| std::env::var_os(name).filter(|it| !it.is_empty());
        place::profile(self.config.as_deref(), self.profile.as_deref(), &variable)
            .map_err(|it| Failure::Settings(it.to_string()))
    }

    /// The gateway of the profile.
    pub(super) fn gateway(&self) -> Result<Gateway, Failure> {
        Gateway::open(&self.patient(self.profile()?), kept().as_deref())
    }

    /// A profile that repeats as long as was asked for.
    pub(super) fn patient(&self, mut profile: Profile) -> Profile {
        profile.retry_for = self.retry.unwrap_or(profile.retry_for);
        profile
    }

    /// Prints an answer: in the form that was asked for, or as people read it.
    pub(super) fn print(&self, answer: &Value, for_people: impl FnOnce() -> String) -> Exit {
        let text = match (&self.query, self.form) {
            (Some(pointer), form) => match (pick(answer, pointer), form) {
                (Ok(part), None) => bare(part, self.out),
                (Ok(part), Some(form)) => write(part, form),
                (Err(missing), _) => {
                    self.say(&format!("edrctl: {missing}\n"));
                    return Exit::Else;
                }
            },
            (None, Some(form)) => write(answer, form),
            (None, None) => for_people(),
        };
        self.put(&text)
    }

    /// Prints a text as it is. Whoever has closed the other end does not want it.
    pub(super) fn put(&self, text: &str) -> Exit {
        let mut output = std::io::stdout().lock();
        let ending = if text.is_empty() || text.ends_with('\n') {
            ""
        } else {
            "\n"
        };
        let written = write!(output, "{text}{ending}").and_then(|()| output.flush());
        match written {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                self.say(&format!("edrctl: standard output: {error}\n"));
                Exit::Else
            }
            _ => Exit::Done,
        }
    }

    /// Says what went wrong.
    #[expect(clippy::unused_self, reason = "it is the desk that speaks")]
    pub(super) fn say(&self, text: &str) {
        let mut output = std::io::stderr().lock();
        let ending = if text.ends_with('\n') { "" } else { "\n" };
        let _nobody_reads = write!(output, "{text}{ending}").and_then(|()| output.flush());
    }

    /// Says something that is good to know, unless nobody wants to.
    pub(super) fn note(&self, text: &str) {
        if !self.quiet {
            self.say(text);
        }
    }

    /// Whether what is good to know is said.
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// What to tell whoever ends the program from now on.
    pub(super) fn when_stopped(&self, stop: Stop) {
        *self.on_stop.borrow_mut() = stop;
    }

    /// Tells it; gives how the program ends, where that has a number of its own.
    pub(super) fn stopped(&self) -> Option<Exit> {
        let stop = std::mem::take(&mut *self.on_stop.borrow_mut());
        let (text, exit) = match stop {
            Stop::Nothing => ("edrctl: interrupted".to_owned(), None),
            Stop::Sending(departure, _) if !departure.has_left() => {
                let text = "edrctl: interrupted before anything was sent";
                (text.to_owned(), Some(Exit::Later))
            }
            Stop::Sending(_, text) => (text, Some(Exit::Unknown)),
            Stop::Waiting(text) => (text, None),
        };
        let clear = if self.err.live { "\r\u{1b}[K" } else { "" };
        self.say(&format!("{clear}{text}"));
        exit
    }
}

/// What there is to tell whoever ends the program in the middle.
#[derive(Debug, Default)]
pub(super) enum Stop {
    /// Nothing.
    #[default]
    Nothing,
    /// A request is on its way: how to ask again.
    Sending(Departure, String),
    /// It was accepted: how to go on.
    Waiting(String),
}

/// Where tokens of a provider are kept.
pub(super) fn kept() -> Option<PathBuf> {
    let folder = |name: &str| {
        let folder = PathBuf::from(std::env::var_os(name)?);
        folder.is_absolute().then_some(folder)
    };
    let own = folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")));
    own.map(|it| it.join("edrctl"))
}
