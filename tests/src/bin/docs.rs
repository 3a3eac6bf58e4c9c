//! `cargo docs`: makes the tables of the documents anew, the integrations, and the manual of `edrctl`.

use std::fs;
use std::io::{self, Write as _};

use acceptance::documents::generated;

fn main() -> io::Result<()> {
    let mut output = io::stdout().lock();
    for file in generated::files()? {
        let path = file.path.display();
        if file.is_current() {
            writeln!(output, "{path} is current")?;
        } else {
            if let Some(folder) = file.path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(&file.path, &file.content)?;
            writeln!(output, "{path} is made anew")?;
        }
    }
    Ok(())
}
