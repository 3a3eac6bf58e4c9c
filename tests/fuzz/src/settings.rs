//! The configuration file. Its writer is no stranger, but a file that stops the gateway must say why.

use edr_gateway::config::{Keys, Settings};
use jsonwebtoken::Algorithm;

use crate::Verdict;

pub(crate) fn try_one(input: &[u8]) -> Verdict {
    let text = String::from_utf8_lossy(input);
    match Settings::load(&text, []) {
        Ok(settings) => {
            // A secret never meets an algorithm for public keys, nor the reverse.
            let symmetric = |it: &Algorithm| *it == Algorithm::HS256;
            let algorithms = &settings.auth.algorithms;
            match settings.auth.keys {
                Keys::Secret(_) => assert!(algorithms.iter().all(symmetric)),
                Keys::Url(_) | Keys::File(_) => assert!(!algorithms.iter().any(symmetric)),
            }
            assert!(!algorithms.is_empty());
            assert!(settings.auth.leeway.as_secs() <= 300);
            assert!(settings.server.max_body_bytes >= 1024);
            assert!(!settings.auth.issuer.is_empty() && !settings.auth.audience.is_empty());
            Verdict::Taken
        }
        Err(error) => {
            assert!(!error.0.is_empty());
            for mistake in &error.0 {
                assert!(!mistake.key.is_empty() && !mistake.detail.is_empty());
            }
            assert!(error.to_string().lines().count() > error.0.len());
            Verdict::Refused
        }
    }
}
