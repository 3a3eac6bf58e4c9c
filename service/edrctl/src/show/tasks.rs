//! A list of tasks.

use serde_json::Value;
use time::OffsetDateTime;

use crate::show::age::age;
use crate::show::ink::Ink;
use crate::show::member::{joined, list, text};
use crate::show::page::Page;
use crate::show::screen::Screen;
use crate::show::state::{host_of, ink_of, state};
use crate::show::table::{Cell, Column, table};

/// An id that is cut is good for nothing: the longest is of a program at KATA.
const WHOLE_ID: usize = 44;

const COLUMNS: [Column; 7] = [
    Column::new("ID", 0, WHOLE_ID),
    Column::new("STATE", 1, 11),
    Column::new("TASK", 2, 16),
    Column::new("HOST", 3, 8),
    Column::new("AGE", 4, 4),
    Column::new("CALLER", 6, 6),
    Column::new("EVIDENCE", 5, 16),
];

/// A list of tasks, and what is not in it.
#[must_use]
pub fn tasks(answer: &Value, now: OffsetDateTime, screen: Screen) -> String {
    let all: Vec<&Value> = list(answer, "/tasks").iter().collect();
    let mut page = Page::new(screen);
    if all.is_empty() {
        page.say("No tasks.");
    } else {
        page.append(&rows(&all, now, screen));
    }
    let unknown = joined(answer, "/unknownIds");
    if !unknown.is_empty() {
        page.gap();
        page.say(&format!("No task has the id {unknown}."));
    }
    unavailable(&mut page, answer, "tasks");
    page.finish()
}

/// Tasks, a line each.
#[must_use]
pub fn rows(tasks: &[&Value], now: OffsetDateTime, screen: Screen) -> String {
    let rows: Vec<Vec<Cell>> = tasks
        .iter()
        .map(|task| {
            vec![
                text(task, "/id").into(),
                Cell::new(&state(task), ink_of(task)),
                text(task, "/task").into(),
                host_of(task).into(),
                age(&text(task, "/requestedAt"), now).into(),
                text(task, "/caller").into(),
                Cell::new(&text(task, "/evidence"), Ink::Quiet),
            ]
        })
        .collect();
    table(&COLUMNS, &rows, screen)
}

/// Says which back ends a list has nothing of, and where it goes on.
pub fn unavailable(page: &mut Page, answer: &Value, what: &str) {
    for it in list(answer, "/unavailable") {
        page.gap();
        let (backend, detail) = (text(it, "/backend"), text(it, "/detail"));
        page.point(
            "!",
            &format!("Not listed: the {what} of {backend}. {detail}"),
            Ink::Warning,
        );
    }
    if !text(answer, "/nextCursor").is_empty() {
        page.gap();
        page.say("There are more: --all lists them, --limit more of them.");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-01-02 03:07:05 UTC);

    fn isolation() -> Value {
        json!({
            "id": "ksc-42", "task": "isolateHost", "state": "running", "execution": {"percent": 40},
            "targetHost": {"id": "4328e16a", "name": "WS-042"}, "caller": "soar",
            "requestedAt": "2026-01-02T03:04:05Z", "evidence": "KSC task 195 reports state_code 2"
        })
    }

    #[test]
    fn a_list_has_a_line_for_each_task_and_says_what_it_lacks() {
        let answer = json!({
            "tasks": [isolation(), {"id": "ksc-41", "state": "dreaming"}],
            "unknownIds": ["ksc-1"],
            "unavailable": [{"backend": "branch", "code": "ksc_unavailable", "detail": "KSC cannot be reached"}],
            "nextCursor": "abc"
        });

        assert_eq!(
            tasks(&answer, NOW, Screen::PIPE),
            "ID      STATE         TASK         HOST    AGE  CALLER  EVIDENCE\n\
             ksc-42  running 40 %  isolateHost  WS-042  3 m  soar    KSC task 195 reports state_code 2\n\
             ksc-41  dreaming\n\
             \n\
             No task has the id ksc-1.\n\
             \n\
             ! Not listed: the tasks of branch. KSC cannot be reached\n\
             \n\
             There are more: --all lists them, --limit more of them.\n"
        );
        assert_eq!(tasks(&json!({}), NOW, Screen::PIPE), "No tasks.\n");
    }

    #[test]
    fn what_a_device_says_cannot_leave_its_place() {
        let mut odd = isolation();
        odd["evidence"] = json!("done\u{1b}[1A\u{202e}");
        odd["targetHost"]["name"] = json!("WS\u{1b}]0;x\u{7}");

        let shown = tasks(&json!({"tasks": [odd]}), NOW, Screen::PIPE);

        assert!(shown.contains("WS\\u{1b}]0;x\\u{7}"), "{shown:?}");
        assert!(shown.contains("done\\u{1b}[1A\\u{202e}"), "{shown:?}");
    }
}
