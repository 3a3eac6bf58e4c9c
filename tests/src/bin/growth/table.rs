//! Figures by operation and size.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::meter::Cost;

/// What one thing that grows makes of the cost of operations.
pub(crate) struct Table {
    grows: &'static str,
    sizes: &'static [usize],
    rows: Vec<Row>,
}

struct Row {
    operation: &'static str,
    costs: Vec<(usize, Cost)>,
}

impl Table {
    pub(crate) fn new(grows: &'static str, sizes: &'static [usize]) -> Self {
        Self {
            grows,
            sizes,
            rows: Vec::new(),
        }
    }

    /// Notes what an operation cost at this size.
    pub(crate) fn note(&mut self, operation: &'static str, size: usize, cost: Cost) {
        let at = self.rows.iter().position(|it| it.operation == operation);
        let at = at.unwrap_or_else(|| {
            self.rows.push(Row {
                operation,
                costs: Vec::new(),
            });
            self.rows.len() - 1
        });
        acceptance::say(&format!(
            "  {} {size}: {operation}: {}",
            self.grows,
            cost.text()
        ));
        self.rows[at].costs.push((size, cost));
    }

    pub(crate) fn text(&self) -> String {
        let mut text = format!("\n{:<44}", self.grows);
        // Writing to a String cannot fail.
        for size in self.sizes {
            let _ = write!(text, "{size:>22}");
        }
        for row in &self.rows {
            let _ = write!(text, "\n{:<44}", row.operation);
            for size in self.sizes {
                let cost = row.costs.iter().find(|it| it.0 == *size);
                let cost = cost.map(|it| it.1.text()).unwrap_or_default();
                let _ = write!(text, "{cost:>22}");
            }
        }
        text
    }

    fn json(&self) -> Value {
        let rows = self.rows.iter().map(|row| {
            let costs = row.costs.iter().map(|(size, cost)| cost.json(*size));
            json!({"operation": row.operation, "costs": costs.collect::<Vec<_>>()})
        });
        json!({"grows": self.grows, "operations": rows.collect::<Vec<_>>()})
    }
}

/// All tables, for programs.
pub(crate) fn json(tables: &[Table]) -> String {
    let tables: Vec<Value> = tables.iter().map(Table::json).collect();
    format!("{:#}\n", Value::from(tables))
}
