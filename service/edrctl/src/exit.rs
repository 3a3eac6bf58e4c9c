//! How the program ends: the numbers that scripts decide by.

use std::process::ExitCode;

/// How the program ends. The numbers are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exit {
    /// 0: what was asked for was answered, accepted, or has succeeded.
    Done,
    /// 1: anything that has no number of its own: a task that ended with a warning, or had not ended
    /// when the time to wait was over.
    Else,
    /// 2: the command line, a file that it names or the settings are wrong; nothing was sent.
    Usage,
    /// 3: the gateway has refused, and will again.
    Refused,
    /// 4: nothing was done, and the same may succeed later.
    Later,
    /// 5: nobody knows whether it was done; asked again with the same key it is not done twice.
    Unknown,
    /// 6: the task has ended, and is `failed` or `lost`.
    Failed,
    /// 7: nobody will say, or can: the task is `unconfirmed` or `ambiguous`.
    Unclear,
}

impl Exit {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::Done,
        Self::Else,
        Self::Usage,
        Self::Refused,
        Self::Later,
        Self::Unknown,
        Self::Failed,
        Self::Unclear,
    ];

    /// The number.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Else => 1,
            Self::Usage => 2,
            Self::Refused => 3,
            Self::Later => 4,
            Self::Unknown => 5,
            Self::Failed => 6,
            Self::Unclear => 7,
        }
    }

    /// What it means, for the manual.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Done => "answered, accepted, or succeeded",
            Self::Else => "anything else: ended with a warning, or not yet when --wait was over",
            Self::Usage => "the command line, a file or the settings are wrong; nothing was sent",
            Self::Refused => "refused, and it will be again",
            Self::Later => "nothing was done; try again later",
            Self::Unknown => "nobody knows whether it was done; ask again with the same key",
            Self::Failed => "the task ended as failed or lost",
            Self::Unclear => "the task is unconfirmed or ambiguous",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}
