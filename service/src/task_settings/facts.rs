//! What is known of a device, as options.

use clap::Args;
use kataedr::{Facts, KesVersion};

use super::options::yes_no;

/// What is known of a device beside its settings; what is not said is told as a precondition.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is known of the device")]
pub(super) struct FactsArguments {
    /// The version of Kaspersky Endpoint Security for Linux, e.g. 12.4; `kesl-control --app-info` on
    /// the device shows it. Without it, it is concluded from the keys.
    #[arg(long, value_name = "VERSION")]
    kes_version: Option<KesVersion>,
    /// A client certificate is added.
    #[arg(long, value_name = "yes|no", value_parser = yes_no)]
    client_certificate_added: Option<bool>,
    /// The server certificate is added.
    #[arg(long, value_name = "yes|no", value_parser = yes_no)]
    server_certificate_added: Option<bool>,
    /// Network isolation is going to be used.
    #[arg(long, value_name = "yes|no", value_parser = yes_no)]
    isolation_used: Option<bool>,
    /// DHCP, DNS and the proxy are excluded from an isolation, as far as they are needed.
    #[arg(long, value_name = "yes|no", value_parser = yes_no)]
    isolation_exclusions_set: Option<bool>,
    /// A policy is in force.
    #[arg(long, value_name = "yes|no", value_parser = yes_no)]
    policy_in_force: Option<bool>,
    /// The integration with Kaspersky Managed Detection and Response is on.
    #[arg(long, value_name = "yes|no", value_parser = yes_no)]
    mdr_integration: Option<bool>,
    /// The Behavior Detection task runs.
    #[arg(long, value_name = "yes|no", value_parser = yes_no)]
    behavior_detection: Option<bool>,
    /// The general settings name a proxy.
    #[arg(long, value_name = "yes|no", value_parser = yes_no)]
    proxy: Option<bool>,
    /// The product runs as a container.
    #[arg(long, value_name = "yes|no", value_parser = yes_no)]
    container: Option<bool>,
    /// There is a licence key for EDR.
    #[arg(long, value_name = "yes|no", value_parser = yes_no)]
    licence: Option<bool>,
    /// `systemd-journald-audit.socket` is masked.
    #[arg(long, value_name = "yes|no", value_parser = yes_no)]
    audit_socket_masked: Option<bool>,
}

impl FactsArguments {
    pub(super) fn into_facts(self) -> Facts {
        Facts {
            kes_version: self.kes_version,
            client_certificate_added: self.client_certificate_added,
            server_certificate_added: self.server_certificate_added,
            isolation_used: self.isolation_used,
            isolation_exclusions_set: self.isolation_exclusions_set,
            policy_in_force: self.policy_in_force,
            mdr_integration: self.mdr_integration,
            behavior_detection: self.behavior_detection,
            proxy: self.proxy,
            container: self.container,
            licence: self.licence,
            audit_socket_masked: self.audit_socket_masked,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{Command, FromArgMatches as _};
    use serde_json::Value;

    use super::*;

    #[test]
    fn every_fact_has_its_option_and_each_leads_to_its_fact() {
        let facts = serde_json::to_value(Facts::default()).unwrap();
        for name in facts.as_object().unwrap().keys() {
            let option: String = name.chars().fold("--".to_owned(), |mut all, letter| {
                if letter.is_ascii_uppercase() {
                    all.push('-');
                }
                all.push(letter.to_ascii_lowercase());
                all
            });
            let (value, expected) = match name.as_str() {
                "kesVersion" => ("12.4", Value::from("12.4")),
                _ => ("Yes", Value::from(true)),
            };
            let command = FactsArguments::augment_args(Command::new("check"));
            let matches = command
                .try_get_matches_from(["check", &option, value])
                .unwrap();

            let read = FactsArguments::from_arg_matches(&matches)
                .unwrap()
                .into_facts();

            let read = serde_json::to_value(read).unwrap();
            for (other, it) in read.as_object().unwrap() {
                let expected = if other == name {
                    &expected
                } else {
                    &Value::Null
                };
                assert_eq!(it, expected, "{option}: {other}");
            }
        }
    }
}
