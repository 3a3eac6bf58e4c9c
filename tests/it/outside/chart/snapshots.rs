//! The whole of two variants, word for word: a change of the chart shows in a review as what it
//! does.
//!
//! `UPDATE_SNAPSHOTS=1 cargo verify -- ignored` writes them anew.

use acceptance::repository::fixture;

use crate::outside::chart::rendered::objects;

fn compare(case: &str) {
    let path = fixture(&format!("kubernetes/{case}.snap.yaml"));
    // Helm's remarks and blank lines differ between its versions.
    let objects = objects(case, &[]);
    let now: Vec<&str> = objects
        .text
        .lines()
        .map(str::trim_end)
        .filter(|it| !it.is_empty() && !it.starts_with("# Source:"))
        .collect();
    let now = format!("{}\n", now.join("\n"));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &now).expect("it is written");
    }
    let before = std::fs::read_to_string(&path).expect("a snapshot");
    let differs = now
        .lines()
        .zip(before.lines())
        .position(|(now, before)| now != before);
    let lines = (now.lines().count(), before.lines().count());
    assert!(
        now == before,
        "{} is old, from line {} on: look at what changed, then UPDATE_SNAPSHOTS=1",
        path.display(),
        differs.unwrap_or(lines.0.min(lines.1)) + 1
    );
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn the_smallest_release_is_as_it_was() {
    compare("minimal");
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn a_release_in_a_closed_network_is_as_it_was() {
    compare("network-policy");
}
