//! What the simulated servers of the tests stand on, whichever server they play.
//!
//! Nothing here knows a protocol: a simulator shares this with other simulators and no code with a
//! client of the product.
//!
//! * [`Clock`], [`later`]: the time of a simulated world.
//! * [`Gate`]: holds requests until a test lets them through.
//! * [`matches()`]: how a test names calls.

mod clock;
mod gate;
mod names;

pub use clock::{Clock, later};
pub use gate::Gate;
pub use names::matches;
