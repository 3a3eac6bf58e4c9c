//! How many response tasks KSC holds, and which goes first.

use serde_json::Value;
use time::OffsetDateTime;

use crate::show::age::moment;
use crate::show::ink::Ink;
use crate::show::member::{is_true, rest, text};
use crate::show::page::Page;
use crate::show::screen::Screen;

const KNOWN: [&str; 9] = [
    "backend",
    "countedAt",
    "exhausted",
    "free",
    "limit",
    "live",
    "oldest",
    "policy",
    "waiting",
];

/// The budget of one server.
#[must_use]
pub fn budget(answer: &Value, now: OffsetDateTime, screen: Screen) -> String {
    let of = |pointer: &str| text(answer, pointer);
    let mut page = Page::new(screen);
    let title = format!(
        "{}  {} of {} response tasks, room for {} more",
        of("/backend"),
        of("/live"),
        of("/limit"),
        of("/free")
    );
    page.title(&title, Ink::Heading);
    if is_true(answer, "/exhausted") {
        page.entry_in(
            "exhausted",
            "the next task would push out one that has not finished",
            Ink::Bad,
        );
    }
    page.entry("policy", &of("/policy"));
    page.entry("waiting", &of("/waiting"));
    let oldest = of("/oldest/kscTask/id");
    if !oldest.is_empty() {
        let finished = if is_true(answer, "/oldest/finished") {
            "finished"
        } else {
            "not finished"
        };
        let name = of("/oldest/kscTask/name");
        page.entry("goes first", &format!("{oldest}, {name}, {finished}"));
    }
    page.entry("counted", &moment(&of("/countedAt"), now));
    rest(&mut page, answer, &KNOWN);
    page.finish()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn it_says_how_much_room_there_is_and_what_goes_first() {
        let answer = json!({
            "backend": "ksc", "live": 98, "limit": 100, "free": 2, "exhausted": false, "policy": "refuse",
            "waiting": 1, "countedAt": "2026-01-02T03:04:05Z",
            "oldest": {"finished": true, "kscTask": {"id": "98", "name": "[Response][KUMA] getFile"}}
        });

        assert_eq!(
            budget(&answer, datetime!(2026-01-02 03:04:15 UTC), Screen::PIPE),
            "ksc  98 of 100 response tasks, room for 2 more\n\
             policy      refuse\n\
             waiting     1\n\
             goes first  98, [Response][KUMA] getFile, finished\n\
             counted     2026-01-02 03:04:05 UTC, 10 s ago\n"
        );
    }
}
