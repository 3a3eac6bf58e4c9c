//! What is said while a task is waited for: one line that moves, or a line for each change.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::show::age::stopwatch;
use crate::show::clean::clean;
use crate::show::ink::Ink;
use crate::show::member::text;
use crate::show::screen::Screen;
use crate::show::state::{host_of, ink_of, mark_of, state};
use crate::show::width::{cut, width};

/// What turns in front of the line.
const FRAMES: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
/// How often it is drawn at most where there is no news.
const FRAME: Duration = Duration::from_millis(100);
/// To the line's beginning, and all of it gone.
const ERASE: &str = "\r\u{1b}[K";

/// The line of one task. It is erased when this is dropped, whatever happens.
#[derive(Debug)]
pub struct Live<W: Write> {
    out: W,
    screen: Screen,
    started: Instant,
    /// The task as it was told last.
    task: Option<Value>,
    /// When the line that stands there was drawn.
    drawn: Option<Instant>,
    /// The state that was last said in a line of its own.
    said: String,
}

impl<W: Write> Live<W> {
    /// Nothing is shown before the first news.
    pub const fn new(out: W, screen: Screen, started: Instant) -> Self {
        Self {
            out,
            screen,
            started,
            task: None,
            drawn: None,
            said: String::new(),
        }
    }

    /// Shows the task as it is now.
    pub fn update(&mut self, task: &Value, now: Instant) -> io::Result<()> {
        let is_news = self.task.as_ref() != Some(task);
        if is_news {
            self.task = Some(task.clone());
        }
        if self.screen.live {
            return if is_news {
                self.draw(now)
            } else {
                self.tick(now)
            };
        }
        let word = text(task, "/state");
        if word != self.said {
            self.said = word;
            let line = self.line("", now);
            writeln!(self.out, "{line}")?;
            self.out.flush()?;
        }
        Ok(())
    }

    /// Lets the line move on: to be called now and then.
    pub fn tick(&mut self, now: Instant) -> io::Result<()> {
        let is_due = self
            .drawn
            .is_none_or(|it| now.saturating_duration_since(it) >= FRAME);
        if self.screen.live && self.task.is_some() && is_due {
            self.draw(now)?;
        }
        Ok(())
    }

    /// Takes another size of the terminal in.
    pub const fn resize(&mut self, width: usize) {
        self.screen.width = width;
    }

    /// Puts the last news in place of the line that moved.
    pub fn finish(mut self, now: Instant) -> io::Result<()> {
        self.erase()?;
        if let (true, Some(task)) = (self.screen.live, &self.task) {
            let mark = ink_of(task).paint(mark_of(task), self.screen.colour);
            let line = self.line("", now);
            writeln!(self.out, "{mark} {line}")?;
        }
        self.out.flush()
    }

    fn draw(&mut self, now: Instant) -> io::Result<()> {
        let elapsed = now.saturating_duration_since(self.started);
        let turn = elapsed.as_millis() / FRAME.as_millis() % FRAMES.len() as u128;
        let frame = FRAMES[usize::try_from(turn).unwrap_or_default()];
        let line = self.line(frame, now);
        // One write: half a line is never seen.
        write!(self.out, "{ERASE}{line}")?;
        self.out.flush()?;
        self.drawn = Some(now);
        Ok(())
    }

    fn erase(&mut self) -> io::Result<()> {
        if self.drawn.take().is_some() {
            write!(self.out, "{ERASE}")?;
            self.out.flush()?;
        }
        Ok(())
    }

    /// The line as it is now; behind a frame it fits the terminal.
    fn line(&self, frame: &str, now: Instant) -> String {
        let Some(task) = &self.task else {
            return String::new();
        };
        let word = state(task);
        let elapsed = stopwatch(now.saturating_duration_since(self.started));
        let what = format!(
            "{} {} {}",
            text(task, "/id"),
            text(task, "/task"),
            host_of(task)
        );
        let evidence = text(task, "/evidence");
        let parts: [(&str, Ink); 5] = [
            (frame, Ink::Moving),
            (&what, Ink::Plain),
            (&word, ink_of(task)),
            (&elapsed, Ink::Plain),
            (&evidence, Ink::Quiet),
        ];
        // Terminals go on to the next line when the last column is written.
        let mut room = if frame.is_empty() {
            usize::MAX
        } else {
            self.screen.width.saturating_sub(1)
        };
        let mut line = String::new();
        for (part, ink) in parts.iter().filter(|it| !it.0.is_empty()) {
            let gap = match line.is_empty() {
                true => "",
                false if *part == what => " ",
                false => "  ",
            };
            if room <= gap.len() {
                break;
            }
            let shown = clean(part);
            let shown = cut(&shown, room - gap.len());
            room = room.saturating_sub(gap.len() + width(&shown));
            line.push_str(gap);
            line.push_str(&ink.paint(&shown, self.screen.colour));
        }
        line
    }
}

