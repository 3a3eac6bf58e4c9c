//! Takes the seat: finds the server and connects to it.

use std::time::Instant;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Role};

use super::cluster;
use super::open::open;
use super::place::{Seat, at};
use super::sentinels::Naming;
use crate::store::away::Away;

/// A connection to the server at which a key of this name is; and by which naming, where Sentinels
/// are asked.
///
/// # Errors
/// When it is not found, or not there, by then.
pub(in crate::store) async fn take(
    seat: &Seat,
    config: &AsyncConnectionConfig,
    key: &str,
    until: Instant,
) -> Result<(MultiplexedConnection, Option<Naming>), Away> {
    match seat {
        Seat::Server(server) => Ok((open(server, config, until).await?, None)),
        Seat::Cluster(seeds) => Ok((cluster::find(seeds, config, key, until).await?, None)),
        Seat::Sentinels(sentinels) => {
            let half = until.saturating_duration_since(Instant::now()) / 2;
            let naming = sentinels.named(Instant::now() + half).await?;
            let server = at(&sentinels.master, naming.place.clone());
            let mut connection = open(&server, config, until).await?;
            is_master(&mut connection, until).await?;
            Ok((connection, Some(naming)))
        }
    }
}

/// Whether the server takes itself for a master. One that may not be asked is tried: a replica would
/// refuse what is written.
async fn is_master(connection: &mut MultiplexedConnection, until: Instant) -> Result<(), Away> {
    let role = redis::cmd("ROLE");
    let asking = role.query_async::<Role>(connection);
    match tokio::time::timeout_at(until.into(), asking).await {
        Ok(Ok(Role::Primary { .. }) | Err(_)) => Ok(()),
        Ok(Ok(_)) => Err(Away::Unreachable(
            "what the Sentinels name is no master (yet, or any more)".to_owned(),
        )),
        Err(_) => Err(Away::late()),
    }
}
