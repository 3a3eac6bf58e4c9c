//! Linux servers, isolated through a KATA Central Node: what is confirmed, and what nobody can say.

use std::time::{Duration, Instant};

use acceptance::{EXTERNAL_SYSTEM, Reply};
use kata_simulator::{Deed, DeedKind};
use serde_json::{Value, json};

use crate::linux::{CONFIRM_WITHIN, HEARD, KATA, UNHEARD};
use crate::paper::{Paper, Style, fit};
use crate::problem::problem;
use crate::row::style;
use crate::stage::Stage;

/// Four hours.
const SECONDS: u64 = 14_400;

/// How often a task is read that has not ended.
const PAUSE: Duration = Duration::from_millis(500);

/// A task at the Central Node.
struct Order {
    host: &'static str,
    location: String,
    begun: Instant,
}

/// Shows it; gives what was not as it should be.
pub(crate) async fn show(stage: &Stage, paper: &Paper) -> Vec<String> {
    paper.chapter(
        "Linux servers, for four hours, through a KATA Central Node",
        "The same call, with durationSeconds and exclusions. KATA keeps a rule, the device fetches it in its \
         own time, and KATA never hears what came of it: success needs the device's own word, which a KSC \
         that manages it has by a tag.",
    );
    let mut complaints = rehearse(stage, paper).await;
    paper.line("");
    let heard = order(stage, HEARD, &isolation(), paper).await;
    let unheard = order(stage, UNHEARD, &isolation(), paper).await;
    let (heard, unheard) = match (heard, unheard) {
        (Ok(heard), Ok(unheard)) => (heard, unheard),
        (heard, unheard) => {
            complaints.extend(heard.err());
            complaints.extend(unheard.err());
            return complaints;
        }
    };
    let rules = stage.house().isolation_changes();
    if rules != 2 {
        complaints.push(format!(
            "two isolations have changed {rules} rules at the Central Node"
        ));
    }
    paper.line("");
    complaints.extend(end(stage, &heard, "succeeded", paper).await);
    device(stage, HEARD, paper);
    complaints.extend(end(stage, &unheard, "unconfirmed", paper).await);
    device(stage, UNHEARD, paper);
    paper.line("");
    match order(stage, HEARD, &json!({"action": "release"}), paper).await {
        Ok(release) => complaints.extend(end(stage, &release, "succeeded", paper).await),
        Err(complaint) => complaints.push(complaint),
    }
    device(stage, HEARD, paper);
    complaints
}

/// An isolation that lets the name server through, and the host on which the case is worked on.
fn isolation() -> Value {
    json!({"action": "isolate", "durationSeconds": SECONDS, "exclusions": [
        {"direction": "outbound", "protocol": "udp", "remoteIpv4": "10.20.0.53", "remotePorts": "53"},
        {"direction": "inbound", "protocol": "tcp", "remoteIpv4": "10.20.0.7", "localPorts": "22"},
    ]})
}

fn body(host: &str, params: &Value) -> Value {
    let mut body = params.clone();
    body["targetHost"] = host.into();
    body["backend"] = KATA.into();
    body["comment"] = "INC-20418: a web shell".into();
    body
}

/// The dry run: the very request that would be sent.
async fn rehearse(stage: &Stage, paper: &Paper) -> Vec<String> {
    let path = "/v1/tasks/isolateHost/dry-run";
    let reply = stage.soar().post(path, &body(HEARD, &isolation())).await;
    if reply.status != 200 {
        return vec![format!("KATA's dry run was answered {}", problem(&reply))];
    }
    let request = &reply.json["request"];
    let text = |name: &str| request[name].as_str().unwrap_or_default();
    let done = paper.paint(Style::Good, "nothing was ordered");
    paper.line(&format!("  200  {}  {done}", fit("a dry run", WHAT)));
    let sent = format!("{} {}", text("method"), text("target"));
    paper.entry(4, "would send", &sent, Style::Plain);
    paper.entry(4, "", &request["body"].to_string(), Style::Quiet);
    let mut complaints = Vec::new();
    if stage.house().isolation_changes() > 0 {
        complaints.push("KATA's dry run has left a rule at the Central Node".to_owned());
    }
    if request["body"]["settings"]["autoTurnoffTimeoutInSec"] != SECONDS {
        complaints.push(format!("KATA's dry run does not show four hours: {sent}"));
    }
    if sent.contains(EXTERNAL_SYSTEM) {
        complaints.push("KATA's dry run shows the gateway's id".to_owned());
    }
    complaints
}

