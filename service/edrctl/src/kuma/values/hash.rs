//! Hashes, each for what its length says.
//!
//! Sources of events differ in which field has which kind, so the name of an option says nothing.

use super::meaning::{CallMeaning, UNFILLED, Unfit, choice};
use crate::kuma::script::Script;

/// The hashes of a call.
#[derive(Default)]
pub(super) struct Hashes {
    md5: Option<String>,
    sha256: Option<String>,
    unfilled: Option<&'static str>,
    is_empty: bool,
}

const TWO: Unfit =
    Unfit::Contradiction("two hashes of one kind are given: which of them is meant is not guessed");

impl Hashes {
    /// Takes one.
    pub(super) fn add(&mut self, option: &'static str, text: &str) -> Result<(), Unfit> {
        let text = text.trim();
        if text.is_empty() {
            self.is_empty = true;
            return Ok(());
        }
        if text == UNFILLED {
            self.unfilled = Some(option);
            return Ok(());
        }
        let is_hex = text.bytes().all(|it| it.is_ascii_hexdigit());
        let place = match text.len() {
            32 if is_hex => &mut self.md5,
            64 if is_hex => &mut self.sha256,
            _ => {
                let choices = "an MD5 of 32 or a SHA-256 of 64 hexadecimal digits";
                return Err(choice(option, text, choices));
            }
        };
        if place.replace(text.to_owned()).is_some() {
            return Err(TWO);
        }
        Ok(())
    }

    /// Says by which hash the file is known.
    pub(super) fn settle(self, script: Script, asked: &mut CallMeaning) -> Result<(), Unfit> {
        let prevents = script == Script::PreventExecution;
        let hash = match (self.md5, self.sha256, self.unfilled) {
            // The vendor's call has a place for both. The SHA-256 says all that the MD5 does, but
            // where the vendor's page wants an MD5, that is it.
            (Some(md5), Some(_), _) if prevents => Some(md5),
            (_, Some(sha256), _) => Some(sha256),
            (Some(md5), None, _) => Some(md5),
            // The rule wants a hash; by the path alone more would be hit than was meant.
            (None, None, Some(option)) => return Err(Unfit::Unfilled(option)),
            (None, None, None) if prevents => return Err(Unfit::Missing("--hash".to_owned())),
            (None, None, None) => None,
        };
        if hash.is_none() && self.is_empty {
            let warning = "the hash is empty: whatever is at the path is taken";
            asked.warnings.push(warning.to_owned());
        }
        if let Some(hash) = hash {
            asked.body.insert("hash".to_owned(), hash.into());
        }
        Ok(())
    }
}
