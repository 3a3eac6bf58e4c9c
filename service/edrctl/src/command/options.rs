//! Options that several subcommands have.

use clap::{Arg, ArgAction};

use crate::span::Span;

/// How long to wait, for subcommands that can.
pub(super) fn wait() -> Arg {
    Arg::new("wait")
        .long("wait")
        .value_name("TIME")
        .num_args(0..=1)
        .require_equals(true)
        .default_missing_value("366h")
        .value_parser(span)
        .help("Wait for the end, for as long as it takes or this long (--wait=10m), and end as the task ends")
}

/// Which server.
pub(super) fn backend() -> Arg {
    Arg::new("backend")
        .long("backend")
        .value_name("ALIAS")
        .help("The server, as `edrctl backends` lists them")
}

/// How much to list.
pub(super) fn paging() -> [Arg; 2] {
    [
        Arg::new("limit")
            .long("limit")
            .value_name("NUMBER")
            .value_parser(clap::value_parser!(u32).range(1..))
            .help("How many at most; 50 when it is absent"),
        Arg::new("all")
            .long("all")
            .action(ArgAction::SetTrue)
            .conflicts_with("limit")
            .help("All that there are"),
    ]
}

/// An option that becomes a parameter of the query, by the same name.
pub(super) fn parameter(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

/// Reads a length of time.
pub(super) fn span(text: &str) -> Result<Span, String> {
    Span::parse(text).ok_or_else(|| Span::RULE.to_owned())
}
