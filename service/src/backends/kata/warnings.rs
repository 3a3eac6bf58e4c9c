//! What KATA will not say of an order.

use kata::{Isolation, IsolationRule};
use time::{Duration, OffsetDateTime};

use super::order::Order;

/// Warnings about an order for a host on which this stands.
pub(super) fn of(order: &Order, before: &Isolation) -> Vec<String> {
    let mut warnings = vec![
        "KATA tells which rule stands, and not whether the device has carried it out: the device fetches it when it is next in contact (every 5 minutes by default).".to_owned(),
    ];
    match (order, before) {
        (Order::Isolate { .. }, Isolation::Rule(rule)) => {
            warnings.push(format!(
                "The host had an isolation rule already, {}: this one replaces it whole, and its time begins anew.",
                told(rule)
            ));
        }
        (Order::Isolate { .. }, Isolation::Unknown(_)) => warnings.push(
            "Which isolation rule the host has could not be read; whatever it is, this one replaces it.".to_owned(),
        ),
        (Order::Release, Isolation::NoRuleOrHost) => {
            warnings.push("The host has no isolation rule: it is released already.".to_owned());
        }
        (Order::Isolate { .. }, Isolation::NoRuleOrHost)
        | (Order::Release, Isolation::Rule(_) | Isolation::Unknown(_)) => {}
    }
    if let Order::Isolate {
        seconds,
        exclusions,
    } = order
    {
        if seconds.get() % 3600 != 0 {
            warnings.push(
                "KATA's console counts isolation in whole hours; whether it takes another time is not documented.".to_owned(),
            );
        }
        if exclusions.is_empty() {
            warnings.push(
                "DNS, DHCP and a proxy are not let through by themselves on Linux: without them the host may not find the Central Node again. `exclusions` lets them through.".to_owned(),
            );
        }
    }
    warnings
}

/// Until when a rule holds that was ordered then.
pub(super) fn until(order: &Order, requested_at: OffsetDateTime) -> Option<OffsetDateTime> {
    let lasts: Duration = order.lasts()?;
    requested_at.checked_add(lasts)
}

fn told(rule: &IsolationRule) -> String {
    let lasts = rule.seconds.map_or_else(
        || "of an unknown duration".to_owned(),
        |it| format!("of {it} seconds"),
    );
    match rule.exclusions.as_ref().map_or(0, Vec::len) {
        0 => format!("{lasts} without exclusions"),
        1 => format!("{lasts} with 1 exclusion"),
        many => format!("{lasts} with {many} exclusions"),
    }
}
