//! `deploy/compose.yaml`: its settings make a gateway that its token opens. Docker itself is not
//! needed: what is read from the file is what it would hand to the containers.

use acceptance::isolation;
use acceptance::repository::read;
use edr_gateway::app::Gateway;
use edr_gateway::clock::Clock;
use edr_gateway::config::{ENVIRONMENT_PREFIX, Settings};
use ksc_simulator::Simulator;
use reqwest::Client;
use tokio::sync::oneshot;

/// The value of a member that stands once in the file.
fn value<'a>(file: &'a str, name: &str) -> &'a str {
    let start = format!("{name}: ");
    let mut found = file
        .lines()
        .filter_map(|it| it.trim_start().strip_prefix(&start));
    let value = found.next().unwrap_or_else(|| panic!("no {name}"));
    assert_eq!(found.next(), None, "{name} stands twice");
    value
}

#[tokio::test(flavor = "multi_thread")]
async fn the_settings_of_the_demo_make_a_gateway_that_its_token_opens() {
    let file = read("deploy/compose.yaml");
    let sim: Simulator = acceptance::ksc_in_real_time(1.0).await;
    let share = tempfile::tempdir().expect("a folder");
    std::fs::copy(sim.certificate_file(), share.path().join("klserver.cer")).expect("a file");
    std::fs::write(share.path().join("password"), sim.password()).expect("a file");
    std::fs::write(share.path().join("secret"), value(&file, "content")).expect("a file");
    let folder = share.path().display().to_string();
    let local = |text: &str| {
        text.replace("/share", &folder)
            .replace("/run/demo", &folder)
            .replace("https://ksc:13299", &sim.url())
    };
    let mut environment: Vec<(String, String)> = file
        .lines()
        .filter(|it| it.trim_start().starts_with(ENVIRONMENT_PREFIX))
        .filter_map(|it| it.trim().split_once(": "))
        .map(|(name, value)| (name.to_owned(), local(value)))
        .collect();
    let told = environment.len();
    for name in ["LISTEN", "ADMIN_LISTEN"] {
        let name = format!("{ENVIRONMENT_PREFIX}SERVER__{name}");
        environment.push((name, "127.0.0.1:0".to_owned()));
    }

    let settings = Settings::load("", environment).expect("good settings");
    let gateway = Gateway::bind(settings, Clock::system())
        .await
        .expect("it starts");
    let url = format!("http://{}/v1/tasks/isolateHost", gateway.addr());
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(gateway.run(async {
        let _either_way = stopped.await;
    }));
    let asking = Client::builder()
        .no_proxy()
        .build()
        .expect("a client")
        .post(url)
        .bearer_auth(value(&file, "x-token"))
        .json(&isolation("ws-042.corp.example"))
        .send();
    let answer = asking.await.expect("an answer");

    assert_eq!(answer.status().as_u16(), 202);
    assert_eq!(told, 9);
    drop(stop);
    running.await.expect("no panic").expect("it stops well");
    sim.verdict().expect("nothing is left open");
}
