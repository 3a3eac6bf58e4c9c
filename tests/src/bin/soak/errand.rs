//! What callers ask for: drawn from the seed, each errand by its number alone.
//!
//! Every request for a task carries a mark, by which an incident in KSC is known to be of this
//! errand: in `responseEventIncidentArea`, the one member that all nine have, or in the path of a
//! file. Those with the mark in the path share their area, so that KSC's tasks for them are named
//! alike. A few marks are shared by two errands that ask for exactly the same: what is equal must
//! not be taken for one another.

use serde_json::{Value, json};
use vocabulary::requests::native_example;
use vocabulary::task::TaskType;

use crate::dice::Dice;
use crate::kata::order::{self, Order};

/// One thing to do.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Errand {
    /// Its number.
    pub(crate) number: u64,
    /// Who does it: a key is one caller's.
    pub(crate) caller: usize,
    /// What it is.
    pub(crate) what: What,
}

/// What an errand is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum What {
    /// To have tasks made.
    Create(Create),
    /// To look.
    Read(Read),
    /// To call a task off that was made before.
    Cancel,
    /// To ask again for an order to the Central Node that has no answer that stands.
    ComeBack,
}

/// To have tasks made.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Create {
    /// The `Idempotency-Key`.
    pub(crate) key: Option<String>,
    /// Where to.
    pub(crate) path: String,
    /// The body.
    pub(crate) body: Value,
    /// The marks of the tasks, in their order; a batch has several.
    pub(crate) marks: Vec<String>,
    /// Whether it is a batch.
    pub(crate) batch: bool,
    /// Whether it is sent twice at the same time.
    pub(crate) twice: bool,
    /// What it orders of the Central Node; nothing where it goes to KSC.
    pub(crate) order: Option<Order>,
}

/// Where requests of the vendor's own form go.
const NATIVE: &str = "/v1/tasks";

