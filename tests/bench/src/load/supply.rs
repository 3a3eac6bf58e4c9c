//! What each request is made with: whose token, which device, which key.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::devices;

/// The number of the next request of this process: no two have the same, whatever they are for.
static SERIAL: AtomicU64 = AtomicU64::new(0);

/// The tokens of a measurement.
#[derive(Debug, Clone)]
pub(crate) enum Tokens {
    /// Whoever is asked asks for none.
    Nobody,
    /// These, in turn.
    InTurn(Vec<String>),
    /// These, each for one request; when they are used up, the measurement ends.
    Once(Vec<String>),
}

/// How requests name their devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum HostChoice {
    /// So many in turn, by their ids.
    Ids(u64),
    /// So many in turn, by their names.
    Names(u64),
    /// A new one every time, by its id.
    New,
    /// One and the same, by its id.
    One,
}

/// What the requests of a measurement are made with.
#[derive(Debug)]
pub(crate) struct Supply {
    tokens: Tokens,
    hosts: HostChoice,
    keys: bool,
    next: Cell<usize>,
}

/// What one request is made with.
#[derive(Debug)]
pub(crate) struct Order<'a> {
    /// The token, if there is one.
    pub(crate) token: Option<&'a str>,
    /// What the device is called.
    pub(crate) host: String,
    /// The idempotency key, if there is to be one.
    pub(crate) key: Option<String>,
}

impl Supply {
    /// Of these tokens and devices, with or without a key of its own for each request.
    pub(crate) fn new(tokens: Tokens, hosts: HostChoice, keys: bool) -> Self {
        Self {
            tokens,
            hosts,
            keys,
            next: Cell::new(0),
        }
    }

    /// What the next request is made with; nothing when there are no more tokens.
    pub(super) fn next(&self) -> Option<Order<'_>> {
        let number = self.next.get();
        let token = match &self.tokens {
            Tokens::Nobody => None,
            Tokens::InTurn(tokens) => Some(tokens[number % tokens.len()].as_str()),
            Tokens::Once(tokens) => Some(tokens.get(number)?.as_str()),
        };
        self.next.set(number + 1);
        let serial = SERIAL.fetch_add(1, Relaxed);
        let host = match self.hosts {
            HostChoice::Ids(count) => devices::id(serial % count),
            HostChoice::Names(count) => devices::name(serial % count),
            HostChoice::New => devices::id(serial),
            HostChoice::One => devices::id(0),
        };
        // The number of this process keeps them apart from those of another run at one store.
        let key = || format!("bench-{}-{serial}", std::process::id());
        Some(Order {
            token,
            host,
            key: self.keys.then(key),
        })
    }
}
