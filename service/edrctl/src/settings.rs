//! The settings: profiles in a TOML file, each of which is a gateway and how to be let in there.
//!
//! Without a file the environment is the one profile: `EDR_GATEWAY_URL` with `EDR_GATEWAY_TOKEN` or
//! `EDR_GATEWAY_TOKEN_FILE`. Tokens and secrets stand in neither the file nor the command line.
//!
//! * [`place`]: where the file is.
//! * `written`: what stands in it.
//! * [`profile`]: what that means.
//! * [`error`]: what may be wrong with it.

pub mod error;
pub mod place;
pub mod profile;
pub mod variable;
mod written;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use self::error::SettingsError;
use self::profile::Profile;
use self::written::Written;

/// What is read of a settings file at most.
const MOST_BYTES: u64 = 1 << 20;

/// The settings of a file.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The file.
    pub file: PathBuf,
    /// The profiles by their names; only well-formed ones, though the files that they name may be missing.
    pub profiles: BTreeMap<String, Profile>,
    /// The one that is taken where none is named.
    pub preferred: Option<String>,
    /// The settings of the drop-in for KUMA, as they stand there: they are its own to read.
    pub kuma: Option<toml::Table>,
}

/// Reads a settings file.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn read(file: &Path) -> Result<Settings, SettingsError> {
    let unreadable = |source| SettingsError::Unreadable {
        file: file.to_owned(),
        source,
    };
    let size = std::fs::metadata(file).map_err(unreadable)?.len();
    if size > MOST_BYTES {
        let source = std::io::Error::other("it is larger than 1 MiB");
        return Err(unreadable(source));
    }
    let text = std::fs::read_to_string(file).map_err(unreadable)?;
    parse(file, &text)
}

/// Reads the text of a settings file.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn parse(file: &Path, text: &str) -> Result<Settings, SettingsError> {
    let written: Written = toml::from_str(text).map_err(|error| SettingsError::Malformed {
        file: file.to_owned(),
        // Its own words only: the line that it would show may hold what is nobody's business.
        line: error.span().map_or(1, |it| line_of(text, it.start)),
        reason: error.message().to_owned(),
    })?;
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut profiles = BTreeMap::new();
    for (name, written) in written.profiles {
        let profile =
            Profile::of(&name, written, folder).map_err(|wrong| SettingsError::Wrong {
                file: file.to_owned(),
                key: format!("profiles.{name}.{}", wrong.key),
                reason: wrong.reason,
            })?;
        profiles.insert(name, profile);
    }
    if let Some(name) = &written.profile
        && !profiles.contains_key(name)
    {
        return Err(SettingsError::Wrong {
            file: file.to_owned(),
            key: "profile".to_owned(),
            reason: format!("there is no profile `{name}` in it"),
        });
    }
    Ok(Settings {
        file: file.to_owned(),
        profiles,
        preferred: written.profile,
        kuma: written.kuma,
    })
}

fn line_of(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or(text).matches('\n').count() + 1
}

impl Settings {
    /// The profile of this name; without one the preferred, or the only one that there is.
    ///
    /// # Errors
    /// When there is none of this name, or none is named and several are there.
    pub fn profile(&self, name: Option<&str>) -> Result<&Profile, SettingsError> {
        let named = name.or(self.preferred.as_deref());
        let names = || self.profiles.keys().cloned().collect::<Vec<_>>();
        match (named, self.profiles.len()) {
            (Some(name), _) => self
                .profiles
                .get(name)
                .ok_or_else(|| SettingsError::NoProfile {
                    name: name.to_owned(),
                    there: names(),
                }),
            (None, 1) => Ok(self.profiles.values().next().expect("there is one")),
            (None, _) => Err(SettingsError::WhichProfile { there: names() }),
        }
    }
}

#[cfg(test)]
mod tests;
