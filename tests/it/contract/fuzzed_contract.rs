//! The published document against the gateway that publishes it: schemathesis makes up requests,
//! good and bad ones, follows the document's links, and holds each answer against what the document
//! says of it. Behind the gateway are a KSC and a Central Node, so that what either of them alone
//! takes is asked for as well.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::Stdio;

use acceptance::repository::{fixture, installed};
use acceptance::{CentralNode, Issuer, Program, Token};
use kata_simulator::{Clock, Scenario, SensorSpec};
use tokio::process::Command;

/// The host of the document's examples.
const EXAMPLE: &str = "ws-042.corp.example";

/// Where `cargo verify` puts it.
fn schemathesis() -> PathBuf {
    let program = installed("schemathesis/bin/schemathesis");
    assert!(
        program.is_file(),
        "{} is missing: `cargo verify` installs it",
        program.display()
    );
    program
}

/// A Central Node that has the host of the examples, as KSC has.
async fn central_node() -> CentralNode {
    let mut scenario = Scenario {
        clock: Clock::Real { speed: 600.0 },
        sensors: vec![SensorSpec::windows(EXAMPLE, Ipv4Addr::new(10, 20, 30, 142))],
        ..Scenario::default()
    };
    scenario.behaviour.accept_everybody = true;
    CentralNode::open(scenario).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs schemathesis: cargo verify"]
async fn no_answer_is_undocumented_and_none_is_a_failure() {
    // Tasks are over soon, and with them the event streams.
    let sim = acceptance::ksc_in_real_time(600.0).await;
    let kata = central_node().await;
    let settings = vec![
        ("backends.ksc.budget_policy", "off".to_owned()),
        ("limits.requests_per_minute_per_caller", "0".to_owned()),
        // Nobody hears its devices, so that its tasks end by this: at the first look, and with it
        // whoever waits for them, since the second one comes after 15 s.
        ("backends.kata.confirm_within", "1ms".to_owned()),
        // Both know the host of the examples, and a name of a back end is seldom made up right.
        ("routing.isolateHost", "kata".to_owned()),
    ];
    let files = tempfile::tempdir().expect("a folder");
    let of_kata = kata.environment(files.path());
    let of_kata: Vec<_> = of_kata.iter().map(|(k, v)| (&**k, &**v)).collect();
    let mut gateway = Program::start_with(&sim, settings, &of_kata).await;
    gateway.until_ready().await;
    let scopes = "tasks.create tasks.read tasks.cancel hosts.read";
    let token = Issuer::shared().sign(&Token::of("schemathesis", scopes));
    let config = fixture("schemathesis/schemathesis.toml");
    // Its cache of what it found before must not decide what is tried now.
    let folder = tempfile::tempdir().expect("a folder");

    let output = Command::new(schemathesis())
        .current_dir(folder.path())
        .arg("--config-file")
        .arg(config)
        .arg("--no-color")
        .arg("run")
        .arg(format!("http://{}/openapi.json", gateway.addr()))
        .args(["--header", &format!("Authorization: Bearer {token}")])
        .args(["--checks", "all", "--continue-on-failure"])
        .args(["--phases", "examples,coverage,fuzzing,stateful"])
        .args(["--max-examples", "25", "--seed", "20261122"])
        // Whoever asks to wait may wait for 50 s.
        .args(["--request-timeout", "60", "--max-response-time", "60"])
        .args(["--suppress-health-check", "all"])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .expect("schemathesis runs");

    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    let summary = said.lines().skip_while(|it| !it.contains("SUMMARY"));
    for line in summary.filter(|it| !it.is_empty()) {
        acceptance::tell(line);
    }
    assert!(said.contains("Tested: 37"), "{said}");
    let metrics = gateway.admin("/metrics").await.text;
    assert!(metrics.contains("code=\"internal\"} 0\n"), "{metrics}");
    let status = gateway.terminate().await;
    assert!(status.success(), "{status}");
    sim.verdict().expect("KSC has nothing to complain of");
    kata.sim().verdict().expect("nor has the Central Node");
    let orders = kata.sim().journal().requests_of("POST settings/*");
    assert!(!orders.is_empty(), "nothing was ordered at KATA");
    let with = |part: &str| orders.iter().filter(|it| it.body.contains(part)).count();
    let (open, ranges) = (with("\"direction\""), with("PortRange"));
    acceptance::tell(&format!(
        "schemathesis: {} isolations by KATA, {open} with exclusions, {ranges} with ports",
        orders.len()
    ));
}
