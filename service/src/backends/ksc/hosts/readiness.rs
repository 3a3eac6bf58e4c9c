//! Whether a host can take an EDR task, and what each part of the answer rests on.
//!
//! The vendor's conditions (KES 12.10, article 300214): KES for Windows 12.9 or later with its EDR
//! component on, and a Network Agent that brings the task. What KSC does not say is unknown: it is
//! neither taken for good nor for bad.

use std::fmt;

use ksc::Row;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use vocabulary::host::{CheckOutcome, EdrComponent, EdrState, HostCheck, Ready};

pub(super) const KES_VERSION: &str = "KLHST_WKS_RTP_AV_VERSION";
pub(super) const EDR_STATUS: &str = "KLHST_WKS_EDR_STATUS";
pub(super) const OS_NAME: &str = "KLHST_WKS_OS_NAME";

/// What the Network Agent is known to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Agent {
    pub(super) installed: Option<bool>,
    pub(super) connected: Option<bool>,
    pub(super) last_connection: Option<OffsetDateTime>,
}

impl Agent {
    /// Bits that say how a host is.
    pub(super) const STATUS: &str = "KLHST_WKS_STATUS";
    pub(super) const LAST_CONNECTION: &str = "KLHST_WKS_LAST_NAGENT_CONNECTED";
    const INSTALLED: i64 = 4;
    const CONNECTED: i64 = 8;

    pub(super) fn of(row: &Row) -> Self {
        let status = row.int(Self::STATUS);
        Self {
            installed: status.map(|it| it & Self::INSTALLED != 0),
            connected: status.map(|it| it & Self::CONNECTED != 0),
            last_connection: row.datetime(Self::LAST_CONNECTION),
        }
    }
}

/// A version as its numbers: 12.10 is later than 12.9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    major: u32,
    minor: u32,
}

impl Version {
    /// The first KES with response tasks over OpenAPI.
    const FIRST: Self = Self {
        major: 12,
        minor: 9,
    };

