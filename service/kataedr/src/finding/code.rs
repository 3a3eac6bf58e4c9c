//! Every kind of finding, in one table.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::source::Source;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// The settings cannot be used.
    Error,
    /// They can, and probably do not do what is wanted.
    Risk,
    /// Good to know.
    Hint,
}

impl Severity {
    /// As it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Risk => "risk",
            Self::Hint => "hint",
        }
    }
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// The settings at hand.
    Settings,
    /// The device and what is around it: told until somebody says that it is so.
    Precondition,
}

macro_rules! codes {
    ($($variant:ident $code:literal $severity:ident $kind:ident $source:ident $doc:literal;)*) => {
        /// What a finding is, for programs: written in kebab case, and never changed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $doc] $variant,)*
        }

        impl Code {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// As it is written.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// How bad it is; a precondition that is known to be broken is a risk.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// What it is about.
            #[must_use]
            pub fn kind(self) -> Kind {
                match self { $(Self::$variant => Kind::$kind,)* }
            }

            /// The document that it follows from, where a finding does not name a nearer one.
            #[must_use]
            pub fn document(self) -> Source {
                match self { $(Self::$variant => Source::$source,)* }
            }

            /// What it means.
            #[must_use]
            pub fn doc(self) -> &'static str {
                match self { $(Self::$variant => $doc,)* }
            }
        }
    };
}

