//! The configuration file. Its writer is no stranger, but a file that stops the gateway must say
//! why.

use edr_gateway::config::{Audience, Keys, Settings};
use jsonwebtoken::Algorithm;
use vocabulary::task::TaskType;
use vocabulary::task_id::Alias;

use crate::Verdict;

pub(crate) fn try_one(input: &[u8]) -> Verdict {
    let text = String::from_utf8_lossy(input);
    match Settings::load(&text, []) {
        Ok(settings) => {
            // A secret never meets an algorithm for public keys, nor the reverse.
            let symmetric = |it: &Algorithm| *it == Algorithm::HS256;
            assert!(!settings.auth.issuers.is_empty());
            for (place, issuer) in settings.auth.issuers.iter().enumerate() {
                let algorithms = &issuer.algorithms;
                match issuer.keys {
                    Keys::Secret(_) => assert!(algorithms.iter().all(symmetric)),
                    Keys::Url(..) | Keys::Discovery(..) | Keys::File(_) => {
                        assert!(!algorithms.iter().any(symmetric));
                    }
                }
                assert!(!algorithms.is_empty());
                assert!(issuer.leeway.as_secs() <= 300);
                assert!(!issuer.issuer.is_empty());
                match &issuer.audience {
                    Audience::Named(names) | Audience::Clients(names) => assert!(!names.is_empty()),
                }
                // No two issuers have a token or a caller in common.
                for other in &settings.auth.issuers[..place] {
                    assert_ne!(issuer.issuer, other.issuer);
                    assert_ne!(issuer.name, other.name);
                }
            }
            assert!(settings.server.max_body_bytes >= 1024);
            // Whatever is preferred or granted is a server that there is.
            assert!(!settings.backends.is_empty());
            let known = |it: &Alias| settings.backends.contains_key(it);
            assert!(
                TaskType::ALL
                    .iter()
                    .all(|it| settings.routing.of(*it).iter().all(known))
            );
            let mut grants = settings
                .auth
                .issuers
                .iter()
                .flat_map(|it| it.grants.values());
            assert!(grants.all(|it| it.backends.iter().all(known)));
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
