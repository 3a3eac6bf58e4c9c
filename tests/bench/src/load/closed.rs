//! A closed loop: each caller asks again as soon as it has its answer.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::{JoinSet, LocalSet};

use super::errand::{Body, Errand};
use super::supply::Supply;
use super::tally::{Book, Tally};

/// Longest wait for the last answers.
const DRAIN: Duration = Duration::from_secs(60);

/// A caller that gets nothing but refusals does not go on: it would do so thousands of times.
pub(super) const MOST_WRONG: u64 = 1_000;

/// How often it is looked whether there are tokens left.
pub(super) const LOOK: Duration = Duration::from_millis(20);

/// So many callers, for so long after a warm-up. `bound` is called when counting begins and when it
/// ends, to read what else is counted.
pub(crate) async fn closed<F: AsyncFnMut() -> Result<(), String>>(
    errand: &Errand,
    supply: Supply,
    callers: usize,
    (warm_up, time): (Duration, Duration),
    mut bound: F,
) -> Result<Tally, String> {
    let book = Book::default();
    let stop = Rc::new(Cell::new(false));
    let supply = Rc::new(supply);
    let all = LocalSet::new();
    let running = all.run_until(async {
        let mut callers: JoinSet<Result<(), String>> = (0..callers)
            .map(|_| {
                let (errand, supply) = (errand.clone(), Rc::clone(&supply));
                let (book, stop) = (book.clone(), Rc::clone(&stop));
                caller(errand, supply, book, stop)
            })
            .fold(JoinSet::new(), |mut set, it| {
                set.spawn_local(it);
                set
            });
        wait(warm_up, &stop).await;
        bound().await?;
        book.count(true);
        wait(time, &stop).await;
        book.count(false);
        bound().await?;
        stop.set(true);
        let ends = async {
            while let Some(ended) = callers.join_next().await {
                ended.map_err(|it| it.to_string())??;
            }
            Ok::<(), String>(())
        };
        let ended = tokio::time::timeout(DRAIN, ends).await;
        ended.map_err(|_| "the last answers do not come".to_owned())?
    });
    running.await?;
    drop(all);
    book.close()
}

/// Waits so long, or until there is nothing left to ask with.
async fn wait(time: Duration, stop: &Cell<bool>) {
    let until = Instant::now() + time;
    while !stop.get() {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        tokio::time::sleep(left.min(LOOK)).await;
    }
}

async fn caller(
    errand: Errand,
    supply: Rc<Supply>,
    book: Book,
    stop: Rc<Cell<bool>>,
) -> Result<(), String> {
    let mut body = Body::default();
    let mut connection = errand.connect().await?;
    while !stop.get() {
        let Some(order) = supply.next() else {
            stop.set(true);
            break;
        };
        let begin = Instant::now();
        let outcome = errand.run(connection.as_mut(), &mut body, &order).await;
        let failed = outcome.is_err();
        book.note(outcome, begin.elapsed());
        if failed {
            if book.wrong() > MOST_WRONG {
                stop.set(true);
            }
            // An answer may be half read.
            connection = errand.connect().await?;
        }
    }
    Ok(())
}
