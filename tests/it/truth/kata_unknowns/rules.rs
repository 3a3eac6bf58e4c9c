//! How a rule is told, and how a write is answered.

use acceptance::{House, at, isolation, release};
use kata_simulator::{NoRule, SettingsShape, WriteAnswer};

const ISOLATE: &str = "/v1/tasks/isolateHost";

/// What is said of an order for a host right after it was given: its warnings, and its evidence
/// when it is read.
async fn said(house: &House, body: &serde_json::Value) -> (String, String) {
    let created = house.soar().post(ISOLATE, body).await.expect(202);
    let read = house.read(&created).await;
    assert_eq!(read.json["state"], "pending", "{}", read.text);
    (
        created.json["warnings"].to_string(),
        read.json["evidence"].to_string(),
    )
}

/// Open: the shape of `GET settings`. A rule is read in each that was ever seen; of one that nobody
/// knows see `kata.rs`.
#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_found_standing_in_every_form_in_which_it_may_be_told() {
    for shape in [
        SettingsShape::Rules,
        SettingsShape::One,
        SettingsShape::Settings,
        SettingsShape::ResponseSettings,
    ] {
        let house = House::with_central_node(&[]).await;
        house.kata().behave(|it| it.isolation_shape = shape);

        let (warnings, evidence) = said(&house, &at("kata", isolation("srv-db-01"))).await;

        assert!(!warnings.contains("read"), "{shape:?}: {warnings}");
        assert!(
            evidence.contains("has the isolation rule as it was ordered"),
            "{shape:?}: {evidence}"
        );
        house.close().await;
    }
}

/// Open: whether isolation has the form of prevention, `objects`. Nobody has seen that it has, so
/// that it is a form that is not known: the order stands open, and nothing is called done.
#[tokio::test(flavor = "multi_thread")]
async fn the_form_of_other_rules_is_not_taken_for_a_rule_of_isolation() {
    let house = House::with_central_node(&[]).await;
    house.kata().behave(|it| {
        it.isolation_shape = SettingsShape::Objects;
        it.no_isolation = NoRule::EmptyObjects;
    });
    for body in [
        at("kata", isolation("srv-db-01")),
        at("kata", release("srv-db-01")),
    ] {
        let (warnings, evidence) = said(&house, &body).await;

        assert!(warnings.contains("could not be read back"), "{warnings}");
        assert!(
            evidence.contains("in a form that is not known"),
            "{evidence}"
        );
    }
    assert_eq!(house.isolation_changes(), 2);
    house.close().await;
}

/// Open: what is read where there is no rule.
#[tokio::test(flavor = "multi_thread")]
async fn that_there_is_no_rule_is_understood_however_it_is_told() {
    for no_rule in [NoRule::NotFound, NoRule::EmptyArray] {
        let house = House::with_central_node(&[]).await;
        house.kata().behave(|it| it.no_isolation = no_rule);
        let soar = house.soar();
        soar.post(ISOLATE, &at("kata", isolation("srv-db-01")))
            .await
            .expect(202);

        let (warnings, evidence) = said(&house, &at("kata", release("srv-db-01"))).await;

        assert!(!warnings.contains("somebody"), "{no_rule:?}: {warnings}");
        assert!(
            evidence.contains("KATA has no isolation rule for the host"),
            "{no_rule:?}: {evidence}"
        );
        house.close().await;
    }
}

/// Open: the body of a success, and whether it is 200 or 204.
#[tokio::test(flavor = "multi_thread")]
async fn a_success_is_one_with_any_body_and_with_none() {
    for answer in [
        WriteAnswer::Documented,
        WriteAnswer::Empty,
        WriteAnswer::NoContent,
    ] {
        let house = House::with_central_node(&[]).await;
        house.kata().behave(|it| it.write_answer = answer);

        let (_, isolated) = said(&house, &at("kata", isolation("srv-db-01"))).await;
        let (_, released) = said(&house, &at("kata", release("srv-db-01"))).await;

        assert!(isolated.contains("as it was ordered"), "{isolated}");
        assert!(released.contains("no isolation rule"), "{released}");
        assert_eq!(house.isolation_changes(), 2, "{answer:?}");
        house.close().await;
    }
}

/// Open: what the removal of a rule is answered with that is not there.
#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_released_already_is_no_mistake() {
    for is_fine in [false, true] {
        let house = House::with_central_node(&[]).await;
        house
            .kata()
            .behave(|it| it.removing_nothing_is_fine = is_fine);

        let (warnings, evidence) = said(&house, &at("kata", release("srv-db-01"))).await;

        assert!(warnings.contains("released already"), "{warnings}");
        assert!(evidence.contains("no isolation rule"), "{evidence}");
        house.close().await;
    }
}
