//! What was found, line by line, for people and for programs.

use std::fmt;

use serde::Serialize;

use crate::config::ConfigError;
use vocabulary::task_id::Alias;

/// A check by its name. The names are part of the contract of `--json`: they do not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Name {
    /// The settings as such.
    Configuration,
    /// The file with the KSC account's password.
    PasswordFile,
    /// The file that KSC's certificate is checked with, or the system's roots.
    Trust,
    /// The gateway's own certificate at KATA, and when it ends.
    Identity,
    /// One endpoint: name, TCP, TLS, certificate. As many as there are endpoints.
    Endpoint,
    /// Whether KATA has accepted the gateway.
    Registration,
    /// `Session.StartSession`.
    Login,
    /// Product and version of KSC.
    Server,
    /// Incidents can be read.
    Incidents,
    /// Hosts can be read.
    Hosts,
    /// Tasks can be read.
    Tasks,
    /// Incidents can be added: never looked at.
    AddIncident,
    /// A service console is connected.
    ServiceConsole,
    /// The clocks of KSC and of this machine agree.
    Clock,
    /// Each pattern of protected hosts means a host that there is.
    ProtectedHosts,
    /// There are keys that tokens can be checked with.
    TokenKeys,
    /// The store that replicas share.
    SharedStore,
    /// The clocks of the replicas agree.
    ReplicaClocks,
    /// The collector of traces.
    Traces,
    /// A token that was asked about; no part of every examination.
    Token,
}

impl Name {
    /// All of an examination where each back end is a KSC, in the order of the report.
    pub const ALL: [Self; 17] = [
        Self::Configuration,
        Self::PasswordFile,
        Self::Trust,
        Self::Endpoint,
        Self::Login,
        Self::Server,
        Self::Incidents,
        Self::Hosts,
        Self::Tasks,
        Self::AddIncident,
        Self::ServiceConsole,
        Self::Clock,
        Self::ProtectedHosts,
        Self::TokenKeys,
        Self::SharedStore,
        Self::ReplicaClocks,
        Self::Traces,
    ];

    /// The name as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::PasswordFile => "password_file",
            Self::Trust => "trust",
            Self::Identity => "identity",
            Self::Endpoint => "endpoint",
            Self::Registration => "registration",
            Self::Login => "login",
            Self::Server => "server",
            Self::Incidents => "incidents",
            Self::Hosts => "hosts",
            Self::Tasks => "tasks",
            Self::AddIncident => "add_incident",
            Self::ServiceConsole => "service_console",
            Self::Clock => "clock",
            Self::ProtectedHosts => "protected_hosts",
            Self::TokenKeys => "token_keys",
            Self::SharedStore => "shared_store",
            Self::ReplicaClocks => "replica_clocks",
            Self::Traces => "traces",
            Self::Token => "token",
        }
    }
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckResult {
    /// As it should be.
    Ok,
    /// It works, and somebody should know.
    Warning,
    /// It does not work.
    Failed,
    /// Not looked at; the finding says why.
    Skipped,
}

impl CheckResult {
    const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warn",
            Self::Failed => "FAIL",
            Self::Skipped => "skip",
        }
    }
}

/// One check.
#[derive(Debug, Clone, Serialize)]
pub struct Check {
    name: Name,
    /// Alias of the back end that was looked at, when it was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    backend: Option<String>,
    /// Host and port of an endpoint; other checks have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    outcome: CheckResult,
    finding: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    meaning: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<String>,
    /// KSC does not answer any more: asking on would only take time.
    #[serde(skip)]
    final_word: bool,
}

impl Check {
    fn new(name: Name, outcome: CheckResult, finding: impl Into<String>) -> Self {
        // A check is one line, whatever KSC calls itself and a parser says.
        Self {
            name,
            backend: None,
            subject: None,
            outcome,
            finding: line(finding.into()),
            meaning: None,
            action: None,
            final_word: false,
        }
    }

    pub(super) fn ok(name: Name, finding: impl Into<String>) -> Self {
        Self::new(name, CheckResult::Ok, finding)
    }

    pub(super) fn warning(name: Name, finding: impl Into<String>) -> Self {
        Self::new(name, CheckResult::Warning, finding)
    }

    pub(super) fn failed(name: Name, finding: impl Into<String>) -> Self {
        Self::new(name, CheckResult::Failed, finding)
    }

