//! Whoever misspells an address, a header or a parameter hears which one seems to be meant.

use acceptance::{House, Reply};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_misspelt_address_is_answered_with_the_names_that_there_are() {
    let house = House::open().await;
    let soar = house.soar();
    for name in [
        "isolatehost",
        "isolate-host",
        "isolate_host",
        "IsolateHost",
        "ISOLATEHOST",
        "isolate",
        "releaseHost",
        "networkIsolation",
        "getfile",
        "ioc-scan",
        "Batch",
        "x",
    ] {
        let refused = soar
            .post(&format!("/v1/tasks/{name}"), &json!({}))
            .await
            .expect(404);
        assert_eq!(refused.code(), "route_not_found", "{name}");
        let detail = refused.json["detail"].as_str().expect("a detail");
        for there in ["isolateHost", "getFile", "onDemandScan", "batch"] {
            assert!(detail.contains(there), "{name}: {detail}");
        }
        let meant = match name {
            "getfile" => Some("/v1/tasks/getFile seems to be meant"),
            "ioc-scan" => Some("/v1/tasks/iocScan seems to be meant"),
            "Batch" => Some("/v1/tasks/batch seems to be meant"),
            other if other.to_ascii_lowercase().replace(['-', '_'], "") == "isolatehost" => {
                Some("/v1/tasks/isolateHost seems to be meant")
            }
            _ => None,
        };
        match meant {
            Some(meant) => assert!(detail.contains(meant), "{name}: {detail}"),
            None => assert!(!detail.contains("seems to be meant"), "{name}: {detail}"),
        }
        // What the caller wrote is no part of the answer but for where it asked.
        assert!(refused.header("allow").is_empty(), "{name}");
    }
    for (method, path, meant) in [
        (
            Method::POST,
            "/v1/tasks/isolateHost/",
            "/v1/tasks/isolateHost",
        ),
        (
            Method::POST,
            "/v1/Tasks/isolateHost",
            "/v1/tasks/isolateHost",
        ),
        (Method::POST, "/V1/tasks", "/v1/tasks"),
        (Method::GET, "/v1/Tasks", "/v1/tasks"),
        (Method::GET, "/v1/tasks/", "/v1/tasks"),
        (Method::GET, "/v1/tasks/ksc-1/", "/v1/tasks/{id}"),
        (
            Method::GET,
            "/v1/tasks/ksc-1/Events",
            "/v1/tasks/{id}/events",
        ),
        (Method::GET, "/v1/who-am-i", "/v1/whoami"),
        (Method::GET, "/v1/Hosts", "/v1/hosts"),
        (Method::GET, "//v1/hosts", "/v1/hosts"),
    ] {
        let refused = Reply::of(soar.request(method, path)).await.expect(404);
        let detail = refused.json["detail"].as_str().expect("a detail");
        assert!(
            detail.contains(&format!("{meant} seems to be meant")),
            "{path}: {detail}"
        );
    }
    // The right name and another method is another matter.
    for (method, path, allow) in [
        (Method::PUT, "/v1/tasks/isolateHost", "POST"),
        (Method::POST, "/v1/whoami", "GET, HEAD"),
        (Method::POST, "/v1/tasks/ksc-1", "GET, HEAD"),
        (Method::DELETE, "/v1/hosts/x", "GET, HEAD"),
    ] {
        let refused = Reply::of(soar.request(method, path)).await.expect(405);
        assert_eq!(refused.header("allow"), allow, "{path}");
    }
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}
