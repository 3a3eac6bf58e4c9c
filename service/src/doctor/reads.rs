//! The rights to read: incidents, hosts, tasks. Each call is one that serving makes.

use ksc::{
    Error, Filter, GetAllTasksOfHost, GetHostStatusRecordsCount, GetNextTask, GetTask, Kind, Lease,
    ReleaseHostStatusIterator, ReleaseTasksIterator, ResetHostIteratorForTaskStatus,
    ResetTasksIterator,
};
use time::Duration;

use super::asking::{HOST_ID, HOST_SEEN, is_final};
use super::asking::{REQUEST_ID, said};
use super::report::{Check, Name};
use super::skew::Reference;
use crate::clock::Clock;

/// Where the vendor puts these calls.
const AREA: &str = "General features: Basic functionality";

/// Incidents can be read; the newest of them is what the clocks are compared by.
pub(super) async fn incidents(lease: &mut Lease, clock: &Clock) -> (Check, Option<Reference>) {
    let mut outcome = recent_incidents(lease, clock, Duration::days(1)).await;
    let mut window = "24 hours";
    if matches!(outcome, Ok((0, _))) {
        outcome = recent_incidents(lease, clock, Duration::days(30)).await;
        window = "30 days";
    }
    match outcome {
        Ok((total, newest)) => {
            let count = match total {
                0 => "none".to_owned(),
                some => some.to_string(),
            };
            let finding = format!("can be read; {count} in the last {window}");
            (Check::ok(Name::Incidents, finding), newest)
        }
        Err(error) => (refused(Name::Incidents, "incidents", &error), None),
    }
}

async fn recent_incidents(
    lease: &mut Lease,
    clock: &Clock,
    window: Duration,
) -> Result<(usize, Option<Reference>), Error> {
    let recent = Filter::after("KLINCDT_ADDED", clock.now() - window);
    let found = lease
        .select_incidents(recent, 1, REQUEST_ID, |it| {
            Some(Reference::incident(it.id, it.added?))
        })
        .await?;
    Ok((found.total, found.rows.into_iter().next()))
}

/// Hosts can be read; gives the id of one of them.
pub(super) async fn hosts(lease: &mut Lease, clock: &Clock) -> (Check, Option<String>) {
    let lately = Filter::after(HOST_SEEN, clock.now() - Duration::days(1));
    let ever = Filter::before(HOST_SEEN, clock.now() + Duration::days(1));
    let mut outcome = lease.hosts(lately, &[HOST_ID], 1, REQUEST_ID).await;
    let mut which = "seen in the last 24 hours";
    if matches!(&outcome, Ok(found) if found.total == 0) {
        outcome = lease.hosts(ever, &[HOST_ID], 1, REQUEST_ID).await;
        which = "in all, none of them seen in the last 24 hours";
    }
    match outcome {
        Ok(found) if found.total == 0 => (
            Check::warning(Name::Hosts, "can be read, and there are none")
                .means("Either KSC manages no device yet, or the account may see none of them.")
                .try_this(format!(
                    "Give the account Read in \"{AREA}\" for the administration groups whose \
                     devices it shall reach."
                )),
            None,
        ),
        Ok(found) => {
            let finding = format!("can be read; {} {which}", found.total);
            let id = found
                .rows
                .first()
                .and_then(|it| it.str(HOST_ID))
                .map(str::to_owned);
            (Check::ok(Name::Hosts, finding), id)
        }
        Err(error) => (refused(Name::Hosts, "hosts", &error), None),
    }
}

/// Tasks can be read: those of a host when there is one, else the first of all.
pub(super) async fn tasks(lease: &mut Lease, host: Option<&str>) -> Check {
    let outcome = match host {
        Some(host) => tasks_of(lease, host).await,
        None => first_task(lease).await,
    };
    match outcome {
        Ok(finding) => Check::ok(Name::Tasks, finding),
        Err(error) => refused(Name::Tasks, "tasks", &error),
    }
}

