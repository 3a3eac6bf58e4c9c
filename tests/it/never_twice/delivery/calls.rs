//! The two calls that write, and a house in which they time out quickly.

use acceptance::House;

pub(crate) const ADD: &str = "HostGroup.AddIncident";
pub(crate) const UPDATE: &str = "HostGroup.UpdateIncident";

/// A house whose KSC calls time out quickly.
pub(crate) async fn impatient() -> House {
    House::with(&[
        ("ksc.request_timeout", "700ms"),
        ("ksc.connection_timeout", "700ms"),
    ])
    .await
}
