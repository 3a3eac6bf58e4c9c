//! A token that a program prints, such as a vault's or an identity provider's own command.

use std::process::Stdio;
use std::time::Duration;

use secrecy::SecretString;
use tokio::process::Command;

use super::secret::checked;
use super::trouble::TokenError;

/// Longest that it may take: some ask a person.
const LONGEST: Duration = Duration::from_secs(60);

/// The most of its own words that is told.
const MOST_WORDS: usize = 300;

/// What the program prints. It is run as it stands, by no shell.
pub(super) async fn token(command: &[String]) -> Result<SecretString, TokenError> {
    let (name, arguments) = command.split_first().expect("settings name a program");
    let output = Command::new(name)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(LONGEST, output).await;
    let output =
        output.map_err(|_| TokenError::Program("takes longer than a minute".to_owned()))?;
    let output = output.map_err(|it| TokenError::Program(format!("cannot be run: {it}")))?;
    if !output.status.success() {
        let code = output.status.code();
        let code = code.map_or("a signal".to_owned(), |it| it.to_string());
        let words = String::from_utf8_lossy(&output.stderr);
        let words: String = words.trim().chars().take(MOST_WORDS).collect();
        return Err(TokenError::Program(format!("ends with {code}: {words}")));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let what = |reason| TokenError::Program(format!("prints no token: it {reason}"));
    checked(text.trim()).map_err(what)
}
