//! One KATA Central Node: the files, each endpoint, whether it has accepted the gateway, and its
//! list of hosts. Nothing is ordered.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use kata::{Client, Error, ListSensors, NoObserver, Settings};
use trust::place;
use trust::probe::probe;

use super::asking::{REQUEST_ID, said};
use super::report::{Check, CheckResult, Name, Report};
use crate::backends::kata::settings;
use crate::clock::Clock;
use crate::config;

/// A certificate that ends sooner than this has to be replaced: a new one has to be accepted by a
/// person again.
const RENEW_BEFORE: time::Duration = time::Duration::days(30);

/// Looks at one Central Node.
pub(super) async fn examine(of: &config::Kata, clock: &Clock) -> Report {
    let mut report = Report::default();
    let client = match settings::settings(of) {
        Ok(client) => client,
        Err(error) => {
            report.add(
                Check::failed(Name::Trust, said(&error))
                    .means("The gateway does not start.")
                    .try_this(
                        "Make the identity with `edr-gateway kata identity`, download the Central \
                         Node's certificate from its console, and name both in backends.<alias>.",
                    ),
            );
            let because = "the files could not be read";
            for name in [
                Name::Identity,
                Name::Endpoint,
                Name::Registration,
                Name::Hosts,
            ] {
                report.skip(name, because);
            }
            return report;
        }
    };
    report.add(Check::ok(Name::Trust, "the certificate file can be used"));
    report.add(identity(&client, clock));
    let looks = endpoints(&client).await;
    let reached = looks.iter().any(|it| it.outcome() == CheckResult::Ok);
    report.add_all(looks);
    if reached {
        ask(&mut report, client).await;
    } else {
        for name in [Name::Registration, Name::Hosts] {
            report.skip(name, "no endpoint can be used");
        }
    }
    report
}

/// The gateway's own certificate.
fn identity(client: &Settings, clock: &Clock) -> Check {
    let ends = client.identity.ends();
    let finding = format!(
        "id {}, certificate {} (SHA-256), {} (SHA-1), until {}",
        client.system.masked(),
        client.identity.sha256(),
        client.identity.sha1(),
        ends.date()
    );
    let left = ends - clock.now();
    if left > RENEW_BEFORE {
        return Check::ok(Name::Identity, finding);
    }
    let check = if left.is_positive() {
        Check::warning(Name::Identity, finding)
    } else {
        Check::failed(Name::Identity, finding)
    };
    check
        .means("The certificate ends soon, or has ended; KATA takes no other one by itself.")
        .try_this(
            "Make a new identity with `edr-gateway kata identity` and have the administrator of the \
             Central Node accept it before the old one ends.",
        )
}

/// Each endpoint up to the end of the handshake.
async fn endpoints(client: &Settings) -> Vec<Check> {
    let look = |it| {
        probe(
            &client.trust,
            Some(&client.identity),
            it,
            client.connection_timeout,
        )
    };
    let looks = join_all(client.endpoints.iter().map(look)).await;
    let works = looks.iter().any(Result::is_ok);
    let both = client.endpoints.iter().zip(looks);
    both.map(|(endpoint, look)| {
        let check = match look {
            Ok(reached) => Check::ok(
                Name::Endpoint,
                format!("the certificate is accepted: {} (SHA-256)", reached.presented),
            ),
            Err(obstacle) => Check::failed_unless(works, Name::Endpoint, said(&obstacle))
                .means("The gateway cannot use this address of the Central Node.")
                .try_this(
                    "Check the name and the port (443 unless changed), firewalls on the way, and that \
                     backends.<alias>.pinned_certificate_file is the certificate that the Central \
                     Node shows: its console offers it for download.",
                ),
        };
        check.of(place(endpoint))
    })
    .collect()
}

/// What only a Central Node that has accepted the gateway answers.
async fn ask(report: &mut Report, client: Settings) {
    let limit = (client.request_timeout * 4).min(Duration::from_mins(2));
    let client = match Client::new(client, Arc::new(NoObserver)) {
        Ok(client) => client,
        Err(error) => {
            report.add(Check::failed(Name::Registration, said(&error)));
            return report.skip(Name::Hosts, "there is no client");
        }
    };
    let question = ListSensors::default();
    let asked = tokio::time::timeout(limit, client.call(&question, REQUEST_ID)).await;
    match asked {
        Ok(Ok(outcome)) => {
            let version = outcome.found.server_version.as_deref().unwrap_or("unknown");
            report.add(Check::ok(
                Name::Registration,
                format!("KATA {version} has accepted the gateway"),
            ));
            let hosts = outcome.found.hosts.len();
            let finding = format!("{hosts} hosts can be read");
            report.add(if hosts > 0 {
                Check::ok(Name::Hosts, finding)
            } else {
                Check::warning(Name::Hosts, finding).means("Nothing can be isolated.")
            });
        }
        Ok(Err(Error::NotAccepted(it))) => {
            report.add(
                Check::failed(
                    Name::Registration,
                    format!("KATA has not accepted the gateway: {}", it.registrant),
                )
                .means("Every request is refused until an administrator has accepted it.")
                .try_this(
                    "In the console of the Central Node, open External systems, compare the \
                     fingerprint, and accept the row with this id.",
                ),
            );
            report.skip(Name::Hosts, "KATA has not accepted the gateway");
        }
        Ok(Err(error)) => {
            report.add(Check::failed(Name::Registration, said(&error)));
            report.skip(Name::Hosts, "KATA did not answer the question");
        }
        Err(_elapsed) => {
            report.add(Check::failed(
                Name::Registration,
                "KATA did not answer in time",
            ));
            report.skip(Name::Hosts, "KATA did not answer the question");
        }
    }
}
