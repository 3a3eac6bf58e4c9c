//! Rows as people read them.

use std::fmt::Write as _;

use crate::cell::{Found, as_float};
use crate::rounds::Row;
use crate::screen::say;

/// Shows the rows of a scenario.
pub(crate) fn show(title: &str, rows: &[Row]) {
    say(&format!("\n{title}"));
    say(&format!(
        "{:<34} {:>7} {:>9} {:>17} {:>8} {:>8} {:>8} {:>8} {:>7} {:>7} {:>7} {:>7} {:>7} {:>5} {:>6} {:>7}  calls an action",
        "way",
        "callers",
        "actions/s",
        "least–most",
        "p50 ms",
        "p90 ms",
        "p99 ms",
        "max ms",
        "cpu µs",
        "ksc µs",
        "front",
        "redis",
        "load µs",
        "load",
        "tls",
        "RSS MiB"
    ));
    for row in rows {
        say(&line(row));
        if let Some(complaint) = row.complaint() {
            let word = if row.found.is_empty() {
                "NOT MEASURED"
            } else {
                "INVALID"
            };
            say(&format!("    {word}: {complaint}"));
        }
    }
}

fn line(row: &Row) -> String {
    let head = format!("{:<34} {:>7}", row.cell.label, row.cell.callers);
    let Some((rate, least, most)) = row.spread(|it| it.rate) else {
        return format!("{head} {:>9}", "–");
    };
    let of = |it: fn(&Found) -> f64| row.median(it).unwrap_or_default();
    let ms =
        |it: fn(&Found) -> u64| row.median(|found| as_float(it(found))).unwrap_or_default() / 1e3;
    let (p50, p90) = (ms(|it| it.latencies.p50), ms(|it| it.latencies.p90));
    let (p99, max) = (ms(|it| it.latencies.p99), ms(|it| it.latencies.most));
    let (cpu, ksc) = (of(|it| it.subject), of(|it| it.stand_in));
    let (front, redis, load) = (of(|it| it.front), of(|it| it.redis), of(|it| it.load));
    // Callers that have a whole processor have no more to give: the row is theirs, not the way's.
    let share = of(|it| it.load_share) * 100.0;
    let busy = if share > 95.0 { "!" } else { "" };
    let tls = of(|it| it.handshakes);
    let resident = row.found.iter().filter_map(|it| it.resident).max();
    let resident = resident.map_or("–".to_owned(), |it| {
        format!("{:.1}", as_float(it) / 1024.0)
    });
    format!(
        "{head} {rate:>9.0} {:>17} {p50:>8.2} {p90:>8.2} {p99:>8.2} {max:>8.1} {cpu:>7.0} {ksc:>7.0} {front:>7.0} {redis:>7.0} {load:>7.0} {:>5} {tls:>6.2} {resident:>7}  {}",
        format!("{least:.0}–{most:.0}"),
        format!("{share:.0}%{busy}"),
        calls(row)
    )
}

/// Calls to KSC for each action, in the last round: the sum and its parts; and scripts in Redis.
fn calls(row: &Row) -> String {
    let Some(last) = row.found.last() else {
        return String::new();
    };
    let sum = last.calls.iter().fold(0.0, |sum, (_, count)| sum + count);
    let parts: Vec<String> = last
        .calls
        .iter()
        .filter(|(_, count)| *count >= 0.005)
        .map(|(name, count)| {
            let name = name.rsplit('.').next().unwrap_or(name);
            format!("{name} {count:.2}")
        })
        .collect();
    let mut text = format!("{sum:.2}: {}", parts.join(", "));
    if last.scripts > 0.0 {
        write!(text, "; Redis {:.2}", last.scripts).expect("a text takes everything");
    }
    text
}
