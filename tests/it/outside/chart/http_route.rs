//! The API behind a Gateway, and under a path.

use serde_json::json;

use crate::outside::chart::rendered::{objects, render};

#[test]
#[ignore = "needs helm: cargo verify"]
fn an_http_route_leads_to_the_api_alone_and_takes_the_public_path_away() {
    let objects = objects("http-route", &[]);
    let route = objects.only("HTTPRoute");

    assert_eq!(
        route["spec"]["parentRefs"],
        json!([{"name": "public", "namespace": "gateways", "sectionName": "https"}])
    );
    assert_eq!(route["spec"]["hostnames"], json!(["soc.example.com"]));
    assert_eq!(
        route["spec"]["rules"],
        json!([{
            "matches": [{"path": {"type": "PathPrefix", "value": "/edr"}}],
            "filters": [{
                "type": "URLRewrite",
                "urlRewrite": {"path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/"}},
            }],
            "backendRefs": [{"name": "gw-edr-gateway", "port": 80}],
            "timeouts": {"request": "120s", "backendRequest": "100s"},
        }])
    );
    let service = &objects.named("Service", "gw-edr-gateway")["spec"]["ports"][0];
    assert_eq!(service["port"], 80);
    assert!(
        objects
            .settings()
            .contains("public_url = \"https://soc.example.com/edr\"")
    );
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn without_a_public_path_everything_is_passed_on_as_it_is() {
    for (public, path) in [
        ("", "/"),
        ("https://soc.example.com", "/"),
        ("https://soc.example.com/", "/"),
        ("https://soc.example.com:8443/a/b/", "/a/b"),
    ] {
        let set = format!("config.server.public_url={public}");
        let objects = objects("http-route", &["--set", &set]);
        let rule = &objects.only("HTTPRoute")["spec"]["rules"][0];

        assert_eq!(rule["matches"][0]["path"]["value"], path, "{public}");
        assert_eq!(rule.get("filters").is_none(), path == "/", "{public}");
    }
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn a_route_has_no_time_limit_of_its_own_unless_one_is_set() {
    let route = "httpRoute.enabled=true,httpRoute.parentRefs[0].name=public";
    for (more, timeouts) in [
        ("", json!({"request": "0s"})),
        (",httpRoute.timeouts.request=", json!(null)),
        (
            ",httpRoute.timeouts.request=,httpRoute.timeouts.backendRequest=90s",
            json!({"backendRequest": "90s"}),
        ),
        (",httpRoute.timeouts=null", json!(null)),
    ] {
        let objects = objects("minimal", &["--set", &format!("{route}{more}")]);
        let rule = &objects.only("HTTPRoute")["spec"]["rules"][0];

        assert_eq!(rule["timeouts"], timeouts, "{more}");
    }
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn an_ingress_under_a_path_and_the_public_address_agree() {
    let objects = objects("ingress-path", &[]);
    let ingress = objects.only("Ingress");

    let path = &ingress["spec"]["rules"][0]["http"]["paths"][0];
    assert_eq!(path["path"], "/edr(/|$)(.*)");
    assert_eq!(path["pathType"], "ImplementationSpecific");
    let annotations = &ingress["metadata"]["annotations"];
    assert_eq!(
        annotations["nginx.ingress.kubernetes.io/rewrite-target"],
        "/$2"
    );
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn a_time_that_no_gateway_takes_and_a_stranger_in_a_reference_are_refused() {
    let route = "httpRoute.enabled=true,httpRoute.parentRefs[0].name=public";
    for (set, place) in [
        ("httpRoute.timeouts.request=90", "request"),
        ("httpRoute.timeouts.backendRequest=1.5s", "backendRequest"),
        ("httpRoute.parentRefs[0].weight=1", "weight"),
        ("httpRoute.hostnames[0]=SOC", "hostnames"),
        ("httpRoute.rules[0].backend=admin", "rules"),
    ] {
        let said = render("minimal", &["--set", &format!("{route},{set}")]);
        let said = said.err().unwrap_or_else(|| panic!("{set} renders"));
        assert!(
            said.contains("schema") && said.contains(place),
            "{set}: {said}"
        );
    }
}
