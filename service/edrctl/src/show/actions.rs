//! Actions: what can be asked for, and what one of them means.

use serde_json::Value;

use crate::show::ink::Ink;
use crate::show::member::{is_true, joined, list, scalar, text, yes_or_no};
use crate::show::page::Page;
use crate::show::screen::Screen;
use crate::show::table::{Cell, Column, table};

const COLUMNS: [Column; 6] = [
    Column::new("ACTION", 0, 20),
    Column::new("ALLOWED", 1, 7),
    Column::new("IMPACT", 3, 6),
    Column::new("FOR", 4, 7),
    Column::new("BACKENDS", 5, 8),
    Column::new("WHAT IT DOES", 2, 20),
];

/// The actions, a line each.
#[must_use]
pub fn actions(answer: &Value, screen: Screen) -> String {
    let rows: Vec<Vec<Cell>> = list(answer, "/actions")
        .iter()
        .map(|action| {
            vec![
                text(action, "/name").into(),
                Cell::new(yes_or_no(action, "/allowed"), allowed(action)),
                Cell::new(&text(action, "/impact"), impact(action)),
                text(action, "/category").into(),
                joined(action, "/backends").into(),
                text(action, "/summary").into(),
            ]
        })
        .collect();
    if rows.is_empty() {
        return "No actions.\n".to_owned();
    }
    table(&COLUMNS, &rows, screen)
}

/// One action: what it does, needs and breaks, how it is undone, and what its success proves.
#[must_use]
pub fn action(action: &Value, screen: Screen) -> String {
    let of = |pointer: &str| text(action, pointer);
    let mut page = Page::new(screen);
    let title = format!("{}  {}", of("/name"), of("/title"));
    page.title(&title, Ink::Heading);
    page.say(&of("/summary"));
    page.gap();
    page.entry("for", &of("/category"));
    page.entry_in("impact", &of("/impact"), impact(action));
    page.entry("takes", &of("/latency/typical"));
    page.entry("at most", &of("/latency/worst"));
    page.entry("undone by", &of("/undo/how"));
    let twice = match yes_or_no(action, "/idempotent") {
        "yes" => "comes to the same as once",
        "no" => "is done twice, unless it is asked with the same key",
        _ => "",
    };
    page.entry("asked twice", twice);
    page.gap();
    page.entry("proves", &of("/success/proves"));
    page.entry("but not", &of("/success/doesNotProve"));
    for (name, pointer) in [
        ("checked", "/preconditions/checked"),
        ("not checked", "/preconditions/unchecked"),
    ] {
        page.gap();
        for it in list(action, pointer) {
            page.entry(name, &scalar(it));
        }
    }
    page.gap();
    page.entry_in(
        "allowed",
        match (yes_or_no(action, "/allowed"), joined(action, "/scopes")) {
            ("no", scopes) => format!("no: the token needs one of {scopes}"),
            (other, _) => other.to_owned(),
        }
        .as_str(),
        allowed(action),
    );
    page.entry("back ends", &joined(action, "/backends"));
    page.entry("kinds", &joined(action, "/kinds"));
    page.gap();
    options(&mut page, action, screen);
    page.finish()
}

/// The members of its body as options.
fn options(page: &mut Page, action: &Value, screen: Screen) {
    let members = action.pointer("/parameters/properties");
    let needed = list(action, "/parameters/required");
    let row = |(name, schema): (&String, &Value)| -> Vec<Cell> {
        let is_needed = needed.iter().any(|it| it == name);
        vec![
            format!("--{name}").into(),
            if is_needed { "needed" } else { "" }.into(),
            text(schema, "/description").into(),
        ]
    };
    let members = members.and_then(Value::as_object).into_iter().flatten();
    let (mut rows, others): (Vec<_>, Vec<_>) = members
        .map(row)
        .partition(|it| it[1] == Cell::from("needed"));
    rows.extend(others);
    if rows.is_empty() {
        return;
    }
    let columns = [
        Column::new("OPTION", 0, 10),
        Column::new("", 1, 6),
        Column::new("WHAT IT IS", 2, 10),
    ];
    page.append(&table(&columns, &rows, screen));
}

fn allowed(action: &Value) -> Ink {
    if is_true(action, "/allowed") {
        Ink::Good
    } else {
        Ink::Quiet
    }
}

fn impact(action: &Value) -> Ink {
    match text(action, "/impact").as_str() {
        "high" => Ink::Bad,
        "medium" => Ink::Warning,
        _ => Ink::Plain,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn release() -> Value {
        json!({
            "name": "releaseHost", "title": "Release a host", "allowed": false, "impact": "medium",
            "summary": "Lets an isolated device into the network again.", "category": "restore",
            "backends": ["ksc", "kata"], "scopes": ["tasks.create"], "idempotent": true,
            "latency": {"typical": "A minute.", "worst": "30 days."},
            "undo": {"reversible": true, "how": "isolateHost."},
            "preconditions": {"checked": ["The host is known."], "unchecked": ["The device is on."]},
            "success": {"proves": "Isolation is off.", "doesNotProve": "That the device is clean."},
            "parameters": {
                "required": ["targetHost"],
                "properties": {
                    "comment": {"description": "Why."},
                    "targetHost": {"description": "The device."}
                }
            }
        })
    }

    #[test]
    fn a_list_says_what_may_be_asked_for() {
        assert_eq!(
            actions(&json!({"actions": [release()]}), Screen::PIPE),
            "ACTION       ALLOWED  IMPACT  FOR      BACKENDS   WHAT IT DOES\n\
             releaseHost  no       medium  restore  ksc, kata  Lets an isolated device into the network again.\n"
        );
    }

    #[test]
    fn a_page_says_what_it_means_and_how_it_is_asked_for() {
        let shown = action(&release(), Screen::PIPE);

        for line in [
            "releaseHost  Release a host",
            "undone by   isolateHost.",
            "proves      Isolation is off.",
            "but not     That the device is clean.",
            "not checked The device is on.",
            "allowed     no: the token needs one of tasks.create",
            "--targetHost  needed  The device.",
        ] {
            assert!(shown.lines().any(|it| it == line), "{line}: {shown}");
        }
        let needed = shown.find("--targetHost").expect("the host");
        assert!(shown.find("--comment").expect("a comment") > needed);
    }
}
