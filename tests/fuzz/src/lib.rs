//! What must hold for every input that strangers can choose, as functions of bytes.
//!
//! Each target is a function that takes any bytes, hands them to the product and compares what
//! comes of it with a second opinion: the simulator's grammar, the published schema, a signature
//! made anew. It panics where the two differ. The fuzzer (`cargo verify -- fuzz`) looks for bytes
//! that make it panic, steered by the code that they reach; the test `corpus` tries those that are
//! kept in `corpus/` with every `cargo test`, and needs no fuzzer.
//!
//! The fuzzer needs counters in the project's crates, which `instrument` puts there, and libFuzzer,
//! which is C++ and therefore behind the feature `libfuzzer`: whoever does not fuzz builds neither.

mod archive;
mod bytes;
mod filter;
mod kataedr;
mod keys;
mod parameters;
mod request;
mod settings;
mod token;
mod wire;

/// What became of an input. A target that takes nothing, or everything, would prove nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The product took it, and everything that must hold then does.
    Taken,
    /// The product refused it as it should.
    Refused,
}

impl Verdict {
    fn taken(it: bool) -> Self {
        if it { Self::Taken } else { Self::Refused }
    }
}

/// One kind of input.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// What it is called: its folder in `corpus`, and the end of its program's name.
    pub name: &'static str,
    /// Tries one input.
    pub try_one: fn(&[u8]) -> Verdict,
}

/// All of them.
pub const TARGETS: [Target; 9] = [
    Target {
        name: "wire",
        try_one: wire::try_one,
    },
    Target {
        name: "filter",
        try_one: filter::try_one,
    },
    Target {
        name: "request",
        try_one: request::try_one,
    },
    Target {
        name: "archive",
        try_one: archive::try_one,
    },
    Target {
        name: "parameters",
        try_one: parameters::try_one,
    },
    Target {
        name: "token",
        try_one: token::try_one,
    },
    Target {
        name: "keys",
        try_one: keys::try_one,
    },
    Target {
        name: "settings",
        try_one: settings::try_one,
    },
    Target {
        name: "kataedr",
        try_one: kataedr::try_one,
    },
];

/// Tries one input on the target of this name.
///
/// # Panics
/// When there is no such target, or when something that must hold does not.
pub fn try_on(name: &str, input: &[u8]) {
    let target = TARGETS.iter().find(|it| it.name == name);
    (target.expect("a target of this name").try_one)(input);
}
