//! The servers behind the gateway.

use serde_json::Value;

use crate::show::ink::Ink;
use crate::show::member::{joined, list, text, yes_or_no};
use crate::show::screen::Screen;
use crate::show::table::{Cell, Column, table};

const COLUMNS: [Column; 7] = [
    Column::new("BACKEND", 0, 16),
    Column::new("KIND", 3, 4),
    Column::new("VERSION", 4, 14),
    Column::new("AVAILABLE", 1, 9),
    Column::new("WHY NOT", 2, 16),
    Column::new("PRESETS", 6, 8),
    Column::new("TASKS", 5, 8),
];

/// The servers, a line each.
#[must_use]
pub fn backends(answer: &Value, screen: Screen) -> String {
    let rows: Vec<Vec<Cell>> = list(answer, "/backends")
        .iter()
        .map(|backend| {
            let (word, ink) = match yes_or_no(backend, "/available") {
                "no" => ("no", Ink::Bad),
                "yes" => ("yes", Ink::Good),
                other => (other, Ink::Plain),
            };
            vec![
                text(backend, "/backend").into(),
                text(backend, "/kind").into(),
                text(backend, "/version").into(),
                Cell::new(word, ink),
                text(backend, "/reason").into(),
                joined(backend, "/exclusionPresets").into(),
                joined(backend, "/tasks").into(),
            ]
        })
        .collect();
    if rows.is_empty() {
        return "No back ends.\n".to_owned();
    }
    table(&COLUMNS, &rows, screen)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_server_that_cannot_be_asked_says_why() {
        let answer = json!({"backends": [
            {"backend": "branch", "kind": "ksc", "available": false, "reason": "KSC refuses the account", "tasks": ["getFile"]},
            {"backend": "ksc", "kind": "ksc", "available": true, "version": "15.1", "tasks": ["getFile", "iocScan"]}
        ]});

        assert_eq!(
            backends(&answer, Screen::PIPE),
            "BACKEND  KIND  VERSION  AVAILABLE  WHY NOT                  TASKS\n\
             branch   ksc            no         KSC refuses the account  getFile\n\
             ksc      ksc   15.1     yes                                 getFile, iocScan\n"
        );
    }
}
