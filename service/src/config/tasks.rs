//! `[tasks]`: how tasks are made and followed.

use std::time::Duration;
use vocabulary::budget::BudgetPolicy;

use super::reader::Reader;
use vocabulary::names::Protected;
use vocabulary::task::Area;

/// How tasks are made and followed.
#[derive(Debug, Clone)]
pub struct Tasks {
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
    /// Hosts that no caller may touch.
    pub protected_hosts: Vec<Protected>,
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
        if let (Some(Correlation::Tag), Some(area)) = (correlation, &default_area)
            && !area.leaves_room_for_a_tag()
        {
            reader.mistake(
                "tasks.default_area",
                format!(
                    "must have at most {} characters with tasks.correlation = \"tag\"",
                    Area::MOST_WITH_TAG
                ),
            );
        }
        let stalled_after = reader.positive_duration("tasks.stalled_after");
        let unknown_settles_after = reader.positive_duration("tasks.unknown_settles_after");
        let budget = reader.integer("tasks.budget", 1..=10_000);
        let budget_policy = reader.choice(
            "tasks.budget_policy",
            &[
                ("refuse", BudgetPolicy::Refuse),
                ("warn", BudgetPolicy::Warn),
                ("off", BudgetPolicy::Off),
            ],
        );
        let require_service_console = reader.boolean("tasks.require_service_console");
        let protected_hosts = protected_hosts(reader);
        Some(Self {
            default_area: default_area?,
            correlation: correlation?,
            stalled_after: stalled_after?,
            unknown_settles_after: unknown_settles_after?,
            budget: usize::try_from(budget?).ok()?,
            budget_policy: budget_policy?,
            require_service_console: require_service_console?,
            protected_hosts: protected_hosts?,
        })
    }
}

fn protected_hosts(reader: &mut Reader) -> Option<Vec<Protected>> {
    const KEY: &str = "tasks.protected_hosts";
    let mut patterns = Vec::new();
    let mut whole = true;
    for (number, text) in (1..).zip(reader.list(KEY)?) {
        match Protected::read(&text) {
            Ok(pattern) => patterns.push(pattern),
            // A pattern that means nothing protects nothing, and nobody would know.
            Err(why) => {
                whole = false;
                // By its number: it may be anything, a secret that was put into the wrong place
                // too.
                reader.mistake(KEY, format!("pattern {number} {why}"));
            }
        }
    }
    whole.then_some(patterns)
}
