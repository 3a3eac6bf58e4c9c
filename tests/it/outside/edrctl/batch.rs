//! Many requests out of a file, each once, however often the file is run.

use std::fmt::Write as _;

use acceptance::calls::ADD;
use acceptance::{House, WS_042};
use ksc_simulator::{Fault, FaultKind};
use serde_json::{Value, json};

use super::hand::Hand;
use crate::outside::importers::conversation::POWERFUL;

/// The results that stand in a file.
fn results(hand: &Hand, file: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(hand.place(file)).expect("results");
    text.lines()
        .map(|it| serde_json::from_str(it).expect("JSON"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_repeats_nothing_and_goes_on_with_what_was_not_done() {
    let house = House::open().await;
    let hand = Hand::of(&house, POWERFUL);
    let lines = [
        json!({"task": "isolateHost", "targetHost": WS_042, "action": "isolate"}),
        json!({"task": "isolateHost", "targetHost": WS_042, "params": {"action": 0}}),
        json!({"task": "isolateHost", "targetHost": "nobody", "action": "isolate"}),
        json!({"task": "terminateProcess", "targetHost": "WS-001", "path": "C:\\x.exe"}),
        json!({"task": "freeze", "targetHost": "WS-001"}),
    ];
    let text: String = lines.iter().fold(String::new(), |mut text, it| {
        writeln!(text, "{it}").expect("a text takes everything");
        text
    });
    hand.write("wave.jsonl", &text);
    // Not sent for certain, and not tried again: one line is left for the next run.
    house.sim.set_console(false);
    let nothing = hand
        .types(&["batch", "wave.jsonl", "--retryFor", "0", "-o", "jsonl"])
        .await;
    house.sim.set_console(true);

    let first = hand.types(&["batch", "wave.jsonl", "-o", "json"]).await;
    let second = hand.types(&["batch", "wave.jsonl", "-o", "json"]).await;
    let other = House::open().await;
    let settings = format!(
        "[profiles.a]\ngateway = \"http://{}\"\ntoken_file = \"token\"\n",
        other.addr()
    );
    hand.write("edrctl.toml", &settings);
    let elsewhere = hand.types(&["batch", "wave.jsonl"]).await;
    // Even when the gateway has forgotten the keys: as if it had been this one.
    let written = std::fs::read_to_string(hand.place("wave.jsonl.results.jsonl")).expect("results");
    let (here, there) = (house.addr().to_string(), other.addr().to_string());
    hand.write("wave.jsonl.results.jsonl", &written.replace(&here, &there));
    let third = hand.types(&["batch", "wave.jsonl", "-o", "json"]).await;

    assert_eq!(elsewhere.code, Some(2), "{elsewhere:?}");
    assert!(
        elsewhere.err.contains("name another file with --results"),
        "{elsewhere:?}"
    );
    assert_eq!(nothing.out.lines().count(), 5, "{nothing:?}");
    for ended in [&first, &second, &third] {
        assert_eq!(ended.code, Some(3), "the worst of the lines: {ended:?}");
        let exits: Vec<i64> = ended.json()["results"]
            .as_array()
            .expect("results")
            .iter()
            .filter_map(|it| it["exit"].as_i64())
            .collect();
        assert_eq!(exits, [0, 0, 3, 0, 2], "{ended:?}");
    }
    assert_eq!(
        first.json()["results"][0]["task"],
        second.json()["results"][0]["task"]
    );
    let bodies = house.incident_bodies();
    assert_eq!(bodies.len(), 3, "{bodies:?}");
    let of_host: Vec<&Value> = bodies
        .iter()
        .filter(|it| it["targetHost"] == WS_042)
        .collect();
    assert_eq!(
        (
            &of_host[0]["params"]["action"],
            &of_host[1]["params"]["action"]
        ),
        (&json!(1), &json!(0))
    );
    assert!(other.sim.journal().incidents().is_empty());
    let written = results(&hand, "wave.jsonl.results.jsonl");
    assert!(
        written
            .iter()
            .all(|it| it["line"].is_u64() && it["key"].is_string())
    );
    house.close().await;
    other.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_is_rehearsed_sent_and_followed_to_the_end() {
    let house = House::open().await;
    let hand = Hand::of(&house, POWERFUL);
    hand.write(
        "wave.csv",
        "task,targetHost,action,path,comment\n\
         isolateHost,WS-001,isolate,,\"a, b\"\n\
         isolateHost,WS-002,isolate,,\n\
         terminateProcess,WS-001,,C:\\x.exe,\n",
    );

    let rehearsed = hand.types(&["batch", "wave.csv", "--dryRun"]).await;
    let none = house.sim.journal().incidents().len();
    let written = hand.place("wave.csv.results.jsonl").exists();
    let sent = hand
        .waits(&house, &["batch", "wave.csv", "--wait", "-o", "json"])
        .await;
    let again = hand
        .types(&[
            "batch",
            "wave.csv",
            "--run",
            "2",
            "--query",
            "/results/0/exit",
        ])
        .await;

    assert_eq!(
        (rehearsed.code, none, written),
        (Some(0), 0, false),
        "{rehearsed:?}"
    );
    assert_eq!(sent.code, Some(0), "{sent:?}");
    let results = sent.json();
    for result in results["results"].as_array().expect("results") {
        assert_eq!(result["task"]["state"], "succeeded", "{result}");
    }
    assert_eq!(results["results"][0]["task"]["comment"], "a, b");
    assert_eq!((again.code, again.out.trim()), (Some(0), "0"), "{again:?}");
    assert_eq!(
        house.sim.journal().incidents().len(),
        6,
        "a run of another name is another wave"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_in_the_middle_is_taken_up_and_nothing_is_done_twice() {
    let house = House::open().await;
    let hand = Hand::of(&house, POWERFUL);
    let lines = (1..=12).fold(String::new(), |mut text, number| {
        let line = json!({"task": "isolateHost", "targetHost": format!("WS-{number:03}"), "action": "isolate"});
        writeln!(text, "{line}").expect("a text takes everything");
        text
    });
    hand.write("wave.jsonl", &lines);
    house
        .sim
        .faults()
        .push(Fault::on(ADD, FaultKind::pxg("KLSTD", 1195)));
    let command = hand
        .command(&["batch", "wave.jsonl", "--parallel", "2"])
        .await;
    let mut child = { command }.spawn().expect("it runs");
    acceptance::eventually("some are sent", || async {
        (house.sim.journal().incidents().len() >= 4).then_some(())
    })
    .await;
    child.kill().await.expect("it is killed");

    let ended = hand.types(&["batch", "wave.jsonl", "-o", "json"]).await;

    assert_eq!(ended.code, Some(0), "{ended:?}");
    let bodies = house.incident_bodies();
    let mut hosts: Vec<&str> = bodies
        .iter()
        .filter_map(|it| it["targetHost"].as_str())
        .collect();
    hosts.sort_unstable();
    hosts.dedup();
    assert_eq!((bodies.len(), hosts.len()), (12, 12), "{bodies:?}");
    house.close().await;
}
