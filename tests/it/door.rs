//! Nobody gets through who should not, and what gets through is what its sender meant.

mod admission;
mod auth;
mod batch;
mod browsers;
mod confined;
mod flat;
mod habits;
mod hygiene;
mod iocs;
mod leniency;
mod listener;
mod misplaced;
mod paths;
mod refusals;
mod settings_check;
mod tokens;