    pub(super) fn skipped(name: Name, because: impl Into<String>) -> Self {
        Self::new(name, CheckResult::Skipped, because)
    }

    /// A failure that is only a warning when something else makes up for it.
    pub(super) fn failed_unless(bearable: bool, name: Name, finding: impl Into<String>) -> Self {
        let outcome = if bearable {
            CheckResult::Warning
        } else {
            CheckResult::Failed
        };
        Self::new(name, outcome, finding)
    }

    /// Which of several.
    pub(super) fn of(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Of which back end it is. Where its texts name a setting of that back end, they have its
    /// alias from then on.
    fn at(mut self, alias: &Alias) -> Self {
        let texts = [
            Some(&mut self.finding),
            self.meaning.as_mut(),
            self.action.as_mut(),
        ];
        for text in texts.into_iter().flatten() {
            *text = text.replace("<alias>", alias.as_str());
        }
        self.backend = Some(alias.to_string());
        self
    }

    /// What the finding means for whoever runs the gateway.
    pub(super) fn means(mut self, meaning: impl Into<String>) -> Self {
        self.meaning = Some(line(meaning.into()));
        self
    }

    /// What to do about it.
    pub(super) fn try_this(mut self, action: impl Into<String>) -> Self {
        self.action = Some(line(action.into()));
        self
    }

    /// KSC is not to be asked after this.
    pub(super) fn and_no_more(mut self, final_word: bool) -> Self {
        self.final_word = final_word;
        self
    }

    /// Alias of the back end that was looked at, when it was one.
    #[must_use]
    pub fn backend(&self) -> Option<&str> {
        self.backend.as_deref()
    }

    /// Which check it is.
    #[must_use]
    pub fn name(&self) -> Name {
        self.name
    }

    /// Host and port, for an endpoint.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// How it ended.
    #[must_use]
    pub fn outcome(&self) -> CheckResult {
        self.outcome
    }

    /// What was found, or why nobody looked.
    #[must_use]
    pub fn finding(&self) -> &str {
        &self.finding
    }

    /// What that means, unless all is well.
    #[must_use]
    pub fn meaning(&self) -> Option<&str> {
        self.meaning.as_deref()
    }

    /// What to do about it.
    #[must_use]
    pub fn action(&self) -> Option<&str> {
        self.action.as_deref()
    }
}

/// A text in one line.
fn line(text: String) -> String {
    if text.contains(char::is_control) {
        return text.replace(char::is_control, " ");
    }
    text
}

/// Every check, in order.
#[derive(Debug, Clone, Default)]
pub struct Report {
    checks: Vec<Check>,
    mistaken: bool,
}

impl Report {
    /// The report on settings that cannot be used: everything else was not looked at.
    #[must_use]
    pub fn mistaken(error: &ConfigError) -> Self {
        let mistakes: Vec<String> = error.0.iter().map(ToString::to_string).collect();
        let mut report = Self {
            checks: Vec::new(),
            mistaken: true,
        };
        report.add(
            Check::failed(Name::Configuration, mistakes.join("; "))
                .means("The gateway does not start with these settings.")
                .try_this("Correct them in the file or in the environment."),
        );
        for name in Name::ALL.into_iter().skip(1) {
            report.skip(name, "the configuration is bad");
        }
        report
    }

    pub(super) fn add(&mut self, check: Check) {
        self.checks.push(check);
    }

    pub(super) fn add_all(&mut self, checks: Vec<Check>) {
        self.checks.extend(checks);
    }

    /// Adds what was found at one back end.
    pub(super) fn add_of(&mut self, alias: &Alias, of_one: Self) {
        let checks = of_one.checks.into_iter();
        self.checks.extend(checks.map(|it| it.at(alias)));
    }

    pub(super) fn skip(&mut self, name: Name, because: &str) {
        self.add(Check::skipped(name, because));
    }

    /// Adds a check; whether KSC can be asked more.
    pub(super) fn goes_on_after(&mut self, check: Check) -> bool {
        let goes_on = !check.final_word;
        self.add(check);
        goes_on
    }

    pub(super) fn has(&self, name: Name) -> bool {
        self.checks.iter().any(|it| it.name == name)
    }

    /// The checks.
    #[must_use]
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// Whether nothing failed. Warnings are no failures.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.count(CheckResult::Failed) == 0
    }

