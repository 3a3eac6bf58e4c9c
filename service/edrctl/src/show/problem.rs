//! A refusal in sentences: what happened, which option is to blame, and what to type next.

use serde_json::Value;

use crate::show::advice::advice;
use crate::show::again::Typed;
use crate::show::blame::option;
use crate::show::ink::Ink;
use crate::show::member::{is_true, list, text};
use crate::show::page::Page;
use crate::show::screen::Screen;
use crate::show::table::{Cell, Column, table};

const CANDIDATES: [Column; 4] = [
    Column::new("BACKEND", 1, 16),
    Column::new("NAME", 2, 8),
    Column::new("FQDN", 3, 12),
    Column::new("ID", 0, 36),
];

/// A problem document. `retry_after` is the header's, in seconds, for what does not hold it.
#[must_use]
pub fn problem(
    document: &Value,
    typed: Typed<'_>,
    retry_after: Option<u64>,
    screen: Screen,
) -> String {
    let of = |pointer: &str| text(document, pointer);
    let mut page = Page::new(screen);
    page.title(&headline(document), Ink::Bad);
    let detail = of("/detail");
    if !same(&detail, &of("/title")) {
        page.say(&detail);
    }
    for it in list(document, "/errors") {
        page.point("✗", &violation(it), Ink::Bad);
    }
    candidates(&mut page, list(document, "/candidates"), typed, screen);
    let incident = of("/incidentId");
    if !incident.is_empty() {
        page.say(&format!(
            "Incident {incident} is in KSC although the request failed."
        ));
    }
    let ksc = [of("/ksc/module"), of("/ksc/code"), of("/ksc/subcode")].join(" ");
    if !ksc.trim().is_empty() {
        page.say(&format!("KSC's own code: {}.", ksc.trim()));
    }
    page.gap();
    page.say(advice(&of("/code"), is_true(document, "/retryable")));
    let own = document.pointer("/retryAfter").and_then(Value::as_u64);
    if let Some(seconds) = own.or(retry_after) {
        page.say(&format!("Ask again in {seconds} s."));
    }
    let request = of("/requestId");
    if !request.is_empty() {
        page.title(&format!("request {request}"), Ink::Quiet);
    }
    page.finish()
}

/// What happened, in a line.
#[must_use]
pub fn headline(document: &Value) -> String {
    let of = |pointer: &str| text(document, pointer);
    let title = Some(of("/title")).filter(|it| !it.is_empty());
    let title = title.unwrap_or_else(|| "The gateway refused".to_owned());
    let backend = of("/backend");
    let at = if backend.is_empty() {
        String::new()
    } else {
        format!(" at {backend}")
    };
    let code = of("/code");
    let kind = if code.is_empty() { of("/status") } else { code };
    if kind.is_empty() {
        format!("{}{at}", title.trim_end_matches('.'))
    } else {
        format!("{}{at} ({kind})", title.trim_end_matches('.'))
    }
}

/// A rule that was broken, with the option that breaks it in front.
#[must_use]
pub fn violation(of: &Value) -> String {
    format!("{}: {}", option(&text(of, "/pointer")), text(of, "/detail"))
}

/// Whether two sentences say the same.
fn same(one: &str, other: &str) -> bool {
    one.trim_end_matches('.') == other.trim_end_matches('.')
}

/// Hosts that a name could mean, and the lines that mean each of them.
fn candidates(page: &mut Page, candidates: &[Value], typed: Typed<'_>, screen: Screen) {
    if candidates.is_empty() {
        return;
    }
    let rows: Vec<Vec<Cell>> = candidates
        .iter()
        .map(|it| {
            let of = |pointer: &str| Cell::from(text(it, pointer));
            vec![of("/backend"), of("/name"), of("/fqdn"), of("/id")]
        })
        .collect();
    page.gap();
    page.append(&table(&CANDIDATES, &rows, screen));
    page.gap();
    let lines: Vec<String> = candidates
        .iter()
        .filter_map(|it| typed.for_host(&text(it, "/id"), &text(it, "/backend")))
        .collect();
    if lines.is_empty() {
        page.say("Write the id of the one that is meant into the body as `targetHost`.");
        return;
    }
    page.say("Type, for the one that is meant:");
    for line in lines {
        page.verbatim(&line, 4);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(document: &Value, retry_after: Option<u64>) -> String {
        let words = ["edrctl", "isolateHost", "--targetHost", "ws 042"].map(str::to_owned);
        let typed = Typed {
            words: &words,
            host: Some("ws 042"),
        };
        problem(document, typed, retry_after, Screen::PIPE)
    }

    #[test]
    fn an_ambiguous_name_is_answered_with_the_lines_to_type_next() {
        let document = json!({
            "code": "host_ambiguous", "status": 409, "title": "Several hosts have this name",
            "detail": "ws 042 means two hosts.", "requestId": "0b9c", "retryable": false,
            "candidates": [
                {"backend": "ksc", "id": "4328e16a", "name": "WS 042", "fqdn": "ws.corp.example"},
                {"backend": "branch", "id": "it's\u{1b}", "name": "WS 042"}
            ]
        });

        assert_eq!(
            said(&document, None),
            "Several hosts have this name (host_ambiguous)\n\
             ws 042 means two hosts.\n\
             \n\
             BACKEND  NAME    FQDN             ID\n\
             ksc      WS 042  ws.corp.example  4328e16a\n\
             branch   WS 042                   it's\\u{1b}\n\
             \n\
             Type, for the one that is meant:\n\
             \x20   edrctl isolateHost --targetHost 4328e16a --backend ksc\n\
             \x20   edrctl isolateHost --targetHost $'it\\'s\\033' --backend branch\n\
             \n\
             Name one of the hosts by its id, and its back end.\n\
             request 0b9c\n"
        );
    }

    #[test]
    fn every_violation_names_its_option() {
        let document = json!({
            "code": "validation_failed", "title": "The request breaks rules of the contract",
            "detail": "The request breaks rules of the contract.",
            "errors": [
                {"pointer": "/path", "code": "pattern", "detail": "Must be absolute."},
                {"pointer": "", "code": "required", "detail": "Lacks a host."}
            ]
        });

        assert_eq!(
            said(&document, None),
            "The request breaks rules of the contract (validation_failed)\n\
             ✗ --path: Must be absolute.\n\
             ✗ the request: Lacks a host.\n\
             \n\
             Mend the options above; nothing was sent.\n"
        );
    }

    #[test]
    fn it_says_when_to_ask_again_and_what_ksc_said() {
        let document = json!({
            "code": "moon_full", "title": "The moon is full", "backend": "ksc", "retryable": true,
            "ksc": {"module": "KLSTD", "code": 1125}, "incidentId": 42
        });

        let shown = said(&document, Some(30));

        assert!(
            shown.starts_with("The moon is full at ksc (moon_full)\n"),
            "{shown}"
        );
        assert!(shown.contains("KSC's own code: KLSTD 1125.\n"), "{shown}");
        assert!(shown.contains("Incident 42 is in KSC"), "{shown}");
        assert!(
            shown.ends_with("asking again may help.\nAsk again in 30 s.\n"),
            "{shown}"
        );
    }

    #[test]
    fn what_is_no_problem_document_at_all_is_told_too() {
        assert!(said(&json!("gone"), None).starts_with("The gateway refused\n"));
        assert!(said(&json!({"status": 418}), None).starts_with("The gateway refused (418)\n"));
    }
}
