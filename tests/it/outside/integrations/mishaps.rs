//! What goes wrong at KSC while an integration asks.

use acceptance::calls::ADD;
use acceptance::{House, Plan};
use ksc_simulator::{Fault, FaultKind, Outcome, OutcomeState, Scenario};

/// A house in which every `terminateProcess` fails on its device.
pub(super) async fn house_of_failures() -> House {
    House::furnish(Plan::of(Scenario {
        outcomes: vec![Outcome {
            host: None,
            task: Some("terminateProcess".to_owned()),
            state: OutcomeState::Failed,
            text: "The process could not be ended".to_owned(),
        }],
        ..Scenario::default()
    }))
    .await
}

/// Has the next request refused with what may be repeated, and the one after it carried out.
pub(super) fn refuse_once(house: &House) {
    let fault = Fault::on(ADD, FaultKind::pxg("KLSTD", 1195));
    house.sim.faults().push(fault);
}
