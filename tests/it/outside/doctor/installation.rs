//! An installation that doctor looks at, and how its report is read.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use acceptance::environment;
use edr_gateway::clock::Clock;
use edr_gateway::config::Settings;
use edr_gateway::doctor::{self, Check, CheckResult, Name, Report};
use ksc_simulator::{Clock as SimulatedClock, Scenario, Simulator};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// All that may be asked of KSC: nothing of it changes anything but the session itself.
const HARMLESS: [&str; 17] = [
    "HostGroup.GetGroupInfo",
    "Session.StartSession",
    "Session.EndSession",
    "HostGroup.GetStaticInfo",
    "HostGroup.FindIncidents",
    "HostGroup.FindHosts",
    "ChunkAccessor.GetItemsChunk",
    "ChunkAccessor.Release",
    "Tasks.GetAllTasksOfHost",
    "Tasks.GetTask",
    "Tasks.ResetTasksIterator",
    "Tasks.GetNextTask",
    "Tasks.ReleaseTasksIterator",
    "Tasks.ResetHostIteratorForTaskStatus",
    "Tasks.GetHostStatusRecordsCount",
    "Tasks.ReleaseHostStatusIterator",
    "ConEvents.IsAnyServiceConsoleAvailable",
];

/// An installation that is looked at, with a clock that agrees with KSC's.
pub(crate) struct Installation {
    pub(crate) sim: Simulator,
    pub(crate) files: TempDir,
    pub(crate) clock: Clock,
}

impl Installation {
    pub(crate) async fn new() -> Self {
        Self::of(Scenario::default()).await
    }

    pub(crate) async fn of(scenario: Scenario) -> Self {
        let sim = Simulator::start(scenario).await.expect("it starts");
        let clock = Clock::stepped(sim.now());
        Self {
            sim,
            files: tempfile::tempdir().expect("a folder"),
            clock,
        }
    }

    /// KSC's clock minus ours, in seconds.
    pub(crate) async fn with_clocks_apart(seconds: i64) -> Self {
        let now = Clock::system().now();
        let shift = Duration::from_secs(seconds.unsigned_abs());
        let theirs = if seconds < 0 {
            now - shift
        } else {
            now + shift
        };
        let sim = Simulator::start(Scenario {
            clock: SimulatedClock::Stepped(theirs),
            ..Scenario::default()
        });
        Self {
            sim: sim.await.expect("it starts"),
            files: tempfile::tempdir().expect("a folder"),
            clock: Clock::stepped(now.replace_nanosecond(0).expect("zero")),
        }
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.files.path().join(name)
    }

    pub(crate) async fn examine(&self, settings: &[(&'static str, &str)]) -> Report {
        let settings = settings
            .iter()
            .map(|(key, value)| (*key, (*value).to_owned()))
            .collect();
        let environment = environment(&self.sim, self.files.path(), settings);
        let settings = Settings::load("", environment).expect("good settings");
        self.examine_with(settings).await
    }

    /// Looks at it, and sees to it that nothing is left behind, whatever was found.
    pub(crate) async fn examine_with(&self, settings: Settings) -> Report {
        let journal = self.sim.journal();
        let (incidents, logins) = (
            journal.incidents().len(),
            journal.count("Session.StartSession"),
        );

        let report = doctor::examine(settings, self.clock.clone()).await;

        if let Err(verdict) = self.sim.verdict() {
            panic!("{verdict}\n{report}\n{}", self.sim.journal().print());
        }
        assert_eq!(journal.incidents().len(), incidents);
        assert!(journal.count("Session.StartSession") <= logins + 1);
        for call in journal.calls() {
            assert!(HARMLESS.contains(&call.method.as_str()), "{}", call.method);
        }
        let text = format!("{report}{}", report.json());
        assert!(!text.contains(self.sim.password()), "{text}");
        let complete = Name::ALL
            .into_iter()
            .all(|name| report.checks().iter().any(|it| it.name() == name));
        assert!(complete, "a check is missing:\n{report}");
        for check in report.checks() {
            let explained = check.meaning().is_some() && check.action().is_some();
            let needs = matches!(check.outcome(), CheckResult::Warning | CheckResult::Failed);
            assert_eq!(explained, needs, "{check:?}");
        }
        report
    }
}

pub(crate) fn one(report: &Report, name: Name) -> &Check {
    let mut all = report.checks().iter().filter(|it| it.name() == name);
    let one = all.next().expect("it is there");
    assert!(all.next().is_none(), "{name:?} is there more than once");
    one
}

/// The check ended like this, and its finding says this.
pub(crate) fn expect(report: &Report, name: Name, outcome: CheckResult, says: &str) {
    let check = one(report, name);
    assert_eq!(check.outcome(), outcome, "{}\n{report}", name.as_str());
    assert!(check.finding().contains(says), "{check:?}");
}

/// These failed and no others.
pub(crate) fn expect_failed(report: &Report, failed: &[Name]) {
    let found: Vec<Name> = report
        .checks()
        .iter()
        .filter(|it| it.outcome() == CheckResult::Failed)
        .map(Check::name)
        .collect();
    assert_eq!(found, failed, "{report}");
    assert_eq!(report.exit_code(), u8::from(!failed.is_empty()));
}

pub(crate) fn expect_skipped_from(report: &Report, first: Name, because: &str) {
    let from = Name::ALL
        .iter()
        .position(|it| *it == first)
        .expect("a name");
    for name in &Name::ALL[from..] {
        // The keys for tokens, the shared store and the traces have nothing to do with KSC.
        let apart = [
            Name::TokenKeys,
            Name::SharedStore,
            Name::ReplicaClocks,
            Name::Traces,
        ];
        if !apart.contains(name) {
            expect(report, *name, CheckResult::Skipped, because);
        }
    }
}

/// A port at which nobody listens.
pub(crate) async fn closed_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    listener.local_addr().expect("bound")
}
