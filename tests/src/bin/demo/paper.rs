//! What the demo is written on: a terminal that can redraw, or plain lines.
//!
//! Escape codes go to a terminal only, and not to one that asks for none (`NO_COLOR`, `TERM=dumb`):
//! then the output is what a log file should hold. Widths are counted in characters, which is right
//! for Latin and Cyrillic alike; nothing wider is shown.

use std::io::{self, IsTerminal as _, Stdout, Write as _};

/// The width that everything is laid out for: that of a terminal as it opens. A wider one gets the same,
/// so that what one person sees is what another is told of.
pub(crate) const WIDTH: usize = 80;

/// A terminal or a file.
#[derive(Debug)]
pub(crate) struct Paper {
    live: bool,
    output: Stdout,
}

/// How a piece of text looks, by what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// As it comes.
    Plain,
    /// A heading.
    Heading,
    /// Explanations, and what matters less.
    Quiet,
    /// As it should be.
    Good,
    /// To be looked at.
    Warning,
    /// Not as it should be.
    Bad,
    /// On its way.
    Active,
}

impl Style {
    const fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Heading => "1",
            Self::Quiet => "2",
            Self::Good => "32",
            Self::Warning => "33",
            Self::Bad => "31",
            Self::Active => "36",
        }
    }
}

impl Paper {
    /// The paper that standard output is.
    pub(crate) fn at_hand() -> Self {
        let told_not_to = std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty())
            || std::env::var_os("TERM").is_some_and(|it| it == "dumb");
        let output = io::stdout();
        Self {
            live: output.is_terminal() && !told_not_to,
            output,
        }
    }

    /// Paper without a terminal.
    #[cfg(test)]
    pub(crate) fn plain() -> Self {
        Self {
            live: false,
            output: io::stdout(),
        }
    }

    /// Whether what was written can be written over.
    pub(crate) fn is_live(&self) -> bool {
        self.live
    }

    /// The text in this style.
    pub(crate) fn paint(&self, style: Style, text: &str) -> String {
        if !self.live || style == Style::Plain || text.is_empty() {
            return text.to_owned();
        }
        format!("\x1b[{}m{text}\x1b[0m", style.code())
    }

    /// A line.
    pub(crate) fn line(&self, text: &str) {
        self.write(&format!("{text}\n"));
    }

    /// A chapter's heading, and the sentence that says what it is about.
    pub(crate) fn chapter(&self, title: &str, sentence: &str) {
        self.line("");
        self.hanging("", title, Style::Heading);
        self.hanging("  ", sentence, Style::Quiet);
        self.line("");
    }

    /// Text that is broken between words; its later lines stand under the first one's words.
    pub(crate) fn hanging(&self, lead: &str, text: &str, style: Style) {
        self.under(lead, lead.chars().count(), text, style);
    }

    /// The same beside columns that are painted, and so many characters wide.
    pub(crate) fn beside(&self, columns: &str, width: usize, text: &str) {
        self.under(columns, width, text, Style::Plain);
    }

    fn under(&self, lead: &str, indent: usize, text: &str, style: Style) {
        for (number, line) in wrap(text, WIDTH - indent).into_iter().enumerate() {
            let lead = if number == 0 {
                lead.to_owned()
            } else {
                " ".repeat(indent)
            };
            self.line(&format!("{lead}{}", self.paint(style, &line)));
        }
    }

    /// A command to be pasted: its words in lines that the shell takes for one. Each of these words is
    /// left whole, however long, and may hold line ends of its own within quotes.
    pub(crate) fn command(&self, words: &[&str]) {
        for line in command(words) {
            self.line(&line);
        }
    }

    /// A name in a column of its own, and what stands behind it.
    pub(crate) fn entry(&self, indent: usize, name: &str, text: &str, style: Style) {
        let lead = format!("{}{}  ", " ".repeat(indent), fit(name, 10));
        self.hanging(&lead, text, style);
    }

    /// Writes lines over the last ones of the same number. `written` is how many there were.
    ///
    /// The terminal is told not to wrap meanwhile: on a narrow one the lines are cut, and the way
    /// back up stays as long as it was.
    pub(crate) fn redraw(&self, written: usize, lines: &[String]) {
        let up = if written > 0 {
            format!("\x1b[{written}A")
        } else {
            String::new()
        };
        let text: String = lines.iter().flat_map(|it| ["\r", it, "\x1b[K\n"]).collect();
        self.write(&format!("\x1b[?7l{up}{text}\x1b[?7h"));
    }

    /// Whoever closed the other end does not want the rest: that is no failure of the demo.
    fn write(&self, text: &str) {
        let mut output = self.output.lock();
        let _gone = output
            .write_all(text.as_bytes())
            .and_then(|()| output.flush());
    }
}

