//! The connection to Redis: made when it is needed, given up when it fails, bounded in time.
//!
//! One connection carries all scripts and the news. Its URL is read anew for each connection,
//! because Kubernetes replaces the file when the secret changes, and so is the server found anew
//! that it leads to. After a failure nothing is tried for a moment, then by one at a time and behind
//! its back: a store that is away must cost each request next to nothing.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, PushInfo, PushKind, RedisError, Script};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::task::JoinHandle;

use super::away::{Away, Remedy, is_of_a_cluster, remedy, told};
use super::names::Names;
use super::news::StoreNews;
use super::owed_notes::OwedNote;
use super::seat::{Naming, Seat, take};
use crate::telemetry::Verdict;
use crate::telemetry::trace::{self, OpenSpan};

/// Longest for connecting, and for one step.
const CONNECT_WITHIN: Duration = Duration::from_secs(1);
const ANSWER_WITHIN: Duration = Duration::from_secs(1);

/// How long a request waits for the Sentinels before it leaves. They answer within milliseconds, or
/// too few of them to make another master.
const CONFIRM_WITHIN: Duration = Duration::from_millis(300);

/// How long nothing is tried after a failed connection, or one that was of no use.
const REST: Duration = Duration::from_millis(200);

/// How long a request waits for a connection when the one before has failed. One that can be had is
/// had by then.
const BRIEFLY: Duration = Duration::from_millis(100);

/// A script that is compiled into the program; behind others, when it calls what they define.
macro_rules! script {
    ($name:literal $(, behind $part:literal)*) => {{
        static SCRIPT: std::sync::LazyLock<redis::Script> = std::sync::LazyLock::new(|| {
            redis::Script::new(concat!(
                $(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/", $part, ".lua")),)*
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/", $name, ".lua"))
            ))
        });
        ($name, &SCRIPT)
    }};
}
pub(super) use script;

impl<T> Verdict for Result<T, Away> {
    fn failure(&self) -> Option<Cow<'static, str>> {
        self.as_ref().err().map(|_| "store_unavailable".into())
    }
}

/// A script with its keys and arguments.
#[derive(Clone)]
pub(super) struct ScriptCall {
    name: &'static str,
    script: &'static LazyLock<Script>,
    keys: Vec<String>,
    arguments: Vec<String>,
    /// What of it says who asked for a task.
    note: Option<Arc<OwedNote>>,
}

impl ScriptCall {
    /// A script, with the name that it has in traces.
    pub(super) fn new((name, script): (&'static str, &'static LazyLock<Script>)) -> Self {
        Self {
            name,
            script,
            keys: Vec::new(),
            arguments: Vec::new(),
            note: None,
        }
    }

    pub(super) fn key(mut self, key: impl Into<String>) -> Self {
        let key = key.into();
        // One without the tag would be in another slot, and maybe at another server.
        debug_assert!(key.starts_with('{'), "{}: {key}", self.name);
        self.keys.push(key);
        self
    }

    pub(super) fn arg(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// It says who asked for a task, too.
    pub(super) fn noting(mut self, note: OwedNote) -> Self {
        self.note = Some(Arc::new(note));
        self
    }

    /// It will not be said any more.
    pub(super) fn lose(&self) {
        if let Some(note) = &self.note {
            note.lose();
        }
    }
}

/// The connection.
pub(super) struct Link {
    url_file: PathBuf,
    names: Names,
    news: Arc<StoreNews>,
    current: Arc<RwLock<Option<Live>>>,
    connecting: Arc<Mutex<()>>,
    /// Which connection the Sentinels have last confirmed, and when they were asked.
    confirmed: Mutex<Option<(u64, Instant)>>,
    failed: Arc<RwLock<Option<(Instant, Away)>>>,
    /// Where the connection's work is done. Those who ask may be on threads that end before the
    /// gateway does.
    runtime: Handle,
}

/// A connection that has not failed yet.
#[derive(Clone)]
struct Live {
    connection: MultiplexedConnection,
    number: u64,
    seat: Arc<Seat>,
    /// By what the Sentinels said.
    naming: Option<Naming>,
}

impl Link {
    pub(super) fn new(url_file: PathBuf, names: Names, news: Arc<StoreNews>) -> Self {
        Self {
            url_file,
            names,
            news,
            current: Arc::default(),
            connecting: Arc::default(),
            confirmed: Mutex::default(),
            failed: Arc::default(),
            runtime: Handle::current(),
        }
    }

    /// As [`Link::run`], for the step that lets a request leave: whoever has taken it knows that its
    /// server was still the master afterwards.
    ///
    /// A master that stood still does not know that another one has taken its place. What it is told
    /// then is lost, and is no reason to send anything.
    pub(super) async fn run_at_the_master(&self, call: &ScriptCall) -> Result<Vec<String>, Away> {
        let open = span(call.name);
        let answer = match self.run_script(call).await {
            Ok((answer, live)) => self.confirm(&live, Instant::now()).await.map(|()| answer),
            Err(away) => Err(away),
        };
        told_of(open, answer)
    }

