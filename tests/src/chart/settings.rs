//! What the chart has written into `gateway.toml`, by keys.

use vocabulary::task::TaskType;
use vocabulary::task_id::Alias;

/// The keys of a file as the program's table has them: those of a server under `<alias>`, those of
/// types of tasks as `<task>`. The chart writes one a line.
#[must_use]
pub fn in_table(text: &str) -> Vec<String> {
    keys(text).iter().map(|it| row(it)).collect()
}

/// The keys by their whole names.
fn keys(text: &str) -> Vec<String> {
    let mut section = "";
    let mut keys = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            // A list of tables is a key itself.
            let table = name.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
            keys.extend(table.map(str::to_owned));
            section = table.unwrap_or(name);
        } else if let Some((key, _)) = line.split_once(" = ") {
            keys.push(format!("{section}.{key}"));
        }
    }
    keys
}

/// The row of the program's table that a key belongs to.
fn row(key: &str) -> String {
    let of_server = key.strip_prefix("backends.");
    if let Some((alias, rest)) = of_server.and_then(|it| it.split_once('.'))
        && Alias::parse(alias).is_some()
    {
        return format!("backends.<alias>.{rest}");
    }
    let task = key.strip_prefix("routing.").and_then(TaskType::named);
    task.map_or_else(|| key.to_owned(), |_| "routing.<task>".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_with_their_sections() {
        let text = "# x\n[server]\nlisten = \"a = b\"\n\n[server.tls]\nkey_file = \"k\"\n\n[[auth.issuers]]\nname = \"b\"\n";

        assert_eq!(
            keys(text),
            [
                "server.listen",
                "server.tls.key_file",
                "auth.issuers",
                "auth.issuers.name"
            ]
        );
    }
    #[test]
    fn keys_of_servers_and_tasks_are_those_of_the_table() {
        for (key, row) in [
            ("backends.ksc.kind", "backends.<alias>.kind"),
            (
                "backends.abcdefghij012345.ca_file",
                "backends.<alias>.ca_file",
            ),
            ("backends.KSC.kind", "backends.KSC.kind"),
            ("backends.kind", "backends.kind"),
            ("routing.order", "routing.order"),
            ("routing.isolateHost", "routing.<task>"),
            ("routing.isolatehost", "routing.isolatehost"),
            ("server.listen", "server.listen"),
        ] {
            assert_eq!(self::row(key), row);
        }
    }
}
