//! What is shipped with `edrctl` and is made of its command line: the manual and the completions.
//!
//! The program prints completions itself; packages bring them as files, because that is where
//! shells look for them.

use std::fmt::Write as _;

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;
use edrctl::command::{NAME, command};

use crate::chart::generated::File;
use crate::repository::root;

/// Where they stand.
const FOLDER: &str = "deploy/edrctl";

/// The shells, and what their files are called.
const SHELLS: [(Shell, &str); 4] = [
    (Shell::Bash, "completions/edrctl.bash"),
    (Shell::Zsh, "completions/_edrctl"),
    (Shell::Fish, "completions/edrctl.fish"),
    (Shell::PowerShell, "completions/edrctl.ps1"),
];

/// The files that there must be.
pub fn files() -> impl Iterator<Item = File> {
    let completions = SHELLS.into_iter().map(|(shell, file)| {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut command(), NAME, &mut script);
        (file, text(script))
    });
    let all = std::iter::once(("edrctl.1", manual())).chain(completions);
    all.map(|(file, content)| File {
        path: root().join(FOLDER).join(file),
        content,
    })
}

/// The manual: one page for everything that can be typed.
fn manual() -> String {
    let command = command();
    let man = Man::new(command.clone());
    let mut page = sections(&man);
    for it in command.get_subcommands() {
        subcommand(it, NAME, &mut page);
    }
    let title = render(|out| man.render_title(out));
    let extra = render(|out| man.render_extra_section(out));
    // Its lines stand as they are typed.
    let extra = without_preamble(&extra).replacen("EXTRA\n", "SETTINGS AND EXIT NUMBERS\n.nf\n", 1);
    title + &page + &extra + ".fi\n"
}

/// What is said of the program itself.
fn sections(man: &Man) -> String {
    let all = render(|out| {
        man.render_name_section(out)?;
        man.render_synopsis_section(out)?;
        man.render_options_section(out)
    });
    without_preamble(&all)
}

/// Writes a section for a subcommand, and for those below it. It is not built, so that it has none
/// of the options that may stand everywhere.
fn subcommand(it: &Command, above: &str, page: &mut String) {
    let name = format!("{above} {}", it.get_name());
    if it.has_subcommands() {
        for it in it.get_subcommands() {
            subcommand(it, &name, page);
        }
        return;
    }
    let man = Man::new(it.clone().bin_name(&name).disable_help_flag(true));
    let all = render(|out| {
        man.render_synopsis_section(out)?;
        man.render_description_section(out)?;
        man.render_options_section(out)?;
        man.render_extra_section(out)
    });
    let mut say = |line: &str| writeln!(page, "{line}").expect("a text takes everything");
    say(&format!(".SH \"{name}\""));
    for line in without_preamble(&all).lines() {
        match line.strip_prefix(".SH ") {
            // They go without saying below a heading.
            Some("SYNOPSIS") => {}
            Some("DESCRIPTION" | "EXTRA") => say(".PP"),
            Some(heading) => say(&format!(".SS {heading}")),
            None => say(line),
        }
    }
}

/// What the renderer writes in front of each section stands once, in front of all.
fn without_preamble(sections: &str) -> String {
    let is_preamble = |it: &&str| it.starts_with(".ie ") || it.starts_with(".el ");
    let lines: Vec<&str> = sections.lines().filter(|it| !is_preamble(it)).collect();
    lines.join("\n") + "\n"
}

fn render(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut page = Vec::new();
    write(&mut page).expect("memory takes everything");
    text(page)
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("it is made of texts")
}
