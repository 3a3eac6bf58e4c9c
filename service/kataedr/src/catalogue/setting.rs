//! What can be set, by what it does.

use serde::Serialize;

/// One setting, whatever the layout calls it and wherever it stands there.
///
/// In the mode EDRKATA the response server is the KATA server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Setting {
    /// Which product the integration is with.
    Mode,
    /// Mutual TLS to the response server.
    ResponseClientCertificate,
    /// How often the response server is asked for work, minutes.
    SynchronizationPeriod,
    /// Longest wait for a connection to the response server, seconds.
    ResponseConnectionTimeout,
    /// Longest wait for an answer of the response server, seconds.
    ResponseRequestTimeout,
    /// Whether events are sent at all.
    EnableTelemetry,
    /// Address of a response server.
    ResponseAddress,
    /// Port of a response server.
    ResponsePort,
    /// Mutual TLS to the telemetry server.
    TelemetryClientCertificate,
    /// Longest wait for a connection to the telemetry server, seconds.
    TelemetryConnectionTimeout,
    /// Longest wait for an answer of the telemetry server, seconds.
    TelemetryRequestTimeout,
    /// Whether only events with an indicator of attack are sent.
    OnlyTaggedEvents,
    /// Address of a telemetry server.
    TelemetryAddress,
    /// Port of a telemetry server.
    TelemetryPort,
    /// Longest delay of an event, seconds.
    MaximumDataTransferTime,
    /// Whether events are limited.
    UseRequestCountLimits,
    /// How many events an hour.
    MaximumNumberOfEventsInHour,
    /// How many events in one package.
    MaximumNumberOfEventsInPackage,
    /// Above which share one type of events is limited, percent.
    EventLimitExceededPercentage,
}

impl Setting {
    /// All of them, in the order of the layout with sections.
    pub const ALL: [Self; 19] = [
        Self::Mode,
        Self::ResponseClientCertificate,
        Self::SynchronizationPeriod,
        Self::ResponseConnectionTimeout,
        Self::ResponseRequestTimeout,
        Self::EnableTelemetry,
        Self::ResponseAddress,
        Self::ResponsePort,
        Self::TelemetryClientCertificate,
        Self::TelemetryConnectionTimeout,
        Self::TelemetryRequestTimeout,
        Self::OnlyTaggedEvents,
        Self::TelemetryAddress,
        Self::TelemetryPort,
        Self::MaximumDataTransferTime,
        Self::UseRequestCountLimits,
        Self::MaximumNumberOfEventsInHour,
        Self::MaximumNumberOfEventsInPackage,
        Self::EventLimitExceededPercentage,
    ];

    /// In the order in which the flat layouts are documented.
    pub(crate) const FLAT: [Self; 11] = [
        Self::ResponseAddress,
        Self::ResponsePort,
        Self::ResponseClientCertificate,
        Self::SynchronizationPeriod,
        Self::ResponseConnectionTimeout,
        Self::ResponseRequestTimeout,
        Self::MaximumDataTransferTime,
        Self::UseRequestCountLimits,
        Self::MaximumNumberOfEventsInHour,
        Self::EventLimitExceededPercentage,
        Self::EnableTelemetry,
    ];
}
