//! Several servers: each is looked at, and each line says whose it is.

use acceptance::{environment, of_server};
use edr_gateway::config::Settings;
use edr_gateway::doctor::{Check, CheckResult, Name};
use ksc_simulator::{Scenario, Simulator};

use super::installation::Installation;

#[tokio::test(flavor = "multi_thread")]
async fn each_server_has_lines_of_its_own_and_one_that_is_bad_hides_no_other() {
    let it = Installation::new().await;
    let branch = Simulator::start(Scenario::default()).await;
    let branch = branch.expect("it starts");
    branch.set_password("another one");
    let mut all = environment(&it.sim, it.files.path(), Vec::new());
    // Its password was changed since.
    let mut other = of_server("branch", &branch, &branch.url(), it.files.path());
    std::fs::write(it.file("password-branch"), "the old one\n").expect("a file");
    all.append(&mut other);
    let settings = Settings::load("", all).expect("good settings");

    let report = it.examine_with(settings).await;

    let outcome = |backend: &str, name: Name| {
        let mut of_it = report
            .checks()
            .iter()
            .filter(|it| it.backend() == Some(backend) && it.name() == name);
        of_it.next().map(Check::outcome)
    };
    assert_eq!(
        outcome("ksc", Name::Login),
        Some(CheckResult::Ok),
        "{report}"
    );
    assert_eq!(
        outcome("ksc", Name::Tasks),
        Some(CheckResult::Ok),
        "{report}"
    );
    assert_eq!(
        outcome("branch", Name::Endpoint),
        Some(CheckResult::Ok),
        "{report}"
    );
    assert_eq!(
        outcome("branch", Name::Login),
        Some(CheckResult::Failed),
        "{report}"
    );
    assert_eq!(
        outcome("branch", Name::Tasks),
        Some(CheckResult::Skipped),
        "{report}"
    );
    let failed = report
        .checks()
        .iter()
        .find(|it| it.outcome() == CheckResult::Failed)
        .expect("one failed");
    let action = failed.action().expect("what to do");
    assert!(action.contains("backends.branch.username"), "{action}");
    let text = report.to_string();
    assert!(text.contains("login            branch: "), "{text}");
    assert!(
        text.contains(&format!("endpoint         ksc, {}: ", it.sim.addr())),
        "{text}"
    );
    // What is the house's own is said once.
    let keys = report
        .checks()
        .iter()
        .filter(|it| it.name() == Name::TokenKeys);
    assert_eq!(keys.filter(|it| it.backend().is_none()).count(), 1);
    assert_eq!(report.exit_code(), 1);
    branch.verdict().expect("nothing is left open");
}
