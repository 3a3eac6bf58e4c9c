//! Values of options that several subcommands have.

use kataedr::{Format, Mode};

/// `yes` or `no`.
pub(super) fn yes_no(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("it is yes or no".to_owned()),
    }
}

/// `ini` or `json`.
pub(super) fn format(text: &str) -> Result<Format, String> {
    match text.to_ascii_lowercase().as_str() {
        "ini" => Ok(Format::Ini),
        "json" => Ok(Format::Json),
        _ => Err("it is ini or json".to_owned()),
    }
}

/// As the settings say it, in any case.
pub(super) fn mode(text: &str) -> Result<Mode, String> {
    Mode::read(text).ok_or_else(|| {
        let [one, other] = Mode::ALL;
        format!("it is {one} or {other}")
    })
}

/// As it is said to people.
pub(super) fn format_name(format: Format) -> &'static str {
    match format {
        Format::Ini => "INI",
        Format::Json => "JSON",
    }
}
