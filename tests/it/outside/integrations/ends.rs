//! Ends: what each integration makes of a task that does not come to what was asked for.

use acceptance::{House, eventually};
use ksc_simulator::{Outcome, OutcomeState};

use super::{cortex, shuffle, splunk_soar, stackstorm, xsoar};

/// Has every one of them isolate a host that ends like this, and gives what each says.
async fn all(house: &House, state: OutcomeState, seconds: u32) -> Vec<(bool, String)> {
    house.sim.set_outcome(Outcome {
        host: None,
        task: None,
        state,
        text: "said so".to_owned(),
    });
    vec![
        cortex::isolate(house, seconds).await,
        xsoar::isolate(house, seconds).await,
        stackstorm::isolate(house, seconds).await,
        splunk_soar::isolate(house, seconds).await,
        shuffle::isolate(house, seconds).await,
    ]
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs what the integrations run in: cargo verify"]
async fn every_end_but_the_one_that_was_asked_for_is_a_failure_that_says_so() {
    for (state, word, code) in [
        (
            OutcomeState::Warning,
            "warning",
            "8 (finished with a warning)",
        ),
        (OutcomeState::Failed, "failed", "16 (failed)"),
    ] {
        let house = House::open().await;

        let ends = all(&house, state, 50).await;

        for (done, said) in &ends {
            assert!(!done, "{ends:#?}");
            let says = said.contains(&format!(" is {word}: ")) && said.contains(code);
            assert!(says, "{ends:#?}");
        }
        assert_eq!(house.sim.journal().incidents().len(), ends.len());
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs what the integrations run in: cargo verify"]
async fn what_does_not_end_is_given_up_and_is_no_success() {
    let house = House::open().await;

    let ends = all(&house, OutcomeState::Running, 2).await;

    for (done, said) in &ends {
        assert!(!done, "{ends:#?}");
        assert!(said.contains("It is not over"), "{ends:#?}");
    }
    assert_eq!(house.sim.journal().incidents().len(), ends.len());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs what the integrations run in: cargo verify"]
async fn what_may_succeed_later_is_asked_for_again() {
    let house = House::open().await;
    house.sim.stop_listening().await;
    house.sim.cut_connections().await;
    let refused = r#"edr_gateway_http_requests_total{method="POST",route="/v1/tasks/isolateHost",status="503"}"#;
    let comes_back = async {
        eventually("it was refused", || async {
            (house.metric(refused).await == "1").then_some(())
        })
        .await;
        house.sim.listen_again().await.expect("its port is free");
    };

    let ((done, said), ()) = tokio::join!(cortex::isolate(&house, 50), comes_back);

    assert!(done, "{said}");
    assert!(said.contains(" is succeeded: "), "{said}");
    assert_eq!(house.sim.journal().incidents().len(), 1);
    house.close().await;
}
