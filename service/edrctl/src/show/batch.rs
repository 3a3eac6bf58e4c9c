//! What became of many requests at once.

use serde_json::Value;

use crate::exit::Exit;
use crate::show::ink::Ink;
use crate::show::member::{is_true, list, text};
use crate::show::page::Page;
use crate::show::problem::{headline, violation};
use crate::show::screen::Screen;
use crate::show::state::{host_of, ink_of, state};
use crate::show::table::{Cell, Column, table};

const COLUMNS: [Column; 6] = [
    Column::new("NO", 1, 3),
    Column::new("HOST", 0, 10),
    Column::new("RESULT", 2, 11),
    Column::new("ID", 3, 44),
    Column::new("TASK", 5, 8),
    Column::new("SAYS", 4, 16),
];

/// The results in order; `hosts` are those that were asked for, in the same order.
#[must_use]
pub fn batch(answer: &Value, hosts: &[String], screen: Screen) -> String {
    let results = list(answer, "/results");
    let rows: Vec<Vec<Cell>> = results
        .iter()
        .enumerate()
        .map(|(at, result)| row(at, result, hosts.get(at).map(String::as_str)))
        .collect();
    let accepted = results.iter().filter(|it| it.get("task").is_some()).count();
    let rehearsed = results
        .iter()
        .filter(|it| it.get("dryRun").is_some())
        .count();
    let mut page = Page::new(screen);
    page.append(&table(&COLUMNS, &rows, screen));
    for (at, result) in results.iter().enumerate() {
        for it in list(result, "/problem/errors") {
            let line = format!("{}: {}", at + 1, violation(it));
            page.point("✗", &line, Ink::Bad);
        }
    }
    page.gap();
    let refused = results.len() - accepted;
    if rehearsed > 0 {
        page.say("It was a dry run, and nothing was done.");
    } else {
        page.say(&format!("{accepted} accepted, {refused} not."));
    }
    page.finish()
}

fn row(at: usize, result: &Value, host: Option<&str>) -> Vec<Cell> {
    let number = Cell::from((at + 1).to_string());
    if let Some(task) = result.get("task") {
        let again = if is_true(result, "/replayed") {
            "answered before: "
        } else {
            ""
        };
        return vec![
            number,
            host_of(task).into(),
            Cell::new(&state(task), ink_of(task)),
            text(task, "/id").into(),
            text(task, "/task").into(),
            Cell::new(&format!("{again}{}", text(task, "/evidence")), Ink::Quiet),
        ];
    }
    let about = |word: &str, ink: Ink, says: &str| {
        vec![
            number,
            host.unwrap_or_default().into(),
            Cell::new(word, ink),
            Cell::default(),
            Cell::default(),
            says.into(),
        ]
    };
    let exit = result.get("exit").and_then(Value::as_u64);
    if result.get("dryRun").is_some() {
        let failed = list(result, "/dryRun/checks")
            .iter()
            .find(|it| !is_true(it, "/ok"));
        return match failed {
            None => about(
                "would go",
                Ink::Good,
                "every check is passed; nothing was done",
            ),
            Some(check) => about("would not", Ink::Bad, &text(check, "/detail")),
        };
    }
    let problem = result.get("problem").unwrap_or(result);
    // Whoever has no number of its own is the gateway, which has one code for what nobody knows.
    let is_unknown = exit.map_or_else(
        || text(problem, "/code") == "outcome_unknown",
        |it| it == u64::from(Exit::Unknown.number()),
    );
    let (word, ink) = match exit {
        _ if is_unknown => ("unknown", Ink::Warning),
        Some(it) if it == u64::from(Exit::Later.number()) => ("later", Ink::Warning),
        Some(it) if it == u64::from(Exit::Usage.number()) => ("not asked", Ink::Bad),
        _ => ("refused", Ink::Bad),
    };
    let detail = text(problem, "/detail");
    let says = match text(problem, "/code").as_str() {
        // The program's own: its sentence says more than its code.
        "not_answered" | "not_asked" if !detail.is_empty() => detail,
        _ => headline(problem),
    };
    about(word, ink, &says)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_request_has_its_line_and_its_violations_stand_below() {
        let answer = json!({"results": [
            {"status": 202, "task": {
                "id": "ksc-42", "task": "isolateHost", "state": "accepted", "evidence": "stored",
                "targetHost": {"name": "WS-042"}
            }},
            {"status": 422, "problem": {
                "code": "validation_failed", "title": "Rules are broken",
                "errors": [{"pointer": "/tasks/1/path", "detail": "Must be absolute."}]
            }},
            {"status": 504, "problem": {"code": "outcome_unknown", "title": "It may be there"}}
        ]});
        let hosts = ["ws-042", "ws-043", "ws-044"].map(str::to_owned);

        assert_eq!(
            batch(&answer, &hosts, Screen::PIPE),
            "NO  HOST    RESULT    ID      TASK         SAYS\n\
             1   WS-042  accepted  ksc-42  isolateHost  stored\n\
             2   ws-043  refused                        Rules are broken (validation_failed)\n\
             3   ws-044  unknown                        It may be there (outcome_unknown)\n\
             ✗ 2: request 2, --path: Must be absolute.\n\
             \n\
             1 accepted, 2 not.\n"
        );
    }
}
