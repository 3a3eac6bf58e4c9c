//! One server that is down, slow, or refuses the account, harms no other; and nobody takes its
//! silence for a no.

use acceptance::calls::{ADD, FIND_HOSTS, LOGIN};
use acceptance::{House, Reply, at, eventually, isolation};
use ksc_simulator::{Fault, FaultKind, Scenario};

use super::world::{OF_BOTH, OF_BRANCH, OF_KSC, incidents, plan, two};

const ISOLATE: &str = "/v1/tasks/isolateHost";

async fn named(house: &House, host: &str, backend: &str) -> Reply {
    let body = at(backend, isolation(host));
    house.soar().post(ISOLATE, &body).await
}

async fn serves_its_own_again(house: &House) {
    eventually("it serves its own again", || async {
        let reply = house.soar().isolate(OF_BRANCH).await;
        (reply.status == 202).then_some(())
    })
    .await;
}

fn warned(reply: &Reply) -> bool {
    reply.json["warnings"]
        .as_array()
        .expect("warnings")
        .iter()
        .any(|it| {
            it.as_str()
                .is_some_and(|it| it.contains("branch could not be asked"))
        })
}

/// What is true while the branch cannot be asked, and the other server can.
async fn serves_the_other(house: &House) {
    let sent = incidents(house);
    let soar = house.soar();

    let there = soar.isolate(OF_KSC).await.expect(202);
    let nowhere = soar.isolate("nowhere-1").await;
    let rehearsed = soar.rehearse(OF_KSC).await.expect(200);
    let explicit = named(house, OF_BRANCH, "branch").await;

    assert!(warned(&there), "{}", there.text);
    assert!(warned(&rehearsed), "{}", rehearsed.text);
    // That the other one does not have it is no proof.
    for unknown in [nowhere, explicit] {
        assert_eq!(unknown.status, 503, "{}", unknown.text);
        assert_eq!(unknown.json["backend"], "branch");
        assert_eq!(unknown.json["retryable"], true);
    }
    let [at_ksc, at_branch] = incidents(house);
    assert_eq!([at_ksc, at_branch], [sent[0] + 1, sent[1]]);
    assert_eq!(house.admin("/health/ready").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_down_harms_no_other() {
    let house = two(&[]).await;
    house.wire_to("branch").set_away(true);

    serves_the_other(&house).await;
    // Whoever reads the log sees which server it was.
    let asked = named(&house, OF_BRANCH, "branch").await.expect(503);
    let told = acceptance::lines("edr_gateway::backends::ksc::fault", asked.request_id());
    assert!(told.iter().all(|it| it["backend"] == "branch"), "{told:?}");
    assert!(!told.is_empty());
    // What both have is refused no more: the caller is told that one could not be asked.
    let of_both = house.soar().isolate(OF_BOTH).await.expect(202);
    assert!(warned(&of_both), "{}", of_both.text);
    assert_eq!(of_both.json["backend"], "ksc");

    house.wire_to("branch").set_away(false);
    serves_its_own_again(&house).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_slow_harms_no_other() {
    let house = two(&[]).await;
    let gate = house.at("branch").gate();
    // Until the gate is opened none of its look-ups is answered.
    gate.hold_calls_to(FIND_HOSTS);

    for _ in 0..40 {
        let there = house.soar().isolate(OF_KSC).await.expect(202);
        assert!(warned(&there), "{}", there.text);
    }

    assert_eq!(incidents(&house), [40, 0]);
    gate.open();
    serves_its_own_again(&house).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_waits_for_a_slow_one_holds_up_no_other() {
    let house = two(&[]).await;
    let gate = house.at("branch").gate();
    gate.hold_calls_to(FIND_HOSTS);
    let soar = house.soar();
    let waiting = tokio::spawn({
        let soar = soar.clone();
        async move { soar.isolate(OF_BRANCH).await }
    });
    gate.wait_until_waiting(1).await;

    let body = at("ksc", isolation(OF_KSC));
    let named = soar.post(ISOLATE, &body).await.expect(202);
    let unnamed = soar.isolate(OF_KSC).await.expect(202);

    assert!(!warned(&named), "it was not asked");
    assert!(warned(&unnamed), "{}", unnamed.text);
    assert!(!waiting.is_finished(), "it may still be the branch's");
    gate.open();
    waiting.await.expect("no panic").expect(202);
    assert_eq!(incidents(&house), [2, 1]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_refuses_the_account_harms_no_other() {
    let mut plan = plan(&[]);
    plan.others[0].1 = Scenario {
        rights: true,
        mfa: true,
        ..plan.others[0].1.clone()
    };
    let house = House::furnish(plan).await;
    house.at("branch").journal().wait_for_calls(LOGIN, 1).await;
    eventually("the branch is known to refuse it", || async {
        let ready = house.admin("/health/ready").await;
        let said = ready.json["backends"]["branch"].as_str()?.to_owned();
        said.contains("second factor").then_some(())
    })
    .await;

    serves_the_other(&house).await;

    let ready = house.admin("/health/ready").await;
    assert_eq!(ready.json["backends"]["ksc"], "ready");
    assert_eq!(
        house
            .metric("edr_gateway_backend_ready{backend=\"branch\"}")
            .await,
        "0"
    );
    assert_eq!(
        house
            .metric("edr_gateway_backend_ready{backend=\"ksc\"}")
            .await,
        "1"
    );
    let refused = named(&house, OF_BRANCH, "branch").await.expect(503);
    assert_eq!(refused.code(), "ksc_credentials_refused");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_routing_prefers_one_that_cannot_be_asked_nothing_is_sent() {
    let house = two(&[("routing.order", "branch,ksc")]).await;
    house.wire_to("branch").set_away(true);

    let refused = house.soar().isolate(OF_BOTH).await.expect(503);
    let rehearsed = house.soar().rehearse(OF_BOTH).await.expect(503);
    let asked_for = named(&house, OF_BOTH, "ksc").await.expect(202);

    for it in [refused, rehearsed] {
        assert_eq!(it.json["backend"], "branch");
        assert!(
            it.json["detail"]
                .as_str()
                .expect("a detail")
                .contains("preferred"),
            "{}",
            it.text
        );
    }
    assert_eq!(asked_for.json["id"], "ksc-42");
    assert_eq!(incidents(&house), [1, 0]);
    house.wire_to("branch").set_away(false);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_routing_prefers_one_that_answers_the_other_is_not_waited_for() {
    let house = two(&[("routing.order", "ksc,branch")]).await;
    house.at("branch").gate().hold_calls_to(FIND_HOSTS);

    let of_both = house.soar().isolate(OF_BOTH).await.expect(202);

    assert_eq!(of_both.json["id"], "ksc-42");
    assert!(
        !warned(&of_both),
        "what it would have said does not matter: {}",
        of_both.text
    );
    house.at("branch").gate().open();
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_lost_at_one_server_is_unknown_there_and_the_other_goes_on() {
    let house = two(&[]).await;
    let faults = house.at("branch").faults();
    faults.push(Fault::on(ADD, FaultKind::CommitThenDrop));
    faults.push(Fault::on("HostGroup.FindIncidents", FaultKind::http(503, "busy")).forever());

    let lost = house.soar().isolate(OF_BRANCH).await.expect(504);
    let other = house.soar().isolate(OF_KSC).await.expect(202);

    assert_eq!(lost.code(), "outcome_unknown");
    assert_eq!(lost.json["backend"], "branch");
    assert_eq!(other.json["id"], "ksc-42");
    assert_eq!(incidents(&house), [1, 1]);
    house.at("branch").faults().clear();
    house.close().await;
}
