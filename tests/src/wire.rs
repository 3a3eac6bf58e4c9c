//! The wire between a gateway and KSC, and what can go wrong on it.
//!
//! It passes TLS on as it comes, record by record, and cannot read it; so it knows a request from
//! an answer by the direction and by the handshake's end, which is enough to break either in its
//! middle. What it strikes is the next thing that passes: where a certain call is to be struck, a
//! test holds it at the simulator's gate first.
//!
//! Rationale: the simulator's own faults say what KSC did. Here nobody says so, as with a broken
//! network; and both ends see their sockets end in ways that one process alone cannot bring about.

use std::collections::BTreeMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{self, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot, watch};
use tokio::task::{JoinHandle, JoinSet};

use crate::port;

/// The type of a TLS record that carries data of the application, or what TLS 1.3 hides as such.
const APPLICATION_DATA: u8 = 23;

/// Where something goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// A connection is accepted; the handshake has not begun.
    Connected,
    /// KSC has heard half of a request.
    MidRequest,
    /// KSC has heard a request; nothing of its answer has come back.
    Asked,
    /// Half of an answer has come back.
    MidAnswer,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    /// Both ends are closed.
    Cut,
    /// Both ends are reset.
    Reset,
    /// The gateway sees the end of what KSC says; what it says itself goes nowhere.
    HalfClose,
    /// Nothing moves any more, and nothing is closed.
    Stall,
    /// It goes on after a while.
    Delay(Duration),
}

impl Deed {
    /// Its name, without its measure.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::Reset => "reset",
            Self::HalfClose => "half-close",
            Self::Stall => "stall",
            Self::Delay(_) => "delay",
        }
    }
}

/// A wire to one address of KSC, with an address of its own.
pub struct Wire {
    addr: SocketAddr,
    weather: Arc<Weather>,
    accepting: Mutex<Option<(JoinHandle<()>, oneshot::Sender<()>)>>,
}

struct Weather {
    target: SocketAddr,
    /// What goes wrong next; drawn in order, each kind of moment for itself.
    plan: Mutex<Vec<(Moment, Deed)>>,
    /// What goes wrong every time.
    always: Mutex<Option<(Moment, Deed)>>,
    /// For how long a connection may rest, at most, until it is closed.
    rest: Mutex<Option<Duration>>,
    struck: Mutex<BTreeMap<(Moment, &'static str), usize>>,
    /// How many connections were made.
    made: AtomicUsize,
    /// Ends what is stalled.
    calm: watch::Sender<u64>,
    /// Whether KSC is away: nobody gets through.
    away: watch::Sender<bool>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Wire {
    /// A wire to this address.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn to(target: SocketAddr) -> Self {
        let listener = port::lasting().await;
        let wire = Self {
            addr: listener.local_addr().expect("an address"),
            weather: Arc::new(Weather {
                target,
                plan: Mutex::default(),
                always: Mutex::default(),
                rest: Mutex::default(),
                struck: Mutex::default(),
                made: AtomicUsize::new(0),
                calm: watch::Sender::new(0),
                away: watch::Sender::new(false),
            }),
            accepting: Mutex::default(),
        };
        wire.accept(listener);
        wire
    }

    /// Its end at the gateway's side, as `backends.ksc.endpoints` takes it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://{}", self.addr)
    }

    /// Strikes the next that passes this moment.
    pub fn strike(&self, moment: Moment, deed: Deed) {
        locked(&self.weather.plan).push((moment, deed));
    }

    /// Strikes everything that passes this moment, from now on.
    pub fn strike_always(&self, moment: Moment, deed: Deed) {
        *locked(&self.weather.always) = Some((moment, deed));
    }

    /// Closes each connection that is made from now on when it has rested, for a time drawn up to
    /// this one: as a server, or what stands before it, that lets go of what is not used.
    pub fn close_resting(&self, after_at_most: Duration) {
        *locked(&self.weather.rest) = Some(after_at_most);
    }

    /// Nothing more goes wrong; what was stalled is closed.
    pub fn calm(&self) {
        locked(&self.weather.plan).clear();
        *locked(&self.weather.always) = None;
        self.set_away(false);
        self.weather.calm.send_modify(|it| *it += 1);
    }

