//! Whether a service console is there: one question for those who come together, and a refusal as
//! soon as it can be known.

use std::time::Duration;

use acceptance::{House, WS_042};
use ksc_simulator::{Fault, FaultKind};

const ASK: &str = "ConEvents.IsAnyServiceConsoleAvailable";

fn asked(house: &House) -> usize {
    house.sim.journal().count(ASK)
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_come_together_share_one_question() {
    let house = House::open().await;

    for _ in 0..5 {
        house.soar().isolate(WS_042).await.expect(202);
    }
    assert_eq!(asked(&house), 1);

    house.advance(Duration::from_secs(2)).await;
    house.soar().isolate(WS_042).await.expect(202);
    assert_eq!(asked(&house), 2);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_asked_behind_a_request_before_it_is_due() {
    let house = House::open().await;
    house.soar().isolate(WS_042).await.expect(202);
    house.advance(Duration::from_secs(1)).await;

    house.soar().isolate(WS_042).await.expect(202);

    house.sim.journal().wait_for_calls(ASK, 2).await;
    house.advance(Duration::from_millis(1500)).await;
    house.soar().isolate(WS_042).await.expect(202);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_that_goes_is_missed_within_two_seconds_and_one_that_comes_is_seen_at_once() {
    let house = House::open().await;
    house.soar().isolate(WS_042).await.expect(202);
    house.sim.set_console(false);
    house.advance(Duration::from_secs(2)).await;

    for _ in 0..2 {
        let refused = house.soar().isolate(WS_042).await;
        assert_eq!(refused.expect(503).code(), "service_console_unavailable");
    }
    assert_eq!(asked(&house), 3, "a no is nobody else's");

    house.sim.set_console(true);
    house.soar().isolate(WS_042).await.expect(202);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_sending_that_failed_the_next_request_asks_for_itself() {
    let house = House::open().await;
    house.soar().isolate(WS_042).await.expect(202);
    let denied = FaultKind::pxg("KLSTD", 1184);
    house
        .sim
        .faults()
        .push(Fault::on(acceptance::calls::ADD, denied));
    house.soar().isolate(WS_042).await.expect(502);
    assert_eq!(asked(&house), 1);

    house.soar().isolate(WS_042).await.expect(202);

    assert_eq!(asked(&house), 2);
    house.close().await;
}
