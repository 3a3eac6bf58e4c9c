//! From one version, mode or format to another.

use kataedr::{
    Change, Code, Conversion, ConversionRefused, Draft, Fate, Format, Mode, Target, check, convert,
    diff,
};

use crate::samples::{EXPERT, EXPERT_JSON, FLAT, facts, settings};

fn target(version: &str, mode: Option<Mode>, format: Format) -> Target {
    Target {
        kes_version: version.parse().unwrap(),
        mode,
        format,
    }
}

fn converted(text: &str, version: &str, target: &Target) -> Result<Conversion, ConversionRefused> {
    let format = Format::guess(text.as_bytes());
    convert(
        &Draft::read(text.as_bytes(), format),
        &facts(version),
        target,
    )
}

fn losses(result: Result<Conversion, ConversionRefused>) -> Vec<Change> {
    match result.unwrap_err() {
        ConversionRefused::Lossy { losses } => losses,
        other @ ConversionRefused::Unusable { .. } => panic!("{other}"),
    }
}

fn told(changes: &[Change]) -> Vec<String> {
    let word = |it: &Option<String>| it.clone().unwrap_or_else(|| "-".to_owned());
    changes
        .iter()
        .map(|it| {
            let (from, to) = (word(&it.from), word(&it.to));
            format!(
                "{:?} {} {from} > {to} = {}",
                it.fate,
                word(&it.key),
                word(&it.value)
            )
        })
        .collect()
}

#[test]
fn a_file_of_12_3_becomes_one_of_12_4() {
    let result = converted(FLAT, "12.3", &target("12.4", None, Format::Ini)).unwrap();

    let expected = EXPERT
        .replace("EDRExpertOnPrem", "EDRKATA")
        .replacen("Certificate=Yes", "Certificate=No", 1)
        .replace("[Endpoints.item_0001]\nAddress=192.0.2.11\nPort=443\n", "")
        .replace("192.0.2.20", "127.0.0.1");
    assert_eq!(result.text, expected);
    assert_eq!(
        told(&result.changes),
        [
            "Added Mode - >  = EDRKATA",
            "Moved Address  > Endpoints.item_0000 = 192.0.2.10",
            "Moved Port  > Endpoints.item_0000 = 443",
            "Added UseClientPinnedCertificate - > TelemetrySettings = No",
            "Added ConnectionTimeout - > TelemetrySettings = 10",
            "Added RequestTimeout - > TelemetrySettings = 10",
            "Added OnlyTaggedEvents - > TelemetrySettings = No",
            "Added Address - > TelemetrySettings.Endpoints.item_0000 = 127.0.0.1",
            "Added Port - > TelemetrySettings.Endpoints.item_0000 = 443",
            "Moved MaximumDataTransferTime  > TelemetrySettings.EventTransferSettings = 30",
            "Moved UseRequestCountLimits  > TelemetrySettings.EventTransferSettings = Yes",
            "Moved MaximumNumberOfEventsInHour  > TelemetrySettings.EventTransferSettings = 3000",
            "Added MaximumNumberOfEventsInPackage - > TelemetrySettings.EventTransferSettings = 1024",
            "Moved EventLimitExceededPercentage  > TelemetrySettings.EventTransferSettings = 15",
        ]
    );
    assert!(
        result
            .findings
            .iter()
            .any(|it| it.code == Code::ModeNotVerified)
    );

    let back = converted(&result.text, "12.4", &target("12.3", None, Format::Ini)).unwrap();
    assert_eq!(back.text, FLAT);
}

#[test]
fn the_way_back_is_refused_where_something_would_be_lost() {
    let found = losses(converted(
        EXPERT,
        "12.4",
        &target("12.3", None, Format::Ini),
    ));

    assert_eq!(
        told(&found),
        [
            "Lost Mode  > - = EDRExpertOnPrem",
            "Lost Address Endpoints.item_0001 > - = 192.0.2.11",
            "Lost Port Endpoints.item_0001 > - = 443",
            "Lost Address TelemetrySettings.Endpoints.item_0000 > - = 192.0.2.20",
        ]
    );
    let lines: Vec<Option<usize>> = found.iter().map(|it| it.line).collect();
    assert_eq!(lines, [Some(1), Some(11), Some(12), Some(19)]);
}

