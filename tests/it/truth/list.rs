//! Many tasks at once: filters, pages that stay right, and what they cost KSC.

use std::time::Duration;

use acceptance::{House, Plan, Reply};
use ksc_simulator::NameSuffix;
use serde_json::json;

fn ids(reply: &Reply) -> Vec<i64> {
    reply.json["tasks"]
        .as_array()
        .expect("tasks")
        .iter()
        .map(|it| it["incident"]["id"].as_i64().expect("a number"))
        .collect()
}

async fn list(house: &House, query: &str) -> Reply {
    let path = format!("/v1/tasks{query}");
    house.soar().get(&path).await.expect(200)
}

/// So many tasks, one on each of the hosts in turn.
async fn create(house: &House, many: usize, hosts: usize) {
    let hosts: Vec<String> = house
        .sim
        .hosts()
        .into_iter()
        .take(hosts)
        .map(|it| it.id)
        .collect();
    for number in 0..many {
        let host = &hosts[number % hosts.len()];
        house.soar().isolate(host).await.expect(202);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_hold_each_task_once_while_tasks_are_added() {
    let house = House::open().await;
    create(&house, 7, 7).await;

    let first = list(&house, "?limit=3").await;
    create(&house, 2, 2).await;
    let cursor = first.json["nextCursor"].as_str().expect("there is more");
    let second = list(&house, &format!("?limit=3&cursor={cursor}")).await;
    create(&house, 2, 2).await;
    let cursor = second.json["nextCursor"].as_str().expect("there is more");
    let third = list(&house, &format!("?limit=3&cursor={cursor}")).await;

    assert_eq!(ids(&first), [48, 47, 46]);
    assert_eq!(ids(&second), [45, 44, 43]);
    assert_eq!(ids(&third), [42]);
    assert!(third.json.get("nextCursor").is_none(), "{}", third.text);
    let task = &first.json["tasks"][0];
    assert_eq!(task["state"], "accepted");
    assert_eq!(task["targetHost"]["name"], "WS-007");
    assert_eq!(task["params"], json!({"action": 1}));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_shows_the_same_states_as_the_tasks_themselves() {
    for suffix in [NameSuffix::IncidentId, NameSuffix::Random] {
        let house = House::furnish(Plan::named(suffix)).await;
        let replica = house.replica().await;
        create(&house, 12, 12).await;
        house.advance(Duration::from_secs(7)).await;
        create(&house, 15, 12).await;

        for round in 0..8 {
            // A replica that knows the tasks from lists alone, and one that is asked for each.
            let listed = replica.soar().get("/v1/tasks").await.expect(200);
            let own = list(&house, "").await;
            let tasks = own.json["tasks"].as_array().expect("tasks");
            assert_eq!(tasks.len(), 27);
            for (task, other) in tasks
                .iter()
                .zip(listed.json["tasks"].as_array().expect("tasks"))
            {
                let path = format!("/v1/tasks/{}", task["id"].as_str().expect("an id"));
                let read = house.soar().get(&path).await.expect(200);
                assert_ne!(task["state"], "lost", "round {round}: {task}");
                assert_ne!(other["state"], "lost", "round {round}: {other}");
                // A census of some seconds ago may not show a new task yet; nothing else differs.
                if task["state"] != "accepted" {
                    assert_eq!(&read.json, task, "round {round}");
                }
            }
            house.advance(Duration::from_secs(3)).await;
        }
        replica.close().await;
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_census_that_does_not_show_a_task_yet_takes_it_for_lost_from_nobody() {
    let house = House::open().await;
    create(&house, 9, 9).await;
    list(&house, "").await;
    house.advance(Duration::from_secs(3)).await;
    let read = house.soar().get("/v1/tasks/ksc-42").await.expect(200);
    assert_eq!(read.json["state"], "pending");

    // The census is three seconds old, and knows of no task.
    let listed = list(&house, "").await;

    let last = &listed.json["tasks"][8];
    assert_eq!(last["state"], "pending", "{last}");
    assert_eq!(last["terminal"], false);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_narrow_the_list() {
    let house = House::open().await;
    let start = house.sim.now();
    let soar = house.soar();
    soar.isolate("ws-001.corp.example").await.expect(202);
    soar.isolate("ws-007.corp.example").await.expect(202);
    house.advance(Duration::from_secs(60)).await;
    let later = house.sim.now();
    let params = json!({"md5hash": "", "sha256hash": "", "path": r"C:\missing.exe"});
    soar.create("getFile", "ws-001.corp.example", params)
        .await
        .expect(202);
    house.advance(Duration::from_secs(60)).await;
    let text = |it: time::OffsetDateTime| {
        it.format(&time::format_description::well_known::Rfc3339)
            .expect("a moment")
    };
    let (start, later) = (text(start), text(later));

    for (query, expected) in [
        (String::new(), vec![44, 43, 42]),
        ("?host=WS-001".to_owned(), vec![44, 42]),
        ("?host=10.20.30.7".to_owned(), vec![43]),
        (format!("?host={}", house.sim.host("WS-007").id), vec![43]),
        (
            "?host=00000000-0000-0000-0000-000000000000".to_owned(),
            vec![],
        ),
        ("?task=getFile".to_owned(), vec![44]),
        ("?task=getFile,isolateHost".to_owned(), vec![44, 43, 42]),
        ("?state=succeeded".to_owned(), vec![42]),
        ("?state=failed,pending".to_owned(), vec![44, 43]),
        ("?state=lost".to_owned(), vec![]),
        ("?id=ksc-42,ksc-44,ksc-99,other-1".to_owned(), vec![44, 42]),
        ("?id=nonsense".to_owned(), vec![]),
        (format!("?since={later}"), vec![44]),
        (format!("?until={later}"), vec![43, 42]),
        (
            format!("?since={start}&until={later}&state=pending"),
            vec![43],
        ),
        (
            "?host=ws-001&task=isolateHost&state=succeeded".to_owned(),
            vec![42],
        ),
    ] {
        assert_eq!(ids(&list(&house, &query).await), expected, "{query}");
    }
    let unknown = soar.get("/v1/tasks?host=ws-999").await.expect(404);
    assert_eq!(unknown.code(), "host_not_found");
    let two = soar.get("/v1/tasks?host=SRV-FILES").await.expect(409);
    assert_eq!(two.code(), "host_ambiguous");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_no_task_has_is_named() {
    let house = House::open().await;
    create(&house, 2, 1).await;

    let listed = list(&house, "?id=ksc-42,ksc-999&id=nonsense,branch-1,ksc-43").await;
    let narrowed = list(&house, "?id=ksc-42,ksc-999,nonsense&state=lost").await;
    let all = list(&house, "?id=ksc-42").await;

    assert_eq!(ids(&listed), [43, 42]);
    let unknown = json!(["branch-1", "ksc-999", "nonsense"]);
    assert_eq!(listed.json["unknownIds"], unknown, "{}", listed.text);
    // A task that another filter leaves out is not unknown.
    assert_eq!(narrowed.json["unknownIds"], json!(["nonsense"]));
    assert!(all.json.get("unknownIds").is_none(), "{}", all.text);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_wrong_with_a_query_is_said_at_once() {
    let house = House::open().await;
    create(&house, 2, 1).await;
    let cursor = list(&house, "?limit=1").await.json["nextCursor"].clone();
    let cursor = cursor.as_str().expect("there is more");

    let reply = house
        .soar()
        .get("/v1/tasks?host=a*b&task=format&since=yesterday&state=done&limit=201&limit=3&page=2")
        .await
        .expect(422);
    let wrong: Vec<String> = reply.violations().into_iter().map(|it| it.0).collect();
    assert_eq!(
        wrong,
        ["?page", "?host", "?task", "?since", "?state", "?limit"]
    );
    for query in [
        "?cursor=nonsense".to_owned(),
        format!("?cursor={cursor}&state=lost"),
        format!("?cursor={cursor}x"),
        format!("?id={}", vec!["ksc-1"; 201].join(",")),
        "?limit=0".to_owned(),
        // Moments that have no UTC date.
        "?since=0000-01-01T00:00:00%2B14:00".to_owned(),
        "?until=9999-12-31T23:59:59-14:00".to_owned(),
    ] {
        let reply = house.soar().get(&format!("/v1/tasks{query}")).await;
        assert_eq!(reply.expect(422).violations().len(), 1, "{query}");
    }
    let all = "?since=1970-01-01T00:00:00Z&until=9998-12-31T23:59:59Z";
    assert_eq!(ids(&list(&house, all).await).len(), 2);
    let writer = house.caller("tasks.create");
    writer.get("/v1/tasks").await.expect(403);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_that_little_passes_goes_on_by_cursor_and_misses_nothing() {
    let house = House::with(&[("backends.ksc.budget_policy", "off")]).await;
    let params = json!({"md5hash": "", "sha256hash": "", "path": r"C:\a.exe"});
    let soar = house.soar();
    soar.create("getFile", acceptance::WS_042, params.clone())
        .await
        .expect(202);
    create(&house, 230, 51).await;
    soar.create("getFile", acceptance::WS_042, params)
        .await
        .expect(202);

    let first = list(&house, "?task=getFile&limit=1").await;
    assert_eq!(ids(&first), [273]);
    let cursor = first.json["nextCursor"].as_str().expect("there is more");
    let second = list(&house, &format!("?task=getFile&limit=1&cursor={cursor}")).await;
    assert_eq!(ids(&second), [42]);
    assert!(second.json.get("nextCursor").is_none());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn long_parameters_are_left_out_of_a_list_and_shown_by_the_task() {
    let house = House::open().await;
    let arguments = "x".repeat(8000);
    let params = json!({"executablePath": r"C:\a.exe", "arguments": arguments, "workingFolder": format!(r"C:\{}", r"a\".repeat(150))});
    let created = house
        .soar()
        .create("startProcess", acceptance::WS_042, params.clone())
        .await
        .expect(202);

    let listed = list(&house, "").await;

    assert!(
        listed.json["tasks"][0].get("params").is_none(),
        "{}",
        listed.text
    );
    let read = house.soar().read(&created).await;
    assert_eq!(read.json["params"], params);
    house.close().await;
}

/// Calls that a list made, beside those that open a session.
async fn cost(house: &House, query: &str) -> usize {
    let before = house.sim.journal().calls().len();
    list(house, query).await;
    house.sim.journal().calls().len() - before
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_costs_a_bounded_number_of_calls_and_not_one_for_each_row() {
    for suffix in [NameSuffix::IncidentId, NameSuffix::Random] {
        let house = House::furnish(Plan::named(suffix)).await;
        create(&house, 90, 45).await;
        // Where names say nothing, a pair is certain when no task can come late any more.
        house.advance(Duration::from_secs(21 * 60)).await;
        let fresh = house.replica().await;

        // A replica that has seen nothing: each live task is looked at once, whatever the page
        // holds.
        let before = house.sim.journal().calls().len();
        let page = fresh.soar().get("/v1/tasks?limit=200").await.expect(200);
        assert_eq!(ids(&page).len(), 90);
        let cold = house.sim.journal().calls().len() - before;
        // Next: the ends are known, so only what is still open is asked for.
        let before = house.sim.journal().calls().len();
        fresh.soar().get("/v1/tasks?limit=200").await.expect(200);
        let warm = house.sim.journal().calls().len() - before;
        // 90 live tasks: the walk over 92, five calls for the first sight of each; and what is the
        // page's own: incidents, hosts, rivals.
        assert!(cold <= 92 + 3 + 5 * 90 + 30, "{cold}");
        // Eight of the tasks are on four hosts that are off: incidents, the hosts' tasks,
        // statistics, and rivals where names say nothing.
        assert!(warm <= 3 + 4 + 8 + 3, "{warm}");

        // One row costs what one row needs, on a replica that has seen nothing.
        let other = house.replica().await;
        let before = house.sim.journal().calls().len();
        other.soar().get("/v1/tasks?limit=1").await.expect(200);
        let one = house.sim.journal().calls().len() - before;
        assert!(one <= 25, "{one}");
        other.close().await;

        let few = cost(&house, &format!("?host={}", acceptance::WS_042)).await;
        // Two tasks that this replica has not seen yet, and the requests that could have made them.
        assert!(few <= 26, "{few}");
        fresh.close().await;
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_too_old_to_have_a_task_left_confuses_no_list() {
    let house = House::furnish(Plan::named(NameSuffix::Random)).await;
    let soar = house.soar();
    soar.isolate("ws-007").await.expect(202);
    // A day more than the thirty: so far may senders' clocks be wrong.
    house.advance(Duration::from_secs(32 * 24 * 3600)).await;
    soar.isolate("ws-007").await.expect(202);
    house.advance(Duration::from_secs(10)).await;

    let listed = list(&house, "").await;
    let read = soar.get("/v1/tasks/ksc-43").await.expect(200);

    assert_eq!(read.json["state"], "pending", "{}", read.text);
    assert_eq!(listed.json["tasks"][0], read.json);
    house.close().await;
}