/// Ids of the hosts that tasks are asked for.
#[derive(Debug)]
pub(crate) struct Hosts {
    /// Those that KSC knows.
    pub(crate) at_ksc: Vec<String>,
    /// Those that the Central Node knows.
    pub(crate) at_kata: Vec<String>,
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Read {
    /// A task that was made before.
    Task,
    /// Its events.
    Events,
    /// The list.
    List,
    /// Hosts.
    Hosts,
    /// The budget.
    Budget,
}

/// The area of requests that bear their mark elsewhere.
const SHARED: &str = "soak";

/// Where the files are whose names are marks.
const FOLDER: &str = "C:\\soak\\";

/// How many callers there are.
pub(crate) const CALLERS: usize = 6;

impl Errand {
    /// The errand of this number.
    pub(crate) fn of(seed: u64, number: u64, hosts: &Hosts) -> Self {
        let mut dice = Dice::of(seed, number);
        let at_ksc = &hosts.at_ksc;
        let what = match dice.below(125) {
            0..56 => single(&mut dice, seed, number, at_ksc, true),
            56..70 => single(&mut dice, seed, number, at_ksc, false),
            70..80 => batch(&mut dice, seed, number, at_ksc),
            80..84 => What::Cancel,
            100..123 => order::draw(&mut dice, seed, number, &hosts.at_kata),
            123..125 => What::ComeBack,
            _ => What::Read(*dice.pick(&[
                Read::Task,
                Read::Task,
                Read::Events,
                Read::List,
                Read::Hosts,
                Read::Budget,
            ])),
        };
        let caller = usize::try_from(number).unwrap_or_default() % CALLERS;
        Self {
            number,
            caller,
            what,
        }
    }
}

fn single(dice: &mut Dice, seed: u64, number: u64, hosts: &[String], keyed: bool) -> What {
    // Every fourteenth pair of neighbours asks for the same.
    let twin = (number / 2).is_multiple_of(14);
    let mark = if twin {
        format!("twin {}", number / 2)
    } else {
        format!("one {number}")
    };
    let mut same = Dice::of(seed ^ 0x7717, if twin { number / 2 } else { number });
    let task = if same.percent(30) {
        TaskType::GetFile
    } else {
        *same.pick(&TaskType::THREAT_RESPONSE)
    };
    let host = same.pick(hosts).as_str();
    let flat = dice.percent(60).then(|| flat(task, host, &mark)).flatten();
    let (path, body) = flat.unwrap_or_else(|| (NATIVE.to_owned(), request(task, host, &mark)));
    What::Create(Create {
        key: keyed.then(|| format!("key {number}")),
        path,
        body,
        marks: vec![mark],
        batch: false,
        twice: keyed && dice.percent(12),
        order: None,
    })
}

fn batch(dice: &mut Dice, _seed: u64, number: u64, hosts: &[String]) -> What {
    let count = dice.between(2, 6);
    let marks: Vec<String> = (0..count)
        .map(|it| format!("batch {number}.{it}"))
        .collect();
    let tasks: Vec<Value> = marks
        .iter()
        .map(|mark| {
            request(
                *dice.pick(&TaskType::THREAT_RESPONSE),
                dice.pick(hosts).as_str(),
                mark,
            )
        })
        .collect();
    What::Create(Create {
        key: Some(format!("key {number}")),
        path: "/v1/tasks/batch".to_owned(),
        body: json!({ "tasks": tasks }),
        marks,
        batch: true,
        twice: dice.percent(10),
        order: None,
    })
}

/// The same request in the flat form, where that has all of it, and where it goes.
fn flat(task: TaskType, host: &str, mark: &str) -> Option<(String, Value)> {
    let body = match task {
        TaskType::GetFile => {
            json!({"targetHost": host, "path": format!("{FOLDER}{mark}"), "area": SHARED})
        }
        TaskType::IsolateHost => json!({"targetHost": host, "action": "isolate", "area": mark}),
        TaskType::DeleteFile
        | TaskType::QuarantineFile
        | TaskType::IocScan
        | TaskType::StartProcess
        | TaskType::TerminateProcess
        | TaskType::PreventExecution
        | TaskType::OnDemandScan
        | TaskType::AllowExecution => return None,
    };
    Some((format!("{NATIVE}/{}", task.name()), body))
}

fn request(task: TaskType, host: &str, mark: &str) -> Value {
    let mut body = native_example(task);
    body["targetHost"] = host.into();
    if task == TaskType::GetFile {
        body["responseEventIncidentArea"] = SHARED.into();
        body["params"]["path"] = format!("{FOLDER}{mark}").into();
    } else {
        body["responseEventIncidentArea"] = mark.into();
    }
    body
}

/// The mark of a request, by the body of its incident.
pub(crate) fn mark(body: &Value) -> Option<String> {
    let area = body["responseEventIncidentArea"].as_str()?;
    if area != SHARED {
        return Some(area.to_owned());
    }
    let path = body["params"]["path"].as_str()?;
    path.strip_prefix(FOLDER).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts() -> Hosts {
        Hosts {
            at_ksc: vec!["a".to_owned(), "b".to_owned()],
            at_kata: vec!["c".to_owned(), "d".to_owned()],
        }
    }

    #[test]
    fn a_seed_always_asks_for_the_same() {
        let hosts = hosts();
        let day =
            |seed| -> Vec<Errand> { (0..400).map(|it| Errand::of(seed, it, &hosts)).collect() };

        assert_eq!(day(3), day(3));
        assert_ne!(day(3), day(4));
    }

    #[test]
    fn twins_ask_for_exactly_the_same_under_keys_of_their_own() {
        let hosts = hosts();
        let mut pairs = 0;
        for pair in (0..40_000).step_by(28) {
            let what = [pair, pair + 1].map(|it| Errand::of(1, it, &hosts).what);
            if let [What::Create(one), What::Create(other)] = &what
                && !one.batch
                && !other.batch
                && one.order.is_none()
                && other.order.is_none()
            {
                pairs += 1;
                assert_eq!(one.marks, other.marks);
                assert_eq!(one.body["targetHost"], other.body["targetHost"]);
                assert!(one.key.is_none() || one.key != other.key);
            }
        }
        assert!(pairs > 100, "{pairs}");
    }
}
