//! Several servers: what is said of all of them together, and of each.

use std::collections::BTreeSet;
use std::time::Duration;

use acceptance::calls::FIND_HOSTS;
use acceptance::{House, Reply, WS_042, at, eventually, isolation};
use serde_json::{Value, json};

async fn isolate_at(house: &House, backend: &str, host: &str) -> Reply {
    let body = at(backend, isolation(host));
    let soar = house.soar();
    soar.post("/v1/tasks/isolateHost", &body).await.expect(202)
}

fn texts(of: &Value, member: &str) -> Vec<String> {
    let all = of.as_array().expect("a list");
    all.iter()
        .map(|it| it[member].as_str().expect("a text").to_owned())
        .collect()
}

async fn get(house: &House, path: &str) -> Reply {
    house.soar().get(path).await.expect(200)
}

/// Tasks at both, in turn, a second apart.
async fn create(house: &House, many: usize) {
    let hosts: Vec<String> = house.sim.hosts().into_iter().map(|it| it.id).collect();
    for number in 0..many {
        let backend = ["ksc", "branch"][number % 2];
        isolate_at(house, backend, &hosts[number]).await;
        house.advance(Duration::from_secs(1)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_over_both_has_each_task_once_the_newest_first_page_by_page() {
    let house = House::with_branch(&[]).await;
    create(&house, 9).await;

    let mut seen = Vec::new();
    let mut path = "/v1/tasks?limit=2".to_owned();
    loop {
        let page = get(&house, &path).await;
        assert!(page.json.get("unavailable").is_none(), "{}", page.text);
        seen.extend(texts(&page.json["tasks"], "id"));
        // What is added meanwhile moves nothing.
        isolate_at(&house, "branch", WS_042).await;
        let Some(cursor) = page.json["nextCursor"].as_str() else {
            break;
        };
        path = format!("/v1/tasks?limit=2&cursor={cursor}");
    }

    assert_eq!(
        seen,
        [
            "ksc-46",
            "branch-45",
            "ksc-45",
            "branch-44",
            "ksc-44",
            "branch-43",
            "ksc-43",
            "branch-42",
            "ksc-42"
        ]
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_hold_over_both() {
    let house = House::with_branch(&[]).await;
    create(&house, 6).await;
    let at_both = isolate_at(&house, "ksc", WS_042).await;
    isolate_at(&house, "branch", WS_042).await;

    for (query, wanted) in [
        ("backend=branch&limit=2", vec!["branch-45", "branch-44"]),
        ("backend=branch,ksc&limit=1", vec!["branch-45"]),
        (
            "id=ksc-42,branch-44,other-1,ksc-x",
            vec!["branch-44", "ksc-42"],
        ),
        ("id=other-1", vec![]),
        ("id=branch-43&backend=ksc", vec![]),
        ("host=ws-042", vec!["branch-45", "ksc-45"]),
        ("host=ws-042&backend=ksc", vec!["ksc-45"]),
        ("task=getFile", vec![]),
    ] {
        let page = get(&house, &format!("/v1/tasks?{query}")).await;
        let mut ids = texts(&page.json["tasks"], "id");
        ids.sort();
        let mut wanted = wanted.clone();
        wanted.sort_unstable();
        assert_eq!(ids, wanted, "{query}");
    }
    let soar = house.soar();
    for query in ["backend=other", "backend=", "backend=KSC", "backend=ksc,"] {
        let refused = soar.get(&format!("/v1/tasks?{query}")).await.expect(422);
        assert_eq!(refused.violations()[0].0, "?backend", "{query}");
    }
    let unknown = soar.get("/v1/tasks?host=nowhere-1").await.expect(404);
    assert_eq!(unknown.code(), "host_not_found");
    assert_eq!(at_both.json["backend"], "ksc");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_says_what_could_not_be_asked_and_goes_on_when_it_can() {
    let house = House::with_branch(&[]).await;
    create(&house, 6).await;
    house.wire_to("branch").set_away(true);

    let part = get(&house, "/v1/tasks?limit=2").await;
    let all_but = get(&house, "/v1/tasks?limit=10").await;
    let only = house.soar().get("/v1/tasks?backend=branch").await;

    assert_eq!(texts(&part.json["tasks"], "id"), ["ksc-44", "ksc-43"]);
    assert_eq!(part.json["unavailable"][0]["backend"], "branch");
    assert_eq!(part.json["unavailable"][0]["code"], "ksc_unavailable");
    assert_eq!(only.status, 503, "{}", only.text);
    // What is left is of the one that is away: the list is not over, and a page says why it stops.
    assert_eq!(texts(&all_but.json["tasks"], "id").len(), 3);
    let cursor = all_but.json["nextCursor"].as_str().expect("there is more");
    let rest = house
        .soar()
        .get(&format!("/v1/tasks?cursor={cursor}"))
        .await;
    assert_eq!(rest.expect(503).json["backend"], "branch");
    house.wire_to("branch").set_away(false);
    let cursor = part.json["nextCursor"].as_str().expect("there is more");
    let path = format!("/v1/tasks?limit=10&cursor={cursor}");
    let rest = eventually("it can be asked again", || async {
        let rest = get(&house, &path).await;
        rest.json.get("unavailable").is_none().then_some(rest)
    })
    .await;
    let ids: BTreeSet<String> = texts(&rest.json["tasks"], "id").into_iter().collect();
    let wanted = ["branch-42", "branch-43", "branch-44", "ksc-42"];
    assert_eq!(ids, wanted.map(str::to_owned).into());
    assert!(rest.json.get("nextCursor").is_none());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_down_is_a_problem_and_no_empty_list() {
    let house = House::with_branch(&[]).await;
    house.wire_to("branch").set_away(true);
    house.sim.stop_listening().await;
    house.sim.cut_connections().await;

    let tasks = house.soar().get("/v1/tasks").await.expect(503);
    let hosts = house.soar().get("/v1/hosts?name=ws-042").await.expect(503);

    assert_eq!(tasks.code(), "ksc_unavailable");
    assert_eq!(hosts.code(), "ksc_unavailable");
    house.sim.listen_again().await.expect("its own port");
    house.wire_to("branch").set_away(false);
    house.until_all_ready().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_are_found_at_both_and_shown_of_one() {
    let house = House::with_branch(&[]).await;
    house.at("branch").rename_host(WS_042, "BRANCH-042");

    let both = get(&house, "/v1/hosts?ip=10.20.30.42").await;
    let one = get(&house, "/v1/hosts?name=branch-042").await;
    let ambiguous = house
        .soar()
        .get(&format!("/v1/hosts/{WS_042}"))
        .await
        .expect(409);
    let shown = get(&house, &format!("/v1/hosts/{WS_042}?backend=branch")).await;
    let nowhere = "/v1/hosts/00000000-0000-4000-8000-000000000000";
    let nowhere = house.soar().get(nowhere).await.expect(404);

    assert_eq!(texts(&both.json["hosts"], "backend"), ["branch", "ksc"]);
    assert_eq!(texts(&one.json["hosts"], "backend"), ["branch"]);
    assert_eq!(ambiguous.code(), "host_ambiguous");
    assert_eq!(
        texts(&ambiguous.json["candidates"], "backend"),
        ["branch", "ksc"]
    );
    assert_eq!(shown.json["name"], "BRANCH-042");
    assert_eq!(shown.json["backend"], "branch");
    assert_eq!(nowhere.code(), "host_not_found");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_hosts_go_from_one_server_to_the_next() {
    let house = House::with_branch(&[]).await;
    for alias in ["ksc", "branch"] {
        let hosts = house.at(alias).hosts();
        for host in hosts.iter().take(3) {
            house.at(alias).rename_host(&host.id, "KIOSK");
        }
    }

    let mut seen = Vec::new();
    let mut path = "/v1/hosts?name=kiosk&limit=2".to_owned();
    loop {
        let page = get(&house, &path).await;
        let hosts = page.json["hosts"].as_array().expect("hosts");
        seen.push(
            hosts
                .iter()
                .map(|it| it["backend"].as_str().expect("a text").to_owned())
                .collect(),
        );
        let Some(cursor) = page.json["nextCursor"].as_str() else {
            break;
        };
        path = format!("/v1/hosts?name=kiosk&limit=2&cursor={cursor}");
    }

    let seen: Vec<Vec<String>> = seen;
    assert_eq!(
        seen,
        [["branch", "branch"], ["branch", "ksc"], ["ksc", "ksc"]]
    );
    house.wire_to("branch").set_away(true);
    let part = eventually("the branch is known to be away", || async {
        let part = get(&house, "/v1/hosts?name=kiosk").await;
        part.json.get("unavailable").is_some().then_some(part)
    })
    .await;
    assert_eq!(part.json["unavailable"][0]["backend"], "branch");
    assert_eq!(part.json["hosts"].as_array().map(Vec::len), Some(3));
    house.wire_to("branch").set_away(false);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_has_a_budget_of_its_own() {
    let house = House::with_branch(&[
        ("backends.ksc.budget", "10"),
        ("backends.branch.budget", "20"),
    ])
    .await;
    isolate_at(&house, "branch", WS_042).await;

    let unnamed = house.soar().get("/v1/budget").await.expect(422);
    let both = house
        .soar()
        .get("/v1/budget?backend=ksc,branch")
        .await
        .expect(422);
    let ksc = get(&house, "/v1/budget?backend=ksc").await;
    let branch = get(&house, "/v1/budget?backend=branch").await;

    for refused in [unnamed, both] {
        assert_eq!(
            refused.violations(),
            [("?backend".to_owned(), "required".to_owned())]
        );
    }
    let told = |it: &Reply| {
        (
            it.json["backend"].clone(),
            it.json["limit"].clone(),
            it.json["waiting"].clone(),
        )
    };
    assert_eq!(told(&ksc), (json!("ksc"), json!(10), json!(0)));
    assert_eq!(told(&branch), (json!("branch"), json!(20), json!(1)));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_back_ends_are_listed_with_what_keeps_them_from_serving() {
    let house = House::with_branch(&[]).await;

    let well = get(&house, "/v1/backends").await;
    house.wire_to("branch").set_away(true);
    let away = eventually("the branch is seen to be away", || async {
        let list = get(&house, "/v1/backends").await;
        (list.json["backends"][0]["available"] == false).then_some(list)
    })
    .await;

    assert_eq!(texts(&well.json["backends"], "backend"), ["branch", "ksc"]);
    assert_eq!(texts(&well.json["backends"], "kind"), ["ksc", "ksc"]);
    for one in well.json["backends"].as_array().expect("a list") {
        assert_eq!(one["available"], true, "{}", well.text);
        assert!(
            one["version"].as_str().is_some_and(|it| it.contains('.')),
            "{one}"
        );
        assert_eq!(one["tasks"].as_array().map(Vec::len), Some(9));
    }
    assert_eq!(away.json["backends"][1]["available"], true);
    let reason = away.json["backends"][0]["reason"]
        .as_str()
        .expect("a reason");
    assert!(reason.contains("KSC"), "{reason}");
    house.wire_to("branch").set_away(false);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_keeps_silent_is_listed_all_the_same() {
    let house = House::with_branch(&[]).await;
    house.at("branch").gate().hold();

    let list = get(&house, "/v1/backends").await;
    let hosts = get(&house, "/v1/hosts?name=ws-042").await;

    assert_eq!(list.json["backends"][0]["available"], false);
    assert_eq!(list.json["backends"][1]["available"], true);
    assert_eq!(hosts.json["unavailable"][0]["backend"], "branch");
    assert_eq!(texts(&hosts.json["hosts"], "backend"), ["ksc"]);
    house.at("branch").gate().open();
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_counted_says_at_which_server() {
    let house = House::with_branch(&[]).await;
    isolate_at(&house, "branch", WS_042).await;
    isolate_at(&house, "branch", "ws-001").await;
    isolate_at(&house, "ksc", WS_042).await;

    let tasks = |backend: &str| {
        format!(
            "edr_gateway_tasks_total{{backend=\"{backend}\",outcome=\"accepted\",task=\"isolateHost\"}}"
        )
    };
    assert_eq!(house.metric(&tasks("branch")).await, "2");
    assert_eq!(house.metric(&tasks("ksc")).await, "1");
    for backend in ["ksc", "branch"] {
        let calls = format!(
            "edr_gateway_ksc_calls_total{{backend=\"{backend}\",method=\"HostGroup.AddIncident\",outcome=\"ok\"}}"
        );
        assert_ne!(house.metric(&calls).await, "", "{backend}");
        assert!(house.at(backend).journal().count(FIND_HOSTS) > 0 || backend == "ksc");
    }
    house.close().await;
}
