//! The sessions, from the first one on.

use std::sync::Arc;
use std::time::Duration;

use ksc::Pool;

/// Opens the first session, trying again until it stands, and keeps the sessions alive.
pub async fn upkeep(pool: Arc<Pool>, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    let mut pause = Duration::from_millis(250);
    let mut failed = false;
    loop {
        let error = tokio::select! {
            () = &mut stop => return,
            warmed = pool.warm() => match warmed {
                Ok(()) => break,
                Err(error) => error,
            },
        };
        failed = true;
        tracing::error!(
            error = &error as &dyn std::error::Error,
            ksc.code = error.pxg().map(|it| it.code),
            "no KSC session could be opened; this server cannot be used"
        );
        tokio::select! {
            () = &mut stop => return,
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(Duration::from_secs(15)),
        }
    }
    // Nobody waits for the good end of what was not heard to be bad.
    if failed {
        tracing::info!("the first KSC session stands; this server can be used");
    } else {
        tracing::debug!("the first KSC session stands");
    }
    pool.maintain(stop).await;
}