    /// 0 when nothing failed, 1 when a check did, 2 when the settings themselves are bad.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match (self.mistaken, self.is_ok()) {
            (true, _) => 2,
            (false, false) => 1,
            (false, true) => 0,
        }
    }

    /// One JSON document:
    /// `{"ok": bool, "checks": [{"name", "backend"?, "subject"?, "outcome", "finding", "meaning"?, "action"?}]}`.
    #[must_use]
    pub fn json(&self) -> String {
        #[derive(Serialize)]
        struct Document<'a> {
            ok: bool,
            checks: &'a [Check],
        }
        serde_json::to_string_pretty(&Document {
            ok: self.is_ok(),
            checks: &self.checks,
        })
        .expect("texts and names are JSON")
    }

    fn count(&self, outcome: CheckResult) -> usize {
        self.checks
            .iter()
            .filter(|it| it.outcome == outcome)
            .count()
    }
}

/// A line a check; below one that is not as it should be, what it means and what to do.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for check in &self.checks {
            let word = check.outcome.word();
            let name = check.name.as_str();
            write!(f, "{word:<4}  {name:<15}  ")?;
            match (&check.backend, &check.subject) {
                (Some(backend), Some(subject)) => write!(f, "{backend}, {subject}: ")?,
                (Some(one), None) | (None, Some(one)) => write!(f, "{one}: ")?,
                (None, None) => {}
            }
            writeln!(f, "{}", check.finding)?;
            for (label, text) in [("means:", &check.meaning), ("do:", &check.action)] {
                let mut label = label;
                for line in text.iter().flat_map(|it| wrapped(it)) {
                    writeln!(f, "{:6}{label:<6} {line}", "")?;
                    label = "";
                }
            }
        }
        writeln!(
            f,
            "\n{} ok, {} warning, {} failed, {} skipped",
            self.count(CheckResult::Ok),
            self.count(CheckResult::Warning),
            self.count(CheckResult::Failed),
            self.count(CheckResult::Skipped),
        )
    }
}

/// Letters of a line of explanation: what a terminal of old shows beside the label.
const WIDTH: usize = 86;

/// The text in lines of whole words.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Mistake;

    #[test]
    fn the_exit_code_tells_bad_settings_from_a_bad_installation() {
        let mut report = Report::default();
        report.add(Check::warning(Name::Clock, "?"));
        assert_eq!(report.exit_code(), 0);
        report.add(Check::failed(Name::Login, "no"));
        assert_eq!(report.exit_code(), 1);

        let mistake = |key: &str| Mistake {
            key: key.to_owned(),
            detail: "is required".to_owned(),
        };
        let error = ConfigError(vec![
            mistake("backends.ksc.username"),
            mistake("auth.issuer"),
        ]);
        let report = Report::mistaken(&error);
        assert_eq!(report.exit_code(), 2);
        assert_eq!(report.checks().len(), Name::ALL.len());
        let json: serde_json::Value = serde_json::from_str(&report.json()).unwrap();
        let finding = json["checks"][0]["finding"].as_str().unwrap();
        assert!(finding.contains("backends.ksc.username") && finding.contains("auth.issuer"));
    }

    #[test]
    fn a_check_is_one_line_and_its_explanation_is_below_it() {
        let mut report = Report::default();
        report.add(Check::ok(Name::Login, "logged in as edr-gateway"));
        report.add(
            Check::failed(Name::Endpoint, "the connection is refused")
                .of("ksc.example:13299")
                .means("word ".repeat(20))
                .try_this("Look."),
        );

        let text = report.to_string();

        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "ok    login            logged in as edr-gateway");
        assert_eq!(
            lines[1],
            "FAIL  endpoint         ksc.example:13299: the connection is refused"
        );
        assert!(lines[2].starts_with("      means: word word"), "{text}");
        assert!(lines[3].starts_with("             word"), "{text}");
        assert_eq!(lines[4], "      do:    Look.");
        assert_eq!(lines[6], "1 ok, 0 warning, 1 failed, 0 skipped");
    }

    #[test]
    fn a_name_is_written_alike_in_text_and_in_json() {
        for name in Name::ALL.into_iter().chain([Name::Token]) {
            assert_eq!(serde_json::to_value(name).unwrap(), name.as_str());
        }
    }
}
