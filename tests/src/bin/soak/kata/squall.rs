//! What goes wrong at the Central Node: the network to it, its answers, its administrator, and the
//! people at its console, who write rules too.

use std::time::Duration;

use acceptance::EXTERNAL_SYSTEM;
use kata_simulator::{
    CannedAnswer, Edit, Fault, FaultKind, Intrusion, NoRule, SettingsShape, When, Writer,
};

use super::site::Site;
use crate::dice::Dice;

/// One thing that goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Squall {
    /// It, or the network, does something odd.
    Fault(Fault),
    /// An address refuses connections for a while, or takes them and says nothing.
    Address {
        listener: usize,
        silent: bool,
        by: Duration,
    },
    /// Every connection is cut.
    Cut,
    /// Its rules are shown in a form that nobody knows, or their absence is, for a while.
    Form(SettingsShape, NoRule, Duration),
    /// It accepts the gateway no longer, for a while.
    Rejected(Duration),
    /// Somebody at the console isolates or releases the host of this place.
    Console { host: usize, seconds: Option<u64> },
    /// The same in the midst of a call.
    Midst {
        host: usize,
        seconds: Option<u64>,
        call: &'static str,
        when: When,
    },
}

const READ: &str = "GET settings/network_isolation";
const ISOLATE: &str = "POST settings/network_isolation";
const RELEASE: &str = "DELETE settings/network_isolation";
const FILES: &str = "GET settings/prevention";
const FORBID: &str = "POST settings/prevention";
const TASK: &str = "GET tasks";
const RUN: &str = "POST tasks";

/// Isolations of the console last longer than any that callers order.
const BEYOND: u64 = 1_000_000;

/// A soak shorter than this is spared what a gateway takes a minute to get over.
const LONG: Duration = Duration::from_mins(2);

impl Squall {
    /// One for a soak of this length, at so many addresses and hosts.
    pub(crate) fn draw(
        dice: &mut Dice,
        duration: Duration,
        addresses: usize,
        hosts: usize,
    ) -> Self {
        let short = Duration::from_millis(dice.between(100, 1500));
        match dice.below(100) {
            0..52 => Self::Fault(order_fault(dice)),
            52..70 => Self::Fault(read_fault(dice)),
            70..76 => Self::Address {
                listener: dice.index(addresses),
                silent: dice.percent(40),
                by: short,
            },
            76..80 => Self::Cut,
            80..84 => {
                let shape = *dice.pick(&[
                    SettingsShape::Strange,
                    SettingsShape::One,
                    SettingsShape::Settings,
                    SettingsShape::Objects,
                ]);
                let none = *dice.pick(&[NoRule::EmptyArray, NoRule::EmptyObjects]);
                Self::Form(shape, none, short)
            }
            84..85 if duration >= LONG => Self::Rejected(short * 3),
            number => {
                let host = dice.index(hosts);
                let isolates = dice.percent(50);
                let seconds = isolates.then(|| BEYOND + dice.below(BEYOND));
                if number < 93 {
                    Self::Console { host, seconds }
                } else {
                    Self::Midst {
                        host,
                        seconds,
                        call: [READ, ISOLATE, RELEASE][dice.index(3)],
                        when: *dice.pick(&[When::Before, When::After]),
                    }
                }
            }
        }
    }

    pub(crate) fn name(&self) -> String {
        match self {
            Self::Fault(fault) => {
                let kind = format!("{:?}", fault.kind);
                let kind = kind.split([' ', '{', '(']).next().unwrap_or_default();
                let status = match &fault.kind {
                    FaultKind::Answer(it) | FaultKind::ProcessThenAnswer(it) => {
                        format!(" {}", it.status)
                    }
                    FaultKind::RefuseConnection
                    | FaultKind::Stall
                    | FaultKind::ProcessThenStall
                    | FaultKind::Drop
                    | FaultKind::ProcessThenDrop
                    | FaultKind::Delay { .. }
                    | FaultKind::Truncate
                    | FaultKind::Oversize { .. } => String::new(),
                };
                let call = fault.call.as_deref().unwrap_or("any call");
                format!("KATA {kind}{status} on {call}")
            }
            Self::Address { silent: true, .. } => "KATA silent".to_owned(),
            Self::Address { .. } => "KATA away".to_owned(),
            Self::Cut => "KATA connections cut".to_owned(),
            Self::Form(..) => "KATA other forms".to_owned(),
            Self::Rejected(_) => "KATA 401 for a while".to_owned(),
            Self::Console { seconds, .. } | Self::Midst { seconds, .. } => {
                let what = if seconds.is_some() {
                    "isolates"
                } else {
                    "releases"
                };
                format!("KATA console {what}")
            }
        }
    }

