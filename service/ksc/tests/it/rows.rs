//! Searches: found, read page by page, released; done again when the session is lost in between.

use ksc::{Error, Filter, Kind};
use serde_json::{Value, json};

use crate::server::{Answer, Heard, Server, session_calls};

fn incidents(arguments: &Value, total: i64) -> Value {
    let start = arguments["nStart"].as_i64().unwrap();
    let count = arguments["nCount"].as_i64().unwrap();
    let rows: Vec<Value> = (start..total.min(start + count))
        .map(|id| json!({"type": "params", "value": {"KLINCDT_ID": id + 1}}))
        .collect();
    json!({"pChunk": {"KLCSP_ITERATOR_ARRAY": rows}, "PxgRetVal": rows.len()})
}

fn world(heard: &Heard, before: usize, total: i64) -> Answer {
    session_calls(heard, before).unwrap_or_else(|| {
        Answer::json(&match heard.method.as_str() {
            "HostGroup.FindIncidents" | "HostGroup.FindHosts" => {
                json!({"strAccessor": "acc-1", "PxgRetVal": total})
            }
            "ChunkAccessor.GetItemsChunk" => incidents(&heard.arguments(), total),
            "Tasks.ResetHostIteratorForTaskStatus" => json!({"strHostIteratorId": "hit-1"}),
            "Tasks.GetHostStatusRecordsCount" => json!({"PxgRetVal": total}),
            "Tasks.GetHostStatusRecordRange" => {
                let arguments = heard.arguments();
                let start = arguments["nStart"].as_i64().unwrap();
                // The end taken as part of the range, as a server might.
                let end = arguments["nEnd"].as_i64().unwrap().min(total - 1);
                let rows: Vec<Value> = (start..=end)
                    .map(|n| json!({"hostname": format!("h{n}")}))
                    .collect();
                json!({"pParHostStatus": {"statuses": rows}})
            }
            _ => json!({}),
        })
    })
}

fn filter() -> Filter {
    Filter::number("KLINCDT_IS_HANDLED", 0)
}

#[tokio::test]
async fn rows_are_read_page_by_page_up_to_what_is_asked_for() {
    let server = Server::start(|heard, before| world(heard, before, 450)).await;
    let mut lease = server.lease().await;

    let some = lease.incidents(filter(), 410, "r").await.unwrap();
    let all = lease.incidents(filter(), 1000, "r").await.unwrap();

    assert_eq!((some.rows.len(), some.total), (410, 450));
    assert!(some.rows.iter().map(|incident| incident.id).eq(1..=410));
    assert_eq!((all.rows.len(), all.total), (450, 450));
    assert_eq!(server.heard_of("ChunkAccessor.GetItemsChunk").len(), 3 + 3);
    assert_eq!(server.heard_of("ChunkAccessor.Release").len(), 2);
}

#[tokio::test]
async fn a_scan_reads_up_to_the_page_that_has_enough_and_shows_every_row() {
    let server = Server::start(|heard, before| world(heard, before, 1000)).await;
    let pool = server.pool();
    let mut lease = pool.lease().await.unwrap();

    let scan = lease.scan_incidents(filter(), 900, "r", |it| it.map(|it| it.id), |it| *it == 250);
    let found = scan.await.unwrap();

    assert!(found.rows.into_iter().eq(1..=400), "two pages");
    assert_eq!((found.read, found.total), (400, 1000));
    let never = lease.scan_incidents(filter(), 900, "r", Some, |_| false);
    let found = never.await.unwrap();
    assert_eq!(
        (found.rows.len(), found.read, found.total),
        (900, 900, 1000)
    );
}

#[tokio::test]
async fn a_row_without_a_number_is_shown_to_who_scans_and_fewer_rows_than_none_to_nobody() {
    let server = Server::start(|heard, before| match heard.method.as_str() {
        "ChunkAccessor.GetItemsChunk" => {
            let rows = json!([{"type": "params", "value": {"KLINCDT_BODY": "x"}}]);
            Answer::json(&json!({"pChunk": {"KLCSP_ITERATOR_ARRAY": rows}, "PxgRetVal": 1}))
        }
        _ => world(heard, before, 1),
    })
    .await;
    let pool = server.pool();
    let mut lease = pool.lease().await.unwrap();
    let scan = lease.scan_incidents(filter(), 10, "r", |it| Some(it.is_none()), |_| false);
    assert_eq!(scan.await.unwrap().rows, [true]);
    assert!(
        lease
            .incidents(filter(), 10, "r")
            .await
            .unwrap()
            .rows
            .is_empty()
    );

    let server = Server::start(|heard, before| {
        let none = json!({"strAccessor": "a", "PxgRetVal": -1});
        session_calls(heard, before).unwrap_or_else(|| Answer::json(&none))
    })
    .await;
    let pool = server.pool();
    let error = pool
        .lease()
        .await
        .unwrap()
        .incidents(filter(), 10, "r")
        .await;
    assert!(matches!(error, Err(Error::Malformed { .. })), "{error:?}");
}

#[tokio::test]
async fn rows_that_do_not_fit_into_one_answer_are_read_in_smaller_pages() {
    let server = Server::start(|heard, before| world(heard, before, 100)).await;
    let settings = ksc::Settings {
        max_response_bytes: 1000,
        ..server.settings()
    };
    let pool = ksc::Pool::new(settings, std::sync::Arc::new(ksc::NoObserver)).unwrap();

    let found = pool
        .lease()
        .await
        .unwrap()
        .incidents(filter(), 100, "r")
        .await
        .unwrap();

    assert!(found.rows.iter().map(|incident| incident.id).eq(1..=100));
}

