//! All that the gateway says of one host.
//!
//! KSC is asked each time: whoever reads this is about to decide.

use ksc::Lease;

use super::attributes::{DISPLAY_NAME, DNS_NAME, FQDN, GROUP, ID, IP, LAST_SEEN, NETBIOS};
use super::lookup::Hosts;
use super::readiness::{self, Agent, EDR_STATUS, KES_VERSION, OS_NAME};
use super::resolve::by_id;
use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::host::HostDetails;
use vocabulary::host_id::HostId;
use vocabulary::names::Address;

const DETAILS: &[&str] = &[
    ID,
    DISPLAY_NAME,
    FQDN,
    DNS_NAME,
    NETBIOS,
    IP,
    GROUP,
    OS_NAME,
    Agent::STATUS,
    LAST_SEEN,
    Agent::LAST_CONNECTION,
    KES_VERSION,
    EDR_STATUS,
];

impl Hosts {
    /// The host of this id, and whether it can take a task.
    ///
    /// # Errors
    /// 404 when KSC has no such host, or what went wrong with KSC.
    pub async fn details(
        &self,
        lease: &mut Lease,
        id: &HostId,
        request_id: &str,
    ) -> Result<HostDetails, Problem> {
        let found = by_id(lease, id.as_str(), DETAILS, request_id).await?;
        let (mut host, row) = found.ok_or_else(unknown)?;
        self.place(&mut host, lease, request_id).await?;
        let checks = readiness::checks(&row, self.is_protected(&host));
        let agent = Agent::of(&row);
        let text = |name: &str| row.str(name).filter(|it| !it.is_empty()).map(str::to_owned);
        let system = row.str(OS_NAME);
        let word = self.isolation(lease, &host.id, system, request_id).await;
        Ok(HostDetails {
            backend: self.alias.clone(),
            order_arrives_within_seconds: None,
            isolation: word.isolation,
            name: host.name().to_owned(),
            id: host.id,
            fqdn: host.fqdn,
            dns_name: host.dns_name,
            netbios: host.netbios,
            ip: host.ip.map(Address::get),
            os: text(OS_NAME),
            group_id: row.int(GROUP),
            last_seen: row.datetime(LAST_SEEN),
            last_agent_connection: agent.last_connection,
            agent_installed: agent.installed,
            agent_connected: agent.connected,
            kes_version: text(KES_VERSION),
            edr_component: readiness::edr_component(&row),
            ready: readiness::ready(&checks),
            checks,
        })
    }
}

/// There is no host of an id.
pub(super) fn unknown() -> Problem {
    Problem::new(
        Code::HostNotFound,
        "KSC knows no host of this id. Names and addresses are searched for with GET /v1/hosts.",
    )
}
