//! Which server a client of the gateway may talk to, and how it proves to be the one.
//!
//! Kaspersky's servers make their own certificates, which no authority vouches for and which stock
//! verifiers refuse. That is a reason to say exactly which one is meant, and none to verify nothing.
//! Every client of such a server takes its trust from here, so that there is one place where
//! verification could be switched off, and it has no switch.
//!
//! * [`Trust`]: which certificate a server may show.
//! * [`ClientIdentity`]: who a client is, where a server asks.
//! * [`Fingerprint`]: a certificate's digest, as people compare it.
//! * [`probe`]: one look at one endpoint, up to the end of the handshake and no further.
//! * [`inspect`](inspect::inspect): the same over any connection, with everything that there is to be seen
//!   and for showing alone.
//! * [`Certificate`]: what a certificate says of itself.
//! * [`endpoint_flaw`]: what an endpoint may be; [`place`], [`server_name`]: its name, for people and
//!   for TLS.

mod address;
mod certificate;
mod der;
mod distinguished_name;
mod fingerprint;
mod identity;
pub mod inspect;
mod key;
mod pem_text;
pub mod probe;
mod server;
mod validity;

pub use address::{endpoint_flaw, place, server_name};
pub use certificate::Certificate;
pub use fingerprint::{Fingerprint, NoFingerprint, Sha1Fingerprint};
pub use identity::{ClientIdentity, IdentityError};
pub use server::{
    CaCertificates, NotThePinned, Pins, Refusal, Trust, TrustError, fingerprints, refusal,
};