/// As a task is followed: the tasks of a host, one of them, how it stands on its devices.
async fn tasks_of(lease: &mut Lease, host: &str) -> Result<String, Error> {
    let host_id = host.to_owned();
    let ids = match lease.call(&GetAllTasksOfHost { host_id }, REQUEST_ID).await {
        Ok(ids) => ids,
        // The host was removed in the meantime.
        Err(error) if matches!(error.kind(), Kind::NotFound) => return first_task(lease).await,
        Err(error) => return Err(error),
    };
    let Some(id) = ids.first() else {
        return Ok("can be read; the host that was looked at has none".to_owned());
    };
    let finding = format!("can be read; {} of one host", ids.len());
    match one_task(lease, id).await {
        // It was removed in the meantime, which says enough.
        Err(error) if matches!(error.kind(), Kind::NotFound) => Ok(finding),
        outcome => outcome.map(|()| finding),
    }
}

async fn one_task(lease: &mut Lease, id: &str) -> Result<(), Error> {
    let task = id.to_owned();
    lease.call(&GetTask { task }, REQUEST_ID).await?;
    let reset = ResetHostIteratorForTaskStatus {
        task: id.to_owned(),
        state_mask: ResetHostIteratorForTaskStatus::EVERY_STATE,
        lifetime_seconds: 60,
    };
    let iterator = lease.call(&reset, REQUEST_ID).await?;
    // The count alone: a task may cover ten thousand devices.
    let count = GetHostStatusRecordsCount {
        iterator: iterator.clone(),
    };
    let counted = lease.call(&count, REQUEST_ID).await;
    let release = ReleaseHostStatusIterator { iterator };
    // One that is not given back dies by itself.
    let _either_way = lease.call(&release, REQUEST_ID).await;
    counted.map(|_| ())
}

async fn first_task(lease: &mut Lease) -> Result<String, Error> {
    let reset = ResetTasksIterator {
        group: None,
        include_supergroups: false,
    };
    let iterator = lease.call(&reset, REQUEST_ID).await?;
    let next = GetNextTask {
        iterator: iterator.clone(),
    };
    let first = lease.call(&next, REQUEST_ID).await;
    let _either_way = lease
        .call(&ReleaseTasksIterator { iterator }, REQUEST_ID)
        .await;
    Ok(match first? {
        Some(_) => "can be read; there was no host to look at the tasks of".to_owned(),
        None => "can be read; there are none".to_owned(),
    })
}

/// The right to add incidents cannot be looked at without adding one.
pub(super) fn add_incident() -> Check {
    Check::skipped(
        Name::AddIncident,
        format!(
            "not looked at: only adding an incident would prove the right to (Modify in \"{AREA}\")"
        ),
    )
}

fn refused(name: Name, what: &str, error: &Error) -> Check {
    let finding = said(error);
    let failed = Check::failed(name, finding).and_no_more(is_final(error));
    match error.kind() {
        Kind::AccessDenied => failed
            .means(format!("The account has no right to read {what}."))
            .try_this(format!(
                "Give the account a role with Read in \"{AREA}\" for the administration groups \
                 that it shall reach. It will need Modify and Execute there too."
            )),
        Kind::NoSuchCall => failed
            .means("This server does not know the call: it is too old for the gateway.")
            .try_this("Upgrade the Administration Server."),
        Kind::Unavailable => failed
            .means("KSC has stopped answering, or is being stopped.")
            .try_this("Look at the log of the Administration Server, then run this again."),
        Kind::CredentialsRefused | Kind::SecondFactor => failed
            .means("The session ended, and KSC does not let the account in again.")
            .try_this("Check the account in KSC, then run this again."),
        Kind::NotFound | Kind::Refused => failed
            .means(format!(
                "KSC refuses to show {what}, for another reason than a right."
            ))
            .try_this(
                "Look the code up in KSC's documentation (OpenAPI, error numbers). With \
                 RUST_LOG=ksc=debug, KSC's own words are written to standard error.",
            ),
        Kind::Protocol => failed
            .means("The answer is not what KSC is documented to give.")
            .try_this("Check what stands between this machine and KSC, and the version of KSC."),
    }
}
