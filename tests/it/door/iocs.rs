//! Archives of indicators, as people and their tools pack them.

use acceptance::calls::FIND_HOSTS;
use acceptance::{House, Reply, WS_042, ioc};
use serde_json::{Value, json};

fn body(archive: &str) -> Value {
    json!({"targetHost": WS_042, "ioc": archive, "scanCriticalAreas": true})
}

async fn tried(house: &House, archive: &str) -> Reply {
    let path = "/v1/tasks/iocScan/dry-run";
    house.soar().post(path, &body(archive)).await
}

/// The one violation of an answer: its code and its sentence.
fn only(reply: &Reply) -> (String, String) {
    let errors = reply.json["errors"].as_array().expect("errors");
    assert_eq!(errors.len(), 1, "{}", reply.text);
    let text = |member: &str| errors[0][member].as_str().expect("a text").to_owned();
    assert_eq!(errors[0]["pointer"], "/ioc");
    (text("code"), text("detail"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_goes_on_as_it_came_and_litter_does_not_matter() {
    let house = House::open().await;
    let document = ioc::document("a");
    let wide: Vec<u8> = format!("\u{feff}{}", ioc::document("b").replace("utf-8", "utf-16"))
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let archive = ioc::archive(&[
        ("iocs/a.ioc", document.as_bytes()),
        ("iocs/b.XML", &wide),
        ("__MACOSX/iocs/._a.ioc", b"\0\x05\x16\x07"),
        (".DS_Store", b"\0"),
        ("iocs/Thumbs.db", b"\0"),
    ]);

    let created = house
        .soar()
        .post("/v1/tasks/iocScan", &body(&archive))
        .await;

    assert_eq!(created.expect(202).json["warnings"], json!([]));
    assert_eq!(house.incident_bodies()[0]["params"]["ioc"], archive);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_entry_is_named_by_its_name() {
    let house = House::open().await;
    let good = ioc::document("a");
    let other = ioc::document("b");
    let cases: Vec<(&str, &str, &str, Vec<u8>)> = vec![
        ("../../b.ioc", "ioc_name", "leads out", other.clone().into()),
        ("C:b.ioc", "ioc_name", "colon", other.clone().into()),
        ("a.ioc:b.ioc", "ioc_name", "colon", other.clone().into()),
        ("dir/NUL.ioc", "ioc_name", "device", other.clone().into()),
        ("A.IOC", "ioc_name", "another entry", other.clone().into()),
        ("a.ioc.", "ioc_name", "dot", other.clone().into()),
        ("b.txt", "ioc_name", ".ioc or .xml", other.clone().into()),
        (
            "b.ioc",
            "ioc_duplicate_id",
            "the id of another",
            good.clone().into(),
        ),
        (
            "b.ioc",
            "not_openioc",
            "well-formed",
            format!("\n{other}").into(),
        ),
        (
            "b.ioc",
            "not_openioc",
            "encoding",
            other.replace("utf-8", "utf-16").into(),
        ),
        (
            "b.ioc",
            "not_openioc",
            "well-formed",
            other.replace("d41d", "&nbsp;").into(),
        ),
        (
            "b.ioc",
            "not_openioc",
            "well-formed",
            other.replace("<ioc ", "<ioc id='c' ").into(),
        ),
        (
            "b.ioc",
            "not_openioc",
            "well-formed",
            format!("{other}<ioc id='c'/>").into(),
        ),
        (
            "b.ioc",
            "not_openioc",
            "well-formed",
            format!("{other}text").into(),
        ),
        (
            "b.ioc",
            "not_openioc",
            "well-formed",
            other.replace("d41d", "\u{1}").into(),
        ),
        (
            "b.ioc",
            "not_openioc",
            "well-formed",
            other.replace("<Indicator ", "<x:Indicator ").into(),
        ),
        (
            "b.ioc",
            "not_openioc",
            "DOCTYPE",
            other.replace("<ioc ", "<!DOCTYPE ioc><ioc ").into(),
        ),
        (
            "b.ioc",
            "ioc_finds_nothing",
            "nothing to look for",
            other.replace("IndicatorItem", "Item").into(),
        ),
    ];

    for (name, code, says, content) in cases {
        let archive = ioc::archive(&[("a.ioc", good.as_bytes()), (name, &content)]);
        let (given, detail) = only(&tried(&house, &archive).await.expect(422));
        assert_eq!(given, code, "{detail}");
        assert!(detail.contains(&format!("{name:?}")), "{name}: {detail}");
        assert!(detail.contains(says), "{says}: {detail}");
    }
    assert_eq!(house.sim.journal().count(FIND_HOSTS), 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_for_nothing_is_refused() {
    let house = House::open().await;

    for archive in [
        "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==".to_owned(),
        ioc::archive(&[(".DS_Store", b"\0"), ("__MACOSX/._a.ioc", b"\0")]),
        ioc::archive(&[("iocs/", b"")]),
    ] {
        assert_eq!(
            only(&tried(&house, &archive).await.expect(422)).0,
            "ioc_empty"
        );
    }
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_kes_is_known_not_to_look_for_is_a_warning() {
    let house = House::open().await;
    let archive = ioc::archive(&[
        ("a.ioc", ioc::document("a").as_bytes()),
        (
            "b.ioc",
            ioc::looking_for("b", "DriverItem/DriverName").as_bytes(),
        ),
    ]);

    let dry_run = tried(&house, &archive).await.expect(200);
    let created = house
        .soar()
        .post("/v1/tasks/iocScan", &body(&archive))
        .await
        .expect(202);
    let read = house.read(&created).await;

    for reply in [&dry_run, &created, &read] {
        let warnings = reply.json["warnings"].as_array().expect("warnings");
        let told = |it: &&Value| {
            it.as_str()
                .is_some_and(|it| it.contains("DriverItem/DriverName"))
        };
        assert_eq!(warnings.iter().filter(told).count(), 1, "{}", reply.text);
    }
    house.close().await;
}
