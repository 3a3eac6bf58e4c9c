//! What callers order of the Central Node: to isolate a Linux host and to release it, to keep a file
//! from running there and to let it run again, and to run a program.
//!
//! A rule has no room for a mark, but an isolation's for how long it lasts: each errand isolates for
//! a number of seconds of its own, so that the rule says whose it is. A program has an argument of
//! its own. A few neighbours order exactly the same: what is equal must not be taken for one
//! another. A release, and whatever is about one of the few files of a host, is known by its time.

use acceptance::{at, isolation, release};
use serde_json::{Value, json};
use vocabulary::task::TaskType;

use crate::dice::Dice;
use crate::errand::{Create, What};

/// The shortest isolation that there is; those of the soak are longer by their numbers.
const LEAST: u64 = 3_600;

/// How many files of a host callers give orders about.
const FILES: u64 = 3;

/// The program that is run.
pub(crate) const PROGRAM: &str = "/opt/soak/collect";

/// An order, as it is found again in the Central Node's book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    /// The host's id there.
    pub(crate) host: String,
    pub(crate) leaves: Trace,
}

/// What an order leaves behind when it was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trace {
    /// The host is isolated for so many seconds.
    Isolated(u64),
    /// It is not isolated.
    Released,
    /// The file of this hash does not run.
    Forbidden(String),
    /// It may run.
    Allowed(String),
    /// The program was started with this argument.
    Run(String),
}

impl Order {
    /// What an order for this host is called that leaves this behind.
    pub(crate) fn mark(&self) -> String {
        let host = &self.host;
        match &self.leaves {
            Trace::Isolated(seconds) => format!("isolate {host} {seconds}"),
            Trace::Released => format!("release {host}"),
            Trace::Forbidden(hash) => format!("forbid {host} {}", &hash[..1]),
            Trace::Allowed(hash) => format!("allow {host} {}", &hash[..1]),
            Trace::Run(argument) => format!("run {host} {argument}"),
        }
    }

    fn task(&self) -> TaskType {
        match self.leaves {
            Trace::Isolated(_) | Trace::Released => TaskType::IsolateHost,
            Trace::Forbidden(_) => TaskType::PreventExecution,
            Trace::Allowed(_) => TaskType::AllowExecution,
            Trace::Run(_) => TaskType::StartProcess,
        }
    }

    fn body(&self, terms: &mut Dice) -> Value {
        let host = &self.host;
        match &self.leaves {
            Trace::Released => release(host),
            Trace::Isolated(seconds) => {
                let mut body = isolation(host);
                body["durationSeconds"] = (*seconds).into();
                let exclusions: Vec<Value> = (0..terms.below(4)).map(exclusion).collect();
                if !exclusions.is_empty() {
                    body["exclusions"] = exclusions.into();
                }
                body
            }
            Trace::Forbidden(hash) | Trace::Allowed(hash) => {
                json!({"targetHost": host, "hash": hash})
            }
            Trace::Run(argument) => json!({
                "targetHost": host, "executablePath": PROGRAM, "arguments": argument,
            }),
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
    let leaves = match terms.below(100) {
        0..33 => Trace::Isolated(LEAST + same),
        33..60 => Trace::Released,
        60..74 => Trace::Forbidden(file(&mut terms)),
        74..84 => Trace::Allowed(file(&mut terms)),
        _ => Trace::Run(format!("--case={same}")),
    };
    let order = Order { host, leaves };
    What::Create(Create {
        key: keyed.then(|| format!("key {number}")),
        path: format!("/v1/tasks/{}", order.task().name()),
        body: at("kata", order.body(&mut terms)),
        marks: vec![order.mark()],
        batch: false,
        twice,
        order: Some(order),
    })
}

/// The SHA-256 of one of the files.
fn file(terms: &mut Dice) -> String {
    terms.below(FILES).to_string().repeat(64)
}

/// Something that is let through.
fn exclusion(number: u64) -> Value {
    let remote = format!("192.0.2.{}", 10 + number);
    match number {
        0 => {
            json!({"direction": "outbound", "protocol": "tcp", "remoteIpv4": remote, "remotePorts": "443"})
        }
        1 => {
            json!({"direction": "inbound", "protocol": "tcp", "remoteIpv4": remote, "localPorts": "22"})
        }
        _ => json!({"direction": "both", "remoteIpv4": remote}),
    }
}
