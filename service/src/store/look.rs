//! A connection for one look, from outside of a gateway that serves.

use std::time::{Duration, Instant};

use redis::AsyncConnectionConfig;
use redis::aio::MultiplexedConnection;

use super::away::Away;
use super::names::Names;
use super::seat::{Naming, Seat, take};

/// How long a look waits for a connection, and for each answer.
pub(super) const LOOK_WITHIN: Duration = Duration::from_secs(3);

/// A connection that waits for nothing longer than [`LOOK_WITHIN`], and by which naming it was
/// found.
///
/// # Errors
/// When there is none.
pub(super) async fn look(
    seat: &Seat,
    names: &Names,
) -> Result<(MultiplexedConnection, Option<Naming>), Away> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(LOOK_WITHIN))
        .set_response_timeout(Some(LOOK_WITHIN));
    take(seat, &config, &names.mark(), Instant::now() + LOOK_WITHIN).await
}