    /// Cuts every connection and resets new ones, until it comes back: as KSC's machine does while
    /// KSC is restarted.
    pub fn set_away(&self, away: bool) {
        self.weather.away.send_replace(away);
    }

    /// What went wrong so far, and how often.
    #[must_use]
    pub fn struck(&self) -> BTreeMap<(Moment, &'static str), usize> {
        locked(&self.weather.struck).clone()
    }

    /// How many connections were made so far.
    #[must_use]
    pub fn made(&self) -> usize {
        self.weather.made.load(Ordering::Relaxed)
    }

    /// Closes the port and cuts every connection.
    pub async fn close(&self) {
        let accepting = locked(&self.accepting).take();
        if let Some((accepting, stop)) = accepting {
            drop(stop);
            accepting.await.expect("it ends by itself");
        }
    }

    /// Listens again, on the port from before.
    ///
    /// # Panics
    /// When somebody else has taken it.
    pub async fn open_again(&self) {
        let listener = TcpListener::bind(self.addr).await.expect("its own port");
        self.accept(listener);
    }

    fn accept(&self, listener: TcpListener) {
        let weather = Arc::clone(&self.weather);
        let (stop, mut stopped) = oneshot::channel();
        let accepting = tokio::spawn(async move {
            // Dropped with this task, and every connection with it.
            let mut connections = JoinSet::new();
            let mut away = weather.away.subscribe();
            loop {
                let accepted = tokio::select! {
                    accepted = listener.accept() => accepted,
                    _ = &mut stopped => {
                        drop(listener);
                        connections.shutdown().await;
                        return;
                    }
                    _ = away.changed() => {
                        if *away.borrow_and_update() {
                            connections.abort_all();
                        }
                        continue;
                    }
                };
                while connections.try_join_next().is_some() {}
                let Ok((stream, _)) = accepted else { continue };
                if *away.borrow() {
                    let _gone = stream.set_zero_linger();
                } else {
                    weather.made.fetch_add(1, Ordering::Relaxed);
                    connections.spawn(Arc::clone(&weather).carry(stream));
                }
            }
        });
        *locked(&self.accepting) = Some((accepting, stop));
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if let Some((accepting, _)) = locked(&self.accepting).take() {
            accepting.abort();
        }
    }
}

/// Why a connection is not carried on.
enum End {
    /// One of its ends has closed it.
    Closed,
    /// It was struck.
    Struck(Deed),
}

impl From<io::Error> for End {
    fn from(_: io::Error) -> Self {
        Self::Closed
    }
}

impl Weather {
    /// What strikes at this moment. A delay is served here.
    async fn pass(&self, moment: Moment) -> Result<(), End> {
        let deed = {
            let mut plan = locked(&self.plan);
            match plan.iter().position(|it| it.0 == moment) {
                Some(at) => Some(plan.remove(at).1),
                None => locked(&self.always)
                    .filter(|it| it.0 == moment)
                    .map(|it| it.1),
            }
        };
        let Some(deed) = deed else { return Ok(()) };
        *locked(&self.struck)
            .entry((moment, deed.name()))
            .or_default() += 1;
        match deed {
            Deed::Delay(by) => {
                tokio::time::sleep(by).await;
                Ok(())
            }
            Deed::Cut | Deed::Reset | Deed::HalfClose | Deed::Stall => Err(End::Struck(deed)),
        }
    }

    /// Carries a connection to its end.
    async fn carry(self: Arc<Self>, mut gateway: TcpStream) {
        let mut calm = self.calm.subscribe();
        let mut ksc = None;
        let end = self.converse(&mut gateway, &mut ksc).await;
        let End::Struck(deed) = end else { return };
        match deed {
            Deed::Cut | Deed::Delay(_) => {}
            Deed::Reset => {
                for stream in [Some(&gateway), ksc.as_ref()].into_iter().flatten() {
                    // A socket that is gone already needs no reset.
                    let _gone = stream.set_zero_linger();
                }
            }
            Deed::HalfClose | Deed::Stall => {
                if deed == Deed::HalfClose {
                    let _gone = gateway.shutdown().await;
                }
                // Until the gateway has had enough, or the test has.
                let mut swallowed = [0; 4096];
                let enough =
                    async { while matches!(gateway.read(&mut swallowed).await, Ok(1..)) {} };
                tokio::select! {
                    () = enough => {}
                    _ = calm.changed() => {}
                }
            }
        }
    }

