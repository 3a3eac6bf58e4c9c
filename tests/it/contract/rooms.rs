//! The house is built as it says: rooms import downwards, as the table in `lib.rs` has it, and no
//! file goes round in a circle.

use std::collections::{BTreeMap, BTreeSet};

use acceptance::imports::Imports;
use acceptance::repository::{read, root};

/// Every member of the workspace, by the folder of its sources.
const MEMBERS: [&str; 19] = [
    "service/src",
    "service/vocabulary/src",
    "service/ksc/src",
    "service/kata/src",
    "service/trust/src",
    "service/kataedr/src",
    "service/jwks/src",
    "service/otlp/src",
    "service/dialects/src",
    "service/integrations/src",
    "service/edrctl/src",
    "tests/src",
    "tests/simulator/src",
    "tests/kata-simulator/src",
    "tests/stage/src",
    "tests/bench/src",
    "tests/parts/src",
    "tests/verify/src",
    "tests/fuzz/src",
];

#[test]
fn no_file_imports_itself_in_the_end() {
    for member in MEMBERS {
        let imports = Imports::read(&root().join(member));
        assert!(imports.files() > 1, "{member}");
        let circles = imports.circles();
        assert!(circles.is_empty(), "{member}: {circles:?}");
    }
}

#[test]
fn rooms_import_what_the_table_says_and_nothing_else() {
    let mut rooms = Imports::read(&root().join("service/src")).rooms();
    // A part of the program, which is another crate.
    assert!(rooms.remove("signals").is_some());

    let told: BTreeMap<String, BTreeSet<String>> = read("service/src/lib.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("//! ")?.split_once(" ─▶ "))
        .map(|(room, others)| {
            let others = others.split_whitespace().filter(|it| *it != "–");
            (room.trim().to_owned(), others.map(str::to_owned).collect())
        })
        .collect();
    assert!(told.len() > 20, "the table was found");
    for (room, others) in &rooms {
        assert_eq!(told.get(room), Some(others), "{room}");
    }
    assert_eq!(
        told.keys().collect::<Vec<_>>(),
        rooms.keys().collect::<Vec<_>>()
    );
}

#[test]
fn only_the_room_of_a_back_end_and_those_who_diagnose_it_know_its_client() {
    let manifest = root().join("service/src");
    let mut knowing = BTreeSet::new();
    walk(&manifest, &mut |name, text| {
        let code = text.lines().filter(|it| !it.trim_start().starts_with("//"));
        if code
            .into_iter()
            .any(|it| it.contains("use ksc::") || it.contains(" ksc::") || it.contains("<ksc::"))
        {
            knowing.insert(name.to_owned());
        }
    });
    let strangers: Vec<&String> = knowing
        .iter()
        .filter(|it| !(it.starts_with("backends/ksc") || it.starts_with("doctor")))
        .collect();
    assert!(knowing.len() > 20, "{knowing:?}");
    assert!(strangers.is_empty(), "{strangers:?}");
}

fn walk(folder: &std::path::Path, each: &mut impl FnMut(&str, &str)) {
    let root = root().join("service/src");
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, each);
        } else if path.extension().is_some_and(|it| it == "rs") {
            let name = path.strip_prefix(&root).expect("within").to_string_lossy();
            let text = std::fs::read_to_string(&path).expect("a source");
            each(&name, &text);
        }
    }
}
