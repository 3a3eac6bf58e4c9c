//! Where the settings are: the file that is named, the user's, the system's, or the environment.

use std::path::{Path, PathBuf};

use super::error::SettingsError;
use super::profile::Profile;
use super::variable::Variable;
use super::{Settings, read};

/// The system's file.
pub const SYSTEM: &str = "/etc/edrctl/edrctl.toml";

/// The files that are looked for where none is named, the first before the others.
#[must_use]
pub fn usual(variable: Variable<'_>) -> Vec<PathBuf> {
    let folder = |name: &str| {
        let folder = PathBuf::from(variable(name)?);
        folder.is_absolute().then_some(folder)
    };
    let own = folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config")));
    let own = own.map(|it| it.join("edrctl/edrctl.toml"));
    own.into_iter().chain([PathBuf::from(SYSTEM)]).collect()
}

/// The profile to use: of the file that is named, or else of the environment, or else of the first
/// usual file that is there.
///
/// # Errors
/// When there is none, or something is wrong with it.
pub fn profile(
    file: Option<&Path>,
    name: Option<&str>,
    variable: Variable<'_>,
) -> Result<Profile, SettingsError> {
    let named = file.map(Path::to_owned);
    let named = named.or_else(|| variable("EDRCTL_CONFIG").map(PathBuf::from));
    let name = name.map(str::to_owned).or_else(|| {
        let name = variable("EDRCTL_PROFILE")?;
        name.into_string().ok().filter(|it| !it.is_empty())
    });
    if named.is_none() && name.is_none() && variable("EDR_GATEWAY_URL").is_some() {
        return Profile::of_environment(variable);
    }
    let settings = match named {
        Some(file) => read(&file)?,
        None => first(&usual(variable))?,
    };
    settings.profile(name.as_deref()).cloned()
}

/// The settings of the first file that is there.
fn first(files: &[PathBuf]) -> Result<Settings, SettingsError> {
    for file in files {
        match read(file) {
            Err(SettingsError::Unreadable { source, .. })
                if source.kind() == std::io::ErrorKind::NotFound => {}
            other => return other,
        }
    }
    let first = files.first().cloned();
    Err(SettingsError::Nowhere {
        first: first.unwrap_or_else(|| SYSTEM.into()),
    })
}