    /// Runs a script. One that fails with its connection is run once more on a new one: that one
    /// may only have been closed for being idle, and no step does harm when it is taken twice.
    pub(super) async fn run(&self, call: &ScriptCall) -> Result<Vec<String>, Away> {
        let open = span(call.name);
        let answer = self.run_script(call).await;
        told_of(open, answer.map(|it| it.0))
    }

    async fn run_script(&self, call: &ScriptCall) -> Result<(Vec<String>, Live), Away> {
        let mut again = true;
        loop {
            let mut live = self.live().await?;
            let mut invocation = call.script.prepare_invoke();
            for key in &call.keys {
                invocation.key(key);
            }
            for argument in &call.arguments {
                invocation.arg(argument);
            }
            let answer = invocation.invoke_async::<Vec<String>>(&mut live.connection);
            let error = match tokio::time::timeout(ANSWER_WITHIN, answer).await {
                Ok(Ok(answer)) => return Ok((answer, live)),
                Ok(Err(error)) => error,
                Err(_) => {
                    self.give_up(live.number);
                    return Err(Away::late());
                }
            };
            match verdict(&error, &live.seat) {
                Ok(away) => return Err(away),
                Err(away) => {
                    self.give_up(live.number);
                    if !again {
                        // A new connection for each request would be no use either.
                        self.rest(&away);
                        return Err(away);
                    }
                    again = false;
                }
            }
        }
    }

    async fn live(&self) -> Result<Live, Away> {
        if let Some(live) = self.standing() {
            return Ok(live);
        }
        let before = self.failed();
        let connecting = Arc::clone(&self.connecting);
        let connecting = match &before {
            None => connecting.lock_owned().await,
            // Whoever tries already is not waited for.
            Some((_, away)) => connecting.try_lock_owned().map_err(|_| away.clone())?,
        };
        if let Some(live) = self.standing() {
            return Ok(live);
        }
        if let Some((at, away)) = self.failed()
            && at.elapsed() < REST
        {
            return Err(away);
        }
        let connected = self.connect(connecting);
        let Some((_, away)) = before else {
            return connected.await.unwrap_or_else(|_| Err(broken_off()));
        };
        match tokio::time::timeout(BRIEFLY, connected).await {
            Ok(connected) => connected.unwrap_or_else(|_| Err(broken_off())),
            Err(_) => Err(away),
        }
    }

    fn failed(&self) -> Option<(Instant, Away)> {
        let failed = self.failed.read().unwrap_or_else(PoisonError::into_inner);
        failed.clone()
    }

    fn standing(&self) -> Option<Live> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.clone()
    }

    fn give_up(&self, number: u64) -> bool {
        give_up(&self.current, number)
    }

    fn rest(&self, away: &Away) {
        let mut failed = self.failed.write().unwrap_or_else(PoisonError::into_inner);
        *failed = Some((Instant::now(), away.clone()));
    }

    /// Gives the connection up when the Sentinels name another server by now: a master that is cut
    /// off from them, and not from here, takes writes that are thrown away when it is found again.
    async fn look_round(&self) {
        if let Some(live) = self.standing() {
            // Whoever looks for no reason is told nothing.
            let _is_master = self.look(&live, CONNECT_WITHIN).await.is_ok();
        }
    }

    /// Whether the server of this connection was the master at some time since then, as far as the
    /// Sentinels say. Those who ask at the same time share one look.
    async fn confirm(&self, live: &Live, since: Instant) -> Result<(), Away> {
        if live.naming.is_none() {
            return Ok(());
        }
        let mut confirmed = self.confirmed.lock().await;
        if confirmed.is_some_and(|(number, at)| number == live.number && at >= since) {
            return Ok(());
        }
        let begun = Instant::now();
        self.look(live, CONFIRM_WITHIN).await?;
        *confirmed = Some((live.number, begun));
        Ok(())
    }

    /// Looks whether the Sentinels name another server than that of this connection by now. When
    /// they do not answer nothing changes.
    async fn look(&self, live: &Live, within: Duration) -> Result<(), Away> {
        let Some(named) = &live.naming else {
            return Ok(());
        };
        let (seat, until) = (Arc::clone(&live.seat), Instant::now() + within);
        // The lines to the Sentinels outlive the thread of whoever asks.
        let asking = self.runtime.spawn(async move {
            match &*seat {
                Seat::Sentinels(sentinels) => sentinels.named(until).await.ok(),
                Seat::Server(_) | Seat::Cluster(_) => None,
            }
        });
        let Ok(Some(now)) = asking.await else {
            return Ok(());
        };
        if !named.is_overtaken_by(&now) {
            return Ok(());
        }
        if self.give_up(live.number) {
            tracing::warn!(
                "the Sentinels name another Redis by now: the connection to the one before is given up"
            );
            self.news.tell_all();
        }
        Err(Away::Unreachable(
            "another server has taken its place".to_owned(),
        ))
    }

