//! An open loop: requests are due at a fixed rate, whatever became of those before.
//!
//! A latency is counted from the moment at which the request was due, not from the one at which it
//! was sent: a program that stands still for a while keeps all of those waiting who would have come
//! in the meantime, and a caller that waits for it with its next request would hide that.

use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, mpsc};
use tokio::task::{JoinSet, LocalSet};

use super::closed::{LOOK, MOST_WRONG};
use super::errand::{Body, Errand};
use super::pacer::{Due, Pacer};
use super::supply::Supply;
use super::tally::{Book, Tally};

/// Longest wait for the last answers.
const DRAIN: Duration = Duration::from_secs(60);

/// Requests on their way from when they are due to whoever sends them.
type Queue = Rc<Mutex<mpsc::UnboundedReceiver<Due>>>;

/// So many requests a second over so many connections, for so long after a warm-up; `bound` as in
/// the closed loop.
pub(crate) async fn open<F: AsyncFnMut() -> Result<(), String>>(
    errand: &Errand,
    supply: Supply,
    (connections, rate): (usize, f64),
    (warm_up, time): (Duration, Duration),
    mut bound: F,
) -> Result<Tally, String> {
    let book = Book::default();
    let supply = Rc::new(supply);
    let mut ready = Vec::new();
    for _ in 0..connections {
        ready.push(errand.connect().await?);
    }
    let (pacer, receiver) = Pacer::start(rate, (warm_up, time));
    let queue: Queue = Rc::new(Mutex::new(receiver));
    let all = LocalSet::new();
    let running = all.run_until(async {
        let mut senders = JoinSet::new();
        for mut connection in ready {
            let (errand, supply) = (errand.clone(), Rc::clone(&supply));
            let (book, queue) = (book.clone(), Rc::clone(&queue));
            senders.spawn_local(async move {
                let mut body = Body::default();
                loop {
                    let due = queue.lock().await.recv().await;
                    let (Some(due), Some(order)) = (due, supply.next()) else {
                        return Ok::<(), String>(());
                    };
                    let outcome = errand.run(connection.as_mut(), &mut body, &order).await;
                    let failed = outcome.is_err();
                    book.note_if(due.counts, outcome, due.at.elapsed());
                    if failed {
                        connection = errand.connect().await?;
                    }
                }
            });
        }
        wait(warm_up, &book).await;
        bound().await?;
        wait(time, &book).await;
        bound().await?;
        drop(pacer);
        let ends = async {
            while let Some(ended) = senders.join_next().await {
                ended.map_err(|it| it.to_string())??;
            }
            Ok::<(), String>(())
        };
        let ended = tokio::time::timeout(DRAIN, ends).await;
        ended.map_err(|_| "the last answers do not come".to_owned())?
    });
    running.await?;
    drop((all, queue));
    book.close()
}

/// Waits so long, or until too much has gone wrong.
async fn wait(time: Duration, book: &Book) {
    let until = Instant::now() + time;
    while book.wrong() < MOST_WRONG {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        tokio::time::sleep(left.min(LOOK)).await;
    }
}
