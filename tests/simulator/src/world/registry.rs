//! What happens to the records of devices: renamed, moved, registered again under another id,
//! doubled.
//!
//! A device that is installed anew, or whose Network Agent loses its identity, comes back with a
//! new id and its old names. What KSC then does with the old record depends on its settings: it
//! goes, or both stay.

use crate::world::state::World;

impl World {
    /// Gives a device another name: display name, first part of the DNS name, NetBIOS name. Its id
    /// and address stay.
    pub(crate) fn rename_host(&mut self, id: &str, name: &str) -> bool {
        let renamed = self.hosts.change(|hosts| {
            let mut hosts = hosts.iter_mut();
            let host = hosts.find(|known| known.spec.id.eq_ignore_ascii_case(id));
            let Some(host) = host else {
                return false;
            };
            let domain = host.spec.fqdn.split_once('.').map(|(_, domain)| domain);
            host.spec.fqdn = match domain {
                Some(domain) => format!("{}.{domain}", name.to_lowercase()),
                None => name.to_lowercase(),
            };
            name.clone_into(&mut host.spec.name);
            host.spec.netbios = name.to_uppercase();
            true
        });
        self.journal.touch();
        renamed
    }

    /// Registers a device again: the new record has another id and everything else of the old one.
    /// Gives the id.
    pub(crate) fn register_again(&mut self, id: &str, old_goes: bool) -> Option<String> {
        let old = self.hosts.get(id)?.clone();
        let (high, low) = (self.dice.roll(), self.dice.roll());
        let new = format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xFFFF,
            high & 0xFFF,
            low >> 52,
            low & 0xFFFF_FFFF_FFFF
        );
        self.hosts.change(|hosts| {
            let mut host = old.clone();
            host.spec.id.clone_from(&new);
            host.number = 1 + hosts.iter().map(|known| known.number).max().unwrap_or(0);
            if old_goes {
                hosts.retain(|known| known.spec.id != old.spec.id);
            }
            hosts.push(host);
        });
        self.journal.touch();
        Some(new)
    }

    /// Moves a device into the group of this path, such as
    /// `Managed devices/Servers/Domain controllers`.
    pub(crate) fn move_host(&mut self, id: &str, path: &str) -> bool {
        let path: Vec<String> = path.split('/').map(str::to_owned).collect();
        let group = self.groups.made(&path);
        let Some(host) = self.host_mut(id) else {
            return false;
        };
        host.group = group;
        self.journal.touch();
        true
    }
}
