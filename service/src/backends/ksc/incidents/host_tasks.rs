//! The KSC tasks of a host, asked for one by one: an incident that is gone may have left one.

use ksc::{GetAllTasksOfHost, GetTask, Kind, Lease};

use super::evidence::HostTask;

/// Most KSC tasks of a host that are looked at, one call each.
const MOST_TASKS: usize = 1_000;

/// The KSC tasks of a host; nothing when KSC does not show them all.
pub(super) async fn tasks_of(
    lease: &mut Lease,
    host_id: &str,
    request_id: &str,
) -> Result<Option<Vec<HostTask>>, ksc::Error> {
    let Some(ids) = task_ids(lease, host_id, request_id).await? else {
        return Ok(None);
    };
    let mut tasks = Vec::with_capacity(ids.len());
    for id in ids {
        tasks.push(host_task(lease, &id, request_id).await?);
    }
    Ok(Some(tasks))
}

/// The ids of the KSC tasks of a host; nothing when KSC does not show them, or more than can be
/// looked at.
pub(super) async fn task_ids(
    lease: &mut Lease,
    host_id: &str,
    request_id: &str,
) -> Result<Option<Vec<String>>, ksc::Error> {
    let call = GetAllTasksOfHost {
        host_id: host_id.to_owned(),
    };
    match lease.call(&call, request_id).await {
        Ok(ids) => Ok(Some(ids).filter(|it| it.len() <= MOST_TASKS)),
        // A host that KSC does not find shows nothing of its tasks.
        Err(error) if matches!(error.kind(), Kind::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A KSC task. One that was removed in this moment, or is not to be seen, may be any: it has
/// neither name nor time.
pub(super) async fn host_task(
    lease: &mut Lease,
    id: &str,
    request_id: &str,
) -> Result<HostTask, ksc::Error> {
    let (id, call) = (
        id.to_owned(),
        GetTask {
            task: id.to_owned(),
        },
    );
    match lease.call(&call, request_id).await {
        Ok(info) => Ok(HostTask {
            id,
            name: info.display_name,
            created: info.created,
        }),
        Err(error) if matches!(error.kind(), Kind::NotFound) => Ok(HostTask {
            id,
            name: None,
            created: None,
        }),
        Err(error) => Err(error),
    }
}
