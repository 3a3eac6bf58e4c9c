//! The inputs that are kept, tried on their targets without a fuzzer.
//!
//! Among them is every input that a fuzzer once found something with.

use std::path::{Path, PathBuf};

use fuzz::{TARGETS, Verdict};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder of inputs");
    let mut files: Vec<PathBuf> = entries.map(|it| it.expect("a file").path()).collect();
    files.sort();
    files
}

#[test]
fn what_must_hold_does_for_every_input_that_is_kept() {
    let mut broken = Vec::new();
    for target in TARGETS {
        let (mut taken, mut refused) = (0, 0);
        for file in files(&corpus().join(target.name)) {
            let input = std::fs::read(&file).expect("a file");
            match std::panic::catch_unwind(|| (target.try_one)(&input)) {
                Ok(Verdict::Taken) => taken += 1,
                Ok(Verdict::Refused) => refused += 1,
                Err(_) => broken.push(file),
            }
        }
        println!("» {}: {taken} taken, {refused} refused", target.name);
        // A target that takes nothing, or everything, proves nothing.
        assert!(taken > 0 && refused > 0, "{}", target.name);
    }
    assert!(broken.is_empty(), "broken by {broken:#?}");
}

#[test]
fn every_folder_of_inputs_has_a_target() {
    for folder in files(&corpus()) {
        let known = TARGETS.iter().any(|it| folder.ends_with(it.name));
        assert!(known, "{} is tried on nothing", folder.display());
    }
}
