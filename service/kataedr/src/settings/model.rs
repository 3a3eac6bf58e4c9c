//! The settings, typed.

use serde::Serialize;

use crate::address::Endpoint;
use crate::catalogue::{Section, Setting};
use crate::mode::Mode;
use crate::settings::extra::Extras;
use crate::settings::values::Values;
use crate::value::Value;
use crate::version::Layout;

/// Valid settings of the KATAEDR task, with defaults in place of what was not written.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub(crate) layout: Layout,
    pub(crate) mode: Mode,
    pub(crate) response: Response,
    pub(crate) telemetry_enabled: bool,
    pub(crate) telemetry: Option<Telemetry>,
    pub(crate) transfer: Transfer,
    pub(crate) extras: Extras,
}

/// The server that response actions come from: in the mode EDRKATA the KATA server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Response {
    /// Where it is; at least one, and in the flat layouts exactly one.
    pub endpoints: Vec<Endpoint>,
    /// Whether the device shows a client certificate.
    pub client_certificate: bool,
    /// How often it is asked for work, minutes.
    pub synchronization_period: u32,
    /// Longest wait for a connection, seconds.
    pub connection_timeout: u32,
    /// Longest wait for an answer, seconds.
    pub request_timeout: u32,
}

/// The server that events go to. Only the layout with sections knows one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Telemetry {
    /// Where it is.
    pub endpoints: Vec<Endpoint>,
    /// Whether the device shows a client certificate.
    pub client_certificate: bool,
    /// Longest wait for a connection, seconds.
    pub connection_timeout: u32,
    /// Longest wait for an answer, seconds.
    pub request_timeout: u32,
    /// Whether only events with an indicator of attack are sent.
    pub only_tagged_events: bool,
}

/// How events are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Transfer {
    /// Longest delay of an event, seconds.
    pub longest_delay: u32,
    /// Whether events are limited.
    pub limited: bool,
    /// How many events an hour.
    pub events_in_hour: u32,
    /// How many events a package; nothing in the flat layouts.
    pub events_in_package: Option<u32>,
    /// Above which share one type of events is limited, percent.
    pub type_share: u32,
}

impl Settings {
    /// Takes values without an error among them. Nothing where something is missing that has no default.
    pub(crate) fn assemble(values: &Values, extras: Extras) -> Option<Self> {
        let endpoints = |list| -> Vec<Endpoint> {
            let servers = values.endpoints(list).into_iter();
            servers.map(|(_, it)| it).collect()
        };
        let mut telemetry_endpoints = endpoints(Section::TelemetryEndpoints);
        if telemetry_endpoints.is_empty() {
            // What the mode EDRKATA may leave out, and the normal form has.
            let mut default = Values::new(values.layout);
            default
                .items
                .insert(Section::TelemetryEndpoints, [0].into());
            let servers = default.endpoints(Section::TelemetryEndpoints).into_iter();
            telemetry_endpoints = servers.map(|(_, it)| it).collect();
        }
        let telemetry = if values.layout.is_flat() {
            None
        } else {
            Some(Telemetry {
                endpoints: telemetry_endpoints,
                client_certificate: values.is_on(Setting::TelemetryClientCertificate),
                connection_timeout: values.number(Setting::TelemetryConnectionTimeout)?,
                request_timeout: values.number(Setting::TelemetryRequestTimeout)?,
                only_tagged_events: values.is_on(Setting::OnlyTaggedEvents),
            })
        };
        let response = endpoints(Section::Endpoints);
        (!response.is_empty()).then_some(())?;
        Some(Self {
            layout: values.layout,
            mode: values.mode(),
            response: Response {
                endpoints: response,
                client_certificate: values.is_on(Setting::ResponseClientCertificate),
                synchronization_period: values.number(Setting::SynchronizationPeriod)?,
                connection_timeout: values.number(Setting::ResponseConnectionTimeout)?,
                request_timeout: values.number(Setting::ResponseRequestTimeout)?,
            },
            telemetry_enabled: values.is_on(Setting::EnableTelemetry),
            telemetry,
            transfer: Transfer {
                longest_delay: values.number(Setting::MaximumDataTransferTime)?,
                limited: values.is_on(Setting::UseRequestCountLimits),
                events_in_hour: values.number(Setting::MaximumNumberOfEventsInHour)?,
                events_in_package: values.number(Setting::MaximumNumberOfEventsInPackage),
                type_share: values.number(Setting::EventLimitExceededPercentage)?,
            },
            extras,
        })
    }

