//! The settings of the drop-in: `[kuma]` in the file that people's profiles stand in as well.
//!
//! The file is found by where the program lies, because nobody has said what working folder and
//! what environment KUMA gives a script. It is never named in the arguments, which an event fills.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use url::Url;

use super::assets::AssetSource;
use super::collector::Collector;
use super::script::Script;
use crate::settings::place::SYSTEM;
use crate::settings::profile::{Profile, TrustSource};
use crate::settings::{self, Settings};
use crate::span::Span;

/// How long a call takes at most, where nobody has said otherwise.
const WHOLE_TIME: Duration = Duration::from_secs(10);
/// What a call cannot do with less than, and what no rule waits for longer than.
const TIMES: std::ops::RangeInclusive<Duration> = Duration::from_secs(2)..=Duration::from_secs(300);

/// How long the same call is one, where nobody has said otherwise; and what can be said. The gateway
/// remembers keys for a day.
const ONCE_PER: Duration = Duration::from_secs(60);
const WHILES: std::ops::RangeInclusive<Duration> =
    Duration::from_secs(60)..=Duration::from_hours(24);

/// The settings of the drop-in.
#[derive(Debug, Clone)]
pub struct KumaSettings {
    /// The file.
    pub file: PathBuf,
    /// The gateway, and how to be let in there.
    pub profile: Profile,
    /// How long a call takes at most.
    pub whole_time: Duration,
    /// What KSC shows as the application that asks.
    pub area: String,
    /// How much the incidents matter.
    pub severity: String,
    /// Where the files of `--ioc` are; none are read without.
    pub ioc_folder: Option<PathBuf>,
    /// Where accepted tasks are noted for `edrctl kuma follow`.
    pub spool: Option<PathBuf>,
    /// How long the same call is one and the same where no event's id says so.
    pub once_per: Duration,
    /// Where ids of KUMA's assets are looked up; nowhere when absent.
    pub assets: Option<AssetSource>,
    /// Where events about them go.
    pub collector: Option<Collector>,
    /// Of scripts that are called with these options and no others, which ones.
    pub options: BTreeMap<String, Vec<String>>,
}

/// What stands in the section.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKuma {
    profile: Option<String>,
    whole_time: Option<Span>,
    area: Option<String>,
    severity: Option<String>,
    ioc_folder: Option<PathBuf>,
    spool: Option<PathBuf>,
    collector: Option<String>,
    once_per: Option<Span>,
    assets: Option<WrittenAssets>,
    #[serde(default)]
    options: BTreeMap<String, Vec<String>>,
}

/// Where ids of assets are looked up, as it stands there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAssets {
    url: String,
    token_file: PathBuf,
    ca_file: Option<PathBuf>,
    pinned_certificate_file: Option<PathBuf>,
}

