//! How a script is called, as `argparse` would say it.

use super::argparse::Takes;
use super::script::{Part, Script};

/// The line of usage, without the settings that are ignored.
#[must_use]
pub fn line(script: Script) -> String {
    let mut line = format!("usage: {} [-h]", script.file());
    let takes = script.names();
    for (option, name) in script.options().zip(&takes) {
        if option.part == Part::Ignored {
            continue;
        }
        let value = match name.takes {
            Takes::Value => name.name.to_uppercase(),
            Takes::Flag => "[true|false]".to_owned(),
        };
        let (open, close) = if option.required {
            ("", "")
        } else {
            ("[", "]")
        };
        line.extend([" ", open, "--", name.name, " ", &value, close]);
    }
    line
}

/// All that help says.
#[must_use]
pub fn help(script: Script) -> String {
    format!(
        "{}\n\nAsks edr-gateway for {}. Options are taken in any case, with - or _, and by their\n\
         beginnings; a value that begins with - is written --option=value. In a rule of KUMA:\n\n  \
         --targetHost={{{{.DeviceHostName}}}} --eventId={{{{.ID}}}}\n\n\
         It ends with 0 when the task is accepted, 2 for wrong arguments or settings, 3 when it is\n\
         refused, 4 when it may succeed later, 5 when nobody knows, 1 for anything else.\n",
        line(script),
        script.action().name()
    )
}
