//! `convert`: the file on standard output, what became of everything beside it, nothing lost unsaid.

use super::files::{EXPERT, FLAT, Files, kataedr, kataedr_of};

#[tokio::test(flavor = "multi_thread")]
async fn the_file_goes_to_standard_output_and_every_change_beside_it() {
    let commented = format!("# by hand\n{FLAT}Unheard=of\n");

    let there = kataedr_of(
        &["convert", "-", "--to=ini", "--to-kes-version=12.4"],
        commented,
    )
    .await;
    let back = kataedr_of(
        &["convert", "-", "--to=ini", "--to-kes-version=12.3"],
        &there.output,
    )
    .await;

    assert_eq!((there.code, back.code), (Some(0), Some(0)));
    assert!(
        there.output.starts_with("Mode=EDRKATA\n"),
        "{}",
        there.output
    );
    assert!(
        there
            .output
            .contains("[Endpoints.item_0000]\nAddress=192.0.2.10\nPort=443\n")
    );
    assert_eq!(back.output, format!("{FLAT}Unheard=of\n"));
    for line in [
        "  comment left out  line 1  # by hand: ",
        "  moved  line 2  Address=192.0.2.10  top to [Endpoints.item_0000]: this is its place in 12.4\n",
        "  added  Mode=EDRKATA  top: it is new, and this is its default\n",
        "  kept  Unheard=of  top: no document knows it\n",
        "(mode-not-verified)\n",
    ] {
        assert!(there.errors.contains(line), "{line}\n{}", there.errors);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_be_lost_is_named_and_nothing_is_written() {
    let files = Files::new();
    let output = files.path("new.ini").display().to_string();
    let expert = files.write("expert.ini", EXPERT);
    let options = [
        "convert",
        &expert,
        "--to=ini",
        "--to-kes-version=12.3",
        "--output",
        &output,
    ];

    let refused = kataedr(&options).await;
    let as_json = kataedr(&[&options, ["--json"].as_slice()].concat()).await;
    let bad = kataedr_of(&["convert", "-", "--to=json"], FLAT.replace("Yes", "Ja")).await;

    assert_eq!((refused.code, refused.output.as_str()), (Some(1), ""));
    assert_eq!(
        refused.errors,
        "\
Not converted: 4 settings would be lost.
  lost  line 1  Mode=EDRExpertOnPrem  top: before 12.4 there is no mode but EDRKATA
  lost  line 11  Address=192.0.2.11  [Endpoints.item_0001]: before 12.4 there is one server
  lost  line 12  Port=443  [Endpoints.item_0001]: before 12.4 there is one server
  lost  line 19  Address=192.0.2.20  [TelemetrySettings.Endpoints.item_0000]: before 12.4 there is no such key
"
    );
    assert_eq!(as_json.code, Some(1));
    let losses = &as_json.json()["refused"]["lossy"]["losses"];
    assert_eq!(losses.as_array().map(Vec::len), Some(4));
    assert!(!files.path("new.ini").exists());
    assert_eq!((bad.code, bad.output.as_str()), (Some(1), ""));
    assert!(
        bad.errors
            .contains("error  line 8  UseRequestCountLimits  (not-yes-no)"),
        "{}",
        bad.errors
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_there_is_written_over_only_by_force() {
    let files = Files::new();
    let there = files.write("there.json", "mine");
    let options = ["convert", "-", "--to=json", "--output", &there];

    let refused = kataedr_of(&options, FLAT).await;
    let kept = std::fs::read_to_string(&there).expect("a file");
    let forced = kataedr_of(&[&options, ["--force"].as_slice()].concat(), FLAT).await;
    let written = std::fs::read_to_string(&there).expect("a file");
    let nowhere = files.path("no/folder").display().to_string();
    let lost = kataedr_of(&["convert", "-", "--to=ini", "--output", &nowhere], FLAT).await;

    assert_eq!((refused.code, kept.as_str()), (Some(2), "mine"));
    assert!(refused.errors.contains("--force"), "{}", refused.errors);
    assert_eq!((forced.code, forced.output.as_str()), (Some(0), ""));
    let json: serde_json::Value = serde_json::from_str(&written).expect("JSON");
    assert_eq!(json["Port"], 443);
    assert_eq!(lost.code, Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_json_document_holds_the_file_its_changes_and_where_it_went() {
    let files = Files::new();
    let output = files.path("new.ini").display().to_string();

    let told = kataedr_of(
        &[
            "convert",
            "-",
            "--to=ini",
            "--to-kes-version=12.4",
            "--mode=edrexpertonprem",
            "--json",
            "--output",
            &output,
        ],
        FLAT,
    )
    .await
    .json();

    assert_eq!(told["mode"], "EDRExpertOnPrem");
    assert_eq!(told["output"], output.as_str());
    let written = std::fs::read_to_string(&output).expect("a file");
    assert_eq!(told["text"], written.as_str());
    assert_eq!(told["changes"][0]["fate"], "added");
}
