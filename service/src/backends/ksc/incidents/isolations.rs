//! Which of the isolations whose answers were lost KSC has.

use std::sync::Arc;
use std::time::Duration;

use ksc::Pool;

use super::find::MOST_ROWS;
use crate::backends::ksc::hosts;
use crate::digest;

/// How long a release is kept by the question where the isolations before it are.
const LOOK_WITHIN: Duration = Duration::from_secs(3);

/// Those of these attempts that KSC has, with a sentence on each for whoever releases the host by
/// this incident, or by one that is still to be made.
pub(super) async fn among(
    pool: &Arc<Pool>,
    host_id: &str,
    attempts: &[String],
    release: Option<i64>,
    request_id: &str,
) -> Vec<(String, String)> {
    let wanted = attempts.to_vec();
    let look = async {
        let mut lease = pool.lease().await?;
        let filter = hosts::every_incident_of(host_id);
        let found = lease.select_incidents(filter, MOST_ROWS, request_id, move |it| {
            let text = digest::of_text(&it.body?);
            wanted.contains(&text).then_some((text, it.id))
        });
        Ok::<_, ksc::Error>(found.await?.rows)
    };
    let found = match tokio::time::timeout(LOOK_WITHIN, look).await {
        Ok(Ok(found)) => found,
        // It is told that they are open.
        Ok(Err(_)) | Err(_) => Vec::new(),
    };
    let told = found.into_iter().map(|(attempt, incident)| {
        let sentence = if release.is_none_or(|it| incident < it) {
            format!("An isolation of this host whose answer was lost is in KSC, before this release: incident {incident}.")
        } else {
            format!("An isolation of this host whose answer was lost is in KSC, after this release: incident {incident} may isolate the host again.")
        };
        (attempt, sentence)
    });
    told.collect()
}