/// Orders it, and shows the answer.
async fn order(
    stage: &Stage,
    host: &'static str,
    params: &Value,
    paper: &Paper,
) -> Result<Order, String> {
    let begun = Instant::now();
    let path = "/v1/tasks/isolateHost";
    let reply = stage.soar().post(path, &body(host, params)).await;
    let what = if params["action"] == "isolate" {
        format!("isolateHost on {host}, for four hours")
    } else {
        format!("the release of {host}")
    };
    paper.hanging(&format!("  {}  ", reply.status), &what, Style::Plain);
    if reply.status != 202 || reply.json["state"] != "pending" || reply.json["backend"] != KATA {
        let said = match reply.json["state"].as_str() {
            Some(state) => format!("{} {state}", reply.status),
            None => problem(&reply),
        };
        return Err(format!(
            "{what} was answered {said}, and not 202 pending by {KATA}"
        ));
    }
    tell(&reply, begun, paper);
    for warning in warnings(&reply) {
        paper.entry(7, "mind", &warning, Style::Quiet);
    }
    Ok(Order {
        host,
        location: reply.header("location").to_owned(),
        begun,
    })
}

fn warnings(reply: &Reply) -> Vec<String> {
    let all = reply.json["warnings"].as_array();
    let all = all.into_iter().flatten().filter_map(Value::as_str);
    all.map(str::to_owned).collect()
}

/// Follows a task to its end, and shows it; gives what was not as it should be.
async fn end(stage: &Stage, order: &Order, state: &str, paper: &Paper) -> Option<String> {
    let Order {
        host,
        location,
        begun,
    } = order;
    let reply = loop {
        let reply = stage.soar().get(location).await;
        if reply.status != 200 {
            return Some(format!("{location} was answered {}", problem(&reply)));
        }
        if reply.json["terminal"] == true {
            break reply;
        }
        tokio::time::sleep(PAUSE).await;
    };
    let waited = if state == "unconfirmed" {
        format!(" (confirm_within = \"{CONFIRM_WITHIN}\")")
    } else {
        String::new()
    };
    paper.hanging("  200  ", &format!("GET {location}{waited}"), Style::Plain);
    tell(&reply, *begun, paper);
    let until = &reply.json["execution"]["description"];
    if let Some(until) = until.as_str() {
        paper.entry(7, "time", until, Style::Quiet);
    }
    let evidence = reply.json["evidence"].as_str().unwrap_or_default();
    if reply.json["state"] != state {
        let said = &reply.json["state"];
        return Some(format!(
            "the order for {host} ended {said} and not {state}: {evidence}"
        ));
    }
    if evidence.is_empty() {
        return Some(format!("the order for {host} has no evidence"));
    }
    None
}

/// The state, and what it rests on.
fn tell(reply: &Reply, begun: Instant, paper: &Paper) {
    let text = |name: &str| reply.json[name].as_str().unwrap_or_default();
    let seconds = begun.elapsed().as_secs_f64();
    let state = paper.paint(style(text("state")), &fit(text("state"), 11));
    paper.beside(
        &format!("       {seconds:>4.1} s  {state}  "),
        28,
        text("evidence"),
    );
}

/// What the device has done in truth, by the simulator's own journal.
fn device(stage: &Stage, host: &str, paper: &Paper) {
    let kata = stage.house().kata();
    let last = kata.journal().deeds_of(&kata.sensor(host)).pop();
    let says = match last.as_ref().map(|it: &Deed| &it.kind) {
        Some(DeedKind::Isolated { exclusions, .. }) => {
            let open = exclusions.len();
            format!("{host} is cut off, with {open} exclusions, as the simulator knows")
        }
        Some(DeedKind::Free { .. }) => {
            format!("{host} is back on the network, as the simulator knows")
        }
        Some(other) => format!("{host}: {other:?}"),
        None => format!("{host} has done nothing"),
    };
    paper.entry(7, "in truth", &says, Style::Quiet);
}

/// The width of the column that says what was asked.
const WHAT: usize = 9;
