//! The cells of each table.

use std::time::Duration;

use crate::cell::{Cell, Pace, TokenChoice};
use crate::load::HostChoice;
use crate::options::Options;
use crate::rig::{Lane, Setup, Store};

/// The ways that are compared with each other, in the order of their rows.
pub(super) const LANES: [Lane; 8] = [
    Lane::Floor,
    Lane::Gateway,
    Lane::Before,
    Lane::HaproxyJwt,
    Lane::Haproxy,
    Lane::EnvoyJwt,
    Lane::Python,
    Lane::Script,
];

/// Those that have settings to try.
const GATEWAYS: [Lane; 2] = [Lane::Gateway, Lane::Before];

/// Most callers that are on their way at a time in an open loop.
const CONNECTIONS: usize = 256;

/// Tokens of a fleet of callers: each is seen a few times in a round.
const FLEET: usize = 2_000;

/// More scripts at a time than this only wait for each other.
const MOST_SCRIPTS: usize = 8;

impl Lane {
    /// What its rows are called.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Floor => "floor: callers to KSC",
            Self::Gateway => "gateway",
            Self::Before => "gateway (before)",
            Self::HaproxyJwt => "HAProxy, ES256",
            Self::Haproxy => "HAProxy, no tokens",
            Self::EnvoyJwt => "Envoy, ES256",
            Self::Python => "Python service, ES256",
            Self::Script => "Python script an action",
        }
    }
}

impl Cell {
    /// The plainest: one token, many devices, no key, KSC at once.
    pub(crate) fn plain(lane: Lane, callers: usize, options: &Options) -> Self {
        Self {
            label: lane.label().to_owned(),
            lane,
            setup: Setup {
                sessions: options.max_sessions,
                ..Setup::default()
            },
            callers,
            pace: Pace::Closed,
            tokens: TokenChoice::One,
            hosts: HostChoice::Ids(options.hosts),
            keys: false,
            delay: Duration::ZERO,
        }
    }

    /// With another setup.
    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// The same under a name that says more.
    fn called(mut self, more: &str) -> Self {
        self.label = format!("{}, {more}", self.label);
        self
    }
}

/// Every way, with few callers and with many.
pub(crate) fn throughput(options: &Options) -> Vec<Cell> {
    let mut cells = Vec::new();
    for callers in options.callers() {
        for lane in LANES.into_iter().filter(|it| options.takes(*it)) {
            if lane != Lane::Script || callers <= MOST_SCRIPTS {
                cells.push(Cell::plain(lane, callers, options));
            }
        }
    }
    for lane in taken(&GATEWAYS, options) {
        let cell = Cell::plain(lane, options.many(), options);
        cells.push(cell.called("budget").with(|it| it.setup.budget = true));
    }
    cells
}

/// Devices by id and by name; a new one every time, which has to be looked up, and one alone, which
/// has to be waited for.
pub(crate) fn hosts(options: &Options) -> Vec<Cell> {
    let choices = [
        ("by id", HostChoice::Ids(options.hosts)),
        ("by name", HostChoice::Names(options.hosts)),
        ("new by id", HostChoice::New),
        ("one", HostChoice::One),
    ];
    let cell = |lane, (name, hosts): (&str, HostChoice)| {
        let cell = Cell::plain(lane, options.many(), options);
        cell.called(name).with(|it| it.hosts = hosts)
    };
    table(&GATEWAYS, &choices, options, cell)
}

/// One token, some, and a new one for every request.
pub(crate) fn tokens(options: &Options) -> Vec<Cell> {
    let choices = [
        ("one token", TokenChoice::One),
        ("2000 tokens", TokenChoice::Pool(FLEET)),
        ("new tokens", TokenChoice::Fresh),
    ];
    let lanes = [
        Lane::Gateway,
        Lane::Before,
        Lane::HaproxyJwt,
        Lane::EnvoyJwt,
    ];
    let cell = |lane, (name, tokens): (&str, TokenChoice)| {
        let cell = Cell::plain(lane, options.many(), options);
        cell.called(name).with(|it| it.tokens = tokens)
    };
    table(&lanes, &choices, options, cell)
}

