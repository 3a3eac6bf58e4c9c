//! How it ends: numbers that scripts decide by, and what a person is told.

use std::time::Duration;

use acceptance::calls::ADD;
use acceptance::{House, WS_042};
use ksc_simulator::{Fault, FaultKind, Outcome, OutcomeState};

use super::hand::Hand;
use crate::outside::importers::conversation::POWERFUL;

const ISOLATE: [&str; 5] = ["isolateHost", "--action", "1", "--targetHost", WS_042];

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_ends_as_the_task_ends() {
    for (state, word, code) in [
        (OutcomeState::Success, "succeeded", 0),
        (OutcomeState::Warning, "warning", 1),
        (OutcomeState::Failed, "failed", 6),
    ] {
        let house = House::open().await;
        let hand = Hand::of(&house, POWERFUL);
        house.sim.set_outcome(Outcome {
            host: None,
            task: None,
            state,
            text: "said so".to_owned(),
        });

        let waited = hand
            .waits(&house, &[&ISOLATE[..], &["--wait", "-o", "json"]].concat())
            .await;
        let task = waited.json();
        let id = task["id"].as_str().expect("an id");
        let watched = hand
            .types(&["tasks", "watch", id, "--query", "/state"])
            .await;
        let read = hand.types(&["tasks", "get", id, "--query", "/state"]).await;

        assert_eq!(waited.code, Some(code), "{waited:?}");
        assert_eq!(task["state"], word, "{waited:?}");
        let told = waited.err.lines().filter(|it| it.contains(id)).count();
        assert!(told >= 2, "each change is told: {waited:?}");
        assert_eq!(
            (watched.code, watched.out.trim()),
            (Some(code), word),
            "{watched:?}"
        );
        assert_eq!(read.code, Some(0), "it was only read: {read:?}");
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_no_longer_is_told_how_it_stands() {
    let house = House::open().await;
    let hand = Hand::of(&house, POWERFUL);
    house.sim.set_outcome(Outcome {
        host: None,
        task: None,
        state: OutcomeState::Running,
        text: String::new(),
    });

    let ended = hand
        .waits(
            &house,
            &[&ISOLATE[..], &["--wait=2s", "--query", "/terminal"]].concat(),
        )
        .await;

    assert_eq!(
        (ended.code, ended.out.trim()),
        (Some(1), "false"),
        "{ended:?}"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_tasks_are_followed_and_the_worst_end_counts() {
    let house = House::open().await;
    let hand = Hand::of(&house, POWERFUL);
    house.sim.set_outcome(Outcome {
        host: None,
        task: Some("terminateProcess".to_owned()),
        state: OutcomeState::Failed,
        text: "said so".to_owned(),
    });
    let one = hand.types(&[&ISOLATE[..], &["-o", "name"]].concat()).await;
    let other = [
        "terminateProcess",
        "--targetHost",
        WS_042,
        "--path",
        "C:\\x.exe",
        "-o",
        "name",
    ];
    let other = hand.types(&other).await;

    let watched = hand
        .waits(
            &house,
            &["tasks", "watch", one.out.trim(), other.out.trim()],
        )
        .await;
    let unknown = hand
        .types(&["tasks", "watch", one.out.trim(), "ksc-999"])
        .await;

    assert_eq!(watched.code, Some(6), "{watched:?}");
    for words in ["succeeded", "failed"] {
        assert!(watched.out.contains(words), "{watched:?}");
    }
    assert_eq!(unknown.code, Some(3), "{unknown:?}");
    assert!(unknown.err.contains("no task ksc-999"), "{unknown:?}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_names_every_option_and_what_to_do() {
    let house = House::with_branch(&[]).await;
    let hand = Hand::of(&house, POWERFUL);
    let forbidden = Hand::of(&house, "hosts.read");

    let invalid = [
        "preventExecution",
        "--targetHost",
        WS_042,
        "--hash",
        "12",
        "--path",
        "x",
        "--backend",
        "ksc",
    ];
    let invalid = hand.types(&invalid).await;
    let several = hand
        .types(&[
            "isolateHost",
            "--action",
            "1",
            "--targetHost",
            "WS-042",
            "--comment",
            "it's so",
        ])
        .await;
    let nobody = hand
        .types(&["isolateHost", "--action", "1", "--targetHost", "nobody"])
        .await;
    let forbidden = forbidden.types(&ISOLATE).await;
    let usage = hand
        .types(&["isolateHost", "--action", "freeze", "--targetHost", WS_042])
        .await;
    let mistyped = hand.types(&["isolateHsot", "--action", "1"]).await;

    assert_eq!(invalid.code, Some(3), "{invalid:?}");
    for words in ["✗ --hash: ", "✗ --path: ", "validation_failed"] {
        assert!(invalid.err.contains(words), "{words}: {invalid:?}");
    }
    assert_eq!(several.code, Some(3), "{several:?}");
    let next = format!("--targetHost {WS_042} --comment 'it'\\''s so' --backend ksc");
    assert!(several.err.contains(&next), "{several:?}");
    assert_eq!(nobody.code, Some(3), "{nobody:?}");
    assert_eq!(forbidden.code, Some(3), "{forbidden:?}");
    assert!(forbidden.err.contains("tasks.create"), "{forbidden:?}");
    assert_eq!(usage.code, Some(2), "{usage:?}");
    assert_eq!(mistyped.code, Some(2), "{mistyped:?}");
    assert!(mistyped.err.contains("isolateHost"), "{mistyped:?}");
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_tried_again_is_and_what_nobody_knows_is_said_with_its_key() {
    let house = House::with(&[
        ("backends.ksc.request_timeout", "1s"),
        ("backends.ksc.unknown_settles_after", "1s"),
    ])
    .await;
    let hand = Hand::of(&house, POWERFUL);
    house.sim.set_console(false);
    let later = hand
        .types(&[&ISOLATE[..], &["--retryFor", "0"]].concat())
        .await;
    house.sim.set_console(true);
    house
        .sim
        .faults()
        .push(Fault::on(ADD, FaultKind::pxg("KLSTD", 1195)));
    let again = hand.types(&ISOLATE).await;
    let mut gone = hand
        .command(&[&ISOLATE[..], &["--retryFor", "1s"]].concat())
        .await;
    gone.env("EDRCTL_CONFIG", hand.place("nowhere.toml"));
    hand.write(
        "nowhere.toml",
        "[profiles.a]\ngateway = \"http://127.0.0.1:9\"\ntoken_file = \"token\"\n",
    );
    let gone = gone.output().await.expect("it runs");

    assert_eq!(again.code, Some(0), "{again:?}");
    assert_eq!(later.code, Some(4), "{later:?}");
    assert!(
        later.err.contains(&format!("--key {}", later.key())),
        "{later:?}"
    );
    assert_eq!(gone.status.code(), Some(4), "{gone:?}");
    assert_eq!(house.sim.journal().incidents().len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_interrupts_is_told_that_the_task_goes_on() {
    let house = House::open().await;
    let hand = Hand::of(&house, POWERFUL);
    let command = hand.command(&[&ISOLATE[..], &["--wait"]].concat()).await;
    let child = { command }.spawn().expect("it runs");
    let pid = child.id().expect("it has not ended").to_string();
    acceptance::eventually("the task is there", || async {
        (house.sim.journal().incidents().len() == 1).then_some(())
    })
    .await;
    // It hears of the task before it waits for it.
    tokio::time::timeout(Duration::from_secs(20), async {
        let kill = tokio::process::Command::new("kill")
            .args(["-INT", &pid])
            .status();
        kill.await.expect("kill is there")
    })
    .await
    .expect("in time");

    let output = child.wait_with_output().await.expect("it ends");

    let said = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code();
    // Either it waited already, or it was interrupted before it had heard of the task.
    let waited = code == Some(130) && said.contains("edrctl tasks watch ksc-");
    let asked = code == Some(5) && said.contains("nobody knows");
    assert!(waited || asked, "{output:?}");
    house.close().await;
}