    /// Connects on the runtime, whoever goes on waiting for it.
    fn connect(&self, connecting: OwnedMutexGuard<()>) -> JoinHandle<Result<Live, Away>> {
        let (news, current) = (Arc::clone(&self.news), Arc::clone(&self.current));
        let (failed, names) = (Arc::clone(&self.failed), self.names.clone());
        let url_file = self.url_file.clone();
        self.runtime.spawn(async move {
            let made = make(&url_file, &names, &news, &current).await;
            let mut before = failed.write().unwrap_or_else(PoisonError::into_inner);
            *before = made.as_ref().err().map(|it| (Instant::now(), it.clone()));
            drop(before);
            if made.is_ok() {
                // Whatever was said meanwhile was missed.
                news.tell_all();
            }
            drop(connecting);
            made
        })
    }
}

/// Looks round so often until nobody needs the connection any more.
pub(super) async fn look_round(link: Weak<Link>, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        let Some(link) = link.upgrade() else {
            return;
        };
        link.look_round().await;
    }
}

/// Makes the connection that is current from now on.
async fn make(
    url_file: &Path,
    names: &Names,
    news: &Arc<StoreNews>,
    current: &Arc<RwLock<Option<Live>>>,
) -> Result<Live, Away> {
    static NUMBER: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let seat = Seat::read(url_file)?;
    let (news, own) = (Arc::clone(news), Arc::clone(current));
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(CONNECT_WITHIN))
        .set_response_timeout(Some(ANSWER_WITHIN))
        .set_push_sender(move |push: PushInfo| {
            heard(&push, &news, || {
                give_up(&own, number);
            });
            Ok::<(), redis::aio::SendError>(())
        });
    let until = Instant::now() + CONNECT_WITHIN * 2;
    let (mut connection, naming) = take(&seat, &config, &names.mark(), until).await?;
    let subscribing = connection.subscribe(names.news());
    match tokio::time::timeout_at(until.into(), subscribing).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => return Err(Away::Unreachable(told(&error))),
        Err(_) => return Err(Away::late()),
    }
    let live = Live {
        connection,
        number,
        seat: Arc::new(seat),
        naming,
    };
    let mut current = current.write().unwrap_or_else(PoisonError::into_inner);
    *current = Some(live.clone());
    Ok(live)
}

fn broken_off() -> Away {
    Away::Unreachable("connecting broke off".to_owned())
}

/// Gives the connection of this number up; whether nobody had yet.
fn give_up(current: &RwLock<Option<Live>>, number: u64) -> bool {
    let mut current = current.write().unwrap_or_else(PoisonError::into_inner);
    let is_current = current.as_ref().is_some_and(|it| it.number == number);
    if is_current {
        *current = None;
    }
    is_current
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the library's list is open")]
fn heard(push: &PushInfo, news: &StoreNews, broken: impl FnOnce()) {
    match push.kind {
        PushKind::Message => {
            let about = push.data.get(1).cloned();
            if let Some(about) = about.and_then(|it| redis::from_redis_value::<String>(it).ok()) {
                news.tell(&about);
            }
        }
        PushKind::Disconnection => {
            broken();
            news.tell_all();
        }
        _ => {}
    }
}

/// What an error means for whoever has asked; as an error when another connection may do better.
fn verdict(error: &RedisError, seat: &Seat) -> Result<Away, Away> {
    if matches!(seat, Seat::Server(_)) && is_of_a_cluster(error) {
        return Ok(Away::cluster());
    }
    match remedy(error) {
        Remedy::Reconnect => Err(Away::Unreachable(told(error))),
        Remedy::Wait => Ok(Away::Unreachable(told(error))),
        Remedy::None => Ok(Away::Refused(told(error))),
    }
}

/// The answer, of which its span is told.
fn told_of<T>(open: Option<OpenSpan>, answer: Result<T, Away>) -> Result<T, Away> {
    if let (Some(open), Err(away)) = (open, &answer) {
        open.fail(match away {
            Away::File(_) => "file",
            Away::Unreachable(_) => "unreachable",
            Away::Refused(_) => "refused",
        });
    }
    answer
}

/// The span of a script that Redis runs, for a request whose trace is recorded.
fn span(script: &'static str) -> Option<OpenSpan> {
    if trace::is_recorded() != Some(true) {
        return None;
    }
    let open = trace::call(format!("redis {script}"), trace::here().as_ref(), None)?;
    open.note("db.system.name", "redis");
    open.note("db.operation.name", "EVALSHA");
    open.note("db.stored_procedure.name", script);
    Some(open)
}