/// Keys, in memory and in Redis.
pub(crate) fn store(options: &Options) -> Vec<Cell> {
    let choices = [
        ("memory", (Store::Memory, false)),
        ("memory, key", (Store::Memory, true)),
        ("Redis", (Store::Redis, false)),
        ("Redis, key", (Store::Redis, true)),
    ];
    let cell = |lane, (name, (store, keys)): (&str, (Store, bool))| {
        let cell = Cell::plain(lane, options.many(), options).called(name);
        let cell = cell.with(|it| it.tokens = TokenChoice::Pool(FLEET));
        cell.with(|it| (it.setup.store, it.keys) = (store, keys))
    };
    table(&GATEWAYS, &choices, options, cell)
}

/// One replica behind HAProxy, two, and four, with keys in one Redis.
pub(crate) fn replicas(options: &Options) -> Vec<Cell> {
    let cell = |lane, replicas: u8| {
        let cell = Cell::plain(lane, options.many(), options);
        let cell = cell.called(&format!("replicas: {replicas}"));
        let cell = cell.with(|it| it.tokens = TokenChoice::Pool(FLEET));
        cell.with(|it| {
            (it.setup.store, it.setup.replicas, it.keys) = (Store::Redis, replicas, true);
        })
    };
    table(&GATEWAYS, &[1, 2, 4], options, cell)
}

/// A KSC that takes its time.
pub(crate) fn slow(options: &Options) -> Vec<Cell> {
    let lanes = [
        Lane::Floor,
        Lane::Gateway,
        Lane::Before,
        Lane::HaproxyJwt,
        Lane::Haproxy,
    ];
    let delays: &[u64] = if options.quick { &[10] } else { &[1, 10, 50] };
    let mut cells = Vec::new();
    for delay in delays {
        let late = |lane| {
            let cell = Cell::plain(lane, options.many(), options);
            let cell = cell.called(&format!("{delay} ms a call"));
            cell.with(|it| it.delay = Duration::from_millis(*delay))
        };
        cells.extend(taken(&lanes, options).map(late));
        // A session has one call at a time: with few of them, callers wait for each other.
        for lane in taken(&GATEWAYS, options) {
            let cell = late(lane).called("64 sessions");
            cells.push(cell.with(|it| it.setup.sessions = Some(64)));
        }
    }
    cells
}

/// How many actions a second the gateways do when they can do no more.
pub(crate) fn saturation(options: &Options) -> Vec<Cell> {
    taken(&GATEWAYS, options)
        .map(|lane| Cell::plain(lane, options.many(), options))
        .collect()
}

/// Half of what a gateway can do, for it and for others; each rate has the floor beside it.
pub(crate) fn open_loop(options: &Options, saturation: &[(Lane, f64)]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (whose, most) in saturation {
        let rate = (most / 2.0).max(1.0).round();
        let third = if *whose == Lane::Gateway {
            Lane::HaproxyJwt
        } else {
            *whose
        };
        let lanes = [Lane::Floor, Lane::Gateway, third];
        for lane in taken(&lanes, options) {
            let cell = Cell::plain(lane, CONNECTIONS, options);
            let cell = cell.called(&format!("{rate}/s"));
            cells.push(cell.with(|it| it.pace = Pace::Open(rate)));
        }
    }
    cells
}

/// Those of some ways that are wanted.
fn taken(lanes: &[Lane], options: &Options) -> impl Iterator<Item = Lane> {
    lanes.iter().copied().filter(|it| options.takes(*it))
}

/// Each choice, and under it each way.
fn table<T: Copy>(
    lanes: &[Lane],
    choices: &[T],
    options: &Options,
    cell: impl Fn(Lane, T) -> Cell,
) -> Vec<Cell> {
    let all = |choice: &T| {
        let choice = *choice;
        taken(lanes, options).map(move |lane| (lane, choice))
    };
    choices
        .iter()
        .flat_map(all)
        .map(|(lane, choice)| cell(lane, choice))
        .collect()
}
