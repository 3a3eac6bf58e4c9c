//! Hosts: a list of them, and one with its checks.

use serde_json::Value;
use time::OffsetDateTime;

use crate::show::age::{age, moment};
use crate::show::ink::Ink;
use crate::show::member::{list, rest, text, yes_or_no};
use crate::show::page::Page;
use crate::show::screen::Screen;
use crate::show::table::{Cell, Column, table};
use crate::show::tasks::unavailable;

const COLUMNS: [Column; 8] = [
    Column::new("NAME", 0, 10),
    Column::new("READY", 2, 5),
    Column::new("ISOLATION", 3, 9),
    Column::new("IP", 4, 9),
    Column::new("FQDN", 6, 12),
    Column::new("SEEN", 5, 4),
    Column::new("BACKEND", 7, 5),
    Column::new("ID", 1, 36),
];

const KNOWN: [&str; 19] = [
    "id",
    "name",
    "fqdn",
    "dnsName",
    "netbios",
    "ip",
    "os",
    "backend",
    "ready",
    "checks",
    "isolation",
    "lastSeen",
    "lastAgentConnection",
    "agentConnected",
    "agentInstalled",
    "edrComponent",
    "kesVersion",
    "groupId",
    "orderArrivesWithinSeconds",
];

/// A list of hosts, and what is not in it.
#[must_use]
pub fn hosts(answer: &Value, now: OffsetDateTime, screen: Screen) -> String {
    let rows: Vec<Vec<Cell>> = list(answer, "/hosts")
        .iter()
        .map(|host| {
            vec![
                text(host, "/name").into(),
                Cell::new(&text(host, "/ready"), readiness(host)),
                Cell::new(&text(host, "/isolation/state"), isolation(host)),
                text(host, "/ip").into(),
                text(host, "/fqdn").into(),
                age(&text(host, "/lastSeen"), now).into(),
                text(host, "/backend").into(),
                text(host, "/id").into(),
            ]
        })
        .collect();
    let mut page = Page::new(screen);
    if rows.is_empty() {
        page.say("No hosts.");
    } else {
        page.append(&table(&COLUMNS, &rows, screen));
    }
    unavailable(&mut page, answer, "hosts");
    page.finish()
}

/// One host: what it is, whether it can take a task, and why.
#[must_use]
pub fn host(host: &Value, now: OffsetDateTime, screen: Screen) -> String {
    let of = |pointer: &str| text(host, pointer);
    let mut page = Page::new(screen);
    page.title(&of("/name"), Ink::Heading);
    page.entry("id", &of("/id"));
    page.entry("back end", &of("/backend"));
    page.entry("DNS", &of("/fqdn"));
    if of("/fqdn").is_empty() {
        page.entry("DNS", &of("/dnsName"));
    }
    page.entry("NetBIOS", &of("/netbios"));
    page.entry("IP", &of("/ip"));
    page.entry("system", &of("/os"));
    page.entry("KES", &of("/kesVersion"));
    page.entry("EDR", &of("/edrComponent/state"));
    page.entry("agent", agent(host));
    page.entry("seen", &moment(&of("/lastSeen"), now));
    page.entry("connected", &moment(&of("/lastAgentConnection"), now));
    let arrives = of("/orderArrivesWithinSeconds");
    if !arrives.is_empty() {
        page.entry("asks", &format!("for orders every {arrives} s"));
    }
    page.entry("group", &of("/groupId"));
    rest(&mut page, host, &KNOWN);
    let isolated = of("/isolation/state");
    if !isolated.is_empty() {
        page.gap();
        page.entry_in("isolation", &isolated, isolation(host));
        page.entry("", &of("/isolation/evidence"));
    }
    page.gap();
    page.entry_in("ready", &of("/ready"), readiness(host));
    for check in list(host, "/checks") {
        let (mark, ink) = match text(check, "/outcome").as_str() {
            "passed" => ("✓", Ink::Good),
            "failed" => ("✗", Ink::Bad),
            _ => ("?", Ink::Warning),
        };
        let line = format!("{}: {}", text(check, "/name"), text(check, "/detail"));
        page.point(mark, &line, ink);
    }
    page.finish()
}

fn agent(host: &Value) -> &'static str {
    match (
        yes_or_no(host, "/agentInstalled"),
        yes_or_no(host, "/agentConnected"),
    ) {
        ("no", _) => "not installed",
        (_, "yes") => "connected",
        (_, "no") => "not connected",
        ("yes", _) => "installed",
        _ => "",
    }
}

fn readiness(host: &Value) -> Ink {
    match text(host, "/ready").as_str() {
        "yes" => Ink::Good,
        "no" => Ink::Bad,
        "unknown" => Ink::Warning,
        _ => Ink::Plain,
    }
}

fn isolation(host: &Value) -> Ink {
    match text(host, "/isolation/state").as_str() {
        "isolated" => Ink::Warning,
        "unknown" => Ink::Quiet,
        _ => Ink::Plain,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-01-02 03:07:05 UTC);

    fn workstation() -> Value {
        json!({
            "id": "4328e16a", "name": "WS-042", "fqdn": "ws-042.corp.example", "ip": "10.20.30.42",
            "os": "Microsoft Windows 11", "backend": "ksc", "ready": "no", "kesVersion": "12.10.0.466",
            "agentConnected": true, "agentInstalled": true, "lastSeen": "2026-01-02T03:04:05Z",
            "isolation": {"state": "unknown", "evidence": "KSC shows no tag"},
            "checks": [
                {"name": "agentInstalled", "outcome": "passed", "detail": "KSC sees one."},
                {"name": "edrComponent", "outcome": "failed", "detail": "It is stopped."},
                {"name": "weather", "outcome": "cloudy", "detail": "Nobody knows."}
            ],
            "colour": "grey"
        })
    }

    #[test]
    fn a_list_has_a_line_for_each_host() {
        assert_eq!(
            hosts(&json!({"hosts": [workstation()]}), NOW, Screen::PIPE),
            "NAME    READY  ISOLATION  IP           FQDN                 SEEN  BACKEND  ID\n\
             WS-042  no     unknown    10.20.30.42  ws-042.corp.example  3 m   ksc      4328e16a\n"
        );
        assert_eq!(
            hosts(&json!({"hosts": []}), NOW, Screen::PIPE),
            "No hosts.\n"
        );
    }

    #[test]
    fn a_page_says_whether_it_can_take_a_task_and_why() {
        let shown = host(&workstation(), NOW, Screen::PIPE);

        assert!(
            shown.starts_with("WS-042\nid          4328e16a\n"),
            "{shown}"
        );
        assert!(
            shown.ends_with(
                "agent       connected\n\
                 seen        2026-01-02 03:04:05 UTC, 3 m ago\n\
                 colour      grey\n\
                 \n\
                 isolation   unknown\n\
                 \x20           KSC shows no tag\n\
                 \n\
                 ready       no\n\
                 ✓ agentInstalled: KSC sees one.\n\
                 ✗ edrComponent: It is stopped.\n\
                 ? weather: Nobody knows.\n"
            ),
            "{shown}"
        );
    }
}
