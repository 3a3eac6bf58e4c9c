//! Cancelling: refused when there is nothing to cancel, and answered with what KSC shows after it.

use std::time::Duration;

use acceptance::{House, Reply, decisions, eventually};
use ksc_simulator::{Fault, FaultKind};
use reqwest::Method;

async fn cancel(house: &House, created: &Reply) -> Reply {
    let path = format!("{}/cancel", created.header("location"));
    house.soar().post_nothing(&path).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_task_is_cancelled_and_its_state_is_read_back() {
    let house = House::open().await;
    let created = house.soar().isolate(acceptance::WS_042).await.expect(202);
    house.advance(Duration::from_secs(7)).await;
    let running = house.soar().read(&created).await;
    assert_eq!(running.json["state"], "running");

    let cancelled = cancel(&house, &created).await.expect(200);

    assert_eq!(cancelled.json["state"], "failed", "{}", cancelled.text);
    assert_eq!(
        cancelled.json["execution"]["description"],
        "The task was stopped by the user"
    );
    assert_eq!(house.sim.journal().carried_out("Tasks.CancelTask"), 1);
    let audit = decisions(cancelled.request_id());
    assert_eq!(audit.len(), 1);
    assert_eq!(audit[0]["decision"], "cancelled");
    assert_eq!(audit[0]["caller.id"], "soar");
    assert_eq!(audit[0]["task.id"], "ksc-42");
    assert_eq!(audit[0]["host.id"], acceptance::WS_042);
    assert_eq!(audit[0]["backend.task"], "195");

    let again = cancel(&house, &created).await.expect(409);
    assert_eq!(again.code(), "task_not_cancellable");
    assert!(again.text.contains("The task is over"), "{}", again.text);
    assert_eq!(house.sim.journal().count("Tasks.CancelTask"), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_or_not_certain_is_not_cancelled() {
    let house = House::open().await;
    let created = house.soar().isolate(acceptance::WS_042).await.expect(202);

    let early = cancel(&house, &created).await.expect(409);
    assert_eq!(early.code(), "task_not_cancellable");
    assert!(
        early.text.contains("There is no KSC task to cancel"),
        "{}",
        early.text
    );
    assert_eq!(decisions(early.request_id())[0]["decision"], "refused");

    for (id, status) in [("ksc-41", 404), ("nonsense", 404)] {
        let path = format!("/v1/tasks/{id}/cancel");
        let reply = house.soar().post_nothing(&path).await.expect(status);
        assert_eq!(reply.code(), "task_not_found");
        assert_eq!(decisions(reply.request_id()).len(), 1, "{id}");
    }
    let reader = house.caller("tasks.read tasks.create");
    let reply = reader
        .post_nothing("/v1/tasks/ksc-42/cancel")
        .await
        .expect(403);
    assert_eq!(reply.code(), "scope_missing");
    assert!(reply.text.contains("tasks.cancel"), "{}", reply.text);
    assert_eq!(house.sim.journal().count("Tasks.CancelTask"), 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tasks_of_a_protected_host_are_protected() {
    let house = House::with(&[("tasks.protected_hosts", "ws-042.corp.*")]).await;
    // Another gateway, which protects nothing, has made the task.
    let other = house.replica_with(Vec::new()).await;
    let task = other.soar().isolate(acceptance::WS_042).await.expect(202);
    house.advance(Duration::from_secs(7)).await;

    let refused = cancel(&house, &task).await.expect(403);

    assert_eq!(refused.code(), "host_protected");
    assert_eq!(house.sim.journal().count("Tasks.CancelTask"), 0);
    other.close().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_a_cancellation_is_asked_again_since_that_does_no_harm() {
    let house = House::open().await;
    let created = house.soar().isolate(acceptance::WS_042).await.expect(202);
    house.advance(Duration::from_secs(7)).await;
    let lost = Fault::on("Tasks.CancelTask", FaultKind::CommitThenDrop);
    house.sim.faults().push(lost);

    let cancelled = cancel(&house, &created).await.expect(200);

    assert_eq!(cancelled.json["state"], "failed", "{}", cancelled.text);
    assert_eq!(house.sim.journal().count("Tasks.CancelTask"), 2);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ksc_may_say_no() {
    let house = House::open().await;
    let created = house.soar().isolate(acceptance::WS_042).await.expect(202);
    house.advance(Duration::from_secs(7)).await;
    for (fault, status, code) in [
        (FaultKind::pxg("KLSTD", 1184), 502, "ksc_access_denied"),
        (FaultKind::pxg("KLSTD", 1186), 409, "task_not_cancellable"),
        (FaultKind::pxg("KLSTD", 1193), 502, "ksc_refused"),
    ] {
        house
            .sim
            .faults()
            .push(Fault::on("Tasks.CancelTask", fault));
        let reply = cancel(&house, &created).await.expect(status);
        assert_eq!(reply.code(), code);
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_whose_answer_is_late_is_not_said_to_have_failed() {
    let house = House::with(&[("server.request_timeout", "1s")]).await;
    let created = house.soar().isolate(acceptance::WS_042).await.expect(202);
    house.advance(Duration::from_secs(7)).await;
    let slow = FaultKind::delay(Duration::from_secs(2));
    house.sim.faults().push(Fault::on("Tasks.CancelTask", slow));

    let late = cancel(&house, &created).await.expect(504);

    assert_eq!(late.code(), "outcome_unknown");
    assert!(
        late.text.contains("to cancel again does no harm"),
        "{}",
        late.text
    );
    // The work goes on, and its line tells what came of it.
    let audit = eventually("it is audited", || async {
        decisions(late.request_id()).pop()
    })
    .await;
    assert_eq!(audit["decision"], "cancelled");
    assert_eq!(decisions(late.request_id()).len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_that_the_end_overtakes_is_audited_as_unknown() {
    let mut house = House::with(&[("server.shutdown_grace", "1s")]).await;
    let created = house.soar().isolate(acceptance::WS_042).await.expect(202);
    house.advance(Duration::from_secs(7)).await;
    house
        .sim
        .faults()
        .push(Fault::on("Tasks.CancelTask", FaultKind::CommitThenStall));
    let soar = house.soar();
    let path = format!("{}/cancel", created.header("location"));
    let asking = tokio::spawn(async move {
        let request = soar
            .request(Method::POST, &path)
            .header("x-request-id", "overtaken");
        request.send().await.map(|it| it.status().as_u16())
    });
    house
        .sim
        .journal()
        .wait_for_calls("Tasks.CancelTask", 1)
        .await;

    house.stop().await;

    // The caller may hear of it or find its connection closed; the audit log has it in any case.
    let _answered = asking.await.expect("no panic");
    let audit = decisions("overtaken");
    assert_eq!(audit.len(), 1);
    assert_eq!(audit[0]["decision"], "unknown");
    assert_eq!(audit[0]["backend.task"], "195");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_that_ksc_took_is_audited_as_one_whatever_comes_after_it() {
    let house = House::open().await;
    let created = house.soar().isolate(acceptance::WS_042).await.expect(202);
    house.advance(Duration::from_secs(7)).await;
    house.read(&created).await;
    // The first question is the look before it, the second the reading back.
    house.sim.faults().push(Fault::on(
        "Tasks.CancelTask",
        FaultKind::delay(Duration::from_millis(300)),
    ));
    let path = format!("{}/cancel", created.header("location"));
    let soar = house.soar();
    let asking = tokio::spawn(async move { soar.post_nothing(&path).await });
    house
        .sim
        .journal()
        .wait_for_calls("Tasks.CancelTask", 1)
        .await;
    let broken = Fault::on("Tasks.GetTaskStatistics", FaultKind::http(503, "busy"));
    house.sim.faults().push(broken.forever());

    let reply = asking.await.expect("no panic").expect(503);

    assert!(
        reply.text.contains("KSC took the cancellation"),
        "{}",
        reply.text
    );
    let audit = decisions(reply.request_id());
    assert_eq!(audit.len(), 1);
    assert_eq!(audit[0]["decision"], "cancelled");
    house.sim.faults().clear();
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_ksc_does_not_find_may_be_a_protected_one() {
    let house = House::with(&[("tasks.protected_hosts", "ws-042.corp.*")]).await;
    let other = house.replica_with(Vec::new()).await;
    let created = other.soar().isolate(acceptance::WS_042).await.expect(202);
    house.advance(Duration::from_secs(7)).await;
    let absent = Fault::on("HostGroup.GetHostInfo", FaultKind::pxg("KLSTD", 1186));
    house.sim.faults().push(absent.forever());

    let refused = cancel(&house, &created).await.expect(403);

    assert_eq!(refused.code(), "host_protected");
    assert_eq!(house.sim.journal().count("Tasks.CancelTask"), 0);
    house.sim.faults().clear();
    other.close().await;
    house.close().await;
}