    async fn converse(&self, gateway: &mut TcpStream, ksc: &mut Option<TcpStream>) -> End {
        if let Err(end) = self.pass(Moment::Connected).await {
            return end;
        }
        let Ok(stream) = TcpStream::connect(self.target).await else {
            return End::Closed;
        };
        let ksc = ksc.insert(stream);
        for stream in [&*gateway, &*ksc] {
            // Records must not wait for each other.
            let _gone = stream.set_nodelay(true);
        }
        let traffic = Traffic::default();
        let (from_gateway, to_gateway) = gateway.split();
        let (from_ksc, to_ksc) = ksc.split();
        let end = tokio::select! {
            end = self.requests(from_gateway, to_ksc, &traffic) => end,
            end = self.answers(from_ksc, to_gateway, &traffic) => end,
            () = self.rest(&traffic) => Ok(()),
        };
        end.err().unwrap_or(End::Closed)
    }

    async fn requests(
        &self,
        mut from: ReadHalf<'_>,
        mut to: WriteHalf<'_>,
        traffic: &Traffic,
    ) -> Result<(), End> {
        let mut finished = false;
        loop {
            let record = record(&mut from).await?;
            // The first one is the client's end of the handshake.
            let request = record[0] == APPLICATION_DATA && finished;
            finished |= record[0] == APPLICATION_DATA;
            if !request {
                to.write_all(&record).await?;
                continue;
            }
            let (first, second) = record.split_at(record.len() / 2);
            to.write_all(first).await?;
            self.pass(Moment::MidRequest).await?;
            traffic.asked();
            to.write_all(second).await?;
            self.pass(Moment::Asked).await?;
        }
    }

    async fn answers(
        &self,
        mut from: ReadHalf<'_>,
        mut to: WriteHalf<'_>,
        traffic: &Traffic,
    ) -> Result<(), End> {
        loop {
            let record = record(&mut from).await?;
            if record[0] != APPLICATION_DATA || !traffic.was_asked.load(Ordering::Acquire) {
                to.write_all(&record).await?;
                continue;
            }
            let (first, second) = record.split_at(record.len() / 2);
            to.write_all(first).await?;
            self.pass(Moment::MidAnswer).await?;
            to.write_all(second).await?;
            traffic.answered();
        }
    }

    /// Ends when nothing has been under way for as long as was drawn.
    async fn rest(&self, traffic: &Traffic) {
        let Some(most) = *locked(&self.rest) else {
            return std::future::pending().await;
        };
        loop {
            traffic.changed.notified().await;
            let Some(since) = traffic.rests_since() else {
                continue;
            };
            tokio::time::sleep_until((since + most.mul_f64(chance())).into()).await;
            if traffic.rests_since() == Some(since) {
                return;
            }
        }
    }
}

/// What passes on one connection.
#[derive(Default)]
struct Traffic {
    /// Whether there was a request.
    was_asked: AtomicBool,
    /// Since when an answer has been the last that passed.
    rests_since: Mutex<Option<Instant>>,
    changed: Notify,
}

impl Traffic {
    fn asked(&self) {
        self.was_asked.store(true, Ordering::Release);
        *locked(&self.rests_since) = None;
    }

    fn rests_since(&self) -> Option<Instant> {
        *locked(&self.rests_since)
    }

    fn answered(&self) {
        *locked(&self.rests_since) = Some(Instant::now());
        self.changed.notify_one();
    }
}

/// A number from 0 to 1 by chance.
fn chance() -> f64 {
    let drawn = RandomState::new().build_hasher().finish();
    f64::from(u32::try_from(drawn >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}

/// A whole TLS record.
async fn record(from: &mut ReadHalf<'_>) -> io::Result<Vec<u8>> {
    let mut record = vec![0; 5];
    from.read_exact(&mut record).await?;
    let length = usize::from(u16::from_be_bytes([record[3], record[4]]));
    record.resize(5 + length, 0);
    from.read_exact(&mut record[5..]).await?;
    Ok(record)
}
