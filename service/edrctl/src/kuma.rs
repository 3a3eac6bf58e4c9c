//! Called by the names of the vendor's nine scripts, for KUMA's response rules.

pub mod archive;
pub mod argparse;
pub mod key;
pub mod script;
pub mod values;
