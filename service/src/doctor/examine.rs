//! The examination: one check after the other, and what is skipped when one fails.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use ksc::{Lease, NoObserver, Pool};

use super::report::{Check, CheckResult, Name, Report};
use super::{
    clocks, console, endpoints, files, kata, keys, login, protected, reads, server, skew, store,
    token, traces,
};
use crate::clock::Clock;
use crate::config::{self, BackendSettings, Settings};

/// What is asked in the session takes about forty calls of milliseconds each. This many times the
/// limit of one call is far more than a server takes that anybody would want to work with.
const SESSION_CALLS: u32 = 12;

/// However long the limit of one call is.
const LONGEST_SESSION: Duration = Duration::from_mins(5);

/// The checks that need a session, in order.
const IN_SESSION: [Name; 8] = [
    Name::Server,
    Name::Incidents,
    Name::Hosts,
    Name::Tasks,
    Name::AddIncident,
    Name::ServiceConsole,
    Name::Clock,
    Name::ProtectedHosts,
];

/// Looks at everything that serving with these settings will need. To be called on a runtime.
pub async fn examine(settings: Settings, clock: Clock) -> Report {
    let mut report = Report::default();
    report.add(Check::ok(
        Name::Configuration,
        "every setting is known and well formed",
    ));
    // Side by side: one that answers slowly keeps nobody from looking at the others.
    let looks = settings.backends.iter().map(|(alias, backend)| {
        let (tasks, clock) = (&settings.tasks, &clock);
        async move {
            match backend {
                BackendSettings::Ksc(ksc) => (alias, examine_ksc(ksc, tasks, clock).await),
                BackendSettings::Kata(of) => (alias, kata::examine(of, clock).await),
            }
        }
    });
    for (alias, of_one) in join_all(looks).await {
        report.add_of(alias, of_one);
    }
    report.add_all(keys::check(&settings.auth).await);
    report.add(store::check(&settings.idempotency).await);
    report.add(clocks::check(&settings.idempotency, &clock).await);
    report.add(traces::check(&settings.telemetry).await);
    report
}

/// Looks at one KSC.
async fn examine_ksc(ksc: &config::Ksc, tasks: &config::Tasks, clock: &Clock) -> Report {
    let mut report = Report::default();
    let password = files::password(ksc);
    let has_password = password.outcome() == CheckResult::Ok;
    report.add(password);
    let (trust, client) = files::trust(ksc);
    report.add(trust);

    match client {
        None => {
            let because = "KSC's certificate could not be verified";
            report.add_all(endpoints::skipped(ksc, because));
            report.skip(Name::Login, because);
            skip_session(&mut report, because);
        }
        Some(client) => {
            let looks = endpoints::check(&client).await;
            let reached = looks.iter().any(|it| it.outcome() == CheckResult::Ok);
            report.add_all(looks);
            let missing = match (reached, has_password) {
                (false, _) => Some("no endpoint can be used"),
                (true, false) => Some("the password cannot be read"),
                (true, true) => None,
            };
            if let Some(because) = missing {
                report.skip(Name::Login, because);
                skip_session(&mut report, because);
            } else {
                log_in_and_look(&mut report, client, ksc, tasks, clock).await;
            }
        }
    }
    report
}

/// Looks at a token, and at the keys that it is checked with; KSC is not asked. To be called on a
/// runtime.
pub async fn examine_token(settings: &Settings, text: &str, clock: Clock) -> Report {
    let mut report = Report::default();
    report.add_all(keys::check(&settings.auth).await);
    report.add(token::check(&settings.auth, text, clock.now()).await);
    report
}

async fn log_in_and_look(
    report: &mut Report,
    client: ksc::Settings,
    ksc: &config::Ksc,
    tasks: &config::Tasks,
    clock: &Clock,
) {
    let limit = (client.request_timeout * SESSION_CALLS).min(LONGEST_SESSION);
    let client = ksc::Settings {
        max_sessions: 1,
        ..client
    };
    let pool = match Pool::new(client, Arc::new(NoObserver)) {
        Ok(pool) => pool,
        Err(error) => {
            report.add(login::impossible(&error));
            return skip_session(report, "there is no session");
        }
    };
    let (check, lease) = login::check(&pool, ksc).await;
    report.add(check);
    match lease {
        None => skip_session(report, "there is no session"),
        Some(lease) => {
            let looking = in_session(report, lease, ksc, tasks, clock);
            if tokio::time::timeout(limit, looking).await.is_err() {
                too_slow(report, limit);
            }
        }
    }
    // The session is ended here; whoever examines an installation leaves nothing behind in it.
    pool.drain().await;
}

/// The checks that need a session; the lease goes back at the end.
async fn in_session(
    report: &mut Report,
    mut lease: Lease,
    ksc: &config::Ksc,
    tasks: &config::Tasks,
    clock: &Clock,
) {
    let lease = &mut lease;
    if !report.goes_on_after(server::check(lease).await) {
        return skip_session(report, "KSC has stopped answering");
    }
    let (check, incident) = reads::incidents(lease, clock).await;
    if !report.goes_on_after(check) {
        return skip_session(report, "KSC has stopped answering");
    }
    let (check, host) = reads::hosts(lease, clock).await;
    if !report.goes_on_after(check) {
        return skip_session(report, "KSC has stopped answering");
    }
    if !report.goes_on_after(reads::tasks(lease, host.as_deref()).await) {
        return skip_session(report, "KSC has stopped answering");
    }
    report.add(reads::add_incident());
    if !report.goes_on_after(console::check(lease, &ksc.tasks).await) {
        return skip_session(report, "KSC has stopped answering");
    }
    if !report.goes_on_after(skew::check(lease, clock, incident).await) {
        return skip_session(report, "KSC has stopped answering");
    }
    report.add(protected::check(lease, tasks, clock).await);
}

fn too_slow(report: &mut Report, limit: Duration) {
    if let Some(name) = IN_SESSION.into_iter().find(|it| !report.has(*it)) {
        report.add(
            Check::failed(name, format!("not finished when {limit:?} were over"))
                .means("KSC answers each call in time, but so slowly that serving would be of little use.")
                .try_this("Look at the load of the Administration Server and its database, then run this again."),
        );
    }
    skip_session(report, "KSC is too slow");
}

fn skip_session(report: &mut Report, because: &str) {
    for name in IN_SESSION {
        if !report.has(name) {
            report.skip(name, because);
        }
    }
}
