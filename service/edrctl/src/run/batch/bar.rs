//! How far a batch is: a bar where there is a terminal, and nothing where there is none.

use std::collections::BTreeMap;
use std::io::Write as _;

use super::super::desk::Desk;
use crate::exit::Exit;
use crate::show::screen::Screen;
use crate::show::width::cut;

/// How long the bar is.
const LENGTH: usize = 24;

/// How far it is.
#[derive(Debug)]
pub(super) struct Bar {
    screen: Screen,
    shown: bool,
    all: usize,
    done: usize,
    by: BTreeMap<Exit, usize>,
}

impl Bar {
    pub(super) fn new(desk: &Desk, all: usize) -> Self {
        let bar = Self {
            screen: desk.err,
            shown: desk.err.live && !desk.is_quiet(),
            all,
            done: 0,
            by: BTreeMap::new(),
        };
        bar.draw();
        bar
    }

    /// One more is done, and ended so.
    pub(super) fn step(&mut self, exit: Exit) {
        self.done += 1;
        *self.by.entry(exit).or_default() += 1;
        self.draw();
    }

    /// Takes it away.
    pub(super) fn finish(&mut self) {
        if self.shown {
            self.shown = false;
            let _nobody_reads = write!(std::io::stderr(), "\r\u{1b}[K");
        }
    }

    fn draw(&self) {
        if self.shown {
            let line = self.line();
            let line = cut(&line, self.screen.width.saturating_sub(1));
            let mut output = std::io::stderr().lock();
            let _nobody_reads = write!(output, "\r\u{1b}[K{line}").and_then(|()| output.flush());
        }
    }

    fn line(&self) -> String {
        let filled = (self.done * LENGTH)
            .checked_div(self.all)
            .unwrap_or(LENGTH)
            .min(LENGTH);
        let bar = ["█".repeat(filled), "░".repeat(LENGTH - filled)].concat();
        let by = self
            .by
            .iter()
            .map(|(exit, count)| format!("{count} {}", word(*exit)));
        let by: Vec<String> = by.collect();
        format!("{bar} {}/{}  {}", self.done, self.all, by.join(", "))
    }
}

/// What became of a line, in a word.
fn word(exit: Exit) -> &'static str {
    match exit {
        Exit::Done => "accepted",
        Exit::Refused | Exit::Usage => "refused",
        Exit::Later => "to be tried again",
        Exit::Unknown => "unknown",
        Exit::Failed | Exit::Unclear | Exit::Else => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_says_how_many_went_how() {
        let mut bar = Bar {
            screen: Screen::PIPE,
            shown: false,
            all: 4,
            done: 0,
            by: BTreeMap::new(),
        };
        for exit in [Exit::Done, Exit::Refused, Exit::Done] {
            bar.step(exit);
        }
        assert_eq!(
            bar.line(),
            "██████████████████░░░░░░ 3/4  2 accepted, 1 refused"
        );
    }
}
