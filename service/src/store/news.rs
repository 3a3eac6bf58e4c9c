//! Who waits for which key or queue to change, and is woken when another replica says that it has.
//!
//! News can be lost with a connection, and who died sends none. So whoever waits also asks again
//! after a while; news only make that short.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

/// Those who wait, by what they wait for.
#[derive(Default)]
pub(super) struct StoreNews(Mutex<HashMap<String, watch::Sender<()>>>);

/// Waits for one thing to change.
pub struct StoreWait {
    news: Arc<StoreNews>,
    about: String,
    told: Option<watch::Receiver<()>>,
    patience: Duration,
}

impl StoreNews {
    /// From now on no change of this is missed.
    pub(super) fn wait(self: &Arc<Self>, about: String, patience: Duration) -> StoreWait {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tell = waiting.entry(about.clone()).or_default();
        let told = Some(tell.subscribe());
        StoreWait {
            news: Arc::clone(self),
            about,
            told,
            patience,
        }
    }

    pub(super) fn tell(&self, about: &str) {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tell) = waiting.get(about) {
            tell.send_replace(());
        }
    }

    /// News may have been missed: everybody looks.
    pub(super) fn tell_all(&self) {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for tell in waiting.values() {
            tell.send_replace(());
        }
    }
}

impl StoreWait {
    /// Waits for news since the last time, or until it is time to ask again.
    pub async fn changed(&mut self) {
        if let Some(told) = &mut self.told {
            let _either_way = tokio::time::timeout(self.patience, told.changed()).await;
        }
    }
}

impl Drop for StoreWait {
    fn drop(&mut self) {
        self.told = None;
        let mut waiting = self.news.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting
            .get(&self.about)
            .is_some_and(|it| it.receiver_count() == 0)
        {
            waiting.remove(&self.about);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_hears_what_was_said_since_it_began_and_leaves_nothing_behind() {
        let news = Arc::new(StoreNews::default());
        let mut waiting = news.wait("a".to_owned(), Duration::from_hours(1));
        let other = news.wait("b".to_owned(), Duration::from_hours(1));

        news.tell("a");
        waiting.changed().await;
        news.tell_all();
        waiting.changed().await;

        drop((waiting, other));
        assert!(news.0.lock().expect("no panic").is_empty());
    }
}