/// The text in exactly so many characters: filled up, or cut with an ellipsis.
pub(crate) fn fit(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length > width {
        let kept: String = text.chars().take(width.saturating_sub(1)).collect();
        return format!("{kept}…");
    }
    format!("{text}{}", " ".repeat(width - length))
}

/// Lines of at most so many characters, broken between words, and within a word only when it is
/// longer than a line.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut length = 0;
    for word in text.split_whitespace() {
        let mut word: Vec<char> = word.chars().collect();
        if length > 0 && length + 1 + word.len() > width {
            lines.push(String::new());
            length = 0;
        }
        while word.len() > width {
            // JSON has no spaces to break at, but commas.
            let comma = word[..width].iter().rposition(|it| *it == ',');
            let rest = word.split_off(comma.map_or(width, |it| it + 1));
            lines.last_mut().expect("there is a line").extend(word);
            lines.push(String::new());
            word = rest;
        }
        let line = lines.last_mut().expect("there is a line");
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        length += word.len();
        line.extend(word);
    }
    lines
}

/// Where commands begin, and where they go on.
const COMMAND: &str = "    ";
const GOES_ON: &str = "      ";

/// The lines of a command.
fn command(words: &[&str]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        // A line that is gone on with needs two more characters.
        let fits = |line: &String| {
            let first = word.lines().next().unwrap_or_default();
            let length = line.rsplit('\n').next().unwrap_or(line).chars().count();
            length + 1 + first.chars().count() + 2 <= WIDTH
        };
        match lines.last_mut() {
            None => lines.push(format!("{COMMAND}{word}")),
            Some(line) if fits(line) => {
                line.push(' ');
                line.push_str(word);
            }
            Some(line) => {
                line.push_str(" \\");
                lines.push(format!("{GOES_ON}{word}"));
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_broken_between_its_words_and_goes_on() {
        let [short, long] = ["a".repeat(40), "b".repeat(40)];

        assert_eq!(command(&["curl", "-s"]), ["    curl -s"]);
        assert_eq!(
            command(&["curl", &short, &long, "end"]),
            [format!("    curl {short} \\"), format!("      {long} end")]
        );
        assert_eq!(
            command(&["curl", "-d '{\n}'", "end"]),
            ["    curl -d '{\n}' end"]
        );
    }

    #[test]
    fn a_text_fits_its_column_whatever_its_script() {
        assert_eq!(fit("БУХ-07", 8), "БУХ-07  ");
        assert_eq!(fit("БУХ-0007", 6), "БУХ-0…");
        assert_eq!(fit("", 2), "  ");
    }

    #[test]
    fn lines_are_broken_between_words_and_long_words_within() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("a abcdefgh b", 4), ["a", "abcd", "efgh", "b"]);
        assert_eq!(wrap("[a,b,cdef]", 6), ["[a,b,", "cdef]"]);
        assert_eq!(wrap("", 4), [""]);
    }

    #[test]
    fn what_is_no_terminal_gets_no_escape_codes() {
        let file = Paper::plain();
        let terminal = Paper {
            live: true,
            ..Paper::plain()
        };

        assert_eq!(file.paint(Style::Good, "yes"), "yes");
        assert_eq!(terminal.paint(Style::Good, "yes"), "\x1b[32myes\x1b[0m");
    }
}
