//! What a request and its parts take, in instructions, against the record in the repository.
//!
//! A count needs no quiet machine: what a change costs shows in it wherever it is made. The program that is counted
//! is `bench-parts`, built as the delivered one is; KSC and the caller are in this process, which is not counted.
//!
//! Callgrind runs a program on a processor of its own making, so a count does not depend on the machine's, as long as
//! that is an x86-64 with AVX2. The compiler, the C library and valgrind have their part in it; the record names the
//! first and the last.

mod callgrind;
mod count;
mod machine;
mod parts;
mod record;
mod way;

use std::fs;
use std::path::PathBuf;

use crate::debian;
use crate::ground::Ground;
use crate::outcome::{Failure, Outcome};
use crate::screen::say;

use machine::Machine;
use record::{RECORD, Record};

/// Builds the program that is counted, and says where it is.
pub(crate) fn build(ground: &Ground) -> Result<PathBuf, Failure> {
    let build = ["build", "--release", "--locked", "--package", "bench-parts"];
    ground.cargo(&build).expect_success()?;
    Ok(ground.target.join("release/bench-parts"))
}

/// Counts, and compares; or writes it down.
pub(crate) fn check(ground: &Ground) -> Outcome {
    debian::prepare(ground)?;
    let machine = Machine::look(ground)?;
    let path = ground.root.join(RECORD);
    let text = fs::read_to_string(&path).unwrap_or_default();
    let record = Record::read(&text);
    if !ground.write && record.machine.is_other_processor(&machine) {
        let note = format!(
            "not compared: the record is of {}, and this is {}",
            record.machine.processor, machine.processor
        );
        return Ok(note);
    }
    let program = build(ground)?;
    let mut counts = way::count(ground, &program)?;
    counts.extend(parts::count(ground, &program)?);
    let now = Record { machine, counts };
    if ground.write {
        fs::write(&path, now.write()).map_err(|it| Failure::because(it.to_string()))?;
        return Ok(format!("{} counts written to {RECORD}", now.counts.len()));
    }
    let table = record.beside(&now);
    for line in &table.lines {
        say(&format!("      {line}"));
    }
    table.outcome()
}
