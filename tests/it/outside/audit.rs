//! The audit log is there before what it tells of, and nothing waits for whoever reads it.

use std::time::{Duration, Instant};

use acceptance::calls::ADD;
use acceptance::{Output, Program, Reply, WS_042, eventually, isolation, ksc_in_real_time};
use ksc_simulator::Simulator;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

const CANCEL: &str = "Tasks.CancelTask";

/// Whatever else ends a process by default and can be kept from it, by name or number.
const IGNORED: [&str; 12] = [
    "USR1", "USR2", "ALRM", "VTALRM", "PROF", "IO", "PWR", "STKFLT", "XCPU", "XFSZ", "34", "64",
];

fn isolate(gateway: &Program, id: &str) -> RequestBuilder {
    let body = isolation(WS_042);
    let request = gateway
        .soar()
        .request(Method::POST, "/v1/tasks/isolateHost");
    request.header("x-request-id", id).json(&body)
}

/// The audit line that announces this request.
async fn announced(gateway: &Program, id: &str) -> Value {
    let line = audited(gateway, id, "sending");
    let line = eventually("the line before it leaves", || std::future::ready(line())).await;
    assert_eq!(line["caller.id"], "soar");
    assert_eq!(line["host.id"], WS_042);
    line
}

fn audited<'a>(
    gateway: &'a Program,
    id: &'a str,
    decision: &'static str,
) -> impl Fn() -> Option<Value> + 'a {
    move || {
        let lines = gateway.log().into_iter();
        let mut lines = lines.filter_map(|it| serde_json::from_str::<Value>(&it).ok());
        lines.find(|it| {
            it["target"] == "audit" && it["request.id"] == id && it["decision"] == decision
        })
    }
}

/// A gateway, and a request of it that KSC holds.
async fn held(sim: &Simulator) -> (Program, tokio::task::JoinHandle<Reply>) {
    let gateway = Program::start(sim, Vec::new()).await;
    gateway.until_ready().await;
    sim.gate().hold_calls_to(ADD);
    let asking = tokio::spawn(Reply::of(isolate(&gateway, "held")));
    sim.gate().wait_until_waiting(1).await;
    (gateway, asking)
}

