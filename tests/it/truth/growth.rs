//! What reads and requests cost KSC where there are thousands of incidents: not more than where
//! there are a few. `cargo growth` tells how it is with a hundred thousand.

use std::time::Duration;

use acceptance::{House, Plan, Reply};
use ksc_simulator::{ForeignTask, NameSuffix, RunState};
use serde_json::json;

/// Most calls that a read makes which was made a moment ago, too.
const FEW: u64 = 10;

/// So many incidents of each of so many hosts, made by somebody else an hour ago; their tasks are
/// over.
async fn history(house: &House, hosts: usize, each: usize) -> Vec<i64> {
    let hosts: Vec<String> = online(house).into_iter().take(hosts).collect();
    let mut incidents = Vec::new();
    for number in 0..each * hosts.len() {
        let host = &hosts[number % hosts.len()];
        let body = json!({
            "targetHost": host,
            "task": "getFile",
            "params": {"md5hash": "", "sha256hash": "", "path": format!("C:\\{number}.exe")},
            "responseEventIncident": true,
            "responseEventIncidentArea": "Kuma",
        });
        incidents.push(house.sim.add_incident(host, &body.to_string()));
    }
    house.advance(Duration::from_hours(1)).await;
    incidents
}

fn online(house: &House) -> Vec<String> {
    let hosts = house.sim.hosts().into_iter();
    hosts.filter(|it| it.online).map(|it| it.id).collect()
}

/// An answer, and how many calls to KSC it took.
async fn read(house: &House, path: &str) -> (Reply, u64) {
    let before = house.sim.journal().calls_so_far();
    let read = house.soar().get(path).await.expect(200);
    (read, house.sim.journal().calls_so_far() - before)
}

/// How many pages of rows were read.
fn pages(house: &House) -> usize {
    house.sim.journal().count("ChunkAccessor.GetItemsChunk")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_task_of_a_busy_host_is_read_without_all_that_came_later() {
    for names in [NameSuffix::IncidentId, NameSuffix::Random] {
        let house = House::furnish(Plan::named(names)).await;
        let incidents = history(&house, 1, 2_000).await;
        let path = format!("/v1/tasks/ksc-{}", incidents[500]);

        let (first, _) = read(&house, &path).await;
        let read_first = pages(&house);
        let (second, calls) = read(&house, &path).await;

        assert_eq!(first.json["state"], "ambiguous", "{}", first.text);
        assert_eq!(second.json["state"], "ambiguous", "{}", second.text);
        assert!(read_first <= 3, "{names:?}: {read_first} pages");
        assert!(calls <= FEW, "{names:?}: {calls} calls");
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_task_of_a_busy_host_is_known_by_its_name() {
    let house = House::open().await;
    let incidents = history(&house, 1, 2_000).await;
    // One that names do not decide, so that they are not what is tried first.
    let old = format!("/v1/tasks/ksc-{}", incidents[500]);
    read(&house, &old).await;
    let host = online(&house).remove(0);
    let created = house.soar().isolate(&host).await.expect(202);
    house.advance(Duration::from_secs(60)).await;

    let pages_before = pages(&house);
    let (first, _) = read(&house, created.header("location")).await;
    let pages = pages(&house) - pages_before;
    let (second, calls) = read(&house, created.header("location")).await;

    assert_eq!(first.json["state"], "succeeded", "{}", first.text);
    assert_eq!(second.json["state"], "succeeded", "{}", second.text);
    assert!(pages <= 2, "{pages} pages");
    assert_eq!(calls, 3, "its incident, and nothing else");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_names_that_say_nothing_is_weighed_once() {
    // Few of each of many hosts, and too many of each of two.
    for (hosts, each) in [(20, 100), (2, 1_100)] {
        let house = House::furnish(Plan::named(NameSuffix::Random)).await;
        history(&house, hosts, each).await;

        let (first, _) = read(&house, "/v1/tasks?limit=200").await;
        let (second, calls) = read(&house, "/v1/tasks?limit=200").await;

        assert_eq!(first.json["tasks"], second.json["tasks"]);
        assert!(first.text.contains("\"ambiguous\""), "{}", first.text);
        assert!(calls <= FEW, "{hosts} hosts: {calls} calls");
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_a_busy_host_is_weighed_once() {
    let house = House::furnish(Plan::named(NameSuffix::Random)).await;
    history(&house, 1, 900).await;
    let path = format!("/v1/tasks?host={}", online(&house)[0]);

    let (first, _) = read(&house, &path).await;
    let (second, calls) = read(&house, &path).await;

    assert_eq!(first.json["tasks"], second.json["tasks"]);
    assert!(calls <= FEW, "{calls} calls");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_weighed_is_weighed_again_when_there_is_one_task_more() {
    let house = House::furnish(Plan::named(NameSuffix::Random)).await;
    history(&house, 3, 20).await;
    let host = online(&house).remove(0);
    let created = house.soar().isolate(&host).await.expect(202);
    house.advance(Duration::from_secs(90)).await;
    let path = created.header("location");
    let page = "/v1/tasks?limit=200";
    let before = read(&house, path).await.0;
    read(&house, page).await;

    house.sim.add_task(ForeignTask {
        display_name: "[Response][KUMA] isolateHost - 01/02/2026 03:04:05 - 7".to_owned(),
        hosts: vec![host],
        state: RunState::Success,
        type_name: None,
        age_seconds: 0,
    });
    let after = read(&house, path).await.0;
    let listed = read(&house, page).await.0;

    assert_eq!(before.json["state"], "succeeded", "{}", before.text);
    assert_eq!(after.json["state"], "ambiguous", "{}", after.text);
    assert_eq!(listed.json["tasks"][0]["state"], "ambiguous");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_costs_ksc_what_it_costs_without_a_history() {
    let mut costs = Vec::new();
    for each in [0, 2_000] {
        let house = House::open().await;
        history(&house, 1, each).await;
        let host = online(&house).remove(0);
        // Whatever is counted first is counted by this one.
        house.soar().isolate(&online(&house)[1]).await.expect(202);
        let before = house.sim.journal().calls_so_far();

        house.soar().isolate(&host).await.expect(202);

        costs.push(house.sim.journal().calls_so_far() - before);
        house.close().await;
    }
    assert!(costs[1] <= costs[0].max(FEW), "{costs:?}");
}