#[tokio::test]
async fn one_row_that_does_not_fit_is_an_error() {
    let server = Server::start(|heard, before| match heard.method.as_str() {
        "ChunkAccessor.GetItemsChunk" => Answer::status(200, "", &" ".repeat(2000)),
        _ => world(heard, before, 8),
    })
    .await;
    let settings = ksc::Settings {
        max_response_bytes: 1000,
        ..server.settings()
    };
    let pool = ksc::Pool::new(settings, std::sync::Arc::new(ksc::NoObserver)).unwrap();

    let error = pool
        .lease()
        .await
        .unwrap()
        .incidents(filter(), 8, "r")
        .await
        .unwrap_err();

    assert!(matches!(error, Error::TooLarge { .. }), "{error:?}");
    assert_eq!(server.heard_of("ChunkAccessor.GetItemsChunk").len(), 4);
    assert_eq!(server.heard_of("ChunkAccessor.Release").len(), 1);
}

#[tokio::test]
async fn nothing_found_is_no_rows() {
    let server = Server::start(|heard, before| match heard.method.as_str() {
        "HostGroup.FindHosts" => Answer::json(&json!({"PxgRetVal": 0})),
        _ => world(heard, before, 0),
    })
    .await;
    let mut lease = server.lease().await;

    assert_eq!(
        lease
            .hosts(filter(), &["KLHST_WKS_DN"], 10, "r")
            .await
            .unwrap()
            .total,
        0
    );
    assert_eq!(
        lease.incidents(filter(), 10, "r").await.unwrap().rows.len(),
        0
    );
    assert_eq!(server.heard_of("ChunkAccessor.Release").len(), 1);
}

#[tokio::test]
async fn a_search_is_done_again_when_the_session_is_lost_in_between() {
    for lost_at in [
        "ChunkAccessor.GetItemsChunk",
        "Tasks.GetHostStatusRecordRange",
    ] {
        let server = Server::start(move |heard, before| {
            if heard.method == lost_at && before == 0 {
                return Answer::status(403, "", "Forbidden");
            }
            world(heard, before, 3)
        })
        .await;
        let mut lease = server.lease().await;

        let found = lease.incidents(filter(), 10, "r").await.unwrap();
        let statuses = lease.host_statuses("195", "r").await.unwrap();

        assert_eq!((found.rows.len(), statuses.rows.len()), (3, 3));
        assert_eq!(server.heard_of("Session.StartSession").len(), 2);
    }
}

#[tokio::test]
async fn what_was_opened_is_released_though_reading_failed() {
    let server = Server::start(|heard, before| match heard.method.as_str() {
        "ChunkAccessor.GetItemsChunk" | "Tasks.GetHostStatusRecordsCount" => {
            Answer::pxg("KLSTD", 1184)
        }
        "ChunkAccessor.Release" | "Tasks.ReleaseHostStatusIterator" => Answer::pxg("KLSTD", 1186),
        _ => world(heard, before, 3),
    })
    .await;
    let mut lease = server.lease().await;

    let search = lease.incidents(filter(), 10, "r").await.unwrap_err();
    let statuses = lease.host_statuses("195", "r").await.unwrap_err();

    // The error of the reading, not of the release.
    assert_eq!(
        (search.kind(), statuses.kind()),
        (Kind::AccessDenied, Kind::AccessDenied)
    );
    assert_eq!(server.heard_of("ChunkAccessor.Release").len(), 1);
    assert_eq!(server.heard_of("Tasks.ReleaseHostStatusIterator").len(), 1);
}

#[tokio::test]
async fn a_server_that_never_delivers_what_it_counted_does_not_loop() {
    let server = Server::start(|heard, before| match heard.method.as_str() {
        "ChunkAccessor.GetItemsChunk" => {
            Answer::json(&json!({"pChunk": {"KLCSP_ITERATOR_ARRAY": []}, "PxgRetVal": 0}))
        }
        _ => world(heard, before, 100),
    })
    .await;

    let found = server
        .lease()
        .await
        .incidents(filter(), 10, "r")
        .await
        .unwrap();

    assert_eq!((found.rows.len(), found.total), (0, 100));
}

#[tokio::test]
async fn every_device_of_a_task_is_listed_once() {
    let server = Server::start(|heard, before| world(heard, before, 405)).await;

    let statuses = server
        .lease()
        .await
        .host_statuses("195", "r")
        .await
        .unwrap();

    assert_eq!((statuses.rows.len(), statuses.total), (405, 405));
    assert_eq!(statuses.rows[404].host_id, "h404");
}

#[tokio::test]
async fn a_row_without_an_id_is_passed_over_and_does_not_hide_the_others() {
    let server = Server::start(|heard, before| match heard.method.as_str() {
        "ChunkAccessor.GetItemsChunk" => Answer::json(&json!({"pChunk": {"KLCSP_ITERATOR_ARRAY": [
            {"KLINCDT_BODY": "x"},
            {"type": "params", "value": {"KLINCDT_ID": 7}},
        ]}})),
        _ => world(heard, before, 2),
    })
    .await;

    let found = server
        .lease()
        .await
        .incidents(filter(), 10, "r")
        .await
        .unwrap();

    let ids: Vec<i64> = found.rows.iter().map(|it| it.id).collect();
    assert_eq!((ids.as_slice(), found.total), ([7].as_slice(), 2));
}
