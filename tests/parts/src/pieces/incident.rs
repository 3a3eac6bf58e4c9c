//! A request as an incident, for each task, and as the bytes of the call that carries it.

use std::hint::black_box;

use edr_gateway::backends::ksc::bench::Translation;
use ksc::Call as _;
use serde_json::Value;
use time::macros::datetime;
use vocabulary::task::TaskType;

use super::body;
use super::piece::Piece;

/// A host's id.
pub(super) const HOST: &str = "4328e16a-bf83-47c3-8d0b-0fdf79f9d673";

pub(super) fn pieces() -> Vec<Piece> {
    let piece = |task: TaskType| {
        Piece::again(format!("incident, {}", task.name()), move |_| {
            let request = body::request(task);
            let translation = Translation::new(false);
            let now = datetime!(2026-01-02 03:04:05 UTC);
            let call = translation.of(&request, HOST, now);
            let text: Value = serde_json::from_str(&call.body).expect("JSON");
            assert_eq!(text["task"], task.name());
            assert!(call.arguments().to_body().is_ascii());
            move || {
                black_box(translation.of(black_box(&request), HOST, now));
            }
        })
    };
    TaskType::THREAT_RESPONSE.map(piece).into()
}
