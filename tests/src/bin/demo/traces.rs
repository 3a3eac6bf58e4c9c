//! What is left for those who look afterwards: audit log, metrics, and KSC's own view.

use acceptance::decisions;
use serde_json::Value;

use crate::paper::{Paper, Style};
use crate::row::Row;
use crate::stage::Stage;

/// Shows it; gives what was not as it should be. So many requests were accepted.
pub(crate) async fn show(
    stage: &Stage,
    rows: &[Row],
    accepted: usize,
    paper: &Paper,
) -> Vec<String> {
    paper.chapter(
        "What others see of it",
        "The audit log has a line for every decision, Prometheus counts, and KSC holds exactly one incident \
         for each accepted request.",
    );
    let mut complaints = Vec::new();
    complaints.extend(audit(rows, paper));
    metrics(stage, paper).await;
    complaints.extend(ksc(stage, accepted, paper));
    complaints
}

/// The audit line of the isolation.
fn audit(rows: &[Row], paper: &Paper) -> Option<String> {
    let row = rows.iter().find(|it| it.request.task == "isolateHost")?;
    let line = decisions(&row.request_id).into_iter().next();
    let Some(line) = line.as_ref().and_then(Value::as_object) else {
        return Some("the audit log has no line for the isolation".to_owned());
    };
    let pairs: Vec<String> = line
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "timestamp" | "level" | "target" | "message"))
        .map(|(name, value)| {
            format!(
                "{name}={}",
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            )
        })
        .collect();
    paper.entry(2, "audit", &pairs.join(" "), Style::Plain);
    None
}

/// The counters of isolations and of problems.
async fn metrics(stage: &Stage, paper: &Paper) {
    let text = stage.house().admin("/metrics").await.text;
    let told = |line: &&str| {
        let counts = |name: &str| line.starts_with(&format!("edr_gateway_{name}_total{{"));
        let tasks = counts("tasks") || counts("task_ends");
        let told = tasks && line.contains("isolateHost") || counts("problems");
        // Every series begins at zero.
        told && !line.ends_with(" 0")
    };
    for (number, line) in text.lines().filter(told).enumerate() {
        paper.entry(
            2,
            if number == 0 { "metrics" } else { "" },
            line,
            Style::Plain,
        );
    }
}

/// What the simulator's journal says.
fn ksc(stage: &Stage, accepted: usize, paper: &Paper) -> Vec<String> {
    let journal = stage.house().sim.journal();
    let (incidents, violations) = (journal.incidents().len(), journal.violations());
    let text = format!(
        "{incidents} incidents for {accepted} accepted requests, {} calls, {} breaches of KSC's protocol",
        journal.calls().len(),
        violations.len(),
    );
    paper.entry(2, "KSC", &text, Style::Plain);
    let mut complaints = Vec::new();
    if incidents != accepted {
        complaints.push(format!(
            "KSC holds {incidents} incidents for {accepted} accepted requests"
        ));
    }
    complaints.extend(
        violations
            .iter()
            .map(|it| format!("the gateway broke a rule of KSC's protocol: {it}")),
    );
    complaints
}
