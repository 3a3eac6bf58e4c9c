//! The calls that the server knows, by class.
//!
//! One file a class, one function a method. Each reads its arguments strictly, changes the world,
//! and gives the reply as one flat JSON object (`PxgRetVal` and the out parameters by name).

pub(crate) mod call;
pub(crate) mod chunk_accessor;
pub(crate) mod con_events;
pub(crate) mod host_group;
pub(crate) mod host_tags;
pub(crate) mod session;
pub(crate) mod tasks;

use crate::calls::call::Call;
use crate::refusal::Refusal;
use serde_json::Value;

/// Carries out an authenticated call.
pub(crate) fn carry_out(call: &mut Call<'_>) -> Result<Value, Refusal> {
    if !call.world.knobs.rights && !call.method.starts_with("Session.") {
        return Err(Refusal::no_access());
    }
    match call.method {
        "Session.Ping" => Ok(session::ping(call)),
        "Session.EndSession" => session::end_session(call),
        "Session.CreateToken" => Ok(session::create_token(call)),
        "HostGroup.AddIncident" => host_group::add_incident(call),
        "HostGroup.UpdateIncident" => host_group::update_incident(call),
        "HostGroup.DeleteIncident" => host_group::delete_incident(call),
        "HostGroup.FindIncidents" => host_group::find_incidents(call),
        "HostGroup.FindHosts" => host_group::find_hosts(call),
        "HostGroup.GetHostInfo" => host_group::get_host_info(call),
        "HostGroup.GetStaticInfo" => host_group::get_static_info(call),
        "HostGroup.GetGroupInfo" => host_group::get_group_info(call),
        "HostGroup.GroupIdGroups" => Ok(host_group::group_id_groups(call)),
        "HostTagsApi.GetHostTags" => host_tags::get_host_tags(call),
        "ChunkAccessor.GetItemsCount" => chunk_accessor::get_items_count(call),
        "ChunkAccessor.GetItemsChunk" => chunk_accessor::get_items_chunk(call),
        "ChunkAccessor.Release" => chunk_accessor::release(call),
        "Tasks.GetAllTasksOfHost" => tasks::get_all_tasks_of_host(call),
        "Tasks.GetTask" => tasks::get_task(call),
        "Tasks.GetTaskData" => tasks::get_task_data(call),
        "Tasks.GetTaskStatistics" => tasks::get_task_statistics(call),
        "Tasks.ResetTasksIterator" => tasks::reset_tasks_iterator(call),
        "Tasks.GetNextTask" => tasks::get_next_task(call),
        "Tasks.ReleaseTasksIterator" => tasks::release_tasks_iterator(call),
        "Tasks.ResetHostIteratorForTaskStatus" => tasks::reset_host_iterator(call),
        "Tasks.GetHostStatusRecordsCount" => tasks::get_host_status_count(call),
        "Tasks.GetHostStatusRecordRange" => tasks::get_host_status_range(call),
        "Tasks.GetNextHostStatus" => tasks::get_next_host_status(call),
        "Tasks.ReleaseHostStatusIterator" => tasks::release_host_iterator(call),
        "Tasks.CancelTask" => tasks::cancel_task(call),
        "Tasks.DeleteTask" => tasks::delete_task(call),
        "ConEvents.IsAnyServiceConsoleAvailable" => {
            Ok(con_events::is_any_service_console_available(call))
        }
        other => Err(Refusal::no_such_call(other)),
    }
}
