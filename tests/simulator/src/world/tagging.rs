//! Tags come and go: when a device is isolated, and by hand.

use crate::world::agenda::Event;
use crate::world::hosts::Host;
use crate::world::state::World;
use crate::world::tags::{ISOLATED, IsolationTags, Tag, TagSetter};
use stage::later;

impl World {
    /// The product on a device has cut it off or let it in again; KSC hears of it later.
    pub(crate) fn isolation_changed(&mut self, host: &str, isolated: bool) {
        let linux = self.host(host).is_some_and(Host::runs_linux);
        let tells = match self.knobs.isolation_tags {
            IsolationTags::Linux => linux,
            IsolationTags::Everywhere => true,
            IsolationTags::Nowhere => false,
        };
        if tells {
            let at = later(self.now, self.knobs.tag_delay);
            let host = host.to_owned();
            self.agenda.enter(at, Event::TagArrives { host, isolated });
        }
    }

    pub(crate) fn tag_arrives(&mut self, host: &str, isolated: bool) {
        if isolated {
            self.set_tag(host, ISOLATED, TagSetter::Product);
        } else {
            self.remove_tag(host, ISOLATED);
        }
    }

    /// Gives a device a tag; `false` when there is no such device.
    pub(crate) fn set_tag(&mut self, host: &str, value: &str, by: TagSetter) -> bool {
        let Some(host) = self.host_mut(host) else {
            return false;
        };
        host.tags.retain(|it| it.value != value);
        host.tags.push(Tag {
            value: value.to_owned(),
            by,
        });
        self.journal.touch();
        true
    }

    /// Takes a tag from a device; `false` when it has none of that value.
    pub(crate) fn remove_tag(&mut self, host: &str, value: &str) -> bool {
        let Some(host) = self.host_mut(host) else {
            return false;
        };
        let before = host.tags.len();
        host.tags.retain(|it| it.value != value);
        let removed = host.tags.len() < before;
        self.journal.touch();
        removed
    }
}
