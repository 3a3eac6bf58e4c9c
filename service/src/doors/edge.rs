//! What every request passes on its way in and every response on its way out.
//!
//! Outermost first: [`path`] reads its address, [`request_id`] names it, [`access_log`] writes its one
//! wide line, [`measure`] counts it, [`upgrade`] keeps it HTTP, [`cors`] tells browsers whose pages may
//! call; and [`goodbye`] lets go of its connection when the gateway is told to stop.
//!
//! All of them answer with responses and never with an `Err`: an outer layer does not see a
//! response that travels as an error, and what is not seen is neither logged nor counted.

pub mod access_log;
pub mod cors;
pub mod goodbye;
pub mod head;
pub mod measure;
pub mod path;
pub mod request_id;
mod span;
pub mod trail;
pub mod upgrade;
