//! The documents that the facts come from.
//!
//! Pages are named as the vendor numbers them; `L/<version>/<language>/<id>` is
//! `https://support.kaspersky.com/KES4Linux/<version>/<language>/<id>.htm`.

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

/// A document, or the word that there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Customer document 000: the settings in 12.4, for EDR Expert (on-premise).
    Customer000,
    /// Customer document 002: the task in 12.0, in French.
    Customer002,
    /// Settings in 11.4.
    Settings11_4,
    /// Settings in 12.0.
    Settings12_0,
    /// Settings in 12.1.
    Settings12_1,
    /// Settings in 12.3.
    Settings12_3,
    /// Settings in 12.4 for EDR (KATA), of which only the head is known.
    Settings12_4,
    /// How settings files are written.
    FileRules,
    /// `--get-settings`.
    GetSettings,
    /// `--set-settings`.
    SetSettings,
    /// Starting and stopping tasks.
    Tasks,
    /// The language of what `kesl-control` prints.
    Language,
    /// Certificate commands in 12.1.
    Certificates12_1,
    /// Certificate commands in 12.2.
    Certificates12_2,
    /// Certificate commands in 12.3.
    Certificates12_3,
    /// Certificate commands in 12.4, which are those of NDR (KATA) only.
    Certificates12_4,
    /// The role that certificate commands need, as told of their twins for KUMA.
    CertificateRights,
    /// Exit codes up to 77.
    ExitCodes12_0,
    /// Exit codes 78 and 79.
    ExitCodes12_2,
    /// Isolation switched off locally, in 12.3.
    Isolation12_3,
    /// Isolation switched off locally, in 12.4.
    Isolation12_4,
    /// The settings of the sister task for NDR (KATA).
    Ndr,
    /// The policy's page for EDR (KATA) in 12.2.
    Policy12_2,
    /// The agent of Windows, whose console allows 1 to 60 minutes.
    WindowsAgent,
    /// The book on 12.0, for what the integration needs.
    Preconditions12_0,
    /// A conclusion of this project's; no document says it.
    Conclusion,
}

impl Source {
    /// As it is cited, e.g. `L/12.4.0/en-US/313088`.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.parts().0
    }

    /// Where it is to be found; customer documents and conclusions have no address.
    #[must_use]
    pub fn url(self) -> Option<&'static str> {
        self.parts().1
    }

    fn parts(self) -> (&'static str, Option<&'static str>) {
        macro_rules! page {
            ($id:literal) => {
                (
                    concat!("L/", $id),
                    Some(concat!(
                        "https://support.kaspersky.com/KES4Linux/",
                        $id,
                        ".htm"
                    )),
                )
            };
        }
        match self {
            Self::Customer000 => ("customer document 000", None),
            Self::Customer002 => ("customer document 002", None),
            Self::Settings11_4 => page!("11.4.0/en-US/245753"),
            Self::Settings12_0 => page!("12.0.0/zh-Hans/245753"),
            Self::Settings12_1 => page!("12.1.0/ja-JP/245753"),
            Self::Settings12_3 => page!("12.3.0/zh-Hant/245753"),
            Self::Settings12_4 => page!("12.4.0/en-US/313088"),
            Self::FileRules => (
                "kes-for-linux/11.4.0/201432",
                Some("https://support.kaspersky.co.uk/kes-for-linux/11.4.0/201432"),
            ),
            Self::GetSettings => page!("12.2.0/ja-JP/264157"),
            Self::SetSettings => page!("12.2.0/ja-JP/264318"),
            Self::Tasks => ("kes-for-linux/12.1.0/265643", None),
            Self::Language => (
                "kes-for-linux/12.1.0/197654",
                Some("https://support.kaspersky.co.uk/kes-for-linux/12.1.0/197654"),
            ),
            Self::Certificates12_1 => page!("12.1.0/zh-Hans/261111"),
            Self::Certificates12_2 => page!("12.2.0/zh-Hans/261111"),
            Self::Certificates12_3 => page!("12.3.0/ja-JP/261111"),
            Self::Certificates12_4 => page!("12.4.0/en-US/261111"),
            Self::CertificateRights => page!("12.3.0/zh-Hans/291435"),
            Self::ExitCodes12_0 => ("kes-for-linux/12.0/245132", None),
            Self::ExitCodes12_2 => page!("12.2.0/zh-Hans/264016"),
            Self::Isolation12_3 => page!("12.3.0/en-US/292637"),
            Self::Isolation12_4 => page!("12.4.0/en-US/272407"),
            Self::Ndr => page!("12.2.0/zh-Hans/291240"),
            Self::Policy12_2 => page!("12.2.0/en-US/265028"),
            Self::WindowsAgent => (
                "kea/3.16/206810",
                Some("http://support.kaspersky.com/kea/3.16/206810"),
            ),
            Self::Preconditions12_0 => (
                "KES4Linux/12.0.0/en-US/all-in-one (246827)",
                Some(
                    "https://support.kaspersky.co.jp/KES4Linux/12.0.0/en-US/all-in-one.htm?sectionUrl=246827.htm",
                ),
            ),
            Self::Conclusion => ("conclusion of this project", None),
        }
    }
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Source", 2)?;
        fields.serialize_field("id", self.id())?;
        fields.serialize_field("url", &self.url())?;
        fields.end()
    }
}
