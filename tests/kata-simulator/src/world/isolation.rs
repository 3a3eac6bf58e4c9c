//! How rules of isolation change.

use crate::rule_change::{LostRule, RuleChange, RuleKind};
use crate::world::World;
use crate::world::isolation_rule::{IsolationRule, Order};
use crate::world::sensors::written;
use crate::writer::Writer;
use uuid::Uuid;

impl World {
    /// Replaces a host's rule, or takes it away; `false` when there was none to take away.
    pub(crate) fn set_isolation(&mut self, id: Uuid, order: Option<Order>, by: Writer) -> bool {
        let before = self.isolation.remove(&id);
        if before.is_none() && order.is_none() {
            return false;
        }
        let scope = written(id);
        let lost = before.iter().filter(|it| it.by != by).map(|it| LostRule {
            scope: scope.clone(),
            rule: it.order.value(),
            made_by: it.by.clone(),
            lost_by: by.clone(),
        });
        let change = RuleChange {
            at: self.now,
            scope: scope.clone(),
            kind: RuleKind::Isolation,
            by: by.clone(),
            before: before.iter().map(|it| it.order.value()).collect(),
            after: order.iter().map(Order::value).collect(),
            lost: lost.collect(),
        };
        self.journal.changed(change);
        if let Some(order) = order {
            self.rules_made += 1;
            let number = self.rules_made;
            self.isolation
                .insert(id, IsolationRule { number, order, by });
        }
        self.call_agent(id);
        true
    }
}