    /// Where the version numbers of the product's files begin. KES counts 10, 11, 12; its files
    /// count 21.x, and whether a KSC ever shows those is not documented. They tell nothing here.
    const OF_FILES: u32 = 21;

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('.').map(|part| part.parse().ok());
        let (major, minor) = (parts.next()??, parts.next()??);
        let whole = parts.all(|part| part.is_some());
        (whole && major < Self::OF_FILES).then_some(Self { major, minor })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// What KSC's number for the EDR component means (KSCAPI 16.1 a00011, "Product component status").
pub(super) fn edr_component(row: &Row) -> Option<EdrComponent> {
    let code = row.int(EDR_STATUS)?;
    let state = match code {
        1 => EdrState::Stopped,
        2 => EdrState::Paused,
        3 => EdrState::Starting,
        4 => EdrState::Running,
        9 => EdrState::Failed,
        10 => EdrState::NotInstalled,
        11 => EdrState::NoLicense,
        _ => EdrState::Unknown,
    };
    Some(EdrComponent { state, code })
}

/// Every check of a host: all are made, whatever the first ones say.
pub(super) fn checks(row: &Row, protected: bool) -> Vec<HostCheck> {
    let agent = Agent::of(row);
    vec![
        agent_installed(agent),
        agent_connected(agent),
        kes_version(row),
        edr_status(row),
        operating_system(row),
        protection(protected),
    ]
}

/// What the checks say together.
pub(super) fn ready(checks: &[HostCheck]) -> Ready {
    let any = |outcome| checks.iter().any(|it| it.outcome == outcome);
    if any(CheckOutcome::Failed) {
        Ready::No
    } else if any(CheckOutcome::Unknown) {
        Ready::Unknown
    } else {
        Ready::Yes
    }
}

fn check(name: &str, outcome: CheckOutcome, detail: impl Into<String>) -> HostCheck {
    HostCheck {
        name: name.to_owned(),
        outcome,
        detail: detail.into(),
    }
}

fn agent_installed(agent: Agent) -> HostCheck {
    let (outcome, detail) = match agent.installed {
        Some(true) => (
            CheckOutcome::Passed,
            "KSC sees a Network Agent on the host.",
        ),
        Some(false) => (
            CheckOutcome::Failed,
            "KSC sees no Network Agent on the host: nothing would bring a task to it.",
        ),
        None => (CheckOutcome::Unknown, NO_STATUS),
    };
    check("agentInstalled", outcome, detail)
}

fn agent_connected(agent: Agent) -> HostCheck {
    let since = agent
        .last_connection
        .and_then(|it| it.format(&Rfc3339).ok());
    let (outcome, detail) = match (agent.connected, since) {
        (Some(true), _) => (
            CheckOutcome::Passed,
            "The Network Agent is connected.".to_owned(),
        ),
        (Some(false), None) => (
            CheckOutcome::Failed,
            "The Network Agent is not connected: a task would wait until it is.".to_owned(),
        ),
        (Some(false), Some(since)) => (
            CheckOutcome::Failed,
            format!(
                "The Network Agent is not connected, and last was at {since}: a task would wait until it is."
            ),
        ),
        (None, _) => (CheckOutcome::Unknown, NO_STATUS.to_owned()),
    };
    check("agentConnected", outcome, detail)
}

/// What is said when KSC leaves the status out.
const NO_STATUS: &str = "KSC does not say how the host is.";

fn kes_version(row: &Row) -> HostCheck {
    let name = "kesVersion";
    let first = Version::FIRST;
    let Some(text) = row.str(KES_VERSION).filter(|it| !it.is_empty()) else {
        return check(
            name,
            CheckOutcome::Unknown,
            format!(
                "KSC knows no version of Kaspersky Endpoint Security here: it is not installed, or has not reported yet. It must be {first} or later."
            ),
        );
    };
    match Version::parse(text) {
        Some(version) if version >= first => check(
            name,
            CheckOutcome::Passed,
            format!("Kaspersky Endpoint Security is {text}."),
        ),
        Some(_) => check(
            name,
            CheckOutcome::Failed,
            format!("Kaspersky Endpoint Security is {text}; it must be {first} or later."),
        ),
        None => check(
            name,
            CheckOutcome::Unknown,
            format!(
                "KSC says {text:?}, which is no version of Kaspersky Endpoint Security that can be compared with {first}."
            ),
        ),
    }
}

fn edr_status(row: &Row) -> HostCheck {
    let name = "edrComponent";
    let Some(component) = edr_component(row) else {
        return check(
            name,
            CheckOutcome::Unknown,
            "KSC knows no state of the EDR component here.",
        );
    };
    let code = component.code;
    let (outcome, detail) = match component.state {
        EdrState::Running => (
            CheckOutcome::Passed,
            "The EDR component is running.".to_owned(),
        ),
        EdrState::Stopped => (
            CheckOutcome::Failed,
            "The EDR component is stopped.".to_owned(),
        ),
        EdrState::Paused => (
            CheckOutcome::Failed,
            "The EDR component is paused.".to_owned(),
        ),
        EdrState::Failed => (
            CheckOutcome::Failed,
            "The EDR component has failed.".to_owned(),
        ),
        EdrState::NotInstalled => (
            CheckOutcome::Failed,
            "The EDR component is not installed.".to_owned(),
        ),
        EdrState::NoLicense => (
            CheckOutcome::Failed,
            "The EDR component has no licence.".to_owned(),
        ),
        EdrState::Starting => (
            CheckOutcome::Unknown,
            "The EDR component is starting.".to_owned(),
        ),
        EdrState::Unknown => (
            CheckOutcome::Unknown,
            format!("KSC gives the EDR component the state {code}, which says nothing."),
        ),
    };
    check(name, outcome, detail)
}

fn operating_system(row: &Row) -> HostCheck {
    let name = "operatingSystem";
    match row.str(OS_NAME).filter(|it| !it.is_empty()) {
        None => check(
            name,
            CheckOutcome::Unknown,
            "KSC knows no operating system of the host.",
        ),
        Some(os) if os.to_lowercase().contains("windows") => {
            check(name, CheckOutcome::Passed, format!("The host runs {os}."))
        }
        Some(os) => check(
            name,
            CheckOutcome::Failed,
            format!("The host runs {os}; the tasks are for Windows."),
        ),
    }
}

fn protection(protected: bool) -> HostCheck {
    if protected {
        return check(
            "protection",
            CheckOutcome::Failed,
            "The gateway's operator has excluded this host from response tasks.",
        );
    }
    check(
        "protection",
        CheckOutcome::Passed,
        "The gateway's operator has not excluded this host.",
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn row(value: &Value) -> Row {
        Row::from_value(value).unwrap()
    }

    fn good() -> Value {
        json!({
            "KLHST_WKS_STATUS": 15, "KLHST_WKS_RTP_AV_VERSION": "12.10.0.466",
            "KLHST_WKS_EDR_STATUS": 4, "KLHST_WKS_OS_NAME": "Microsoft Windows 11"
        })
    }

    fn with(name: &str, value: Value) -> Row {
        let mut it = good();
        it[name] = value;
        row(&it)
    }

    fn without(name: &str) -> Row {
        let mut it = good();
        it.as_object_mut().unwrap().remove(name);
        row(&it)
    }

    /// The checks that did not pass, and what they come to.
    fn judged(row: &Row) -> (Ready, Vec<(String, CheckOutcome)>) {
        let checks = checks(row, false);
        let ready = ready(&checks);
        let odd = checks
            .into_iter()
            .filter(|it| it.outcome != CheckOutcome::Passed);
        (ready, odd.map(|it| (it.name, it.outcome)).collect())
    }

    #[test]
    fn a_host_with_everything_is_ready() {
        assert_eq!(judged(&row(&good())), (Ready::Yes, vec![]));
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        for (version, outcome) in [
            ("12.9", None),
            ("12.9.0.384", None),
            ("12.10.0.466", None),
            ("13.0.0.1", None),
            ("12.8.0.505", Some(CheckOutcome::Failed)),
            ("11.12.0.1", Some(CheckOutcome::Failed)),
            ("9.99", Some(CheckOutcome::Failed)),
            ("21.25.7.504", Some(CheckOutcome::Unknown)),
            ("12", Some(CheckOutcome::Unknown)),
            ("12.x.0", Some(CheckOutcome::Unknown)),
            ("newest", Some(CheckOutcome::Unknown)),
            ("12.9.0.99999999999999999999", Some(CheckOutcome::Unknown)),
        ] {
            let (_, odd) = judged(&with(KES_VERSION, version.into()));
            let expected: Vec<_> = outcome
                .into_iter()
                .map(|it| ("kesVersion".to_owned(), it))
                .collect();
            assert_eq!(odd, expected, "{version}");
        }
    }

    #[test]
    fn what_ksc_leaves_out_is_unknown() {
        for (attribute, names) in [
            ("KLHST_WKS_STATUS", vec!["agentInstalled", "agentConnected"]),
            ("KLHST_WKS_RTP_AV_VERSION", vec!["kesVersion"]),
            ("KLHST_WKS_EDR_STATUS", vec!["edrComponent"]),
            ("KLHST_WKS_OS_NAME", vec!["operatingSystem"]),
        ] {
            let odd = names
                .into_iter()
                .map(|it| (it.to_owned(), CheckOutcome::Unknown))
                .collect();
            assert_eq!(judged(&without(attribute)), (Ready::Unknown, odd));
        }
    }

    #[test]
    fn each_number_of_the_edr_component_is_read_as_ksc_documents_it() {
        for (code, ready) in [
            (0, Ready::Unknown),
            (1, Ready::No),
            (2, Ready::No),
            (3, Ready::Unknown),
            (4, Ready::Yes),
            (5, Ready::Unknown),
            (9, Ready::No),
            (10, Ready::No),
            (11, Ready::No),
            (77, Ready::Unknown),
        ] {
            assert_eq!(judged(&with(EDR_STATUS, code.into())).0, ready, "{code}");
        }
        let raw = edr_component(&with(EDR_STATUS, 77.into())).unwrap();
        assert_eq!((raw.state, raw.code), (EdrState::Unknown, 77));
    }

    #[test]
    fn one_failure_outweighs_what_is_unknown() {
        let mut it = good();
        it["KLHST_WKS_STATUS"] = 7.into();
        it.as_object_mut().unwrap().remove("KLHST_WKS_OS_NAME");

        assert_eq!(judged(&row(&it)).0, Ready::No);
    }

    #[test]
    fn a_protected_host_and_another_system_are_not_ready() {
        let checks = checks(&row(&good()), true);
        assert_eq!(ready(&checks), Ready::No);

        let linux = with(OS_NAME, "Ubuntu 24.04".into());
        assert_eq!(
            judged(&linux).1,
            [("operatingSystem".to_owned(), CheckOutcome::Failed)]
        );
    }
}
