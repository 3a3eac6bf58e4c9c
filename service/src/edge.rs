//! What every request passes on its way in and every response on its way out, outermost first:
//! [`request_id`] names it, [`access_log`] writes its one wide line, [`measure`] counts it.
//!
//! All three answer with responses and never with an `Err`: an outer layer does not see a
//! response that travels as an error, and what is not seen is neither logged nor counted.

pub mod access_log;
pub mod measure;
pub mod request_id;
pub mod trail;
