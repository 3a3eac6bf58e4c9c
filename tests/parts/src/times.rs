//! Parts by the clock.

use std::cell::Cell;

use divan::{Bencher, Divan};

use crate::pieces::{self, Job};
use crate::workshop::Workshop;

/// Measures those that the command line names, or all.
pub(crate) fn measure() {
    Divan::from_args().run_benches();
}

#[divan::bench(args = pieces::names())]
fn part(bencher: Bencher<'_, '_>, name: &str) {
    let workshop = Workshop::shared();
    match pieces::make(name, workshop) {
        Job::Again(run) => bencher.bench_local(run),
        Job::Token(algorithm, run) => {
            let serial = Cell::new(0);
            let fresh = || {
                serial.set(serial.get() + 1);
                workshop.sign(algorithm, serial.get())
            };
            bencher
                .with_inputs(fresh)
                .bench_local_values(|token| run(&token));
        }
    }
}
