//! The calls that the stand-in knows.

/// A call of KSC's OpenAPI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// Begins a session of the connection: what the vendor's own client does.
    Login,
    StartSession,
    Ping,
    EndSession,
    AddIncident,
    UpdateIncident,
    FindIncidents,
    FindHosts,
    GetHostInfo,
    GetGroupInfo,
    GetStaticInfo,
    GetHostTags,
    GetItemsCount,
    GetItemsChunk,
    ReleaseAccessor,
    IsAnyServiceConsoleAvailable,
    GetAllTasksOfHost,
    ResetTasksIterator,
    GetNextTask,
    ReleaseTasksIterator,
    /// Anything else: a measurement that has some does not count.
    Unknown,
}

impl Method {
    /// All, each with its name.
    pub(crate) const ALL: [(Self, &'static str); 21] = [
        // The calls of a measurement come first: the table is read from the start.
        (Self::AddIncident, "HostGroup.AddIncident"),
        (Self::UpdateIncident, "HostGroup.UpdateIncident"),
        (Self::GetHostInfo, "HostGroup.GetHostInfo"),
        (
            Self::IsAnyServiceConsoleAvailable,
            "ConEvents.IsAnyServiceConsoleAvailable",
        ),
        (Self::FindHosts, "HostGroup.FindHosts"),
        (Self::GetItemsChunk, "ChunkAccessor.GetItemsChunk"),
        (Self::ReleaseAccessor, "ChunkAccessor.Release"),
        (Self::Login, "login"),
        (Self::StartSession, "Session.StartSession"),
        (Self::Ping, "Session.Ping"),
        (Self::EndSession, "Session.EndSession"),
        (Self::FindIncidents, "HostGroup.FindIncidents"),
        (Self::GetGroupInfo, "HostGroup.GetGroupInfo"),
        (Self::GetStaticInfo, "HostGroup.GetStaticInfo"),
        (Self::GetHostTags, "HostTagsApi.GetHostTags"),
        (Self::GetItemsCount, "ChunkAccessor.GetItemsCount"),
        (Self::GetAllTasksOfHost, "Tasks.GetAllTasksOfHost"),
        (Self::ResetTasksIterator, "Tasks.ResetTasksIterator"),
        (Self::GetNextTask, "Tasks.GetNextTask"),
        (Self::ReleaseTasksIterator, "Tasks.ReleaseTasksIterator"),
        (Self::Unknown, "unknown"),
    ];

    /// The call of a request line such as `POST /api/v1.0/HostGroup.AddIncident HTTP/1.1`.
    pub(super) fn of(line: &[u8]) -> Self {
        let name = line
            .strip_prefix(b"POST /api/v1.0/")
            .and_then(|it| it.split(|it| *it == b' ').next())
            .unwrap_or_default();
        Self::ALL
            .iter()
            .find(|(_, it)| it.as_bytes() == name)
            .map_or(Self::Unknown, |(method, _)| *method)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_known_by_its_request_line() {
        let line = b"POST /api/v1.0/HostGroup.AddIncident HTTP/1.1\r\n";

        assert_eq!(Method::of(line), Method::AddIncident);
        assert_eq!(Method::of(b"POST /api/v1.0/login HTTP/1.1"), Method::Login);
        assert_eq!(Method::of(b"GET / HTTP/1.1"), Method::Unknown);
    }
}
