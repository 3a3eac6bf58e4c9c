//! `[backends.<alias>]`: each server that carries requests out, under the name that ids, labels and
//! other settings call it by.

mod endpoints;
mod exclusion_presets;
mod kata;
mod ksc;
mod ksc_tasks;
mod program_states;

use std::collections::BTreeMap;
use std::time::Duration;

use url::Url;
use vocabulary::task_id::Alias;

pub use self::kata::{Kata, KataTrust};
pub use self::ksc::{Ksc, TrustSource};
use super::reader::Reader;
pub use exclusion_presets::ExclusionPresets;
pub use ksc_tasks::{Correlation, KscTasks};
pub use program_states::{ProgramMeaning, ProgramStates};

/// The section.
pub(super) const SECTION: &str = "backends";

/// The settings of one server.
#[derive(Debug, Clone)]
pub enum BackendSettings {
    /// A KSC Administration Server.
    Ksc(Box<Ksc>),
    /// A KATA Central Node.
    Kata(Box<Kata>),
}

impl BackendSettings {
    /// Those of a KSC, where it is one.
    #[must_use]
    pub fn ksc(&self) -> Option<&Ksc> {
        match self {
            Self::Ksc(ksc) => Some(ksc),
            Self::Kata(_) => None,
        }
    }

    /// Longest that one call takes, from its connection to its answer.
    #[must_use]
    pub fn longest_call(&self) -> Duration {
        match self {
            Self::Ksc(ksc) => ksc.longest_call(),
            Self::Kata(kata) => kata.longest_call(),
        }
    }
}

/// The kinds of servers that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BackendKind {
    Ksc,
    Kata,
}

const KINDS: &[(&str, BackendKind)] = &[("ksc", BackendKind::Ksc), ("kata", BackendKind::Kata)];

/// The servers by their aliases: at least one, and none under two of them.
pub(super) fn read(reader: &mut Reader) -> Option<BTreeMap<Alias, BackendSettings>> {
    let aliases = reader.aliases(SECTION);
    if aliases.is_empty() {
        reader.mistake(
            SECTION,
            "at least one is required: [backends.ksc] with kind = \"ksc\", and the keys of that server",
        );
        return None;
    }
    let mut all = BTreeMap::new();
    let mut whole = true;
    for alias in aliases {
        let at = format!("{SECTION}.{alias}");
        let read = match reader.choice(&format!("{at}.kind"), KINDS) {
            Some(BackendKind::Ksc) => {
                refuse(reader, &at, "ksc", |key| !Kata::is_own(key));
                Ksc::read(reader, &at).map(|it| BackendSettings::Ksc(Box::new(it)))
            }
            Some(BackendKind::Kata) => {
                refuse(reader, &at, "kata", Kata::has);
                Kata::read(reader, &at).map(|it| BackendSettings::Kata(Box::new(it)))
            }
            None => None,
        };
        whole &= read.is_some();
        all.extend(read.map(|it| (alias, it)));
    }
    one_alias_each(reader, &all);
    whole.then_some(all)
}

/// Who listens at an address: the dot at the end of a name makes no other one of it.
fn listener(url: &Url) -> (&str, Option<u16>) {
    let host = url.host_str().unwrap_or_default();
    (host.trim_end_matches('.'), url.port_or_known_default())
}

/// Settings that mean nothing to a server of this kind are mistakes.
fn refuse(reader: &mut Reader, at: &str, kind: &str, is_known: impl Fn(&str) -> bool) {
    for key in reader.keys_under(at) {
        let name = key.rsplit('.').next().unwrap_or_default();
        if !is_known(name) {
            reader.mistake(
                &key,
                format!("is no setting of a server of kind \"{kind}\""),
            );
        }
    }
}

/// What makes a server another one: its addresses and, at KSC, the virtual server.
fn place(of: &BackendSettings) -> (&[Url], &str) {
    match of {
        BackendSettings::Ksc(ksc) => (&ksc.endpoints, &ksc.virtual_server),
        BackendSettings::Kata(kata) => (&kata.endpoints, ""),
    }
}

/// A server under two aliases would be found twice by every name, and each of its tasks listed
/// twice.
fn one_alias_each(reader: &mut Reader, all: &BTreeMap<Alias, BackendSettings>) {
    for (alias, one) in all {
        let (own, part) = place(one);
        let own: Vec<_> = own.iter().map(listener).collect();
        let twin = all.range(..alias).find(|(_, it)| {
            let (theirs, their_part) = place(it);
            theirs.iter().any(|it| own.contains(&listener(it))) && their_part == part
        });
        if let Some((twin, _)) = twin {
            let rule = format!(
                "has an address of [{SECTION}.{twin}], with the same virtual_server: a server has one alias"
            );
            reader.mistake(&format!("{SECTION}.{alias}.endpoints"), rule);
        }
    }
}