impl<W: Write> Drop for Live<W> {
    fn drop(&mut self) {
        // Nobody is left to be told.
        drop(self.erase());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn task(state: &str, percent: u8) -> Value {
        json!({
            "id": "ksc-42", "task": "isolateHost", "targetHost": {"name": "WS-042"}, "state": state,
            "execution": {"percent": percent}, "evidence": "KSC task 195 reports state_code 2"
        })
    }

    const fn terminal(width: usize) -> Screen {
        Screen {
            width,
            colour: false,
            live: true,
        }
    }

    /// What was written since the last look.
    fn news(out: &mut Vec<u8>) -> String {
        String::from_utf8(std::mem::take(out)).expect("UTF-8")
    }

    #[test]
    fn a_terminal_has_one_line_that_moves_and_then_the_last_news() {
        let (mut out, start) = (Vec::new(), Instant::now());
        let after = |millis| start + Duration::from_millis(millis);
        let mut live = Live::new(&mut out, terminal(100), start);

        live.update(&task("running", 40), after(37_200))
            .expect("a line");
        assert_eq!(
            news(live.out),
            "\r\u{1b}[K⠹ ksc-42 isolateHost WS-042  running 40 %  0:37  KSC task 195 reports state_code 2"
        );
        live.tick(after(37_250)).expect("too soon");
        live.update(&task("running", 40), after(37_260))
            .expect("no news");
        assert_eq!(news(live.out), "");
        live.update(&task("running", 41), after(37_270))
            .expect("news");
        assert!(news(live.out).contains("running 41 %"));
        live.tick(after(37_400)).expect("a frame");
        assert!(news(live.out).starts_with("\r\u{1b}[K⠼ "));
        live.update(&task("succeeded", 100), after(38_000))
            .expect("the end");
        news(live.out);
        live.finish(after(38_000)).expect("the last line");

        assert_eq!(
            news(&mut out),
            "\r\u{1b}[K✓ ksc-42 isolateHost WS-042  succeeded  0:38  KSC task 195 reports state_code 2\n"
        );
    }

    #[test]
    fn the_line_never_reaches_the_last_column() {
        let start = Instant::now();
        for columns in 0..90 {
            let mut out = Vec::new();
            let mut live = Live::new(&mut out, terminal(columns), start);
            live.update(&task("running", 40), start).expect("a line");
            let line = news(live.out);
            let line = line.trim_start_matches(ERASE);
            assert!(width(line) < columns.max(1), "{columns}: {line:?}");
        }
    }

    #[test]
    fn without_a_terminal_each_change_of_state_has_a_line() {
        let (mut out, start) = (Vec::new(), Instant::now());
        let mut live = Live::new(&mut out, Screen::PIPE, start);

        for (state, percent) in [
            ("accepted", 0),
            ("running", 10),
            ("running", 90),
            ("failed", 90),
        ] {
            live.update(&task(state, percent), start).expect("a line");
            live.tick(start + Duration::from_secs(1)).expect("nothing");
        }
        live.finish(start).expect("the end");

        assert_eq!(
            news(&mut out),
            "ksc-42 isolateHost WS-042  accepted  0:00  KSC task 195 reports state_code 2\n\
             ksc-42 isolateHost WS-042  running 10 %  0:00  KSC task 195 reports state_code 2\n\
             ksc-42 isolateHost WS-042  failed  0:00  KSC task 195 reports state_code 2\n"
        );
    }

    #[test]
    fn whoever_gives_up_leaves_no_line_behind() {
        let (mut out, start) = (Vec::new(), Instant::now());
        let mut live = Live::new(&mut out, terminal(80), start);
        live.update(&task("running", 40), start).expect("a line");
        drop(live);

        assert!(news(&mut out).ends_with(ERASE));
    }

    #[test]
    fn what_a_device_says_moves_no_cursor() {
        let (mut out, start) = (Vec::new(), Instant::now());
        let mut live = Live::new(&mut out, terminal(200), start);
        let mut odd = task("running", 40);
        odd["evidence"] = json!("\u{1b}[2A\u{202e}gone\r");
        live.update(&odd, start).expect("a line");

        assert!(news(live.out).ends_with("\\u{1b}[2A\\u{202e}gone\\r"));
    }
}
