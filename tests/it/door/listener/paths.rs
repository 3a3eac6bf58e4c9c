//! Methods, addresses and headers that try to get past the guard.

use acceptance::House;
use futures_util::future::join_all;

use super::raw::{statuses, talk, token};

#[tokio::test(flavor = "multi_thread")]
async fn no_method_and_no_spelling_of_an_address_gets_past_the_guard() {
    let house = House::open().await;
    let methods = [
        "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND",
        "get", "pOsT", "MADEUP", "G-E.T!",
    ];
    let paths = [
        "/v1/tasks",
        "/v1/tasks/",
        "//v1/tasks",
        "/v1//tasks",
        "///v1/tasks",
        "/v1/./tasks",
        "/./v1/tasks",
        "/v1/x/../tasks",
        "/docs/../v1/tasks",
        "/../v1/tasks",
        "/v1/%2e/tasks",
        "/v1/x/%2e%2e/tasks",
        "/docs/%2e%2e/v1/tasks",
        "/docs/..%2fv1/tasks",
        "/docs/..;/v1/tasks",
        "/%76%31/tasks",
        "/v1%2ftasks",
        "/v1%2Ftasks",
        "/v1/tasks%2f",
        "/v1/tasks;a=b",
        "/v1;a=b/tasks",
        "/v1/tasks?",
        "/v1/tasks?x",
        "/v1/tasks#x",
        "/V1/TASKS",
        "/v1/Tasks",
        "/v1/tasks%00",
        "/v1/tasks%20",
        "/v1/tasks%0d%0a",
        "/v1/tasks%ff",
        "/v1/%c0%af/tasks",
        "/v1/tasks\\",
        "/v1\\tasks",
        "\\v1\\tasks",
        "/v1/tasks/ksc-1",
        "/v1/tasks/ksc-1/",
        "/v1/tasks/%6bsc-1",
        "/v1/tasks/isolateHost",
        "/v1/tasks/isolateHost/",
        "/v1/tasks/isolateHost%20",
        "/v1/whoami",
        "/v1/whoami/",
        "/v1/whoami;.json",
        "/v1/whoami.json",
        "/v1/whoami%3f",
        "/docs/whoami",
        "/openapi.json/../v1/whoami",
        "/v1",
        "/v1/",
        "/v1/%",
        "/v1/%zz",
        "/v1/%e0%80",
        "http://gateway/v1/tasks",
        "http://evil.example/v1/whoami",
        "https://user:pass@evil.example:1/v1/whoami",
        "http://[::1]/v1/tasks",
        "//evil.example/v1/whoami",
        "*",
        "gateway:443",
        "/health/ready",
        "/metrics",
        "/health/../metrics",
    ];
    let (mut tried, mut refused, mut elsewhere) = (0, 0, 0);
    for method in methods {
        let talks = paths.iter().enumerate().map(|(number, path)| {
            let id = format!("tries.{method}.{number}").replace('-', ".");
            let request = format!(
                "{method} {path} HTTP/1.1\r\nhost: a\r\nx-request-id: {id}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            );
            async { (id, talk(house.addr(), request).await) }
        });
        for (path, (id, answer)) in paths.iter().zip(join_all(talks).await) {
            let statuses = statuses(&answer);
            let status = *statuses
                .first()
                .unwrap_or_else(|| panic!("{method} {path} is not answered"));

            assert!((400..500).contains(&status), "{method} {path}: {answer}");
            assert!(
                ![403, 422].contains(&status),
                "{method} {path} was let in: {answer}"
            );
            if status == 401 {
                refused += 1;
            } else {
                elsewhere += 1;
            }
            // What stands behind the guard is audited, and names nobody.
            for line in acceptance::decisions(&id) {
                assert!(line["caller.id"].is_null(), "{method} {path}: {line}");
            }
            tried += 1;
        }
    }
    assert!(refused > 100 && elsewhere > 100, "{refused}, {elsewhere}");
    assert!(house.sim.journal().incidents().is_empty());
    acceptance::tell(&format!(
        "methods and addresses without a token: {tried} tried, {refused} times 401, {elsewhere} times 400, 404 or 405"
    ));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_token_no_odd_address_is_a_fault_of_the_gateway() {
    let house = House::open().await;
    let token = token();
    let mut tried = 0;
    for path in [
        "/v1/tasks/%00",
        "/v1/tasks/%ff%fe",
        "/v1/tasks/..%2f..%2fetc",
        "/v1/tasks/ksc-1%0d%0ax:%20y",
        "/v1/tasks/%25",
        "/v1/tasks/ksc-99999999999999999999",
        "/v1/tasks/ksc--1",
        "/v1/hosts/%00",
        "/v1/hosts/%ff",
        "/v1/hosts/..",
        "/v1/hosts?name=%00",
        "/v1/hosts?name=%ff",
        "/v1/hosts?name=a&name=b",
        "/v1/tasks?cursor=%00",
        "/v1/tasks?since=%ff",
        "/v1/tasks?limit=1e9",
        "/v1/tasks?%ff=%fe",
        "/v1/tasks?&&&===",
        "/v1/./tasks",
        "/v1/tasks/ksc-1/events/",
        "/v1/tasks/ksc-1//events",
    ] {
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
        );
        let answer = talk(house.addr(), request).await;
        let status = statuses(&answer)[0];
        assert!((400..500).contains(&status), "{path}: {answer}");
        assert!(
            answer.contains("application/problem+json"),
            "{path}: {answer}"
        );
        tried += 1;
    }
    acceptance::tell(&format!(
        "odd addresses with a token: {tried} tried, each answered with a problem of the caller's"
    ));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_that_is_odd_is_not_repeated() {
    let house = House::open().await;
    let long = "x".repeat(65);
    let ids: Vec<Vec<u8>> = vec![
        b"a\tb".to_vec(),
        b"a b".to_vec(),
        b"\"a\"".to_vec(),
        b"a,b".to_vec(),
        b"<script>".to_vec(),
        b"a;b".to_vec(),
        b"../a".to_vec(),
        b"%0d%0aset-cookie: a=b".to_vec(),
        b"\xff\xfe".to_vec(),
        "\u{e4}".as_bytes().to_vec(),
        b"{}".to_vec(),
        b"".to_vec(),
        long.into_bytes(),
        b"a\r\n b".to_vec(),
        b"a\0b".to_vec(),
        b"a\rb".to_vec(),
    ];
    for id in ids {
        let request = [
            b"GET /v1/whoami HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx-request-id: ",
            id.as_slice(),
            b"\r\n\r\n",
        ]
        .concat();
        let answer = talk(house.addr(), request).await;
        let shown = String::from_utf8_lossy(&id).into_owned();
        match statuses(&answer)[0] {
            400 => assert!(!answer.contains("x-request-id"), "{shown:?}: {answer}"),
            status => {
                assert_eq!(status, 401, "{shown:?}: {answer}");
                let line = answer
                    .lines()
                    .find_map(|it| it.strip_prefix("x-request-id: "))
                    .expect("an id");
                assert!(
                    line.len() == 32 && line.bytes().all(|it| it.is_ascii_hexdigit()),
                    "{shown:?}: {line}"
                );
                assert!(
                    shown.is_empty() || !answer.contains(&format!("x-request-id: {shown}")),
                    "{shown:?}"
                );
            }
        }
    }
    // Two of them are one at most.
    let two = "GET /v1/whoami HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx-request-id: one\r\nx-request-id: two\r\n\r\n";
    assert_eq!(
        talk(house.addr(), two)
            .await
            .matches("x-request-id")
            .count(),
        1
    );
    house.close().await;
}
