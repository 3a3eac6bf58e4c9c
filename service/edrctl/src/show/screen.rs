//! What is written on: a terminal of some width, or a file or program that takes everything.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::os::fd::AsFd;

use clap::ValueEnum;

/// The width where a terminal does not say its own.
const USUAL_WIDTH: usize = 80;

/// What is written on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// How many columns fit; `usize::MAX` where nobody cuts, as in a pipe.
    pub width: usize,
    /// Whether colours are shown.
    pub colour: bool,
    /// Whether a line may be written over.
    pub live: bool,
}

/// When output is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Colouring {
    /// On a terminal, and as `NO_COLOR` and `CLICOLOR_FORCE` say.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Screen {
    /// A file, or another program: everything whole, nothing coloured.
    pub const PIPE: Self = Self {
        width: usize::MAX,
        colour: false,
        live: false,
    };

    /// Standard output, as it is now.
    #[must_use]
    pub fn of_stdout(colouring: Colouring) -> Self {
        Self::of(&std::io::stdout(), colouring)
    }

    /// Standard error, as it is now.
    #[must_use]
    pub fn of_stderr(colouring: Colouring) -> Self {
        Self::of(&std::io::stderr(), colouring)
    }

    /// Whether a person looks at it, for whom it is cut to its width.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        self.width != usize::MAX
    }

    fn of(stream: &(impl AsFd + IsTerminal), colouring: Colouring) -> Self {
        let columns = stream.is_terminal().then(|| {
            let size = rustix::termios::tcgetwinsize(stream);
            size.map_or(0, |it| usize::from(it.ws_col))
        });
        Self::decide(columns, colouring, |name| std::env::var_os(name))
    }

    /// Of a terminal that says it has so many columns (0: does not say), or of none.
    fn decide(
        columns: Option<usize>,
        colouring: Colouring,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Self {
        let set = |name: &str| variable(name).filter(|it| !it.is_empty());
        let is_dumb = set("TERM").is_none_or(|it| it == "dumb");
        let live = columns.is_some() && !is_dumb;
        let colour = match colouring {
            Colouring::Always => true,
            Colouring::Never => false,
            Colouring::Auto if set("NO_COLOR").is_some() => false,
            Colouring::Auto if set("CLICOLOR_FORCE").is_some_and(|it| it != "0") => true,
            Colouring::Auto => live && set("CLICOLOR").is_none_or(|it| it != "0"),
        };
        let width = columns.map_or(usize::MAX, |own| {
            // Whoever sets it means it, and no shell hands it on unasked.
            let asked = set("COLUMNS").and_then(|it| it.to_str()?.parse().ok());
            let known = asked
                .filter(|it| *it > 0)
                .or(Some(own).filter(|it| *it > 0));
            known.unwrap_or(USUAL_WIDTH)
        });
        Self {
            width,
            colour,
            live,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(columns: Option<usize>, colouring: Colouring, set: &[(&str, &str)]) -> Screen {
        Screen::decide(columns, colouring, |name| {
            let found = set.iter().find(|it| it.0 == name);
            found.map(|it| OsString::from(it.1))
        })
    }

    const XTERM: (&str, &str) = ("TERM", "xterm-256color");

    #[test]
    fn a_pipe_is_never_cut_and_is_coloured_only_when_that_is_asked_for() {
        let piped = |colouring, set| seen(None, colouring, set);

        assert_eq!(piped(Colouring::Auto, &[XTERM]), Screen::PIPE);
        assert_eq!(piped(Colouring::Auto, &[("COLUMNS", "40")]), Screen::PIPE);
        for coloured in [
            piped(Colouring::Always, &[]),
            piped(Colouring::Auto, &[("CLICOLOR_FORCE", "1")]),
        ] {
            assert!(coloured.colour && !coloured.live && !coloured.is_terminal());
        }
    }

    #[test]
    fn a_terminal_is_live_and_coloured_unless_somebody_says_no() {
        let plain = seen(Some(132), Colouring::Auto, &[XTERM]);
        assert_eq!((plain.width, plain.colour, plain.live), (132, true, true));

        for (set, live) in [
            (vec![XTERM, ("NO_COLOR", "1")], true),
            (
                vec![XTERM, ("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")],
                true,
            ),
            (vec![XTERM, ("CLICOLOR", "0")], true),
            (vec![("TERM", "dumb")], false),
            (vec![], false),
        ] {
            let screen = seen(Some(80), Colouring::Auto, &set);
            assert_eq!((screen.colour, screen.live), (false, live), "{set:?}");
        }
        let empty = seen(Some(80), Colouring::Auto, &[XTERM, ("NO_COLOR", "")]);
        assert!(empty.colour);
        assert!(!seen(Some(80), Colouring::Never, &[XTERM]).colour);
    }

    #[test]
    fn the_width_is_what_was_asked_for_or_what_the_terminal_says_or_eighty() {
        for (own, asked, width) in [
            (100, "60", 60),
            (100, "0", 100),
            (100, "wide", 100),
            (0, "", 80),
        ] {
            let screen = seen(Some(own), Colouring::Auto, &[XTERM, ("COLUMNS", asked)]);
            assert_eq!(screen.width, width, "{own} {asked}");
        }
    }
}
