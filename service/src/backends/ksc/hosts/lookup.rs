//! From what a caller calls a device to KSC's own id of it.
//!
//! # What is remembered, and for how long
//!
//! A playbook asks for one host several times in a breath. What a name means is therefore kept for
//! five seconds; look-ups of one name at the same moment are one. Then KSC is asked anew: a device
//! may have been renamed, or be registered again under another id, and a task must not reach the
//! wrong one. A host is protected by the names that it had at that look-up, so this is also how
//! late protection can be. Only names that meant exactly one host are kept.
//!
//! Names for display live longer, in `display`: an old one misleads a reader, and no task.

use super::attributes::FIELDS;
use super::display::Display;
use super::groups::Groups;
use super::resolve;
use super::shown_for::ShownFor;
use crate::authority::Protection;
use crate::backends::expiring::{ExpiringMap, RESOLVED_FOR};
use crate::clock::Clock;
use crate::host::Host;
use crate::problem::Problem;
use ksc::Lease;
use std::sync::Arc;
use tokio::sync::OnceCell;
use vocabulary::names::HostName;
use vocabulary::task_id::Alias;

/// Most names that are remembered.
const MOST_NAMES: usize = 1_000;

/// One look-up, shared by everybody who asks for the name meanwhile. KSC's failures are not kept in
/// it: the next one who waits asks again.
type LookUp = Arc<OnceCell<Result<Host, Problem>>>;

/// Finds hosts in KSC. It has no session of its own: whoever asks brings one.
pub struct Hosts {
    pub(super) alias: Alias,
    pub(super) clock: Clock,
    /// Which host a name meant a moment ago, by the normal form of the name.
    recent: ExpiringMap<LookUp>,
    pub(super) display: Display,
    protection: Arc<Protection>,
    groups: Groups,
    pub(super) shown_for: ShownFor,
}

impl Hosts {
    /// Knows no host of the server of this alias yet. `protection` says whether it matters which groups a host is in.
    #[must_use]
    pub fn new(alias: Alias, clock: Clock, protection: Arc<Protection>) -> Self {
        Self {
            alias,
            clock,
            recent: ExpiringMap::new(RESOLVED_FOR, MOST_NAMES),
            display: Display::default(),
            protection,
            groups: Groups::default(),
            shown_for: ShownFor::default(),
        }
    }

    /// Whether the operator has excluded this host from tasks.
    #[must_use]
    pub fn is_protected(&self, host: &Host) -> bool {
        self.protection.covers(host)
    }

    /// The host of this id, as KSC knows it now; nothing when KSC has none.
    ///
    /// # Errors
    /// What went wrong with KSC.
    pub async fn by_id(
        &self,
        lease: &mut Lease,
        host_id: &str,
        request_id: &str,
    ) -> Result<Option<Host>, Problem> {
        let found = resolve::by_id(lease, host_id, FIELDS, request_id).await?;
        let Some((mut host, _)) = found else {
            return Ok(None);
        };
        self.place(&mut host, lease, request_id).await?;
        Ok(Some(host))
    }

    /// Learns of a host what decides whether it is protected.
    pub(super) async fn place(
        &self,
        host: &mut Host,
        lease: &mut Lease,
        request_id: &str,
    ) -> Result<(), Problem> {
        if !self.protection.asks_for_groups() {
            return Ok(());
        }
        self.groups
            .place(host, lease, &self.clock, request_id)
            .await
    }

    /// The host that a name meant a moment ago: no session is needed to say so.
    #[must_use]
    pub fn recent(&self, name: &HostName) -> Option<Host> {
        let look_up = self
            .recent
            .get(name.normal().as_str(), self.clock.passed())?;
        look_up.get()?.as_ref().ok().cloned()
    }

    /// The one host that a name means.
    ///
    /// # Errors
    /// 404 when there is none, 409 with the candidates when there are several, or what went wrong
    /// with KSC.
    pub async fn resolve(
        &self,
        lease: &mut Lease,
        name: &HostName,
        request_id: &str,
    ) -> Result<Host, Problem> {
        let key = name.normal().as_str();
        loop {
            let (asked, look_up) = self.recent.join(key, self.clock.passed(), LookUp::default);
            let mut own = false;
            let found = look_up
                .get_or_try_init(|| async {
                    own = true;
                    let mut found = resolve::ask(lease, &self.alias, name, request_id).await?;
                    if let Ok(host) = &mut found {
                        self.place(host, lease, request_id).await?;
                    }
                    Ok::<_, Problem>(found)
                })
                .await?;
            // Somebody else's answer may have taken so long that it is old news.
            if !own && !self.recent.is_fresh(asked, self.clock.passed()) {
                continue;
            }
            match found {
                Ok(host) if own => self.display.note(&host.id, Some(&host.summary()), asked),
                Ok(_) => {}
                // Whoever waited for this answer has it; nobody else shall.
                Err(_) => self.recent.forget(key, |it| Arc::ptr_eq(it, &look_up)),
            }
            return found.clone();
        }
    }
}
