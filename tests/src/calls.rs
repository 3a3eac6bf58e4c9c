//! Calls of KSC OpenAPI, by the names that the simulator's journal, gate and faults know them by.

/// Stores an incident: the one call that must not be sent twice.
pub const ADD: &str = "HostGroup.AddIncident";

/// Confirms an incident.
pub const UPDATE: &str = "HostGroup.UpdateIncident";

/// Searches for hosts.
pub const FIND_HOSTS: &str = "HostGroup.FindHosts";

/// Logs in.
pub const LOGIN: &str = "Session.StartSession";
