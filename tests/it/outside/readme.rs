//! The README's "Run it" does what it says: its very lines, pasted into a shell.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use acceptance::repository::{read, root};
use acceptance::{built_programs, free_port};
use tokio::process::Command;
use tokio::time::timeout;

/// The blocks of lines under a heading.
fn lines(heading: &str) -> Vec<String> {
    let document = read("README.md");
    let (_, rest) = document
        .split_once(&format!("\n## {heading}\n"))
        .expect("the heading");
    let section = rest.split_once("\n## ").map_or(rest, |it| it.0);
    let mut blocks = vec![String::new()];
    for line in section.lines() {
        let block = blocks.last_mut().expect("there is one");
        match line.strip_prefix("    ") {
            Some(line) => {
                block.push_str(line);
                block.push('\n');
            }
            // A blank line may stand within a block, and words end it.
            None if line.is_empty() && !block.is_empty() => block.push('\n'),
            None if !block.is_empty() => blocks.push(String::new()),
            None => {}
        }
    }
    blocks.retain(|it| !it.is_empty());
    blocks
}

async fn paste(script: &str) -> (ExitStatus, String) {
    let mut command = Command::new("bash");
    command
        // It stops at the first line that fails, as its reader would.
        .args(["-e", "-u", "-o", "pipefail", "-c", script])
        .current_dir(root())
        .env_remove("RUST_LOG")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let ended = timeout(Duration::from_mins(2), command.output()).await;
    let ended = ended.expect("it ends").expect("a shell");
    let said = [ended.stdout, ended.stderr].concat();
    (ended.status, String::from_utf8(said).expect("UTF-8"))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs curl: cargo verify"]
async fn the_lines_that_run_it_can_be_pasted_as_they_stand() {
    let [first, list, end] = &lines("Run it")[..] else {
        panic!("three blocks, and words between");
    };
    // What is built for the tests is what the first line builds, and stands in another folder.
    let (build, first) = first.split_once('\n').expect("several lines");
    assert_eq!(
        build,
        "cargo build --package edr-gateway --package ksc-simulator"
    );
    let folder = built_programs().await.display().to_string();
    // Ports may be somebody's here, and programs that go by their defaults are told so. That is all that
    // is not as it stands.
    let mut script = format!("{first}{list}");
    for (text, other) in [
        ("$PWD/target/debug", folder.as_str()),
        ("8080", "API"),
        ("9090", "ADMIN"),
        ("13299", "KSC"),
        (
            "ksc-simulator --files",
            "ksc-simulator --listen 127.0.0.1:KSC --control 127.0.0.1:0 --files",
        ),
        (
            "edr-gateway health",
            "edr-gateway health --url http://127.0.0.1:ADMIN/health/ready",
        ),
    ] {
        assert!(script.contains(text), "{text}");
        script = script.replace(text, other);
    }
    for name in ["127.0.0.1:API", "127.0.0.1:ADMIN", "127.0.0.1:KSC"] {
        script = script.replace(name, &free_port().await.to_string());
    }
    // Whatever happens, nothing of it goes on.
    let trap = "trap 'kill $(jobs -p) 2> /dev/null || true; wait' EXIT\n";
    let mark = "echo; echo it has ended";

    let (status, said) = paste(&format!("{trap}{script}\n{end}\nwait\n{mark}")).await;

    assert!(status.success(), "{said}");
    for text in [
        "the configuration is good, and the files that it names can be used",
        "0 failed",
        "\"dryRun\":true",
        "\"task\":\"isolateHost\"",
        "\"tasks\":[{",
        "it has ended",
    ] {
        assert!(said.contains(text), "{text}: {said}");
    }
}
