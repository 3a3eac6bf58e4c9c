//! `commands`: what to type, step by step, as it can be pasted.

use super::files::{EXPERT, FLAT, Files, kataedr, kataedr_of};

#[tokio::test(flavor = "multi_thread")]
async fn the_steps_stand_in_order_with_what_each_exit_code_means() {
    let answer = kataedr_of(
        &[
            "commands",
            "-",
            "--kes-version=12.3",
            "--device-file=/root/new kata.ini",
            "--server-certificate=/root/kata.crt",
            "--client-certificate=-client.pfx",
        ],
        FLAT,
    )
    .await;

    assert_eq!((answer.code, answer.errors.as_str()), (Some(0), ""));
    let typed: Vec<&str> = answer
        .output
        .lines()
        .filter_map(|it| it.strip_prefix("    LANG=en_US.UTF-8 kesl-control "))
        .collect();
    assert_eq!(
        typed,
        [
            "--get-task-state 24 --json",
            "--get-settings 24 --file '/root/new kata.ini.before'",
            "--stop-task 24 -W",
            "--set-settings 24 --file '/root/new kata.ini'",
            "-R --query-kataedr-server-certificate",
            "-R --add-kataedr-server-certificate /root/kata.crt",
            "-R --query-kataedr-client-certificate",
            "-R --add-kataedr-client-certificate ./-client.pfx",
            "--start-task 24 -W",
            "--get-settings 24 --file '/root/new kata.ini.after'",
            "--get-task-state 24 --json",
            "-R --isolation-stat",
            "--stop-task 24 -W",
            "--set-settings 24 --file '/root/new kata.ini.before'",
            "--start-task 24 -W",
        ]
    );
    let (course, restore) = answer
        .output
        .split_once("\nOnly where a step says \"restore\":\n")
        .expect("both");
    assert_eq!(restore.matches("kesl-control --").count(), 3);
    assert!(course.contains(
        "\n   68     stop     A policy is in force and forbids it. Change the policy instead.\n"
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn json_has_the_arguments_one_by_one() {
    let files = Files::new();
    let file = files.write("kata.ini", FLAT);

    let told = kataedr(&[
        "commands",
        &file,
        "--kes-version=12.2.0.2412",
        "--backup=/b",
        "--read-back=/r",
        "--json",
    ])
    .await
    .json();

    assert_eq!(told["kesVersion"], "12.2.0.2412");
    let set = &told["steps"][3]["command"]["arguments"];
    assert_eq!(
        *set,
        serde_json::json!(["kesl-control", "--set-settings", "24", "--file", file])
    );
    assert_eq!(told["steps"][1]["command"]["arguments"][4], "/b");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_version_or_a_place_nothing_is_guessed() {
    let no_version = kataedr_of(&["commands", "-", "--device-file=/k"], FLAT).await;
    let no_place = kataedr_of(&["commands", "-", "--kes-version=12.3"], FLAT).await;
    let overwritten = kataedr_of(
        &[
            "commands",
            "-",
            "--kes-version=12.3",
            "--device-file=/k",
            "--backup=/k",
        ],
        FLAT,
    )
    .await;
    let bad = kataedr_of(
        &["commands", "-", "--kes-version=12.3", "--device-file=/k"],
        EXPERT,
    )
    .await;

    assert_eq!(no_version.code, Some(2));
    assert!(
        no_version.errors.contains("kesl-control --app-info"),
        "{}",
        no_version.errors
    );
    assert_eq!(no_place.code, Some(2));
    assert!(
        no_place.errors.contains("--device-file"),
        "{}",
        no_place.errors
    );
    assert_eq!(overwritten.code, Some(2));
    assert!(
        overwritten.errors.contains("--backup: "),
        "{}",
        overwritten.errors
    );
    assert_eq!((bad.code, bad.output.as_str()), (Some(1), ""));
    assert!(
        bad.errors.contains("(key-of-other-version)"),
        "{}",
        bad.errors
    );
}
