//! The names of everything that a gateway has in the store.
//!
//! All of them begin with the gateway's prefix in braces: a hash tag, by which a Redis Cluster keeps
//! all of it in one slot, so at one server. Scripts look at several keys, and the names of some are
//! only known to them while they run.

use std::fmt::Display;

/// Gives names.
#[derive(Debug, Clone)]
pub(super) struct Names {
    tag: String,
}

impl Names {
    /// Names of the gateway with this prefix, `idempotency.redis_prefix`.
    pub(super) fn new(prefix: &str) -> Self {
        Self {
            tag: format!("{{{prefix}}}"),
        }
    }

    /// What tells this memory of the store from another one.
    pub(super) fn mark(&self) -> String {
        self.name("mark")
    }

    /// The channel on which replicas hear of what has changed.
    pub(super) fn news(&self) -> String {
        self.name("news")
    }

    /// What shows that a replica lives.
    pub(super) fn life(&self, replica: &str) -> String {
        format!("{}{replica}", self.lives())
    }

    /// What the names begin with that show life.
    pub(super) fn lives(&self) -> String {
        self.name("replica:")
    }

    /// What a replica says of its clock. `*` stands for all.
    pub(super) fn clock(&self, replica: &str) -> String {
        self.of("clock", replica)
    }

    /// The record of an `Idempotency-Key`.
    pub(super) fn key(&self, name: &str) -> String {
        self.of("key", name)
    }

    /// The count of a caller's requests.
    pub(super) fn rate(&self, caller: &str) -> String {
        self.of("rate", caller)
    }

    /// The queue for a host.
    pub(super) fn turns(&self, host: &str) -> String {
        self.of("turns", host)
    }

    /// The isolations of a host that are open.
    pub(super) fn isolations(&self, host: &str) -> String {
        self.of("isolations", host)
    }

    /// What was said last of what was sent to a back end.
    pub(super) fn latest(&self, backend: &impl Display) -> String {
        self.of("latest", backend)
    }

    /// The number of the last request that left for a back end.
    pub(super) fn departures(&self, backend: &impl Display) -> String {
        self.of("departures", backend)
    }

    /// The requests that are on their way to a back end.
    pub(super) fn departing(&self, backend: &impl Display) -> String {
        self.of("departing", backend)
    }

    /// What was asked for as a task.
    pub(super) fn task(&self, id: &impl Display) -> String {
        self.of("task", id)
    }

    /// Who asked for a task.
    pub(super) fn asker(&self, name: &str) -> String {
        self.of("asker", name)
    }

    /// The tasks that were asked for for one case.
    pub(super) fn case(&self, name: &str) -> String {
        self.of("case", name)
    }

    /// The requests that are like one another.
    pub(super) fn like(&self, name: &str) -> String {
        self.of("like", name)
    }

    /// What came behind what.
    pub(super) fn series(&self, name: &str) -> String {
        self.of("series", name)
    }

    fn of(&self, kind: &str, one: impl Display) -> String {
        format!("{}:{kind}:{one}", self.tag)
    }

    fn name(&self, rest: &str) -> String {
        format!("{}:{rest}", self.tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_in_the_slot_of_the_prefix_whatever_else_its_name_holds() {
        let names = Names::new("edr:prod");
        let odd = "a}{b}*";

        let all = [
            names.mark(),
            names.news(),
            names.life(odd),
            names.lives(),
            names.clock(odd),
            names.key(odd),
            names.rate(odd),
            names.turns(odd),
            names.isolations(odd),
            names.latest(&odd),
            names.departures(&odd),
            names.departing(&odd),
            names.task(&odd),
            names.asker(odd),
            names.case(odd),
            names.like(odd),
            names.series(odd),
        ];

        for name in &all {
            // The tag is what stands between the first brace and the first that closes it.
            let tag = name.strip_prefix('{').and_then(|it| it.split_once('}'));
            assert_eq!(tag.map(|it| it.0), Some("edr:prod"), "{name}");
        }
        let different: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
    }
}
