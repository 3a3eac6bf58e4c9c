//! Answers as they are kept in this replica's memory, where there are up to fifty thousand: as
//! small as they can be.
//!
//! An answer in use is a dozen texts, each with its own place in memory. Kept, it is one text, as
//! it is written down for other replicas; and what its caller was warned of, which is the same for
//! many, is there once. That makes some 400 bytes of 800, for a microsecond when it is kept and two
//! when it is asked for again.

use std::collections::HashSet;
use std::sync::Arc;

use crate::intake::receipt::AnsweredRequest;

/// What answers have in common.
#[derive(Default)]
pub(super) struct Answers {
    warnings: HashSet<Arc<[String]>>,
}

/// An answer that is kept.
pub(super) struct KeptAnswer {
    /// Without its warnings.
    text: Box<str>,
    warnings: Arc<[String]>,
}

impl Answers {
    /// Keeps an answer.
    pub(super) fn keep(&mut self, mut answered: Box<AnsweredRequest>) -> KeptAnswer {
        let warnings = std::mem::take(&mut answered.receipt.warnings);
        let known = self.warnings.get(warnings.as_slice()).cloned();
        let warnings = known.unwrap_or_else(|| {
            let warnings: Arc<[String]> = warnings.into();
            self.warnings.insert(Arc::clone(&warnings));
            warnings
        });
        let text = serde_json::to_string(&answered).expect("it is plain data");
        KeptAnswer {
            text: text.into(),
            warnings,
        }
    }

    /// Lets go of what no answer has any more.
    pub(super) fn sweep(&mut self) {
        self.warnings.retain(|it| Arc::strong_count(it) > 1);
    }
}

impl KeptAnswer {
    /// The answer as it was.
    pub(super) fn read(&self) -> Box<AnsweredRequest> {
        let answered = serde_json::from_str(&self.text);
        let mut answered: Box<AnsweredRequest> = answered.expect("it was written here");
        answered.receipt.warnings = self.warnings.to_vec();
        answered
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answered(number: usize, warnings: &[&str]) -> Box<AnsweredRequest> {
        let answered = json!({
            "form": 1,
            "id": format!("ksc-{number}"),
            "receipt": {
                "task": "isolateHost",
                "host": {"id": "h", "name": "WS-1", "fqdn": null},
                "area": "SOAR",
                "severity": 3,
                "requested_at": "2026-11-28T12:00:00.123456789Z",
                "warnings": warnings,
            }
        });
        Box::new(serde_json::from_value(answered).expect("an answer"))
    }

    #[test]
    fn an_answer_is_read_as_it_was_kept_and_warnings_are_there_once() {
        let mut answers = Answers::default();
        let all = [
            answered(1, &["a", "b"]),
            answered(2, &["a", "b"]),
            answered(3, &[]),
        ];

        let mut kept: Vec<KeptAnswer> = all.iter().map(|it| answers.keep(it.clone())).collect();

        for (answered, kept) in all.iter().zip(&kept) {
            assert_eq!(kept.read(), *answered);
        }
        assert_eq!(answers.warnings.len(), 2);
        kept.truncate(1);
        answers.sweep();
        assert_eq!(answers.warnings.len(), 1);
    }
}
