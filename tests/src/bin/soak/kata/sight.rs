//! What the gateways say at the end of the orders that callers were told of.

use std::collections::BTreeMap;

use serde_json::Value;

/// Most orders that are read back.
const MOST: usize = 150;

/// How the states compare.
#[derive(Debug, Default)]
pub(crate) struct Sight {
    /// How many states were read, by their names.
    states: BTreeMap<String, usize>,
    /// What is not so.
    pub(crate) wrong: Vec<String>,
}

impl Sight {
    /// The latest of these tasks.
    pub(crate) fn latest(ids: &[String]) -> impl Iterator<Item = &String> {
        ids.iter().rev().take(MOST)
    }

    /// What a replica says of a task. It was made, so each of them knows it; and no device tells
    /// anybody that it is isolated or keeps a file from running, so that none can say that it
    /// succeeded. Programs run while the server looks, and end.
    pub(crate) fn compare(&mut self, id: &str, replica: usize, told: Option<(u16, Value)>) {
        let Some((status, body)) = told else {
            self.wrong.push(format!("{id} cannot be read at {replica}"));
            return;
        };
        let state = body["state"].as_str().unwrap_or_default();
        let may_be: &[&str] = if body["task"] == "startProcess" {
            &["pending", "running", "succeeded", "lost"]
        } else {
            &["pending", "unconfirmed", "lost"]
        };
        if status != 200 || !may_be.contains(&state) {
            self.wrong
                .push(format!("{id} at {replica}: {status} {body}"));
            return;
        }
        let line = format!("{} {state}", body["task"].as_str().unwrap_or_default());
        *self.states.entry(line).or_default() += 1;
    }

    pub(crate) fn line(&self) -> String {
        let states: Vec<String> = self
            .states
            .iter()
            .map(|(state, count)| format!("{state} {count}"))
            .collect();
        format!(
            "KATA: states read back at the end: {}; {} cannot be so",
            states.join(", "),
            self.wrong.len()
        )
    }
}
