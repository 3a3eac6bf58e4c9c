//! The programs that the steps behind this one look at, built side by side.
//!
//! Each build has one processor at work for most of its minutes: while one crate is made into code,
//! and while all of them are linked. Either step builds what it needs by itself where it is run alone.

use std::thread;

use crate::debian;
use crate::ground::Ground;
use crate::outcome::{Outcome, all_of};
use crate::{image, instructions, tool};

/// Builds all of them: the image and `edrctl` one after the other, since they share what they are made of.
pub(crate) fn run(ground: &Ground) -> Outcome {
    // Before both of them would.
    debian::prepare(ground)?;
    let (counted, delivered) = thread::scope(|scope| {
        let delivered = scope.spawn(|| {
            image::build_ahead(ground)?;
            tool::build_ahead(ground)
        });
        let counted = instructions::build(ground);
        (counted, delivered.join().expect("it does not panic"))
    });
    let built = |it: &str| it.to_owned();
    let looks = [
        ("counted", counted.map(|_| built("bench-parts"))),
        (
            "delivered",
            delivered.map(|()| built("the image with edrctl")),
        ),
    ];
    all_of(looks).map(|it| it.join(" and "))
}
