//! What is laid down in a folder: the image's files, and a package's.

use std::fs;
use std::path::Path;

use crate::buildah::broken;
use crate::outcome::Failure;

/// Everything below a folder that is no folder, in order. There is no link among what is laid.
pub(crate) fn files(root: &Path) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(broken(&folder))? {
            let path = entry.map_err(broken(&folder))?.path();
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap_or(&path);
                found.push(name.display().to_string());
            }
        }
    }
    found.sort();
    Ok(found)
}
