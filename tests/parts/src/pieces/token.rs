//! The check of an access token: one that was seen before, and one that was not.

use std::hint::black_box;
use std::rc::Rc;

use edr_gateway::auth::Verifier;
use jsonwebtoken::Algorithm;
use tokio::runtime::Runtime;

use super::piece::{Job, Piece};
use crate::workshop::{ALGORITHMS, Workshop, name};

pub(super) fn pieces() -> Vec<Piece> {
    let known = |algorithm: Algorithm| {
        let title = format!("token, {}, seen before", name(algorithm));
        Piece::again(title, move |workshop| {
            let desk = Desk::open(workshop);
            let token = workshop.token(algorithm);
            desk.check(&token);
            move || desk.check(&token)
        })
    };
    let new = |algorithm: Algorithm| {
        let title = format!("token, {}, new", name(algorithm));
        Piece::new(title, move |workshop| {
            let desk = Rc::new(Desk::open(workshop));
            Job::Token(algorithm, Box::new(move |token| desk.check(token)))
        })
    };
    let known = std::iter::once(known(Algorithm::ES256));
    known.chain(ALGORITHMS.map(new)).collect()
}

/// A verifier, and what it runs on.
struct Desk {
    runtime: Runtime,
    verifier: Verifier,
}

impl Desk {
    fn open(workshop: &Workshop) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let verifier = runtime.block_on(workshop.verifier());
        Self { runtime, verifier }
    }

    /// A token that is not good is no measurement of one that is, so each is looked at: it is a comparison.
    fn check(&self, token: &str) {
        let caller = self
            .runtime
            .block_on(self.verifier.verify(black_box(token)));
        assert_eq!(&*caller.expect("a good token").id, "soar");
    }
}
