//! Hostile access tokens, after RFC 8725: none of them opens the door, and each is answered alike.
//!
//! [`forge`] makes them, signed with the issuer's own keys wherever the signature is not what is
//! wrong: so it is the fault in question that is refused, and not a bad signature.

mod carriage;
mod claims;
mod confusion;
mod discovery;
mod forge;
mod form;
mod header;
mod issued;
mod issuers;
mod kept;
mod key_sets;
mod keys;
mod own_keys;
mod provider;
mod recipes;
mod revoked;
mod scopes;
mod withdrawn;
