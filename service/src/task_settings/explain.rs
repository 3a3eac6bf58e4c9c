//! `kataedr explain`: what is known of a key.

use std::fmt::Write as _;

use clap::Args;
use kataedr::catalogue::{self, Range, ValueType};
use kataedr::{Key, Mode, Section, explain};

use super::answered::Answered;
use super::printed::{excerpt, json};
use super::remark::source;

/// The exit code where there is no such key.
const NO_SUCH_KEY: u8 = 1;

/// The key.
#[derive(Debug, Args)]
pub(super) struct ExplainArguments {
    /// A key (`Port`), a section and a key (`TelemetrySettings.ConnectionTimeout`), or a section for all
    /// of its keys. Without it, all keys are listed.
    key: Option<String>,
    /// Print one JSON document instead of text.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &ExplainArguments) -> Answered {
    let Some(question) = &arguments.key else {
        let text = if arguments.json {
            json(&catalogue::all())
        } else {
            listed()
        };
        return Answered::new(text, 0);
    };
    match explain(question) {
        Ok(told) if arguments.json => Answered::new(json(&told), 0),
        Ok(told) => {
            let mut each: Vec<String> = told.keys.iter().map(|it| whole(it)).collect();
            each.extend(told.note.map(|it| format!("{it}\n")));
            Answered::new(each.join("\n"), 0)
        }
        Err(unknown) if arguments.json => Answered::new(json(&unknown), NO_SUCH_KEY),
        Err(unknown) => {
            let perhaps = match unknown.perhaps.as_slice() {
                [] => "`edr-gateway kataedr explain` lists all keys.".to_owned(),
                names => format!("Perhaps {} is meant.", names.join(" or ")),
            };
            Answered {
                text: String::new(),
                aside: format!(
                    "edr-gateway: there is no key \"{}\". {perhaps}\n",
                    excerpt(question)
                ),
                code: NO_SUCH_KEY,
            }
        }
    }
}

fn listed() -> String {
    let mut text = String::new();
    for section in Section::ALL {
        let _infallible = match section.pattern() {
            "" => writeln!(text, "before any section"),
            pattern => writeln!(text, "\n[{pattern}]"),
        };
        let keys = catalogue::all().iter().filter(|it| it.section == section);
        for key in keys {
            let older = if key.in_flat && section != Section::Top {
                "  before any section up to 12.3"
            } else if key.in_flat {
                ""
            } else {
                "  from 12.4 on"
            };
            let _infallible = writeln!(text, "  {}={}{older}", key.name, key.default_sections);
        }
    }
    text
}

fn whole(key: &Key) -> String {
    let section = key.section.pattern();
    let mut text = if section.is_empty() {
        format!("{}\n", key.name)
    } else {
        format!("[{section}] {}\n", key.name)
    };
    let mut line = |name: &str, value: &str| {
        let _infallible = writeln!(text, "  {name}: {value}");
    };
    line("Meaning", key.meaning);
    line("Value", &value(key.value_type));
    line("Default", &defaults(key));
    let until = key.until.map_or_else(String::new, |it| format!(" to {it}"));
    let flat = if key.in_flat && !section.is_empty() {
        ", before any section up to 12.3"
    } else {
        ""
    };
    line("Since", &format!("{}{until}{flat}", key.since));
    let [kata, expert] = Mode::ALL;
    for (mode, word) in [(kata, key.in_edr_kata), (expert, key.in_edr_expert_on_prem)] {
        if !word.is_empty() {
            line(&format!("In {mode}"), word);
        }
    }
    for word in key.uncertain {
        line("Not certain", word);
    }
    let sources: Vec<String> = key.sources.iter().map(|it| source(*it)).collect();
    line("Source", &sources.join(", "));
    text
}

fn value(of: ValueType) -> String {
    match of {
        ValueType::Mode => {
            let [one, other] = Mode::ALL;
            format!("{one} or {other}")
        }
        ValueType::YesNo => "Yes or No".to_owned(),
        ValueType::Number { unit, range } => match range {
            Range::Port => "a port, from 1 to 65535 (the vendor gives no range)".to_owned(),
            Range::Percent => {
                "a whole number, percent, from 0 to 100 (the vendor gives no range)".to_owned()
            }
            Range::Positive => {
                format!("a whole number, {unit}, from 1 on (the vendor gives no range)")
            }
        },
        ValueType::Address => "an IPv4 or IPv6 address, or a whole domain name".to_owned(),
    }
}

fn defaults(key: &Key) -> String {
    let none = |it: Option<&'static str>| it.unwrap_or("none");
    let flat = [none(key.default_flat_a), none(key.default_flat_b)];
    if !key.in_flat || flat == [key.default_sections; 2] {
        return key.default_sections.to_owned();
    }
    let [oldest, older] = flat;
    format!(
        "{oldest} in 11.4, {older} in 12.0 to 12.3, {} in 12.4",
        key.default_sections
    )
}
