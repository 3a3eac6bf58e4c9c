//! A replica that is told to stop goes on serving until those who send it requests have noticed.

use acceptance::{
    House, NATIVE, Plan, Program, Reply, WS_042, eventually, ksc_in_real_time, native,
};
use edr_gateway::probe;
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn told_to_stop_it_is_not_ready_serves_on_and_lets_go_of_its_connections() {
    let sim = ksc_in_real_time(1.0).await;
    let settings = vec![("server.drain_delay", "6s".to_owned())];
    let mut gateway = Program::start(&sim, settings).await;
    gateway.until_ready().await;
    let soar = gateway.soar();
    let isolate = |action: u8| {
        soar.request(Method::POST, NATIVE).json(&native(
            "isolateHost",
            WS_042,
            json!({"action": action}),
        ))
    };
    let before = Reply::of(isolate(1)).await.expect(202);

    gateway.ask_to_end();
    eventually("it is not ready any more", || async {
        let ready = gateway.admin("/health/ready").await;
        (ready.status == 503 && ready.text.contains("shutting down")).then_some(())
    })
    .await;
    let during = Reply::of(isolate(0)).await.expect(202);
    let live = gateway.admin("/health/live").await;
    let status = gateway.end().await;

    assert_eq!(before.header("connection"), "");
    assert_eq!(during.header("connection"), "close");
    assert_eq!(live.status, 200);
    assert!(status.success(), "{status}");
    assert_eq!(sim.journal().incidents().len(), 2);
    sim.verdict().expect("every session is ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_health_command_says_what_the_gateway_says() {
    let password = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(&password, "wrong").expect("a file");
    let house = House::furnish(Plan {
        unready: true,
        settings: vec![(
            "backends.ksc.password_file",
            password.path().display().to_string(),
        )],
        ..Plan::default()
    })
    .await;
    let at = |path: &str| format!("http://{}{path}", house.admin_addr());
    let ask = |url: String| async move {
        let url = url.parse().expect("a URL");
        let asking = tokio::task::spawn_blocking(move || probe::ask(&url));
        let asked = asking.await.expect("it does not panic");
        asked.map_err(|it| it.to_string())
    };
    let unwell = eventually("the account is refused", || async {
        let asked = ask(at("/health/ready")).await;
        asked.err().filter(|it| it.contains("refuses the account"))
    })
    .await;
    std::fs::write(&password, house.sim.password()).expect("a file");
    house.until_ready().await;
    let well = ask(at("/health/ready")).await;
    let elsewhere = ask(at("/health/nothing")).await;
    let not_there = ask("http://127.0.0.1:1/health/ready".to_owned()).await;
    let over_tls = ask("https://127.0.0.1:1/health/ready".to_owned()).await;

    assert!(well.is_ok_and(|it| it.contains("200")));
    assert!(elsewhere.is_err_and(|it| it.contains("404")));
    assert!(not_there.is_err_and(|it| it.contains("does not answer")));
    assert!(over_tls.is_err_and(|it| it.contains("no address of an admin listener")));
    assert!(unwell.contains("503"), "{unwell}");
    house.close().await;
}
