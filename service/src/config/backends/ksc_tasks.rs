//! How tasks are made at one Administration Server, and followed.

use std::time::Duration;

use vocabulary::budget::BudgetPolicy;
use vocabulary::task::Area;

use crate::config::reader::Reader;

/// How tasks are made at one Administration Server, and followed.
#[derive(Debug, Clone)]
pub struct KscTasks {
    /// The area of requests that name none.
    pub default_area: Area,
    /// How an incident is matched with its KSC task.
    pub correlation: Correlation,
    /// A request without a KSC task for so long is stalled.
    pub stalled_after: Duration,
    /// A request that KSC shows no trace of for so long has never arrived.
    pub unknown_settles_after: Duration,
    /// How many response tasks KSC keeps before it rotates out the oldest.
    pub budget: usize,
    /// What is done when a new task would push out one that has not finished.
    pub budget_policy: BudgetPolicy,
    /// Whether new tasks are refused while no service console is connected.
    pub require_service_console: bool,
}

/// How an incident is matched with its KSC task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Correlation {
    /// By host, name, type, time and order.
    Window,
    /// By a unique suffix of the area, which KSC copies into the task's name.
    Tag,
}

impl KscTasks {
    pub(super) fn read(reader: &mut Reader, at: &str) -> Option<Self> {
        let key = |name: &str| format!("{at}.{name}");
        let area = reader.text(&key("default_area"));
        let default_area = area.and_then(|it| {
            let area = Area::parse(&it);
            if area.is_none() {
                reader.mistake(&key("default_area"), Area::RULE);
            }
            area
        });
        let correlation = reader.choice(
            &key("correlation"),
            &[("window", Correlation::Window), ("tag", Correlation::Tag)],
        );
        if let (Some(Correlation::Tag), Some(area)) = (correlation, &default_area)
            && !area.leaves_room_for_a_tag()
        {
            reader.mistake(
                &key("default_area"),
                format!(
                    "must have at most {} characters with {at}.correlation = \"tag\"",
                    Area::MOST_WITH_TAG
                ),
            );
        }
        let stalled_after = reader.positive_duration(&key("stalled_after"));
        let unknown_settles_after = reader.positive_duration(&key("unknown_settles_after"));
        let budget = reader.integer(&key("budget"), 1..=10_000);
        let budget_policy = reader.choice(
            &key("budget_policy"),
            &[
                ("refuse", BudgetPolicy::Refuse),
                ("warn", BudgetPolicy::Warn),
                ("off", BudgetPolicy::Off),
            ],
        );
        let require_service_console = reader.boolean(&key("require_service_console"));
        Some(Self {
            default_area: default_area?,
            correlation: correlation?,
            stalled_after: stalled_after?,
            unknown_settles_after: unknown_settles_after?,
            budget: usize::try_from(budget?).ok()?,
            budget_policy: budget_policy?,
            require_service_console: require_service_console?,
        })
    }
}