#[test]
fn each_key_that_only_12_4_has_stands_in_the_way_when_it_is_not_at_its_default() {
    let start = converted(FLAT, "12.3", &target("12.4", None, Format::Ini))
        .unwrap()
        .text;
    let telemetry = "[TelemetrySettings]\n";
    for (from, to, key) in [
        (
            format!("{telemetry}UseClientPinnedCertificate=No"),
            format!("{telemetry}UseClientPinnedCertificate=Yes"),
            "UseClientPinnedCertificate",
        ),
        (
            "ConnectionTimeout=10\nRequestTimeout=10\nOnly".to_owned(),
            "ConnectionTimeout=9\nRequestTimeout=10\nOnly".to_owned(),
            "ConnectionTimeout",
        ),
        (
            "RequestTimeout=10\nOnly".to_owned(),
            "RequestTimeout=11\nOnly".to_owned(),
            "RequestTimeout",
        ),
        (
            "OnlyTaggedEvents=No".to_owned(),
            "OnlyTaggedEvents=Yes".to_owned(),
            "OnlyTaggedEvents",
        ),
        ("127.0.0.1".to_owned(), "192.0.2.20".to_owned(), "Address"),
        (
            "127.0.0.1\nPort=443".to_owned(),
            "127.0.0.1\nPort=444".to_owned(),
            "Port",
        ),
        (
            "InPackage=1024".to_owned(),
            "InPackage=1".to_owned(),
            "MaximumNumberOfEventsInPackage",
        ),
    ] {
        assert!(start.contains(&from), "{from}");
        let text = start.replacen(&from, &to, 1);
        let found = losses(converted(&text, "12.4", &target("12.3", None, Format::Ini)));
        assert_eq!(found.len(), 1, "{key}");
        assert_eq!(found[0].key.as_deref(), Some(key));
    }
}

#[test]
fn a_mode_that_is_asked_for_is_set() {
    let result = converted(
        EXPERT,
        "12.4",
        &target("12.4", Some(Mode::EdrKata), Format::Ini),
    )
    .unwrap();

    assert_eq!(result.text, EXPERT.replace("EDRExpertOnPrem", "EDRKATA"));
    assert_eq!(told(&result.changes), ["Changed Mode  >  = EDRKATA"]);
    assert!(
        result
            .findings
            .iter()
            .any(|it| it.code == Code::UnreadInMode)
    );
    let refused = converted(
        FLAT,
        "12.3",
        &target("12.3", Some(Mode::EdrExpertOnPrem), Format::Ini),
    );
    assert_eq!(told(&losses(refused)), ["Lost Mode  > - = EDRExpertOnPrem"]);
}

#[test]
fn json_is_read_as_wide_as_it_may_be_and_written_in_one_form() {
    let result = converted(EXPERT_JSON, "12.4", &target("12.4", None, Format::Ini)).unwrap();
    assert_eq!(result.text, EXPERT);

    let json = converted(EXPERT, "12.4", &target("12.4", None, Format::Json)).unwrap();
    let value: serde_json::Value = serde_json::from_str(&json.text).unwrap();
    assert_eq!(value["EnableTelemetry"], true);
    assert_eq!(value["Endpoints"][1]["Address"], "192.0.2.11");
    assert_eq!(
        value["TelemetrySettings"]["EventTransferSettings"]["MaximumDataTransferTime"],
        30
    );
    assert!(
        json.findings
            .iter()
            .any(|it| it.code == Code::JsonShapeUnproven)
    );
}

#[test]
fn no_comment_and_no_unknown_key_is_lost_silently() {
    let text = format!("# by hand\n{FLAT}New = \"a  b\"\n[Stranger]\n; inside\nx=1\n[Empty]\n");

    let result = converted(&text, "12.3", &target("12.4", None, Format::Ini)).unwrap();

    let text = &result.text;
    assert!(
        text.contains("EnableTelemetry=Yes\nNew=\"a  b\"\n[Endpoints.item_0000]\n"),
        "{text}"
    );
    assert!(text.ends_with("[Stranger]\nx=1\n[Empty]\n"), "{text}");
    let told = told(&result.changes);
    for line in [
        "Kept New  >  = a  b",
        "Kept x Stranger > Stranger = 1",
        "Kept - Empty > Empty = -",
        "CommentLeftOut - - > - = # by hand",
        "CommentLeftOut - - > - = ; inside",
    ] {
        assert!(told.iter().any(|it| it == line), "{line} in {told:#?}");
    }
    let comments = result
        .changes
        .iter()
        .filter(|it| it.fate == Fate::CommentLeftOut);
    let lines: Vec<Option<usize>> = comments.map(|it| it.line).collect();
    assert_eq!(lines, [Some(1), Some(15)]);
}

#[test]
fn an_unknown_key_of_a_section_does_not_fit_into_a_flat_layout() {
    let start = converted(FLAT, "12.3", &target("12.4", None, Format::Ini))
        .unwrap()
        .text;
    let text = start.replace("Address=192.0.2.10\n", "Address=192.0.2.10\nWeight=5\n");

    let found = losses(converted(&text, "12.4", &target("12.3", None, Format::Ini)));

    assert_eq!(told(&found), ["Lost Weight Endpoints.item_0000 > - = 5"]);
}

