//! `[tasks]`: how tasks are made and followed.

use std::time::Duration;

use super::reader::Reader;
use crate::task::Area;

/// How tasks are made and followed.
#[derive(Debug, Clone)]
pub struct Tasks {
    /// The area of requests that name none.
    pub default_area: Area,
    /// How an incident is matched with its KSC task.
    pub correlation: Correlation,
    /// A request without a KSC task for so long is stalled.
    pub stalled_after: Duration,
    /// Whether new tasks are refused while no service console is connected.
    pub require_service_console: bool,
    /// Hosts that no caller may touch: ids and names, `*` for any run of characters.
    pub protected_hosts: Vec<String>,
}

/// How an incident is matched with its KSC task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Correlation {
    /// By host, name, type, time and order.
    Window,
    /// By a unique suffix of the area, which KSC copies into the task's name.
    Tag,
}

impl Tasks {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let area = reader.text("tasks.default_area");
        let default_area = area.and_then(|it| {
            let area = Area::parse(&it);
            if area.is_none() {
                reader.mistake("tasks.default_area", Area::RULE);
            }
            area
        });
        let correlation = reader.choice(
            "tasks.correlation",
            &[("window", Correlation::Window), ("tag", Correlation::Tag)],
        );
        let stalled_after = reader.positive_duration("tasks.stalled_after");
        let require_service_console = reader.boolean("tasks.require_service_console");
        let protected_hosts = reader.list("tasks.protected_hosts");
        Some(Self {
            default_area: default_area?,
            correlation: correlation?,
            stalled_after: stalled_after?,
            require_service_console: require_service_console?,
            protected_hosts: protected_hosts?,
        })
    }
}
