//! What callers order of the Central Node: to isolate a Linux host, and to release it.
//!
//! A rule has no room for a mark, but for how long it lasts: each errand isolates for a number of
//! seconds of its own, so that the rule says whose it is. A few neighbours order exactly the same:
//! what is equal must not be taken for one another. A release leaves no trace but the moment at
//! which a rule is gone, so it is known by its host and its time.

use acceptance::{at, isolation, release};
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::errand::{Create, What};

/// The shortest isolation that there is; those of the soak are longer by their numbers.
const LEAST: u64 = 3_600;

/// An order, as it is found again in the Central Node's book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    /// The host's id there.
    pub(crate) host: String,
    /// For how many seconds it is isolated; nothing where it is released.
    pub(crate) isolates: Option<u64>,
}

impl Order {
    /// What an order for this host is called that leaves this behind.
    pub(crate) fn mark(&self) -> String {
        match self.isolates {
            Some(seconds) => format!("isolate {} {seconds}", self.host),
            None => format!("release {}", self.host),
        }
    }
}

/// The order of the errand of this number, for one of these hosts.
pub(crate) fn draw(dice: &mut Dice, seed: u64, number: u64, hosts: &[String]) -> What {
    let keyed = dice.percent(80);
    let twice = keyed && dice.percent(12);
    // Every tenth pair of neighbours orders the same.
    let same = if (number / 2).is_multiple_of(10) {
        number / 2 * 2
    } else {
        number
    };
    let mut terms = Dice::of(seed ^ 0x0CDE, same);
    let host = terms.pick(hosts).clone();
    let isolates = terms.percent(55).then_some(LEAST + same);
    let body = match isolates {
        None => release(&host),
        Some(seconds) => {
            let mut body = isolation(&host);
            body["params"]["durationSeconds"] = seconds.into();
            let exclusions: Vec<Value> = (0..terms.below(4)).map(exclusion).collect();
            if !exclusions.is_empty() {
                body["params"]["exclusions"] = exclusions.into();
            }
            body
        }
    };
    let order = Order { host, isolates };
    What::Create(Create {
        key: keyed.then(|| format!("key {number}")),
        path: "/v1/tasks/isolateHost".to_owned(),
        body: at("kata", body),
        marks: vec![order.mark()],
        batch: false,
        twice,
        order: Some(order),
    })
}

/// Something that is let through.
fn exclusion(number: u64) -> Value {
    let remote = format!("192.0.2.{}", 10 + number);
    match number {
        0 => {
            json!({"direction": "outbound", "protocol": 6, "remoteIpv4": remote, "remotePorts": "443"})
        }
        1 => {
            json!({"direction": "inbound", "protocol": 6, "remoteIpv4": remote, "localPorts": "22"})
        }
        _ => json!({"direction": "both", "remoteIpv4": remote}),
    }
}