codes! {
    TooLarge "too-large" Error Settings Conclusion
        "The file is larger than any settings are, and was not read.";
    TooManyEntries "too-many-entries" Error Settings Conclusion
        "The file has more lines or members than any settings have, and was not read.";
    LineTooLong "line-too-long" Error Settings Conclusion
        "A line is longer than any setting is, and was not read.";
    NotUtf8 "not-utf8" Error Settings Conclusion
        "A line is not UTF-8.";
    MalformedLine "malformed-line" Error Settings FileRules
        "A line is neither a section, nor `Name=value`, nor a comment.";
    MalformedSection "malformed-section" Error Settings FileRules
        "A line begins like a section and is none.";
    LoneQuote "lone-quote" Error Settings FileRules
        "A value has a quotation mark at one end only.";
    BlankInValue "blank-in-value" Risk Settings FileRules
        "A value holds blanks outside quotation marks, which are ignored there.";
    InlineComment "inline-comment" Error Settings Conclusion
        "A comment stands behind a value, of which it becomes a part.";
    MalformedJson "malformed-json" Error Settings Conclusion
        "The file is not JSON.";
    NotAnObject "not-an-object" Error Settings Conclusion
        "The JSON is not an object.";
    WrongShape "wrong-shape" Error Settings Conclusion
        "A key holds something that has parts, or a section holds a single value.";
    InexactNumber "inexact-number" Hint Settings Conclusion
        "A number of an unknown member is kept as the nearest one that a double holds.";
    NoSettings "no-settings" Error Settings Conclusion
        "The file has not a single key of the task.";
    JsonShapeUnproven "json-shape-unproven" Hint Settings Conclusion
        "The shape of the vendor's JSON is documented nowhere.";
    VersionGuessed "version-guessed" Hint Settings Conclusion
        "The version was not given and was concluded from the keys.";
    VersionBeyondKnown "version-beyond-known" Hint Settings Conclusion
        "The version is newer than what is known.";
    ModeNotVerified "mode-not-verified" Hint Settings Settings12_4
        "What the mode EDRKATA reads in 12.4 is known in part only.";
    DuplicateKey "duplicate-key" Error Settings Conclusion
        "A key stands in its section twice.";
    RepeatedSection "repeated-section" Risk Settings Conclusion
        "A section that is no list stands in the file twice.";
    ListGap "list-gap" Error Settings FileRules
        "The items of a list do not count up from 0000.";
    ListRepeat "list-repeat" Error Settings FileRules
        "An item of a list stands in the file twice.";
    ItemForm "item-form" Error Settings FileRules
        "The item of a list is not written `item_` and four digits.";
    NameCase "name-case" Hint Settings Conclusion
        "Upper and lower case of a name are not the documented ones.";
    UnknownKey "unknown-key" Hint Settings Conclusion
        "A key that no document knows.";
    UnknownSection "unknown-section" Hint Settings Conclusion
        "A section that no document knows.";
    MisplacedKey "misplaced-key" Error Settings FileRules
        "A key stands in a section where it has no meaning.";
    KeyOfOtherVersion "key-of-other-version" Error Settings FileRules
        "A key that this version does not have there.";
    SectionOfOtherVersion "section-of-other-version" Error Settings FileRules
        "A section that this version does not have.";
    NdrSection "ndr-section" Risk Settings Ndr
        "A section of the sister task for NDR (KATA).";
    NdrKey "ndr-key" Risk Settings Ndr
        "A key of the sister task for NDR (KATA).";
    NdrPort "ndr-port" Risk Settings Ndr
        "A port that is the default of the sister task for NDR (KATA).";
    MissingKey "missing-key" Risk Settings FileRules
        "A key is missing, and the default would hold.";
    MissingAddress "missing-address" Error Settings Settings11_4
        "There is no address, and no default for it.";
    NoEndpoint "no-endpoint" Error Settings Customer000
        "No server is given.";
    UnknownMode "unknown-mode" Error Settings Customer000
        "The mode is neither of the two.";
    NotYesNo "not-yes-no" Error Settings FileRules
        "A value is neither Yes nor No.";
    NotANumber "not-a-number" Error Settings Customer000
        "A value is not a whole number.";
    NumberTooLarge "number-too-large" Error Settings Conclusion
        "A number does not fit into 32 bits.";
    NotPositive "not-positive" Error Settings Conclusion
        "A period, limit or count is zero or less.";
    PortOutOfRange "port-out-of-range" Error Settings Conclusion
        "A port is not within 1 to 65535.";
    PercentageOutOfRange "percentage-out-of-range" Error Settings Conclusion
        "A percentage is not within 0 to 100.";
    EmptyAddress "empty-address" Error Settings Customer000
        "An address is empty.";
    MalformedAddress "malformed-address" Error Settings Customer000
        "An address is neither an IP address nor a domain name.";
    DefaultAddress "default-address" Risk Settings Customer000
        "An address is the default 127.0.0.1, where no server is.";
    UnusableAddress "unusable-address" Risk Settings Conclusion
        "An address that no server on another machine has.";
    NameNotQualified "name-not-qualified" Risk Settings Customer000
        "A name without a domain.";
    NameDuringIsolation "name-during-isolation" Risk Settings Customer000
        "A name instead of an IP address, which an isolated device may not be able to resolve.";
    SingleEndpoint "single-endpoint" Hint Settings Customer000
        "Only one server is given where several may be.";
    RepeatedEndpoint "repeated-endpoint" Risk Settings Conclusion
        "A list holds the same server twice.";
    SameServers "same-servers" Risk Settings Conclusion
        "Response and telemetry server are the same.";
    ClientCertificateNeeded "client-certificate-needed" Risk Settings Customer000
        "Two-way authentication is on, and the client certificate must be added before the start.";
    TelemetryOff "telemetry-off" Risk Settings Customer000
        "No events are sent.";
    OnlyTaggedEvents "only-tagged-events" Hint Settings Customer000
        "Only events with an indicator of attack are sent.";
    ThrottledToNothing "throttled-to-nothing" Risk Settings Conclusion
        "The limits leave next to nothing of the telemetry.";
    ThrottleOff "throttle-off" Risk Settings Conclusion
        "The number of events is not limited.";
    LimitsUnused "limits-unused" Hint Settings Conclusion
        "Limits are set that are switched off.";
    LateResponse "late-response" Risk Settings WindowsAgent
        "The server is asked so rarely that an isolation comes more than an hour late.";
    SlowSynchronization "slow-synchronization" Hint Settings Conclusion
        "The server is asked more rarely than by default.";
    RequestTimeoutShorter "request-timeout-shorter" Risk Settings Conclusion
        "The wait for an answer is shorter than the wait for a connection.";
    UnreadInMode "unread-in-mode" Hint Settings Settings12_4
        "Settings of the telemetry server are given in a mode that may not read them.";
    TooManyFindings "too-many-findings" Hint Settings Conclusion
        "There are more findings than are listed.";
    PolicyOverrides "policy-overrides" Hint Precondition ExitCodes12_0
        "A policy overrides local settings; setting them fails with exit code 68.";
    BehaviorDetectionNeeded "behavior-detection-needed" Hint Precondition Customer002
        "Without the Behavior Detection task no telemetry is sent.";
    MdrMustBeOff "mdr-must-be-off" Hint Precondition Customer002
        "Telemetry exclusions work only while the integration with MDR is off.";
    IsolationExclusions "isolation-exclusions" Hint Precondition Customer002
        "DHCP, DNS and the proxy are not excluded from an isolation.";
    ServerUnchecked "server-unchecked" Hint Precondition Customer002
        "Until the server certificate is added, nobody checks who the server is.";
    ProxyOfTheProduct "proxy-of-the-product" Hint Precondition Customer002
        "The connection goes through the proxy of the general settings.";
    AuditNoise "audit-noise" Hint Precondition Customer002
        "The integration fills the journal of systemd.";
    NotInContainer "not-in-container" Hint Precondition Preconditions12_0
        "The integration does not work in the container of the product.";
    LicenceNeeded "licence-needed" Hint Precondition Conclusion
        "The integration needs a licence of its own.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_kebab_case_and_unlike_each_other() {
        let mut seen = std::collections::BTreeSet::new();
        for code in Code::ALL {
            let name = code.as_str();
            assert!(
                name.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{name}"
            );
            assert!(seen.insert(name), "{name} stands twice");
            assert!(code.doc().ends_with('.'), "{name}");
        }
    }
}
