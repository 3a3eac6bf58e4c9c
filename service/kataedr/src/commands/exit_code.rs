//! What `kesl-control` ends with.
//!
//! The table is that of 12.0 (kes-for-linux/12.0/245132), with 78 and 79 from 12.2. For 12.4 there is
//! none; a number that is not in it is to be taken as 65.

use serde::Serialize;

use crate::source::Source;

/// An exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ExitCode {
    /// The number.
    pub code: i32,
    /// What it means.
    pub meaning: &'static str,
    /// What to do about it.
    pub advice: &'static str,
    /// Whether a document says so.
    pub is_documented: bool,
    /// Which one.
    pub document: Source,
}

const fn row(code: i32, meaning: &'static str, advice: &'static str) -> ExitCode {
    ExitCode {
        code,
        meaning,
        advice,
        is_documented: true,
        document: Source::ExitCodes12_0,
    }
}

static TABLE: [ExitCode; 21] = [
    row(0, "It was done.", "Go on."),
    row(
        1,
        "The command or its arguments are wrong.",
        "Look which options kesl-control --help offers in this version.",
    ),
    row(
        2,
        "The settings were refused.",
        "Read what it wrote to standard error: it names what it does not take.",
    ),
    row(
        64,
        "The product does not run.",
        "Start its service, then begin anew.",
    ),
    row(
        65,
        "Another failure.",
        "Read what it wrote to standard error.",
    ),
    row(
        66,
        "The databases are not loaded; told of --app-info only.",
        "Update the databases.",
    ),
    row(
        67,
        "Activation failed because of the network.",
        "Look at the licence and at the way to the activation servers.",
    ),
    row(
        68,
        "A policy is in force and forbids it.",
        "Stop here, and change the policy instead.",
    ),
    row(
        69,
        "The product runs in a paid image of Amazon.",
        "Look at the terms of that image.",
    ),
    row(
        70,
        "The task already is what it was to become: running, stopped, or running while its settings were to be changed.",
        "It depends on the step.",
    ),
    row(
        71,
        "The statement on Kaspersky Security Network is not accepted.",
        "Accept or refuse it.",
    ),
    row(72, "A scan has found threats.", "Not to be expected here."),
    row(
        73,
        "It must be confirmed with --accept.",
        "Read what is to be accepted, then repeat it with --accept.",
    ),
    row(
        74,
        "The product must be restarted.",
        "Restart its service, then read back the settings.",
    ),
    row(
        75,
        "The system must be rebooted.",
        "Reboot, then read back the settings.",
    ),
    row(
        76,
        "Others than root may write to the path.",
        "Put the file where only root can write.",
    ),
    row(77, "The key is in use.", "Look at the licence."),
    ExitCode {
        document: Source::ExitCodes12_2,
        ..row(
            78,
            "It is not possible in Light Agent mode.",
            "This device is managed another way.",
        )
    },
    ExitCode {
        document: Source::ExitCodes12_2,
        ..row(
            79,
            "It is not possible in Standard mode.",
            "This device is managed another way.",
        )
    },
    row(
        128,
        "An unknown failure.",
        "Read what it wrote to standard error.",
    ),
    // Kept last: what no table has.
    ExitCode {
        is_documented: false,
        document: Source::Conclusion,
        ..row(
            -1,
            "No document has this code.",
            "Take it as 65: read what it wrote to standard error.",
        )
    },
];

/// All that are documented.
#[must_use]
pub fn exit_codes() -> &'static [ExitCode] {
    &TABLE[..TABLE.len() - 1]
}

/// What a number means; of one that no document has, that it has none.
#[must_use]
pub fn exit_code(code: i32) -> ExitCode {
    let [known @ .., unknown] = &TABLE;
    let found = known.iter().find(|it| it.code == code);
    found.copied().unwrap_or(ExitCode { code, ..*unknown })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_that_of_the_documents() {
        let codes: Vec<i32> = exit_codes().iter().map(|it| it.code).collect();
        let documented: Vec<i32> = (0..=2).chain(64..=79).chain([128]).collect();

        assert_eq!(codes, documented);
        assert!(exit_code(68).meaning.contains("policy"));
        assert_eq!((exit_code(3).code, exit_code(3).is_documented), (3, false));
        assert!(!exit_code(-1).is_documented);
    }
}