impl WrittenAssets {
    fn source(self, folder: &Path) -> Result<AssetSource, String> {
        let reason = "assets.url must be an address such as https://kuma.corp.example:7223";
        let url = Url::parse(&self.url).map_err(|_| reason.to_owned())?;
        let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1"));
        if !(url.scheme() == "https" || (url.scheme() == "http" && local)) {
            return Err(reason.to_owned());
        }
        let trust = match (self.ca_file, self.pinned_certificate_file) {
            (None, None) => TrustSource::System,
            (Some(file), None) => TrustSource::CaFile(folder.join(file)),
            (None, Some(file)) => TrustSource::PinnedFile(folder.join(file)),
            (Some(_), Some(_)) => {
                let reason = "assets: only one of ca_file and pinned_certificate_file can be";
                return Err(reason.to_owned());
            }
        };
        Ok(AssetSource {
            url,
            token_file: folder.join(self.token_file),
            trust,
        })
    }
}

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub enum NoKumaSettings {
    /// There is no file where one is looked for.
    #[error("no settings: there is neither {0}")]
    Nowhere(String),
    /// The file is wrong as such.
    #[error(transparent)]
    File(#[from] settings::error::SettingsError),
    /// The section is wrong.
    #[error("{file}: [kuma]: {reason}")]
    Section {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

/// Where the settings of a program at this place may be, the first before the others: above the
/// folder of the script, beside it, and the system's.
#[must_use]
pub fn places(program: &Path) -> Vec<PathBuf> {
    let mut places = Vec::new();
    if let Some(folder) = program.parent().filter(|it| it.is_absolute()) {
        places.extend(folder.parent().map(|it| it.join("edrctl.toml")));
        places.push(folder.join("edrctl.toml"));
    }
    places.push(SYSTEM.into());
    places
}

/// The settings of the first of these files that is there.
///
/// # Errors
/// Why there are none.
pub fn first(places: &[PathBuf]) -> Result<KumaSettings, NoKumaSettings> {
    let there = places.iter().find(|it| it.try_exists().unwrap_or(true));
    if let Some(file) = there {
        of(&settings::read(file)?)
    } else {
        let names: Vec<String> = places.iter().map(|it| it.display().to_string()).collect();
        Err(NoKumaSettings::Nowhere(names.join(" nor ")))
    }
}

/// The settings of a file.
///
/// # Errors
/// What is wrong with them.
pub fn of(settings: &Settings) -> Result<KumaSettings, NoKumaSettings> {
    let file = settings.file.clone();
    let wrong = |reason: String| NoKumaSettings::Section {
        file: file.clone(),
        reason,
    };
    let written: WrittenKuma = match settings.kuma.clone() {
        None => WrittenKuma::default(),
        Some(table) => table
            .try_into()
            .map_err(|it: toml::de::Error| wrong(it.message().to_owned()))?,
    };
    let whole_time = written.whole_time.map_or(WHOLE_TIME, |it| it.0);
    if !TIMES.contains(&whole_time) {
        return Err(wrong("whole_time must be 2s to 300s".to_owned()));
    }
    let once_per = written.once_per.map_or(ONCE_PER, |it| it.0);
    if !WHILES.contains(&once_per) {
        return Err(wrong("once_per must be 1m to 24h".to_owned()));
    }
    let severity = written.severity.unwrap_or_else(|| "warning".to_owned());
    if !["information", "warning", "critical"].contains(&severity.as_str()) {
        return Err(wrong(
            "severity must be information, warning or critical".to_owned(),
        ));
    }
    for (name, options) in &written.options {
        let script = Script::ALL.into_iter().find(|it| it.file() == name);
        let script = script.ok_or_else(|| wrong(format!("options: there is no script {name}")))?;
        if let Some(odd) = options.iter().find(|it| script.option(it).is_none()) {
            return Err(wrong(format!("options: {name} has no option {odd}")));
        }
    }
    let collector = written.collector.as_deref().map(str::parse::<Collector>);
    let collector = collector.transpose().map_err(|it| wrong(it.to_string()))?;
    let folder = file.parent().unwrap_or(Path::new("/"));
    let assets = written.assets.map(|it| it.source(folder));
    let assets = assets.transpose().map_err(wrong)?;
    let mut profile = settings.profile(written.profile.as_deref())?.clone();
    // No answer is worth waiting for that comes after the end.
    profile.timeout = profile.timeout.min(whole_time);
    Ok(KumaSettings {
        profile,
        once_per,
        assets,
        whole_time,
        area: written.area.unwrap_or_else(|| "Kuma".to_owned()),
        severity,
        ioc_folder: written.ioc_folder.map(|it| folder.join(it)),
        spool: written.spool.map(|it| folder.join(it)),
        collector,
        options: written.options,
        file,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(section: &str) -> Result<KumaSettings, NoKumaSettings> {
        let text = format!("[profiles.kuma]\ngateway = 'https://gw'\ntoken_file = 't'\n{section}");
        of(&settings::parse(Path::new("/opt/x/edrctl.toml"), &text).expect("TOML"))
    }

    #[test]
    fn without_a_section_the_only_profile_and_the_vendors_defaults_are_taken() {
        let settings = read("").expect("settings");
        assert_eq!(settings.profile.name, "kuma");
        assert_eq!(
            (settings.area.as_str(), settings.severity.as_str()),
            ("Kuma", "warning")
        );
        assert_eq!(settings.whole_time, Duration::from_secs(10));
        assert!(settings.ioc_folder.is_none() && settings.spool.is_none());
    }

    #[test]
    fn what_is_wrong_or_unknown_is_refused() {
        for odd in [
            "[kuma]\nwhole_time = '0s'",
            "[kuma]\nseverity = 'high'",
            "[kuma]\ncollectr = 'x'",
            "[kuma]\ncollector = 'x'",
            "[kuma]\nonce_per = '1s'",
            "[kuma.assets]\nurl = 'http://kuma'\ntoken_file = 't'",
            "[kuma]\nprofile = 'other'",
            "[kuma.options]\n'iocScan.py' = []",
            "[kuma.options]\n'getFile.py' = ['action']",
        ] {
            assert!(read(odd).is_err(), "{odd}");
        }
        let all = "[kuma]\nonce_per = '1h'\nprofile = 'kuma'\nioc_folder = 'ioc'\ncollector = 'udp://k:5140'\n[kuma.options]\n'getFile.py' = ['targetHost', 'path']";
        let settings = read(all).expect("settings");
        assert_eq!(settings.ioc_folder, Some("/opt/x/ioc".into()));
    }

    #[test]
    fn settings_are_looked_for_by_the_programs_place() {
        let places = places(Path::new("/opt/k/scripts/getFile.py"));
        assert_eq!(places[0], Path::new("/opt/k/edrctl.toml"));
        assert_eq!(places[1], Path::new("/opt/k/scripts/edrctl.toml"));
        assert_eq!(
            super::places(Path::new("getFile.py")),
            [PathBuf::from(SYSTEM)]
        );
    }

    #[test]
    fn the_file_that_is_shipped_is_one_with_every_setting_and_without() {
        let shipped = include_str!("../../../../deploy/kuma/edrctl.toml");
        let settable = [
            "ca_file =",
            "ioc_folder =",
            "spool =",
            "collector =",
            "[kuma.assets]",
            "url =",
            "token_file =",
            "[kuma.options]",
            "\"isolateHost.py\"",
        ];
        let whole = settable.iter().fold(shipped.to_owned(), |text, it| {
            assert!(text.contains(&format!("# {it}")), "{it}");
            text.replace(&format!("# {it}"), it)
        });
        for text in [shipped, whole.as_str()] {
            let file = Path::new("/etc/edrctl/edrctl.toml");
            of(&settings::parse(file, text).expect("settings")).expect("a section");
        }
    }
}
