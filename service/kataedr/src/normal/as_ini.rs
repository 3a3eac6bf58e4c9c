//! INI in normal form.

use crate::draft::Written;
use crate::ini::{is_readable, quote};
use crate::normal::layout_order::{WrittenSection, sections};
use crate::normal::unwritable::{Strangers, Unwritable};
use crate::settings::{Extra, Settings};

impl Settings {
    /// As a file for `kesl-control --set-settings 24 --file`.
    ///
    /// Every key of the layout is written, since no document says which are mandatory. Unknown keys
    /// come after the known ones of their section, unknown sections at the end; comments are not a
    /// part of settings.
    pub fn to_ini(&self) -> Result<String, Vec<Unwritable>> {
        let mut page = Page {
            text: String::new(),
            unwritable: Vec::new(),
        };
        let mut strangers = Strangers::of(&self.extras);
        for WrittenSection { name, keys } in sections(self) {
            page.section(&name);
            for (key, value) in keys {
                page.line(key, &value.to_string());
            }
            page.extras(&name, &strangers.take(&name));
        }
        for (name, extras) in strangers.rest() {
            if is_readable(name, None) {
                page.section(name);
            } else {
                let why = "INI has no way to write a section of this name, or it is longer than any that is read";
                page.unwritable.push(Unwritable::new(name, "", why));
            }
            page.extras(name, &extras);
        }
        if page.unwritable.is_empty() {
            Ok(page.text)
        } else {
            Err(page.unwritable)
        }
    }
}

struct Page {
    text: String,
    unwritable: Vec<Unwritable>,
}

impl Page {
    fn section(&mut self, name: &str) {
        if !name.is_empty() {
            self.text.extend(["[", name, "]\n"]);
        }
    }

    fn line(&mut self, name: &str, written: &str) {
        self.text.extend([name, "=", written, "\n"]);
    }

    fn extras(&mut self, section: &str, extras: &[&Extra]) {
        for extra in extras {
            let written = match &extra.written {
                Written::Ini { raw } => Some(raw.clone()),
                Written::Json(_) => extra.text().and_then(|it| quote(&it)),
            };
            match written {
                Some(written) if is_readable("", Some((&extra.name, &written))) => {
                    self.line(&extra.name, &written);
                }
                Some(_) => {
                    let why = "INI has no way to write a key of this name, or the line is longer than any that is read";
                    self.unwritable
                        .push(Unwritable::new(section, &extra.name, why));
                }
                None => {
                    let why = "INI has no way to write this value";
                    self.unwritable
                        .push(Unwritable::new(section, &extra.name, why));
                }
            }
        }
    }
}
