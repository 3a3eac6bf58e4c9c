//! The KSC task of a request, weighed against all requests of its kind: by the numbers in names, and by order.

use std::hint::black_box;

use edr_gateway::backends::ksc::bench::{Endings, Weighing};

use super::piece::Piece;

pub(super) fn pieces() -> Vec<Piece> {
    let piece = |(count, endings, how, times): (i64, Endings, &str, u32)| {
        // Where requests are without a task and names tell nothing, it may have none either.
        let certain = count == 100 || endings == Endings::Numbers;
        Piece::again(format!("weigh {count} requests, by {how}"), move |_| {
            let weighing = Weighing::of(count, endings);
            assert_eq!(weighing.find(), (vec![weighing.expected()], certain));
            move || {
                black_box(black_box(&weighing).find());
            }
        })
        .counted(times)
    };
    [
        (100, Endings::Numbers, "numbers", 300),
        (1000, Endings::Numbers, "numbers", 100),
        (100, Endings::Nothing, "order", 50),
        (1000, Endings::Nothing, "order", 10),
    ]
    .map(piece)
    .into()
}