#[tokio::test(flavor = "multi_thread")]
async fn signals_that_ask_for_an_end_finish_what_is_under_way() {
    for signal in ["TERM", "INT", "HUP", "QUIT", "ABRT"] {
        let sim = ksc_in_real_time(1.0).await;
        let (mut gateway, asking) = held(&sim).await;
        let line = announced(&gateway, "held").await;

        gateway.signal(signal);
        eventually("it heard the signal", || {
            let heard = gateway.log().iter().any(|it| it.contains("shutting down"));
            std::future::ready(heard.then_some(()))
        })
        .await;
        sim.gate().open();

        asking.await.expect("no panic").expect(202);
        let status = gateway.end().await;
        assert!(status.success(), "{signal}: {status}");
        assert_eq!(line["keyed"], false);
        assert!(line["area"].is_string());
        assert!(audited(&gateway, "held", "created")().is_some(), "{signal}");
        sim.verdict().expect("nothing is left open");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signals_that_mean_nothing_here_end_nothing() {
    let sim = ksc_in_real_time(1.0).await;
    let gateway = Program::start(&sim, Vec::new()).await;
    gateway.until_ready().await;

    for signal in IGNORED {
        sim.gate().hold_calls_to(ADD);
        let asking = tokio::spawn(Reply::of(isolate(&gateway, signal)));
        sim.gate().wait_until_waiting(1).await;
        announced(&gateway, signal).await;
        gateway.signal(signal);
        sim.gate().open();

        asking.await.expect("no panic").expect(202);
    }
    assert_eq!(sim.journal().incidents().len(), IGNORED.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sudden_death_leaves_the_line_of_what_was_under_way() {
    let sim = ksc_in_real_time(1.0).await;
    let (mut gateway, asking) = held(&sim).await;

    gateway.kill();

    let line = announced(&gateway, "held").await;
    assert_eq!(line["task"], "isolateHost");
    assert!(audited(&gateway, "held", "created")().is_none());
    asking.abort();
}

/// Makes a task and waits until it can be cancelled; gives its address.
async fn running(gateway: &Program) -> String {
    let task = Reply::of(isolate(gateway, "made")).await.expect(202);
    let path = format!("/v1/tasks/{}", task.task_id());
    eventually("the task runs", || async {
        let read = gateway.soar().get(&path).await;
        ["pending", "running"]
            .iter()
            .any(|it| read.json["state"] == *it)
            .then_some(())
    })
    .await;
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_is_announced_too() {
    let sim = ksc_in_real_time(1.0).await;
    let mut gateway = Program::start(&sim, Vec::new()).await;
    gateway.until_ready().await;
    let path = running(&gateway).await;
    sim.gate().hold_calls_to(CANCEL);
    let cancel = gateway
        .soar()
        .request(Method::POST, &format!("{path}/cancel"));
    let asking = tokio::spawn(Reply::of(cancel.header("x-request-id", "cancels")));
    sim.gate().wait_until_waiting(1).await;

    gateway.kill();

    let line = announced(&gateway, "cancels").await;
    assert_eq!(line["operation"], "cancelTask");
    assert!(line["backend.task"].is_string());
    asking.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn no_task_is_cancelled_without_an_audit_log() {
    let sim = ksc_in_real_time(1.0).await;
    let gateway = Program::start(&sim, Vec::new()).await;
    gateway.until_ready().await;
    let path = running(&gateway).await;
    gateway.hang_up();
    until_not_written(&gateway).await;

    let cancel = gateway
        .soar()
        .request(Method::POST, &format!("{path}/cancel"));
    let refused = Reply::of(cancel).await.expect(503);

    assert_eq!(refused.code(), "audit_unavailable");
    assert_eq!(sim.journal().count(CANCEL), 0);
}

/// Asks until the log is full and said not to be written.
async fn until_not_written(gateway: &Program) {
    eventually("the log is not written", || async {
        // More than any pipe holds, in time.
        for _ in 0..100 {
            gateway.soar().get("/v1/whoami").await.expect(200);
        }
        let metrics = gateway.admin("/metrics").await.expect(200).text;
        metrics
            .contains("\nedr_gateway_log_writing 0\n")
            .then_some(())
    })
    .await;
}

/// How standard output goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Stalled,
    HungUp,
    Of(Output),
}

/// A ready gateway in such a trouble.
async fn in_trouble(sim: &Simulator, trouble: Trouble, policy: &str) -> Program {
    let settings = vec![("telemetry.audit_policy", policy.to_owned())];
    let gateway = match trouble {
        Trouble::Of(output) => Program::start_into(sim, settings, output).await,
        Trouble::Stalled | Trouble::HungUp => {
            let gateway = Program::start(sim, settings).await;
            gateway.until_ready().await;
            gateway
        }
    };
    match trouble {
        Trouble::Stalled => gateway.stop_reading(),
        Trouble::HungUp => gateway.hang_up(),
        Trouble::Of(_) => {}
    }
    until_not_written(&gateway).await;
    gateway
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_audit_log_nothing_is_done_all_else_is_answered_and_the_stop_is_obeyed() {
    for trouble in [
        Trouble::Stalled,
        Trouble::HungUp,
        Trouble::Of(Output::Full),
        Trouble::Of(Output::Limited),
        Trouble::Of(Output::Closed),
    ] {
        let sim = ksc_in_real_time(1.0).await;
        let mut gateway = in_trouble(&sim, trouble, "refuse").await;

        let refused = Reply::of(isolate(&gateway, "refused")).await.expect(503);
        assert_eq!(refused.code(), "audit_unavailable", "{trouble:?}");
        assert_eq!(sim.journal().count(ADD), 0);
        assert_eq!(gateway.admin("/health/live").await.status, 200);
        let ready = gateway.admin("/health/ready").await.expect(503);
        assert_eq!(ready.json["reason"], "the audit log cannot be written");
        gateway.soar().get("/v1/tasks").await.expect(200);

        let began = Instant::now();
        let status = gateway.terminate().await;
        assert!(status.success(), "{trouble:?}: {status}");
        assert!(began.elapsed() < Duration::from_secs(7), "{trouble:?}");
        sim.verdict().expect("nothing is left open");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_read_again_is_whole_and_the_gateway_ready() {
    let sim = ksc_in_real_time(1.0).await;
    let gateway = in_trouble(&sim, Trouble::Stalled, "refuse").await;
    Reply::of(isolate(&gateway, "refused")).await.expect(503);

    gateway.read_on();

    gateway.until_ready().await;
    Reply::of(isolate(&gateway, "created")).await.expect(202);
    announced(&gateway, "created").await;
    assert!(audited(&gateway, "refused", "failed")().is_some());
    assert!(audited(&gateway, "refused", "sending")().is_none());
    let metrics = gateway.admin("/metrics").await.expect(200).text;
    for line in [
        "edr_gateway_log_writing 1",
        r#"edr_gateway_log_lines_lost_total{kind="audit"} 0"#,
        r#"edr_gateway_log_lines_lost_total{kind="access"} 0"#,
    ] {
        assert!(metrics.lines().any(|it| it == line), "{line}\n{metrics}");
    }
    assert_eq!(sim.journal().incidents().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_prefers_to_go_on_without_an_audit_log_does() {
    for trouble in [Trouble::HungUp, Trouble::Of(Output::Full)] {
        let sim = ksc_in_real_time(1.0).await;
        let gateway = in_trouble(&sim, trouble, "send").await;

        Reply::of(isolate(&gateway, "sent")).await.expect(202);

        assert_eq!(gateway.admin("/health/ready").await.status, 200);
        assert_eq!(sim.journal().incidents().len(), 1);
    }
}
