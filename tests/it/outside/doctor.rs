//! `doctor`: what it says of installations good and bad, and that it leaves nothing behind.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use acceptance::{WS_042, environment};
use edr_gateway::clock::Clock;
use edr_gateway::config::Settings;
use edr_gateway::doctor::{self, Check, Name, Outcome, Report};
use ksc_simulator::{Clock as SimulatedClock, Fault, FaultKind, Scenario, Simulator};
use tempfile::TempDir;
use tokio::io::AsyncReadExt;
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
struct Installation {
    sim: Simulator,
    files: TempDir,
    clock: Clock,
}

impl Installation {
    async fn new() -> Self {
        Self::of(Scenario::default()).await
    }

    async fn of(scenario: Scenario) -> Self {
        let sim = Simulator::start(scenario).await.expect("it starts");
        let clock = Clock::stepped(sim.now());
        Self {
            sim,
            files: tempfile::tempdir().expect("a folder"),
            clock,
        }
    }

    /// KSC's clock minus ours, in seconds.
    async fn with_clocks_apart(seconds: i64) -> Self {
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

    fn file(&self, name: &str) -> PathBuf {
        self.files.path().join(name)
    }

    async fn examine(&self, settings: &[(&'static str, &str)]) -> Report {
        let settings = settings
            .iter()
            .map(|(key, value)| (*key, (*value).to_owned()))
            .collect();
        let environment = environment(&self.sim, self.files.path(), settings);
        let settings = Settings::load("", environment).expect("good settings");
        self.examine_with(settings).await
    }

    /// Looks at it, and sees to it that nothing is left behind, whatever was found.
    async fn examine_with(&self, settings: Settings) -> Report {
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
            let needs = matches!(check.outcome(), Outcome::Warning | Outcome::Failed);
            assert_eq!(explained, needs, "{check:?}");
        }
        report
    }
}

fn one(report: &Report, name: Name) -> &Check {
    let mut all = report.checks().iter().filter(|it| it.name() == name);
    let one = all.next().expect("it is there");
    assert!(all.next().is_none(), "{name:?} is there more than once");
    one
}

/// The check ended like this, and its finding says this.
fn expect(report: &Report, name: Name, outcome: Outcome, says: &str) {
    let check = one(report, name);
    assert_eq!(check.outcome(), outcome, "{}\n{report}", name.as_str());
    assert!(check.finding().contains(says), "{check:?}");
}

/// These failed and no others.
fn expect_failed(report: &Report, failed: &[Name]) {
    let found: Vec<Name> = report
        .checks()
        .iter()
        .filter(|it| it.outcome() == Outcome::Failed)
        .map(Check::name)
        .collect();
    assert_eq!(found, failed, "{report}");
    assert_eq!(report.exit_code(), u8::from(!failed.is_empty()));
}

fn expect_skipped_from(report: &Report, first: Name, because: &str) {
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
            expect(report, *name, Outcome::Skipped, because);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_installation_is_ok_and_the_session_is_ended() {
    let it = Installation::new().await;

    let report = it.examine(&[]).await;

    expect_failed(&report, &[]);
    for name in Name::ALL {
        let expected = if name == Name::AddIncident {
            Outcome::Skipped
        } else {
            Outcome::Ok
        };
        assert_eq!(one(&report, name).outcome(), expected, "{report}");
    }
    assert_eq!(it.sim.open_sessions(), 0);
    assert_eq!(it.sim.journal().count("Session.EndSession"), 1);
    let lines = report.to_string();
    assert_eq!(lines.lines().count(), Name::ALL.len() + 2, "{lines}");
    let json: serde_json::Value = serde_json::from_str(&report.json()).expect("JSON");
    assert_eq!(json["ok"], true);
    let names: Vec<&str> = json["checks"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| it["name"].as_str().expect("a name"))
        .collect();
    let expected: Vec<&str> = Name::ALL.iter().map(|it| it.as_str()).collect();
    assert_eq!(names, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_certificate_than_the_pinned_one_is_shown_with_both_fingerprints() {
    let it = Installation::new().await;
    let other = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let pin = other.certificate_file().display().to_string();

    let report = it.examine(&[("ksc.pinned_certificate_file", &pin)]).await;

    expect_failed(&report, &[Name::Endpoint]);
    expect(
        &report,
        Name::Endpoint,
        Outcome::Failed,
        "not the pinned one",
    );
    let real = it.examine(&[]).await;
    let fingerprint = |report: &Report| {
        let finding = one(report, Name::Trust).finding();
        let found = finding.split(' ').find(|it| it.matches(':').count() == 31);
        found.expect("a fingerprint").to_owned()
    };
    let finding = one(&report, Name::Endpoint).finding();
    assert!(finding.contains(&format!("presented {}", fingerprint(&real))));
    assert!(finding.contains(&format!("pinned {}", fingerprint(&report))));
    expect_skipped_from(&report, Name::Login, "no endpoint can be used");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_ksc_made_for_itself_cannot_be_trusted_through_a_ca_file() {
    let it = Installation::new().await;
    let ca = it.sim.certificate_file().display().to_string();

    let report = it
        .examine(&[("ksc.pinned_certificate_file", ""), ("ksc.ca_file", &ca)])
        .await;

    expect_failed(&report, &[Name::Endpoint]);
    expect(&report, Name::Endpoint, Outcome::Failed, "has to be pinned");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_cannot_be_used_are_named_and_ksc_is_not_asked() {
    let it = Installation::new().await;
    let empty = it.file("empty");
    std::fs::write(&empty, "\n").expect("a file");
    let empty = empty.display().to_string();

    let no_password = it.examine(&[("ksc.password_file", &empty)]).await;
    let no_pin = it
        .examine(&[("ksc.pinned_certificate_file", "/nowhere/klserver.cer")])
        .await;
    let no_keys = it.examine(&[("auth.jwks_file", &empty)]).await;

    expect_failed(&no_password, &[Name::PasswordFile]);
    expect(&no_password, Name::Endpoint, Outcome::Ok, "TLS 1.3");
    expect_skipped_from(&no_password, Name::Login, "the password cannot be read");
    expect_failed(&no_pin, &[Name::Trust]);
    expect(
        &no_pin,
        Name::Trust,
        Outcome::Failed,
        "(ksc.pinned_certificate_file)",
    );
    expect_skipped_from(&no_pin, Name::Endpoint, "could not be verified");
    expect_failed(&no_keys, &[Name::TokenKeys]);
    assert_eq!(it.sim.journal().count("Session.StartSession"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_set_that_cannot_be_fetched_or_fits_no_algorithm_fails() {
    let it = Installation::new().await;
    let url = format!("http://{}/jwks", closed_port().await);
    let file = it.file("rsa-only.json");
    let set = acceptance::Issuer::shared().key_set();
    let rsa: Vec<_> = set["keys"]
        .as_array()
        .expect("keys")
        .iter()
        .filter(|key| key["alg"] == "RS256")
        .collect();
    std::fs::write(&file, serde_json::json!({"keys": rsa}).to_string()).expect("a file");
    let file = file.display().to_string();

    let unreachable = it
        .examine(&[("auth.jwks_file", ""), ("auth.jwks_url", &url)])
        .await;

    expect_failed(&unreachable, &[Name::TokenKeys]);
    expect(&unreachable, Name::TokenKeys, Outcome::Failed, &url);
    let it = Installation::new().await;
    let other_algorithm = it
        .examine(&[("auth.jwks_file", &file), ("auth.algorithms", "ES256")])
        .await;
    expect_failed(&other_algorithm, &[Name::TokenKeys]);
    expect(
        &other_algorithm,
        Name::TokenKeys,
        Outcome::Failed,
        "no key for",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_that_is_asked_for_its_keys_fails_at_the_step_that_is_named() {
    let web = acceptance::Web::start().await;
    let place = "/.well-known/openid-configuration";
    let keys = format!("{}/keys", web.at);
    let metadata = |issuer: &str, keys: &str| {
        serde_json::json!({"issuer": issuer, "jwks_uri": keys}).to_string()
    };
    for (document, step) in [
        (
            None,
            "metadata cannot be used: /.well-known/openid-configuration says 404",
        ),
        (
            Some("{".to_owned()),
            "metadata cannot be used: the document is not JSON",
        ),
        (
            Some(metadata("https://other.example", &keys)),
            "it names another issuer",
        ),
        (
            Some(metadata(&web.at, "http://keys.example/")),
            "its jwks_uri is no https:// address",
        ),
        (
            Some(metadata(&web.at, &keys)),
            "cannot fetch the key set: status 404",
        ),
    ] {
        if let Some(document) = document {
            web.page(place, 200, &document);
        }
        let it = Installation::new().await;
        let settings = [("auth.jwks_file", ""), ("auth.issuer", web.at.as_str())];
        let report = it.examine(&settings).await;
        expect_failed(&report, &[Name::TokenKeys]);
        expect(&report, Name::TokenKeys, Outcome::Failed, step);
    }
    web.page(
        "/keys",
        200,
        &acceptance::Issuer::shared().key_set().to_string(),
    );
    let it = Installation::new().await;
    let settings = [("auth.jwks_file", ""), ("auth.issuer", web.at.as_str())];
    let report = it.examine(&settings).await;
    expect(&report, Name::TokenKeys, Outcome::Ok, "4 usable keys");

    let gone = format!("http://{}", closed_port().await);
    let it = Installation::new().await;
    let settings = [("auth.jwks_file", ""), ("auth.issuer", gone.as_str())];
    let report = it.examine(&settings).await;
    expect(
        &report,
        Name::TokenKeys,
        Outcome::Failed,
        "metadata cannot be used",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_revoked_tokens_that_would_stop_the_start_fails() {
    let it = Installation::new().await;
    let file = it.file("revoked.json");
    let path = file.display().to_string();
    for (text, outcome, found) in [
        (
            None,
            Outcome::Failed,
            "(auth.revoked_file): the file cannot be read",
        ),
        (Some("{"), Outcome::Failed, "is no list of revoked tokens"),
        (Some("{\"revoked\": []}"), Outcome::Ok, "4 usable keys"),
    ] {
        if let Some(text) = text {
            std::fs::write(&file, text).expect("a file");
        }
        let report = it.examine(&[("auth.revoked_file", &path)]).await;
        expect(&report, Name::TokenKeys, outcome, found);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_issuer_has_a_line_of_its_own() {
    let it = Installation::new().await;
    let more = [
        ("auth.issuers.0.name", "b"),
        ("auth.issuers.0.issuer", "https://b.example"),
        ("auth.issuers.0.audience", "b"),
        ("auth.issuers.0.jwks_file", "/nowhere/keys.json"),
    ];

    let report = it.examine(&more).await;

    let lines: Vec<_> = report
        .checks()
        .iter()
        .filter(|it| it.name() == Name::TokenKeys)
        .collect();
    let subjects: Vec<_> = lines
        .iter()
        .map(|it| (it.subject(), it.outcome()))
        .collect();
    assert_eq!(
        subjects,
        [
            (Some("https://issuer.example"), Outcome::Ok),
            (Some("https://b.example"), Outcome::Failed)
        ]
    );
    let short = it.file("short");
    std::fs::write(&short, "short").expect("a file");
    let short = short.display().to_string();
    let secret = ("auth.issuers.0.hs256_secret_file", short.as_str());
    let report = it.examine(&[more[0], more[1], more[2], secret]).await;
    let said = "(auth.issuers.0.hs256_secret_file): the file must hold at least 32 bytes";
    assert!(
        report.checks().iter().any(|it| it.finding().contains(said)),
        "{report}"
    );
    assert!(
        lines[1].finding().contains("auth.issuers.0.jwks_file"),
        "{}",
        lines[1].finding()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_left_out_is_named_with_its_reason() {
    let it = Installation::new().await;
    let file = it.file("odd.json");
    let mut set = acceptance::Issuer::shared().key_set();
    set["keys"][1]["n"] = "AQAB".into();
    set["keys"][3]["use"] = "enc".into();
    std::fs::write(&file, set.to_string()).expect("a file");

    let report = it
        .examine(&[("auth.jwks_file", &file.display().to_string())])
        .await;

    expect(&report, Name::TokenKeys, Outcome::Warning, "2 usable keys");
    for named in [
        "\"rs256-a\" is shorter than 2048 bits",
        "\"eddsa-a\" is not for checking signatures",
    ] {
        expect(&report, Name::TokenKeys, Outcome::Warning, named);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_tried_exactly_once() {
    let it = Installation::new().await;
    it.sim.set_password("another");

    let report = it.examine(&[]).await;

    expect_failed(&report, &[Name::Login]);
    expect(&report, Name::Login, Outcome::Failed, "refuses the account");
    let meaning = one(&report, Name::Login).meaning().expect("a meaning");
    assert!(meaning.contains("tried once"), "{meaning}");
    assert_eq!(it.sim.journal().count("Session.StartSession"), 1);
    expect_skipped_from(&report, Name::Server, "there is no session");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_login_suggests_the_other_kind_of_account() {
    for (internal, other) in [("true", "set it to false"), ("false", "set it to true")] {
        let it = Installation::new().await;
        it.sim.set_password("another");

        let report = it.examine(&[("ksc.internal", internal)]).await;

        let action = one(&report, Name::Login).action().expect("an action");
        assert!(action.contains(other), "{internal}: {action}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_tried_once_whatever_the_number_of_endpoints() {
    let it = Installation::new().await;
    it.sim.set_password("another");
    let twice = format!("{},{}", it.sim.url(), it.sim.url());

    let report = it.examine(&[("ksc.endpoints", &twice)]).await;

    expect_failed(&report, &[Name::Login]);
    assert_eq!(it.sim.journal().count("Session.StartSession"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_account_is_told_from_a_wrong_password() {
    let it = Installation::of(Scenario {
        lockout_after: 1,
        ..Scenario::default()
    })
    .await;
    it.sim.set_password("another");
    let wrong = it.examine(&[]).await;
    it.sim.set_password(it.sim.password());

    let blocked = it.examine(&[]).await;

    for (report, says) in [(wrong, "refuses the account"), (blocked, "blocked")] {
        expect_failed(&report, &[Name::Login]);
        expect(&report, Name::Login, Outcome::Failed, says);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_named_and_the_half_open_session_ended() {
    let it = Installation::of(Scenario {
        mfa: true,
        ..Scenario::default()
    })
    .await;

    let report = it.examine(&[]).await;

    expect_failed(&report, &[Name::Login]);
    expect(&report, Name::Login, Outcome::Failed, "second factor");
    let action = one(&report, Name::Login).action().expect("an action");
    assert!(action.contains("two-step verification"), "{action}");
    assert_eq!(it.sim.open_sessions(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_fails_for_another_reason_says_so() {
    for (kind, says) in [
        (FaultKind::http(503, "starting"), "503"),
        (FaultKind::http(404, "no such page"), "404"),
        (FaultKind::pxg("KLSTD", 1195), "KLSTD 1195"),
        (FaultKind::Garbage, "cannot be understood"),
        (FaultKind::DropBeforeCommit, "lost"),
        (FaultKind::Stall, "in time"),
    ] {
        let stalls = kind == FaultKind::Stall;
        let it = Installation::new().await;
        it.sim
            .faults()
            .push(Fault::on("Session.StartSession", kind));
        let timeout = if stalls { "300ms" } else { "10s" };

        let report = it.examine(&[("ksc.request_timeout", timeout)]).await;

        expect_failed(&report, &[Name::Login]);
        expect(&report, Name::Login, Outcome::Failed, says);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_rights_each_kind_of_record_is_a_line_that_names_the_right() {
    let it = Installation::new().await;
    it.sim.set_rights(false);

    let report = it.examine(&[]).await;

    let denied = [Name::Incidents, Name::Hosts, Name::Tasks];
    expect_failed(
        &report,
        &[
            Name::Incidents,
            Name::Hosts,
            Name::Tasks,
            Name::ServiceConsole,
        ],
    );
    for name in denied {
        expect(&report, name, Outcome::Failed, "KLSTD 1184");
        let action = one(&report, name).action().expect("an action");
        assert!(action.contains("General features: Basic functionality"));
    }
    expect(&report, Name::Clock, Outcome::Warning, "not be measured");
    expect(&report, Name::Server, Outcome::Warning, "cannot be read");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_missing_right_is_one_failed_line() {
    let it = Installation::new().await;
    it.sim
        .faults()
        .push(Fault::on("HostGroup.FindHosts", FaultKind::pxg("KLSTD", 1184)).forever());

    let report = it.examine(&[]).await;

    expect_failed(&report, &[Name::Hosts]);
    // Without a host the tasks are walked over instead, and what was opened is given back.
    expect(&report, Name::Tasks, Outcome::Ok, "can be read");
    assert_eq!(it.sim.journal().count("Tasks.ReleaseTasksIterator"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_away_while_it_is_looked_at_is_no_fault() {
    for (method, walked) in [("Tasks.GetAllTasksOfHost", 1), ("Tasks.GetTask", 0)] {
        let it = Installation::new().await;
        let gone = Fault::on(method, FaultKind::pxg("KLSTD", 1186));
        it.sim.faults().push(gone);

        let report = it.examine(&[]).await;

        expect_failed(&report, &[]);
        expect(&report, Name::Tasks, Outcome::Ok, "can be read");
        assert_eq!(it.sim.journal().count("Tasks.GetNextTask"), walked);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_service_console_fails_only_where_it_is_required() {
    let it = Installation::of(Scenario {
        console_connected: false,
        ..Scenario::default()
    })
    .await;
    let required = it.examine(&[]).await;
    let it = Installation::of(Scenario {
        console_connected: false,
        ..Scenario::default()
    })
    .await;
    let optional = it
        .examine(&[("tasks.require_service_console", "false")])
        .await;

    expect_failed(&required, &[Name::ServiceConsole]);
    expect_failed(&optional, &[]);
    expect(
        &optional,
        Name::ServiceConsole,
        Outcome::Warning,
        "none is connected",
    );
    for report in [required, optional] {
        let action = one(&report, Name::ServiceConsole).action().expect("action");
        assert!(action.contains("background connection"), "{action}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_server_that_does_not_know_a_question_is_a_warning() {
    for method in [
        "ConEvents.IsAnyServiceConsoleAvailable",
        "HostGroup.GetStaticInfo",
    ] {
        let it = Installation::new().await;
        it.sim
            .faults()
            .push(Fault::on(method, FaultKind::pxg("KLCONN", 1194)).forever());

        let report = it.examine(&[]).await;

        expect_failed(&report, &[]);
        let name = if method.starts_with("ConEvents") {
            Name::ServiceConsole
        } else {
            Name::Server
        };
        expect(&report, name, Outcome::Warning, "KLCONN 1194");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_apart_are_found_in_both_directions() {
    for (seconds, outcome, says) in [
        (0, Outcome::Ok, "within 2 s"),
        (2, Outcome::Ok, "within 2 s"),
        (-2, Outcome::Ok, "within 2 s"),
        (4, Outcome::Warning, "4 s ahead of"),
        (-5, Outcome::Warning, "5 s behind"),
        (6, Outcome::Failed, "6 s ahead of"),
        (-6, Outcome::Failed, "6 s behind"),
        (90, Outcome::Failed, "90 s ahead of"),
        (-10_800, Outcome::Failed, "behind"),
    ] {
        let it = Installation::with_clocks_apart(seconds).await;

        let report = it.examine(&[]).await;

        assert_eq!(
            one(&report, Name::Clock).outcome(),
            outcome,
            "{seconds}\n{report}"
        );
        expect(&report, Name::Clock, outcome, says);
        let questions = it.sim.journal().count("HostGroup.FindHosts");
        assert!(questions <= 20, "{seconds}: {questions}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_are_compared_by_the_newest_incident_where_there_is_one() {
    let house = acceptance::House::open().await;
    house.soar().isolate(WS_042).await.expect(202);
    let folder = tempfile::tempdir().expect("a folder");
    let environment = environment(&house.sim, folder.path(), Vec::new());
    let settings = Settings::load("", environment).expect("good settings");
    let clock = Clock::stepped(house.sim.now() + Duration::from_secs(30));
    let hosts = house.sim.journal().count("HostGroup.FindHosts");

    let report = doctor::examine(settings, clock).await;

    expect(
        &report,
        Name::Incidents,
        Outcome::Ok,
        "1 in the last 24 hours",
    );
    expect(&report, Name::Clock, Outcome::Failed, "30 s behind");
    // One question to see that hosts can be read, and none for the clock.
    assert_eq!(house.sim.journal().count("HostGroup.FindHosts"), hosts + 1);
    assert_eq!(house.incident_bodies().len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_cannot_be_compared_is_a_warning() {
    let it = Installation::new().await;
    // The third search for hosts is the first one for the clock.
    it.sim.faults().push(Fault::on(
        "HostGroup.FindHosts",
        FaultKind::delay(Duration::ZERO),
    ));
    it.sim
        .faults()
        .push(Fault::on("HostGroup.FindHosts", FaultKind::pxg("KLSTD", 1192)).forever());

    let report = it.examine(&[]).await;

    expect_failed(&report, &[]);
    expect(
        &report,
        Name::Clock,
        Outcome::Warning,
        "could not be measured",
    );
}

/// A port at which nobody listens.
async fn closed_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    listener.local_addr().expect("bound")
}

/// Accepts and never answers.
async fn mute() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            kept.push(stream);
        }
    });
    address
}

/// Answers whatever is said in plain HTTP, as a web server does that meets TLS.
async fn plain_http() -> SocketAddr {
    use tokio::io::AsyncWriteExt;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut bytes = [0; 512];
            let _whatever = stream.read(&mut bytes).await;
            let answer = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
            let _gone = stream.write_all(answer).await;
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn endpoints_that_are_not_there_are_told_apart() {
    let it = Installation::new().await;
    for (endpoint, says) in [
        (format!("https://{}", closed_port().await), "refused"),
        (
            "https://ksc.invalid:13299".to_owned(),
            "the name cannot be resolved",
        ),
        (
            format!("https://{}", mute().await),
            "nothing answers within 300ms (in the TLS handshake)",
        ),
        (
            format!("https://{}", plain_http().await),
            "does not speak TLS",
        ),
    ] {
        let timeout = if says.contains("300ms") {
            "300ms"
        } else {
            "10s"
        };

        let report = it
            .examine(&[
                ("ksc.endpoints", &endpoint),
                ("ksc.connection_timeout", timeout),
            ])
            .await;

        expect_failed(&report, &[Name::Endpoint]);
        expect(&report, Name::Endpoint, Outcome::Failed, says);
        expect_skipped_from(&report, Name::Login, "no endpoint can be used");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_endpoint_that_is_dead_is_a_warning_and_one_with_a_stranger_a_failure() {
    let it = Installation::new().await;
    let stranger = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let endpoints = format!(
        "https://{},{},{}",
        closed_port().await,
        it.sim.url(),
        stranger.url()
    );

    let report = it.examine(&[("ksc.endpoints", &endpoints)]).await;

    let looks: Vec<(Outcome, &str)> = report
        .checks()
        .iter()
        .filter(|it| it.name() == Name::Endpoint)
        .map(|it| (it.outcome(), it.subject().expect("a place")))
        .collect();
    let outcomes: Vec<Outcome> = looks.iter().map(|it| it.0).collect();
    assert_eq!(
        outcomes,
        [Outcome::Warning, Outcome::Ok, Outcome::Failed],
        "{report}"
    );
    assert_eq!(looks[1].1, it.sim.addr().to_string());
    expect_failed(&report, &[Name::Endpoint]);
    expect(&report, Name::Login, Outcome::Ok, "logged in");
    assert_eq!(stranger.journal().count("Session.StartSession"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ksc_that_falls_silent_is_not_waited_for_again_and_again() {
    let it = Installation::new().await;
    it.sim
        .faults()
        .push(Fault::on("HostGroup.FindIncidents", FaultKind::Stall).forever());
    let begun = Instant::now();

    let report = it.examine(&[("ksc.request_timeout", "2s")]).await;

    assert!(begun.elapsed() < Duration::from_secs(20));
    expect_failed(&report, &[Name::Incidents]);
    expect(&report, Name::Incidents, Outcome::Failed, "in time");
    expect_skipped_from(&report, Name::Hosts, "stopped answering");
    assert_eq!(it.sim.open_sessions(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ksc_that_takes_its_time_for_everything_ends_the_examination() {
    let it = Installation::with_clocks_apart(-10_800).await;
    let slow = FaultKind::delay(Duration::from_millis(200));
    it.sim.faults().push(Fault::once(slow).forever());

    let report = it.examine(&[("ksc.request_timeout", "600ms")]).await;

    expect_failed(&report, &[Name::Clock]);
    expect(&report, Name::Clock, Outcome::Failed, "not finished");
    assert_eq!(it.sim.open_sessions(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn protected_patterns_that_mean_no_host_are_named() {
    let it = Installation::new().await;
    for (patterns, unmatched) in [
        ("WS-042", &[][..]),
        ("ws-04*, *042", &[]),
        (WS_042, &[]),
        ("group:managed devices, ws-*", &[]),
        ("group:Managed*", &[]),
        ("ws042", &["ws042"]),
        ("ws-42, ws-042", &["ws-42"]),
        ("10.255.255.255", &["10.255.255.255"]),
        ("ws-042.other.example", &["ws-042.other.example"]),
        ("group:Domain Controller", &["group:Domain Controller"]),
        ("Domain Controllers", &["Domain Controllers"]),
        (
            "*.nowhere, group:Nobody, ws-*",
            &["*.nowhere", "group:Nobody"],
        ),
    ] {
        let report = it.examine(&[("tasks.protected_hosts", patterns)]).await;
        let expected = if unmatched.is_empty() {
            Outcome::Ok
        } else {
            Outcome::Warning
        };
        let check = one(&report, Name::ProtectedHosts);
        assert_eq!(check.outcome(), expected, "{patterns}: {check:?}");
        for pattern in patterns.split(", ") {
            let named = check.finding().contains(&format!("\"{pattern}\""));
            assert_eq!(named, unmatched.contains(&pattern), "{patterns}: {check:?}");
        }
        expect_failed(&report, &[]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_that_ksc_does_not_tell_leave_the_patterns_in_doubt() {
    let it = Installation::new().await;
    it.sim.faults().push(Fault::on(
        "HostGroup.GetGroupInfo",
        FaultKind::pxg("KLSTD", 1184),
    ));

    let report = it
        .examine(&[("tasks.protected_hosts", "group:Nobody")])
        .await;

    expect(
        &report,
        Name::ProtectedHosts,
        Outcome::Warning,
        "could not be looked for",
    );
}
