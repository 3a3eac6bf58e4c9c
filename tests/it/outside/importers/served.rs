//! A document in a file, word for word as a running gateway serves it.

use std::path::{Path, PathBuf};

use acceptance::House;
use dialects::Dialect;

/// Where a dialect is served.
pub(super) fn address(dialect: Dialect) -> String {
    let tool = dialect.tool().map(|it| format!("?for={it}"));
    format!("{}{}", dialect.path(), tool.unwrap_or_default())
}

/// Fetches a dialect into a folder, under the name of its file in the repository.
pub(super) async fn fetch(house: &House, dialect: Dialect, folder: &Path) -> PathBuf {
    let answer = house.stranger().get(&address(dialect)).await.expect(200);
    let file = folder.join(dialect.file());
    std::fs::write(&file, answer.text).expect("a file");
    file
}
