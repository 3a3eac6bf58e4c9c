//! What KATA will not say of an order.

use kata::{Isolation, IsolationRule, OsFamily};
use time::{Duration, OffsetDateTime};

use super::order::Order;

/// That an order is not carried out as soon as it is given.
const IN_ITS_TIME: &str = "KATA tells which rule stands, and not whether the device has carried it out: the device fetches it when it is next in contact (every 5 minutes by default).";

/// Warnings about an order to isolate or to release a host on which this stands.
pub(super) fn of_isolation(order: &Order, before: &Isolation) -> Vec<String> {
    let mut warnings = vec![IN_ITS_TIME.to_owned()];
    let Order::Isolate {
        seconds,
        exclusions,
    } = order
    else {
        if matches!(before, Isolation::NoRuleOrHost) {
            warnings.push("The host has no isolation rule: it is released already.".to_owned());
        }
        return warnings;
    };
    match before {
        Isolation::Rule(rule) => warnings.push(format!(
            "The host had an isolation rule already, {}: this one replaces it whole, and its time begins anew.",
            told(rule)
        )),
        Isolation::Unknown(_) => warnings.push(
            "Which isolation rule the host has could not be read; whatever it is, this one replaces it.".to_owned(),
        ),
        Isolation::NoRuleOrHost => {}
    }
    if seconds.get() % 3600 != 0 {
        warnings.push(
            "KATA's pages count isolation in whole hours; whether it takes another time is not documented.".to_owned(),
        );
    }
    if exclusions.is_empty() {
        warnings.push(
            "DNS, DHCP and a proxy are not let through by themselves on Linux: without them the host may not find the Central Node again. `exclusions` lets them through, and `exclusionPresets` what the operator has written down.".to_owned(),
        );
    }
    warnings
}

/// Warnings about an order to forbid a file, or to allow it again, on a host of this system; whether
/// it is so already.
pub(super) fn of_prevention(order: &Order, system: Option<OsFamily>, is_so: bool) -> Vec<String> {
    let mut warnings = vec![IN_ITS_TIME.to_owned()];
    if !matches!(order, Order::Forbid { .. }) {
        if is_so {
            warnings.push(
                "No prevention rule of the host has this hash: nothing was written. A rule by the file's other hash would be another one.".to_owned(),
            );
        }
        return warnings;
    }
    if is_so {
        warnings.push(
            "The host has a prevention rule with this hash already: nothing was written."
                .to_owned(),
        );
    }
    warnings.push(
        "KATA does not look whether the system needs the file, and a process that runs already goes on.".to_owned(),
    );
    if system != Some(OsFamily::Windows) {
        warnings.push(
            "On Linux, KES before 12.2 passes over prevention rules, and a later one needs Execution prevention turned on in its policy.".to_owned(),
        );
    }
    warnings
}

/// Warnings about an order to run a program.
pub(super) fn of_program(is_there: bool) -> Vec<String> {
    let mut warnings = vec![
        "The program has to be on the device already, runs with the system's rights for 24 hours at most, and begins when the device is next in contact. KATA tells neither its exit code nor its output.".to_owned(),
    ];
    if is_there {
        warnings.push(
            "KATA has a task of this key already: it was ordered before, and is not run again. To run it again, use another Idempotency-Key.".to_owned(),
        );
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
