//! A dry run: what was checked, what there is to know, and the very call that would be sent.

use serde_json::Value;

use crate::show::ink::Ink;
use crate::show::member::{is_true, list, rest, scalar, text};
use crate::show::page::Page;
use crate::show::screen::Screen;

const KNOWN: [&str; 7] = [
    "backend",
    "checks",
    "dryRun",
    "pData",
    "request",
    "targetHost",
    "warnings",
];

/// The answer of a dry run.
#[must_use]
pub fn rehearsal(answer: &Value, screen: Screen) -> String {
    let of = |pointer: &str| text(answer, pointer);
    let mut page = Page::new(screen);
    let checks = list(answer, "/checks");
    let passed = checks.iter().all(|it| is_true(it, "/ok"));
    let (verdict, ink) = if passed {
        ("would be taken", Ink::Good)
    } else {
        ("would be refused", Ink::Bad)
    };
    let title = format!(
        "Dry run, nothing was done: it {verdict} at {} for {} ({})",
        of("/backend"),
        of("/targetHost/name"),
        of("/targetHost/id")
    );
    page.title(&title, ink);
    page.gap();
    for check in checks {
        let (mark, ink) = if is_true(check, "/ok") {
            ("✓", Ink::Good)
        } else {
            ("✗", Ink::Bad)
        };
        let line = format!("{}: {}", text(check, "/name"), text(check, "/detail"));
        page.point(mark, &line, ink);
    }
    for warning in list(answer, "/warnings") {
        page.point("!", &scalar(warning), Ink::Warning);
    }
    rest(&mut page, answer, &KNOWN);
    for (member, what) in [
        ("/pData", "HostGroup.AddIncident would be called with"),
        ("/request", "KATA would be sent"),
    ] {
        let Some(call) = answer.pointer(member).filter(|it| !it.is_null()) else {
            continue;
        };
        page.gap();
        page.title(what, Ink::Quiet);
        page.verbatim(&format!("{call:#}"), 4);
    }
    page.finish()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_shows_every_check_and_the_very_call() {
        let answer = json!({
            "backend": "ksc", "dryRun": true, "targetHost": {"id": "4328e16a", "name": "WS-042"},
            "checks": [
                {"name": "host", "ok": true, "detail": "KSC knows it"},
                {"name": "serviceConsole", "ok": false, "detail": "None is connected"}
            ],
            "warnings": ["It ends by the policy."],
            "pData": {"KLINCDT_SEVERITY": 2}
        });

        assert_eq!(
            rehearsal(&answer, Screen::PIPE),
            "Dry run, nothing was done: it would be refused at ksc for WS-042 (4328e16a)\n\
             \n\
             ✓ host: KSC knows it\n\
             ✗ serviceConsole: None is connected\n\
             ! It ends by the policy.\n\
             \n\
             HostGroup.AddIncident would be called with\n\
             \x20   {\n\
             \x20     \"KLINCDT_SEVERITY\": 2\n\
             \x20   }\n"
        );
    }
}