    /// Lets it come.
    pub(crate) async fn come(self, site: &Site, alone: &tokio::sync::Mutex<()>) {
        let sim = site.sim();
        match self {
            Self::Fault(fault) => sim.faults().push(fault),
            Self::Address {
                listener,
                silent,
                by,
            } => {
                let _alone = alone.lock().await;
                if silent {
                    sim.silence(listener).await;
                } else {
                    sim.kill(listener).await;
                }
                tokio::time::sleep(by).await;
                sim.revive(listener).expect("its own port");
            }
            Self::Cut => sim.cut_connections().await,
            Self::Form(shape, none, by) => {
                let _alone = alone.lock().await;
                sim.behave(|it| (it.isolation_shape, it.no_isolation) = (shape, none));
                tokio::time::sleep(by).await;
                let usual = kata_simulator::Behaviour::default();
                sim.behave(|it| {
                    (it.isolation_shape, it.no_isolation) =
                        (usual.isolation_shape, usual.no_isolation);
                });
            }
            Self::Rejected(by) => {
                let _alone = alone.lock().await;
                sim.reject(EXTERNAL_SYSTEM);
                tokio::time::sleep(by).await;
                sim.accept(EXTERNAL_SYSTEM);
            }
            Self::Console { host, seconds } => {
                // There may be nothing to release.
                let _nothing = sim.edit(&Writer::Console, &edit(&site.ours[host], seconds));
            }
            Self::Midst {
                host,
                seconds,
                call,
                when,
            } => sim.intrude(Intrusion {
                call: call.to_owned(),
                nth: 1,
                when,
                by: Writer::Console,
                edit: edit(&site.ours[host], seconds),
            }),
        }
    }
}

fn edit(host: &str, seconds: Option<u64>) -> Edit {
    let sensor = host.to_owned();
    match seconds {
        Some(seconds) => Edit::Isolate {
            sensor,
            seconds,
            exclusions: Vec::new(),
        },
        None => Edit::Release { sensor },
    }
}

/// Something around an order: before its effect, after it, or in its answer.
fn order_fault(dice: &mut Dice) -> Fault {
    let late = Duration::from_millis(dice.between(1600, 2600));
    let kind = dice
        .pick(&[
            FaultKind::ProcessThenDrop,
            FaultKind::ProcessThenDrop,
            FaultKind::ProcessThenStall,
            FaultKind::delay(late),
            FaultKind::delay(Duration::from_millis(400)),
            FaultKind::Truncate,
            FaultKind::Drop,
            FaultKind::Drop,
            FaultKind::Stall,
            FaultKind::status(500),
            FaultKind::status(503),
            FaultKind::Answer(CannedAnswer::html(502)),
            FaultKind::Answer(CannedAnswer::too_many_requests(Some("1"))),
            FaultKind::Answer(CannedAnswer::malformed()),
            FaultKind::ProcessThenAnswer(CannedAnswer::status(500)),
            FaultKind::ProcessThenAnswer(CannedAnswer::html(503)),
            FaultKind::ProcessThenAnswer(CannedAnswer::malformed()),
            FaultKind::ProcessThenAnswer(CannedAnswer::empty()),
        ])
        .clone();
    let call = *dice.pick(&[ISOLATE, ISOLATE, RELEASE, FORBID, RUN]);
    Fault::on(call, kind).times(times(dice))
}

/// Something around a look.
fn read_fault(dice: &mut Dice) -> Fault {
    let kind = dice
        .pick(&[
            FaultKind::Drop,
            FaultKind::Stall,
            FaultKind::delay(Duration::from_millis(400)),
            FaultKind::Truncate,
            FaultKind::status(500),
            FaultKind::status(503),
            FaultKind::Answer(CannedAnswer::html(502)),
            FaultKind::Answer(CannedAnswer::too_many_requests(None)),
            FaultKind::Answer(CannedAnswer::malformed()),
        ])
        .clone();
    let call = *dice.pick(&[READ, READ, FILES, TASK, "GET sensors"]);
    Fault::on(call, kind).times(times(dice))
}

fn times(dice: &mut Dice) -> u32 {
    u32::try_from(dice.between(1, 3)).unwrap_or(1)
}