    /// Settings with every default, for a server of one's own.
    ///
    /// In a flat layout there is no mode but EDRKATA and no telemetry server, and both are left aside.
    #[must_use]
    pub fn with_defaults(
        layout: Layout,
        mode: Mode,
        response: Endpoint,
        telemetry: Option<Endpoint>,
    ) -> Self {
        // The address of 11.4 has no default; that of 12.0 stands in, and is replaced at once.
        let mut values = Values::new(match layout {
            Layout::FlatA => Layout::FlatB,
            Layout::FlatB | Layout::Sections => layout,
        });
        values.items.insert(Section::Endpoints, [0].into());
        let made = Self::assemble(&values, Extras::default());
        let mut settings = made.expect("the layouts from 12.0 on have a default for every key");
        settings.layout = layout;
        settings.response.endpoints = vec![response];
        if let Some(of) = &mut settings.telemetry {
            settings.mode = mode;
            of.endpoints = telemetry.map_or_else(|| of.endpoints.clone(), |it| vec![it]);
        }
        settings
    }

    /// How they are arranged.
    #[must_use]
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Which product the integration is with.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The server that response actions come from.
    #[must_use]
    pub fn response(&self) -> &Response {
        &self.response
    }

    /// Whether events are sent.
    #[must_use]
    pub fn telemetry_enabled(&self) -> bool {
        self.telemetry_enabled
    }

    /// The server that events go to, in the layout with sections.
    #[must_use]
    pub fn telemetry(&self) -> Option<&Telemetry> {
        self.telemetry.as_ref()
    }

    /// How events are sent.
    #[must_use]
    pub fn transfer(&self) -> &Transfer {
        &self.transfer
    }

    /// How many keys no document knows.
    #[must_use]
    pub fn unknown_keys(&self) -> usize {
        self.extras.keys.len()
    }

    /// The servers of a list; nothing for what is no list, or is not in this layout.
    #[must_use]
    pub fn endpoints(&self, list: Section) -> &[Endpoint] {
        match list {
            Section::Endpoints => &self.response.endpoints,
            Section::TelemetryEndpoints => self.telemetry.as_ref().map_or(&[], |it| &it.endpoints),
            Section::Top | Section::Telemetry | Section::EventTransfer => &[],
        }
    }

    /// The value of a setting; nothing where the layout does not have it, or not so many items.
    ///
    /// `item` counts the servers of a list and is 0 elsewhere.
    #[must_use]
    pub fn value(&self, setting: Setting, item: usize) -> Option<Value> {
        let (response, transfer) = (&self.response, &self.transfer);
        let telemetry = self.telemetry.as_ref();
        let address = |it: &Endpoint| Value::Address(it.address.clone());
        let port = |it: &Endpoint| Value::Number(it.port.into());
        if item > 0
            && !matches!(
                setting,
                Setting::ResponseAddress
                    | Setting::ResponsePort
                    | Setting::TelemetryAddress
                    | Setting::TelemetryPort
            )
        {
            return None;
        }
        match setting {
            Setting::Mode => (!self.layout.is_flat()).then_some(Value::Mode(self.mode)),
            Setting::ResponseClientCertificate => Some(Value::YesNo(response.client_certificate)),
            Setting::SynchronizationPeriod => Some(Value::Number(response.synchronization_period)),
            Setting::ResponseConnectionTimeout => Some(Value::Number(response.connection_timeout)),
            Setting::ResponseRequestTimeout => Some(Value::Number(response.request_timeout)),
            Setting::EnableTelemetry => Some(Value::YesNo(self.telemetry_enabled)),
            Setting::ResponseAddress => response.endpoints.get(item).map(address),
            Setting::ResponsePort => response.endpoints.get(item).map(port),
            Setting::TelemetryClientCertificate => {
                telemetry.map(|it| Value::YesNo(it.client_certificate))
            }
            Setting::TelemetryConnectionTimeout => {
                telemetry.map(|it| Value::Number(it.connection_timeout))
            }
            Setting::TelemetryRequestTimeout => {
                telemetry.map(|it| Value::Number(it.request_timeout))
            }
            Setting::OnlyTaggedEvents => telemetry.map(|it| Value::YesNo(it.only_tagged_events)),
            Setting::TelemetryAddress => telemetry?.endpoints.get(item).map(address),
            Setting::TelemetryPort => telemetry?.endpoints.get(item).map(port),
            Setting::MaximumDataTransferTime => Some(Value::Number(transfer.longest_delay)),
            Setting::UseRequestCountLimits => Some(Value::YesNo(transfer.limited)),
            Setting::MaximumNumberOfEventsInHour => Some(Value::Number(transfer.events_in_hour)),
            Setting::MaximumNumberOfEventsInPackage => {
                transfer.events_in_package.map(Value::Number)
            }
            Setting::EventLimitExceededPercentage => Some(Value::Number(transfer.type_share)),
        }
    }
}
