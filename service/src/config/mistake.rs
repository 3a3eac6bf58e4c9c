//! What is wrong with the settings: all of it at once.

/// One thing that is wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The key, such as `backends.ksc.endpoints`; the file itself when it is not TOML.
    pub key: String,
    /// What is wrong and what would be right.
    pub detail: String,
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.key, self.detail)
    }
}

/// Everything that is wrong with the settings.
#[derive(Debug, thiserror::Error)]
#[error("{} in the configuration:\n{}", count(.0), list(.0))]
pub struct ConfigError(pub Vec<Mistake>);

fn count(mistakes: &[Mistake]) -> String {
    match mistakes.len() {
        1 => "1 mistake".to_owned(),
        many => format!("{many} mistakes"),
    }
}

fn list(mistakes: &[Mistake]) -> String {
    mistakes
        .iter()
        .map(|it| format!("  {it}"))
        .collect::<Vec<_>>()
        .join("\n")
}
