//! The values of one file by what they set, whether or not the file is whole.

use std::collections::{BTreeMap, BTreeSet};

use crate::address::{Address, Endpoint};
use crate::catalogue::{self, Section, Setting, Spot};
use crate::finding::Place;
use crate::mode::Mode;
use crate::value::Value;
use crate::version::Layout;

/// A value, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) value: Value,
    pub(crate) place: Place,
}

/// What a file sets, as far as it could be read.
#[derive(Debug, Clone)]
pub(crate) struct Values {
    pub(crate) layout: Layout,
    pub(crate) found: BTreeMap<(Setting, u32), Found>,
    /// What is there and could not be read: neither its value nor its default is known to hold.
    pub(crate) unread: BTreeSet<(Setting, u32)>,
    /// The items of each list. In the flat layouts the one server is item 0.
    pub(crate) items: BTreeMap<Section, BTreeSet<u32>>,
}

impl Values {
    pub(crate) fn new(layout: Layout) -> Self {
        let mut items = BTreeMap::new();
        if layout.is_flat() {
            items.insert(Section::Endpoints, BTreeSet::from([0]));
        }
        Self {
            layout,
            found: BTreeMap::new(),
            unread: BTreeSet::new(),
            items,
        }
    }

    /// What holds: what is written, or else the default of the layout.
    pub(crate) fn value(&self, setting: Setting, item: u32) -> Option<Value> {
        if self.unread.contains(&(setting, item)) {
            return None;
        }
        let written = self.found.get(&(setting, item));
        written.map(|it| it.value.clone()).or_else(|| {
            let key = catalogue::key(setting);
            let default = key.default_in(self.layout)?;
            Some(Value::of_default(key, default))
        })
    }

    pub(crate) fn mode(&self) -> Mode {
        let mode = self.value(Setting::Mode, 0).and_then(|it| it.as_mode());
        mode.unwrap_or(Mode::EdrKata)
    }

    pub(crate) fn is_on(&self, setting: Setting) -> bool {
        self.value(setting, 0).and_then(|it| it.as_bool()) == Some(true)
    }

    pub(crate) fn is_off(&self, setting: Setting) -> bool {
        self.value(setting, 0).and_then(|it| it.as_bool()) == Some(false)
    }

    /// Whether the mode is known: the one that is written could be read, or none is.
    pub(crate) fn has_mode(&self) -> bool {
        !self.unread.contains(&(Setting::Mode, 0))
    }

    pub(crate) fn number(&self, setting: Setting) -> Option<u32> {
        self.value(setting, 0)?.as_number()
    }

    pub(crate) fn address(&self, setting: Setting, item: u32) -> Option<Address> {
        self.value(setting, item)?.as_address().cloned()
    }

    pub(crate) fn items(&self, list: Section) -> impl Iterator<Item = u32> {
        self.items.get(&list).into_iter().flatten().copied()
    }

    /// The servers of a list, each with its item.
    pub(crate) fn endpoints(&self, list: Section) -> Vec<(u32, Endpoint)> {
        let (address, port) = match list {
            Section::TelemetryEndpoints => (Setting::TelemetryAddress, Setting::TelemetryPort),
            Section::Endpoints | Section::Top | Section::Telemetry | Section::EventTransfer => {
                (Setting::ResponseAddress, Setting::ResponsePort)
            }
        };
        let of = |item| {
            let port = self.value(port, item)?.as_number()?;
            Some((
                item,
                Endpoint {
                    address: self.address(address, item)?,
                    port: u16::try_from(port).ok()?,
                },
            ))
        };
        self.items(list).filter_map(of).collect()
    }

    /// Where a setting stands, or would stand.
    pub(crate) fn place(&self, setting: Setting, item: u32) -> Place {
        if let Some(found) = self.found.get(&(setting, item)) {
            return found.place.clone();
        }
        let key = catalogue::key(setting);
        let section = key.section_in(self.layout).unwrap_or(key.section);
        Place::default().named(&Spot { section, item }.to_string(), key.name)
    }
}
