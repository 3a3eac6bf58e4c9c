//! What Redis must be told in the end: said again until it is heard.
//!
//! No debt waits for another: each names the claim or the place that it gives up, which nobody else
//! has. A host's next request waits for one, and must not wait for what an outage has left behind.
//!
//! A debt that is never paid, because the replica dies before, costs time and no truth: its claims
//! and turns are taken over when its life has run out.

use std::sync::{Arc, Weak};
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use tokio::sync::{mpsc, watch};

use super::away::Away;
use super::link::{Link, ScriptCall};

/// Where debts are written down.
pub(super) struct Debts {
    owed: mpsc::UnboundedSender<ScriptCall>,
    open: Arc<watch::Sender<usize>>,
}

/// The debts.
pub(super) struct OwedCalls {
    owed: mpsc::UnboundedReceiver<ScriptCall>,
    open: Arc<watch::Sender<usize>>,
}

/// More debts than this are not kept: each is a few hundred bytes. With the store away every
/// request that was refused leaves one or two, since what it asked may have been heard.
const MOST: usize = 100_000;

/// A store that refuses, being full or not what it should be, is told again so often: for ten
/// minutes.
const MOST_REFUSALS: u32 = 300;

/// So many are paid at a time. Each request leaves some behind, and a busy store serves whoever asks
/// in turn: were few paid at a time, debts would pile up behind many requests.
const AT_ONCE: usize = 512;

pub(super) fn book() -> (Debts, OwedCalls) {
    let (tell, owed) = mpsc::unbounded_channel();
    let open = Arc::new(watch::Sender::new(0));
    let debts = Debts {
        owed: tell,
        open: Arc::clone(&open),
    };
    (debts, OwedCalls { owed, open })
}

impl Debts {
    pub(super) fn owe(&self, call: ScriptCall) {
        if *self.open.borrow() >= MOST {
            tracing::error!("too much is owed to the shared store; something is not told");
            call.lose();
            return;
        }
        self.open.send_modify(|it| *it += 1);
        if self.owed.send(call).is_err() {
            self.open.send_modify(|it| *it -= 1);
        }
    }

    /// Waits until nothing is owed.
    pub(super) async fn paid(&self) {
        let mut open = self.open.subscribe();
        // The sender is at hand, so it cannot have gone.
        let _none = open.wait_for(|it| *it == 0).await.is_ok();
    }
}

/// Pays until nobody can owe anything any more.
pub(super) async fn pay(link: Weak<Link>, owed: OwedCalls) {
    let OwedCalls { owed, open } = owed;
    let debts = stream::unfold(owed, |mut owed| async { Some((owed.recv().await?, owed)) });
    let paid = debts.for_each_concurrent(AT_ONCE, |call| async {
        settle(&link, call).await;
        open.send_modify(|it| *it -= 1);
    });
    paid.await;
}

/// Says it until it is heard, or nobody is left to say it.
async fn settle(link: &Weak<Link>, call: ScriptCall) {
    let (mut pause, mut refusals) = (Duration::from_millis(50), 0);
    loop {
        let Some(link) = link.upgrade() else {
            return;
        };
        match link.run(&call).await {
            Ok(answer) => return look(&answer),
            Err(away @ Away::Refused(_)) if refusals == MOST_REFUSALS => {
                tracing::error!(
                    error = &away as &dyn std::error::Error,
                    "the shared store refuses to be told something; it is told no more"
                );
                call.lose();
                return;
            }
            Err(Away::Refused(_)) => refusals += 1,
            Err(Away::File(_) | Away::Unreachable(_)) => {}
        }
        drop(link);
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(2));
    }
}

/// Should never be seen: the store has another answer for the key than the one that is known to be
/// true.
pub(super) fn look(answer: &[String]) {
    if answer.first().is_some_and(|it| it == "other") {
        tracing::error!(
            "a request with an Idempotency-Key has been carried out twice: the replica that sent the first was not heard of for too long"
        );
    }
}
