//! One thing on a page: what is known of it below each other, each with its name in front.

use crate::show::clean::{clean, clean_lines};
use crate::show::ink::Ink;
use crate::show::screen::Screen;
use crate::show::width::{width, wrap};

/// Wide enough for the names.
const INDENT: usize = 12;
/// A terminal that is narrower than this wraps by itself.
const NARROW: usize = 40;

/// A page that is being written.
#[derive(Debug)]
pub struct Page {
    text: String,
    screen: Screen,
}

impl Page {
    /// A page with nothing on it.
    #[must_use]
    pub const fn new(screen: Screen) -> Self {
        Self {
            text: String::new(),
            screen,
        }
    }

    /// A line by itself, whatever its length.
    pub fn title(&mut self, text: &str, ink: Ink) {
        self.text
            .push_str(&ink.paint(&clean(text), self.screen.colour));
        self.text.push('\n');
    }

    /// What is known under a name; nothing, where nothing is.
    pub fn entry(&mut self, name: &str, text: &str) {
        self.entry_in(name, text, Ink::Plain);
    }

    /// The same in this ink.
    pub fn entry_in(&mut self, name: &str, text: &str, ink: Ink) {
        if text.is_empty() {
            return;
        }
        let name = clean(name);
        let blanks = INDENT.saturating_sub(width(&name)).max(1);
        let lead = format!(
            "{}{}",
            Ink::Quiet.paint(&name, self.screen.colour),
            " ".repeat(blanks)
        );
        self.hang(&lead, width(&name) + blanks, text, ink);
    }

    /// A text behind a mark such as `✓`, its further lines below the first.
    pub fn point(&mut self, mark: &str, text: &str, ink: Ink) {
        let lead = format!("{} ", ink.paint(mark, self.screen.colour));
        self.hang(&lead, width(mark) + 1, text, Ink::Plain);
    }

    /// Sentences.
    pub fn say(&mut self, text: &str) {
        self.hang("", 0, text, Ink::Plain);
    }

    /// Lines as they are, each with so many blanks in front: never broken, so that they can be
    /// copied.
    pub fn verbatim(&mut self, text: &str, indent: usize) {
        for line in clean_lines(text) {
            self.text.push_str(&" ".repeat(indent));
            self.text.push_str(&line);
            self.text.push('\n');
        }
    }

    /// What was laid out already.
    pub fn append(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// An empty line, if something stands before it.
    pub fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// The whole page.
    #[must_use]
    pub fn finish(self) -> String {
        self.text
    }

    /// Writes a text behind what takes so many columns.
    fn hang(&mut self, lead: &str, columns: usize, text: &str, ink: Ink) {
        let room = if self.screen.is_terminal() {
            self.screen.width.max(NARROW) - columns.min(NARROW / 2)
        } else {
            usize::MAX
        };
        let mut first = true;
        for paragraph in clean_lines(text) {
            for line in wrap(&paragraph, room) {
                if std::mem::take(&mut first) {
                    self.text.push_str(lead);
                } else {
                    self.text.push_str(&" ".repeat(columns));
                }
                self.text.push_str(&ink.paint(&line, self.screen.colour));
                self.text.push('\n');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_goes_on_below_its_beginning() {
        let mut page = Page::new(Screen {
            width: 40,
            ..Screen::PIPE
        });
        page.title("ksc-42", Ink::Heading);
        page.entry(
            "evidence",
            "KSC task 195 reports state_code 2 for this host",
        );
        page.entry("nothing", "");
        page.entry("comment", "first\nsecond\u{1b}[2J");
        page.point("✓", "The host is known, and it is not protected", Ink::Good);

        assert_eq!(
            page.finish(),
            "ksc-42\n\
             evidence    KSC task 195 reports\n\
             \x20           state_code 2 for this host\n\
             comment     first\n\
             \x20           second\\u{1b}[2J\n\
             ✓ The host is known, and it is not\n\
             \x20 protected\n"
        );
    }

    #[test]
    fn a_pipe_has_each_sentence_in_one_line() {
        let mut page = Page::new(Screen::PIPE);
        page.entry("evidence", &"word ".repeat(40));

        assert_eq!(page.finish().lines().count(), 1);
    }
}
