//! `check`: everything at once, worst first, with an exit code for scripts.

use acceptance::ask_into;

use super::files::{FLAT, Files, kataedr, kataedr_of};

/// What is known of a device of which everything is known to be well.
const ALL_WELL: [&str; 13] = [
    "--kes-version=12.3",
    "--client-certificate-added=yes",
    "--server-certificate-added=yes",
    "--isolation-used=no",
    "--isolation-exclusions-set=yes",
    "--policy-in-force=no",
    "--mdr-integration=no",
    "--behavior-detection=yes",
    "--proxy=no",
    "--container=no",
    "--licence=yes",
    "--audit-socket-masked=yes",
    "-",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_file_is_told_whole_and_worst_first() {
    let files = Files::new();
    let bad = FLAT
        .replace("Address=192.0.2.10", "Address=kata.example.com")
        .replace("Port=443", "Port=0")
        .replace("RequestTimeout=10", "RequestTimeout=10s");
    let bad = files.write("kata.ini", bad);

    let answer = kataedr(&[
        "check",
        &bad,
        "--kes-version",
        "12.3",
        "--without-preconditions",
    ])
    .await;

    assert_eq!(
        answer.output,
        "\
error  line 2  Port  (port-out-of-range)
  Port: \"0\" is no port.
  Mend: Write a whole number from 1 to 65535, without a unit; the default is 443.
  Source: conclusion of this project

error  line 6  RequestTimeout  (not-a-number)
  RequestTimeout: \"10s\" is not a whole number.
  Mend: Write a whole number from 1 on (seconds), without a unit; the default is 10.
  Source: customer document 000

risk  line 1  Address  (name-during-isolation)
  kata.example.com is a name: DNS is not excluded from an isolation, so that an isolated device may lose the server that could release it.
  Mend: Give the server's IP address.
  Source: customer document 000

The settings cannot be used: 2 errors, 1 risk, 0 hints. Read as INI of 12.3, mode EDRKATA.
"
    );
    assert_eq!((answer.code, answer.errors.as_str()), (Some(1), ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_of_a_device_silences_preconditions_or_makes_risks_of_them() {
    let well = kataedr_of(&[&["check"], ALL_WELL.as_slice()].concat(), FLAT).await;
    let mut known = ALL_WELL;
    known[5] = "--policy-in-force=yes";
    let broken = kataedr_of(&[&["check"], known.as_slice()].concat(), FLAT).await;
    let unknown = kataedr_of(&["check", "-", "--kes-version=12.3"], FLAT).await;

    let good = "The settings can be used: 0 errors, 0 risks, 0 hints. Read as INI of 12.3, mode EDRKATA.\n";
    assert_eq!((well.code, well.output.as_str()), (Some(0), good));
    assert_eq!(
        broken.output.strip_prefix(good),
        Some(
            "
Whatever the file says, these must be so:

risk  (policy-overrides)
  A policy that is in force overrides these settings: kesl-control --set-settings ends with exit code 68.
  Mend: Set them in the policy: Application settings, Detection and Response.
  Source: kes-for-linux/12.0/245132
"
        )
    );
    assert_eq!(broken.code, Some(3));
    assert_eq!(unknown.code, Some(0), "what nobody knows is no risk");
    assert!(unknown.output.contains("(behavior-detection-needed)"));
}

#[tokio::test(flavor = "multi_thread")]
async fn json_has_the_same_and_its_form_is_guessed_or_given() {
    let risky = FLAT.replace("192.0.2.10", "127.0.0.1");
    let ini = kataedr_of(&["check", "-", "--json", "--kes-version=12.3"], &risky).await;
    let object = r#"{"Address": "127.0.0.1", "Port": "443"}"#;
    let guessed = kataedr_of(&["check", "-", "--json"], object).await;
    let forced = kataedr_of(&["check", "-", "--json", "--format", "ini"], object).await;

    let told = ini.json();
    assert_eq!(ini.code, Some(3));
    assert_eq!(
        (&told["usable"], &told["format"]),
        (&true.into(), &"ini".into())
    );
    assert_eq!(told["counts"]["risks"], 1);
    assert_eq!(told["findings"][0]["code"], "default-address");
    assert_eq!(told["findings"][0]["place"]["line"], 1);
    assert_eq!(
        told["findings"][0]["document"]["id"],
        "customer document 000"
    );
    assert_eq!(guessed.json()["format"], "json");
    assert_eq!(
        (forced.code, &forced.json()["usable"]),
        (Some(1), &false.into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_or_is_asked_wrongly_ends_with_2() {
    let files = Files::new();
    let folder = files.path("").display().to_string();
    let nothing = files.path("no\u{1b}[2J.ini").display().to_string();
    for arguments in [
        &["check", nothing.as_str()] as &[&str],
        &["check", &folder],
        &["check"],
        &["check", "-", "--proxy", "perhaps"],
        &["check", "-", "--kes-version", "11.3"],
        &["check", "-", "--format", "xml"],
        &["check", "-", "--config", "gateway.toml"],
    ] {
        let answer = kataedr_of(arguments, FLAT).await;

        assert_eq!(
            (answer.code, answer.output.as_str()),
            (Some(2), ""),
            "{arguments:?}"
        );
        assert!(
            !answer.errors.is_empty() && !answer.errors.contains('\u{1b}'),
            "{}",
            answer.errors
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_in_a_file_neither_text_nor_json_moves_a_terminal() {
    let evil = "K\u{1b}]0;owned\u{7}ey=\u{9b}2J\n[S\u{1b}[2J\u{202e}]\n\u{1b}[31m\nMode=\u{7f}x\n";
    for options in [&["check", "-"] as &[&str], &["check", "-", "--json"]] {
        let answer = kataedr_of(options, evil).await;

        assert_eq!(answer.code, Some(1));
        let acts = |it: char| it != '\n' && (it.is_control() || it == '\u{202e}');
        assert!(!answer.output.chars().any(acts), "{:?}", answer.output);
    }
    for bytes in [
        b"\xff\xfe\x00".as_slice(),
        b"",
        b"{",
        &b"a=b\n".repeat(300_000),
        &[0; 4096],
    ] {
        let answer = kataedr_of(&["check", "-"], bytes).await;
        assert_eq!(answer.code, Some(1), "{}", answer.errors);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_output_that_nobody_reads_changes_nothing_and_one_that_is_full_is_told() {
    let gone = ask_into(acceptance::Hearer::Gone, &["kataedr", "explain"]).await;
    let full = ask_into(acceptance::Hearer::Full, &["kataedr", "explain"]).await;

    assert_eq!((gone.code, gone.errors.as_str()), (Some(0), ""));
    assert_eq!(full.code, Some(2));
    assert!(
        full.errors
            .starts_with("edr-gateway: standard output cannot be written\n"),
        "{}",
        full.errors
    );
}
