//! Whether a device is cut off from the network, by its own word.
//!
//! Kaspersky's agents give a device that they have isolated a tag and take it away at release, and
//! KSC tells the tags of a device and who has set each. That is documented for KES for Linux (12.3,
//! 292637) and for no other: so a tag that is there says that the device is isolated, and one that
//! is not there says nothing until this KSC has shown the tag for a device with the same system.
//! KSC hears of it when the device synchronises.
//!
//! Only what the product has set is its word: anybody may give a device a tag of this name.

use ksc::{GetHostInfo, GetHostTags, Kind, Lease};

use super::attributes::ID;
use super::lookup::Hosts;
use super::readiness::OS_NAME;
use super::shown_for::System;
use crate::backends::seam::{DeviceMark, DeviceWord};
use vocabulary::host::{HostIsolation, IsolationState};

/// The tag of an isolated device.
const TAG: &str = "ISOLATED FROM NETWORK";

/// What the tags of a device say.
enum Said {
    /// The product has set the tag.
    Isolated,
    /// There is a tag of the name, and nothing shows that the product has set it.
    ByOthers,
    /// There is no such tag.
    Nothing,
    /// KSC does not tell.
    Silent(&'static str),
}

impl Hosts {
    /// Whether a device is isolated, by its own word. That KSC does not say so is no failure.
    /// `system` is the name of the device's operating system; it is asked for where it decides.
    pub async fn isolation(
        &self,
        lease: &mut Lease,
        host_id: &str,
        system: Option<&str>,
        request_id: &str,
    ) -> DeviceWord {
        let said = said(lease, host_id, request_id).await;
        let decides = matches!(said, Said::Isolated)
            || (matches!(said, Said::Nothing) && self.shown_for.any());
        let system = match system {
            None if decides => system_of(lease, host_id, request_id).await,
            None => None,
            Some(name) => System::of(name),
        };
        let mark = match &said {
            Said::Isolated => DeviceMark::There,
            Said::Nothing => DeviceMark::Absent,
            Said::ByOthers | Said::Silent(_) => DeviceMark::Untold,
        };
        let (state, evidence) = match (said, system) {
            (Said::Isolated, system) => {
                if let Some(system) = system {
                    self.shown_for.note(system);
                }
                let evidence = format!("KSC shows the tag {TAG} on the device, set by the product");
                (IsolationState::Isolated, evidence)
            }
            (Said::Nothing, Some(system)) if self.shown_for.has(system) => {
                let evidence = format!(
                    "KSC shows no tag {TAG} on the device, and has shown it on a device with {} before",
                    system.name()
                );
                (IsolationState::NotIsolated, evidence)
            }
            (Said::Nothing, system) => {
                let evidence = format!(
                    "KSC shows no tag {TAG} on the device; that says nothing, because this replica has not seen it on a device with {} yet",
                    system.map_or("this system", System::name)
                );
                (IsolationState::Unknown, evidence)
            }
            (Said::ByOthers, _) => {
                let evidence =
                    format!("KSC shows a tag {TAG} on the device, which the product has not set");
                (IsolationState::Unknown, evidence)
            }
            (Said::Silent(why), _) => (IsolationState::Unknown, why.to_owned()),
        };
        DeviceWord {
            isolation: HostIsolation { state, evidence },
            mark,
        }
    }
}

async fn said(lease: &mut Lease, host_id: &str, request_id: &str) -> Said {
    let call = GetHostTags {
        host_id: host_id.to_owned(),
    };
    match lease.call(&call, request_id).await {
        Ok(tags) => {
            let mut named = tags
                .iter()
                .filter(|it| it.value.trim().eq_ignore_ascii_case(TAG))
                .peekable();
            if named.peek().is_none() {
                Said::Nothing
            } else if named.any(|it| it.by_product == Some(true) && it.by_rule != Some(true)) {
                Said::Isolated
            } else {
                Said::ByOthers
            }
        }
        Err(error) => Said::Silent(match error.kind() {
            Kind::NoSuchCall => "This KSC does not tell the tags of devices",
            Kind::AccessDenied => "The gateway's account may not read the tags of devices in KSC",
            Kind::NotFound => "KSC does not know the device",
            Kind::Unavailable
            | Kind::CredentialsRefused
            | Kind::SecondFactor
            | Kind::Refused
            | Kind::Protocol => "KSC could not be asked for the tags of the device",
        }),
    }
}

async fn system_of(lease: &mut Lease, host_id: &str, request_id: &str) -> Option<System> {
    let call = GetHostInfo {
        host_id: host_id.to_owned(),
        fields: &[ID, OS_NAME],
    };
    let row = lease.call(&call, request_id).await.ok()?;
    System::of(row.str(OS_NAME)?)
}
