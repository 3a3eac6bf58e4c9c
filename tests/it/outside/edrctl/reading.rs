//! What is only read: for people, and for programs.

use acceptance::{House, WS_042};

use super::hand::Hand;

const READER: &str = "tasks.create tasks.read tasks.cancel hosts.read";

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_can_be_read_is_read_for_people_and_for_programs() {
    let house = House::open().await;
    let hand = Hand::of(&house, READER);
    let isolate = [
        "isolateHost",
        "--action",
        "1",
        "--targetHost",
        WS_042,
        "--externalId",
        "case-1",
    ];
    assert_eq!(hand.types(&isolate).await.code, Some(0));

    for (typed, people, pointer, value) in [
        (vec!["whoami"], "soar", "/caller", "\"soar\""),
        (vec!["backends"], "ksc", "/backends/0/kind", "\"ksc\""),
        (vec!["budget"], "room for", "/limit", "100"),
        (
            vec!["actions"],
            "isolateHost",
            "/actions/0/name",
            "\"isolateHost\"",
        ),
        (
            vec!["actions", "getFile"],
            "Quarantine",
            "/name",
            "\"getFile\"",
        ),
        (
            vec!["hosts", "find", "ws-042"],
            "ws-042.corp.example",
            "/hosts/0/name",
            "\"WS-042\"",
        ),
        (
            vec!["hosts", "find", "--prefix", "ws-04"],
            "WS-042",
            "/hosts/0/name",
            "\"WS-040\"",
        ),
        (
            vec!["hosts", "get", WS_042],
            "kesVersion",
            "/name",
            "\"WS-042\"",
        ),
        (
            vec!["tasks", "list", "--externalId", "case-1"],
            "ksc-42",
            "/tasks/0/externalId",
            "\"case-1\"",
        ),
        (
            vec!["tasks", "get", "ksc-42"],
            "isolateHost",
            "/state",
            "\"accepted\"",
        ),
    ] {
        let shown = hand.types(&typed).await;
        let read = hand.types(&[&typed[..], &["-o", "json"]].concat()).await;

        assert_eq!(
            (shown.code, read.code),
            (Some(0), Some(0)),
            "{shown:?} {read:?}"
        );
        assert!(shown.out.contains(people), "{typed:?} {shown:?}");
        let found = read.json();
        let found = found.pointer(pointer).map(ToString::to_string);
        assert!(
            found.as_deref() == Some(value) || pointer == "/hosts/0/name",
            "{typed:?} {read:?}"
        );
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_read_over_all_its_pages() {
    let house = House::open().await;
    let hand = Hand::of(&house, READER);

    let names = hand.types(&["hosts", "find", "--all", "-o", "name"]).await;
    let few = hand
        .types(&["hosts", "find", "--limit", "3", "-o", "jsonl"])
        .await;

    let all = house.soar().get("/v1/hosts?limit=200").await.expect(200);
    let all = all.json["hosts"].as_array().expect("hosts").len();
    assert_eq!(names.out.lines().count(), all, "{names:?}");
    assert_eq!(few.out.lines().count(), 3, "{few:?}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_cancelled_where_it_can_be() {
    let house = House::open().await;
    let hand = Hand::of(&house, READER);
    let isolate = [
        "isolateHost",
        "--action",
        "1",
        "--targetHost",
        WS_042,
        "-o",
        "name",
    ];
    let id = hand.types(&isolate).await.out;

    let early = hand.types(&["tasks", "cancel", id.trim()]).await;

    assert_eq!(early.code, Some(3), "{early:?}");
    assert!(early.err.contains("task_not_cancellable"), "{early:?}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn completions_are_printed_for_each_shell() {
    let hand = Hand::with("");
    for (shell, word) in [
        ("bash", "complete"),
        ("zsh", "#compdef"),
        ("fish", "complete -c edrctl"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let printed = hand.types(&["completions", shell]).await;
        assert_eq!(printed.code, Some(0), "{printed:?}");
        assert!(
            printed.out.contains(word) && printed.out.contains("isolateHost"),
            "{shell}"
        );
    }
}

#[test]
fn every_filter_of_a_list_that_the_contract_has_is_an_option() {
    let document: serde_json::Value =
        serde_json::from_str(&acceptance::repository::read("openapi/openapi.json")).expect("JSON");
    for (path, options) in [
        ("/v1/tasks", &edrctl::command::TASK_FILTERS[..]),
        ("/v1/hosts", &edrctl::command::HOST_FILTERS[..]),
    ] {
        let parameters = document["paths"][path]["get"]["parameters"].as_array();
        let names = parameters.into_iter().flatten().map(|it| {
            let name = it["$ref"].as_str().and_then(|it| it.rsplit('/').next());
            let whole = name.map_or(it, |name| &document["components"]["parameters"][name]);
            (
                whole["in"].as_str(),
                whole["name"].as_str().expect("a name"),
            )
        });
        let names = names.filter(|(place, _)| *place == Some("query"));
        let mut filters: Vec<&str> = names.map(|(_, name)| name).collect();
        filters.retain(|it| !["limit", "cursor"].contains(it));
        let mut options = options.to_vec();
        filters.sort_unstable();
        options.sort_unstable();
        assert_eq!(options, filters, "{path}");
    }
}
