//! What signals do: some ask the gateway to stop, and none else ends it that can be kept from it.
//!
//! A process that ends where it stands breaks off what it has sent, and nobody hears what became of
//! it. So whatever asks for an end is an orderly stop: SIGTERM, SIGINT, SIGHUP (a terminal that
//! goes, an operator who means "read your settings again", which only a start does), and SIGQUIT
//! and SIGABRT, which would leave a core file that this process keeps from being written anyway.
//! Everything else that would end it by default is passed over. Left alone are what the system
//! sends for faults of the program itself, what makes it stand still and go on, and SIGKILL, which
//! nobody can keep from it.

use rustix::process::Signal;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

/// These ask for an orderly end.
const STOP: [Signal; 5] = [
    Signal::TERM,
    Signal::INT,
    Signal::HUP,
    Signal::QUIT,
    Signal::ABORT,
];

/// These would end the process by default, and mean nothing to it.
const NOTHING: [Signal; 10] = [
    Signal::USR1,
    Signal::USR2,
    Signal::ALARM,
    Signal::VTALARM,
    Signal::PROF,
    Signal::IO,
    Signal::POWER,
    Signal::STKFLT,
    // A limit on processor time, and one on the size of a file: the write then fails, which the log
    // knows.
    Signal::XCPU,
    Signal::XFSZ,
];

/// The signals that programs agree on among themselves.
const REAL_TIME: std::ops::RangeInclusive<i32> = 34..=64;

/// Resolves when the process is asked to stop, from now on. Must be called on the runtime; a signal
/// that cannot be listened to does what it does by default.
pub(crate) fn stop() -> impl Future<Output = ()> {
    for number in NOTHING.map(Signal::as_raw).into_iter().chain(REAL_TIME) {
        // It stays taken when nobody listens to it.
        let _taken = signal(SignalKind::from_raw(number));
    }
    let (tell, mut told) = mpsc::channel::<()>(1);
    for it in STOP {
        if let Ok(mut signals) = signal(SignalKind::from_raw(it.as_raw())) {
            let tell = tell.clone();
            tokio::spawn(async move {
                while signals.recv().await.is_some() {
                    // One is enough.
                    let _told_already = tell.try_send(());
                }
            });
        }
    }
    async move {
        // Held, so that it cannot end without a signal where none can be listened to.
        let _tell = tell;
        let _asked = told.recv().await;
    }
}
