//! Who is calling: an access token, and whether it is good. Nothing here knows HTTP.

mod caller;
mod claims;
mod confinement;
mod header;
mod identity;
mod issuer;
mod lookup;
mod refusal;
mod revoked;
mod rules;
mod scope_claims;
mod secret;
mod setup_error;
mod standing;
mod times;
mod token;
mod verified;

pub use caller::Caller;
pub(crate) use identity::is_plain_subject;
pub(crate) use issuer::{usable_files, usable_keys};
pub use refusal::Refusal;
pub use revoked::RevokedError;
pub(crate) use revoked::count as revoked_tokens;
pub use secret::SecretError;
pub use setup_error::SetupError;
pub use token::Verifier;
pub(crate) use token::claimed;
