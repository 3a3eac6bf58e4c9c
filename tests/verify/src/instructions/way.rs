//! The whole way of a request: a gateway that is counted, with its KSC and its caller in this process.

mod ask;
mod caller;
mod gateway;

use std::path::Path;
use std::time::{Duration, Instant};

use acceptance::{device, environment};
use ksc_simulator::{Clock, Scenario, Simulator};
use reqwest::Client;
use tokio::runtime::Runtime;

use super::callgrind;
use super::count::Count;
use crate::ground::Ground;
use crate::outcome::Failure;
use ask::Ask;
use caller::Caller;
use gateway::{Gateway, PATIENCE};

/// So many devices are asked for in turn that none has to wait.
const DEVICES: u32 = 50;

/// How often each is asked for.
const TIMES: u32 = 100;

/// How many rounds there are of all: the least count of each is taken, since what chance has a part in (who is woken
/// when, what the clock says is due) only ever adds to what must be done.
const ROUNDS: usize = 3;

/// How often before it counts: sessions are opened, hosts are looked up.
const BEFORE: u32 = 50;

/// How long nothing must happen until what was asked for is over, with what comes after the answer.
const QUIET: Duration = Duration::from_millis(300);

/// Counts each.
pub(super) fn count(ground: &Ground, program: &Path) -> Result<Vec<Count>, Failure> {
    let folder = tempfile::tempdir().map_err(broken)?;
    let runtime = Runtime::new().map_err(broken)?;
    let scenario = Scenario {
        clock: Clock::Real { speed: 1.0 },
        default_hosts: false,
        extra_hosts: (0..DEVICES).map(device).collect(),
        ..Scenario::default()
    };
    let sim = runtime.block_on(Simulator::start(scenario));
    let sim = sim.map_err(broken)?;
    let settings = vec![
        ("limits.requests_per_minute_per_caller", "0".to_owned()),
        // What is counted of tasks now and then is no part of a request.
        ("backends.ksc.budget_policy", "off".to_owned()),
        ("server.drain_delay", "0s".to_owned()),
    ];
    let mut command = callgrind::command(ground, program, folder.path(), 0)?
        .args(&["serve"])
        .into_inner();
    command
        .envs(environment(&sim, folder.path(), settings))
        .env_remove("RUST_LOG");
    let mut gateway = Gateway::start(command)?;
    let counted = drive(&mut gateway, &sim, &runtime);
    let ended = gateway.end();
    counted.and(ended).map_err(|mut it| {
        it.output.push_str(&gateway.said.join("\n"));
        it
    })?;
    sim.verdict().map_err(|verdict| Failure {
        reason: "KSC's verdict on what was counted is bad".to_owned(),
        output: verdict,
    })?;
    let counts = callgrind::counts(folder.path())?;
    if counts.len() != 2 * ROUNDS * Ask::ALL.len() {
        let reason = format!("{} counts of the way", counts.len());
        return Err(Failure::because(reason));
    }
    // The first of each two is what was done before it.
    let counts: Vec<u64> = counts.chunks(2).map(|two| two[1]).collect();
    let counted = Ask::ALL.into_iter().enumerate().map(|(at, ask)| {
        let rounds = counts.iter().skip(at).step_by(Ask::ALL.len());
        let least = rounds.min().copied().unwrap_or_default();
        Count::of(ask.name(), least, u64::from(TIMES))
    });
    Ok(counted.collect())
}

/// Asks for everything, each between two marks.
fn drive(gateway: &mut Gateway, sim: &Simulator, runtime: &Runtime) -> Result<(), Failure> {
    let (api, admin) = gateway.addresses()?;
    let client = Client::builder().no_proxy().timeout(PATIENCE).build();
    let client = client.map_err(broken)?;
    runtime.block_on(until_ready(&client, &admin))?;
    let mut caller = Caller::new(client, api, DEVICES);
    for ask in [Ask::ALL; ROUNDS].concat() {
        for _ in 0..BEFORE {
            runtime.block_on(caller.ask(ask))?;
        }
        runtime.block_on(quiet(sim, caller.sent))?;
        gateway.mark()?;
        for _ in 0..TIMES {
            runtime.block_on(caller.ask(ask))?;
        }
        runtime.block_on(quiet(sim, caller.sent))?;
        gateway.mark()?;
    }
    Ok(())
}

/// Waits until KSC has all that it was asked for, and for a while more.
async fn quiet(sim: &Simulator, tasks: usize) -> Result<(), Failure> {
    let until = Instant::now() + PATIENCE;
    while sim.journal().count("HostGroup.UpdateIncident") < tasks {
        if Instant::now() > until {
            return Err(Failure::because("not every incident was confirmed"));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(QUIET).await;
    Ok(())
}

async fn until_ready(client: &Client, admin: &str) -> Result<(), Failure> {
    let until = Instant::now() + PATIENCE;
    let url = format!("http://{admin}/health/ready");
    while Instant::now() < until {
        let answer = client.get(&url).send().await;
        if answer.is_ok_and(|it| it.status().is_success()) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Err(Failure::because("the gateway is not ready"))
}

fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::because(error.to_string())
}