#[test]
fn what_ini_cannot_say_is_a_reason_to_refuse() {
    let with = |member: &str| EXPERT_JSON.replacen('{', &format!("{{{member},"), 1);
    for member in [
        r#""New":[1,2]"#,
        r#""New":null"#,
        r##""#New":1"##,
        r#""New":"a\nb""#,
        r#""":{"x":1}"#,
        r#""a]":{"x":1}"#,
    ] {
        let text = with(member);
        let found = losses(converted(&text, "12.4", &target("12.4", None, Format::Ini)));
        assert_eq!(found.len(), 1, "{member}: {found:?}");
        // JSON itself keeps it.
        let same = converted(&text, "12.4", &target("12.4", None, Format::Json)).unwrap();
        let before = settings(&text, "12.4");
        assert_eq!(diff(&before, &settings(&same.text, "12.4")), [], "{member}");
    }
}

#[test]
fn what_json_cannot_say_is_a_reason_to_refuse() {
    for more in [
        "[Stranger..x]\ny=1\n",
        "[New]\ny=1\n[New.a]\nz=1\n[x]\nNew=1\n[x.New]\nz=2\n",
    ] {
        let text = format!("{EXPERT}{more}");
        let found = losses(converted(
            &text,
            "12.4",
            &target("12.4", None, Format::Json),
        ));
        assert_eq!(found.len(), 1, "{found:?}");
    }
}

#[test]
fn what_is_too_long_for_ini_is_a_reason_to_refuse() {
    let long = "x".repeat(5_000);
    let deep = ["n".repeat(100), "m".repeat(100), "o".repeat(100)];
    let [a, b, c] = &deep;
    for (member, reason) in [
        (format!(r#""New":"{long}""#), "longer than any"),
        (
            format!(r#""{a}":{{"{b}":{{"{c}":{{"x":1}}}}}}"#),
            "longer than any",
        ),
    ] {
        let text = EXPERT_JSON.replacen('{', &format!("{{{member},"), 1);
        let found = losses(converted(&text, "12.4", &target("12.4", None, Format::Ini)));
        assert!(found[0].why.contains(reason), "{}", found[0].why);
        let same = converted(&text, "12.4", &target("12.4", None, Format::Json)).unwrap();
        assert_eq!(
            diff(&settings(&text, "12.4"), &settings(&same.text, "12.4")),
            []
        );
    }
}

#[test]
fn what_nobody_could_read_back_is_a_reason_to_refuse() {
    // Just below the largest file that is read; as JSON it is above.
    let value = "x".repeat(200);
    let lines: Vec<String> = (0..4_900).map(|it| format!("K{it:04}={value}\n")).collect();
    let text = format!("{FLAT}{}", lines.concat());

    let same = converted(&text, "12.3", &target("12.3", None, Format::Ini)).unwrap();
    let found = losses(converted(
        &text,
        "12.3",
        &target("12.3", None, Format::Json),
    ));

    assert_eq!(same.text, text);
    assert!(found[0].why.contains("read back"), "{}", found[0].why);
}

#[test]
fn a_file_with_errors_is_not_converted() {
    let text = FLAT.replace("Port=443", "Port=0");

    match converted(&text, "12.3", &target("12.4", None, Format::Ini)).unwrap_err() {
        ConversionRefused::Unusable { errors } => {
            assert_eq!(errors.len(), 1);
            assert_eq!(errors[0].code, Code::PortOutOfRange);
        }
        other @ ConversionRefused::Lossy { .. } => panic!("{other}"),
    }
}

#[test]
fn version_11_4_and_12_0_have_the_same_keys() {
    for (from, to) in [("11.4", "12.0"), ("12.3", "11.4")] {
        let result = converted(FLAT, from, &target(to, None, Format::Ini)).unwrap();
        assert_eq!(result.text, FLAT);
        assert_eq!(result.changes, []);
    }
}

#[test]
fn what_a_version_of_which_nothing_is_known_may_have_is_kept() {
    let text = EXPERT.replace(
        "[TelemetrySettings]\n",
        "[TelemetrySettings]\nEnableTelemetry=Yes\n",
    );
    let draft = Draft::read(text.as_bytes(), Format::Ini);

    let known = check(&draft, &facts("12.4"));
    let beyond = check(&draft, &facts("12.5"));

    assert!(!known.is_usable());
    let settings = beyond.settings.expect("nobody knows that it is wrong");
    let kept = settings.to_ini().expect("it is written");
    assert!(kept.contains("[TelemetrySettings]\n"), "{kept}");
    assert_eq!(kept.matches("EnableTelemetry=Yes").count(), 2, "{kept}");
}
