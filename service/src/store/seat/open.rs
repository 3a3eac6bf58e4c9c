//! Opens a connection to one server, within a bound of time.

use std::time::Instant;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ConnectionInfo};

use crate::store::away::{Away, told};

/// A connection, if there is one by then.
pub(super) async fn open(
    server: &ConnectionInfo,
    config: &AsyncConnectionConfig,
    until: Instant,
) -> Result<MultiplexedConnection, Away> {
    let unreachable = |error| Away::Unreachable(told(&error));
    let client = Client::open(server.clone()).map_err(unreachable)?;
    let opening = client.get_multiplexed_async_connection_with_config(config);
    match tokio::time::timeout_at(until.into(), opening).await {
        Ok(opened) => opened.map_err(unreachable),
        Err(_) => Err(Away::late()),
    }
}
