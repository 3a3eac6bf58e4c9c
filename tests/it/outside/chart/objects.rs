//! Which objects there are, and what they lead to.

use serde_json::{Value, json};

use crate::outside::chart::rendered::objects;

#[test]
#[ignore = "needs helm: cargo verify"]
fn what_is_not_asked_for_is_not_made() {
    let mut kinds: Vec<String> = objects("minimal", &["--set", "tests.enabled=false"])
        .all
        .iter()
        .map(|it| it["kind"].as_str().expect("a kind").to_owned())
        .collect();
    kinds.sort();

    assert_eq!(
        kinds,
        [
            "ConfigMap",
            "Deployment",
            "Service",
            "Service",
            "ServiceAccount"
        ]
    );
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn each_object_comes_with_its_own_switch() {
    for (switch, kind, more) in [
        (
            "ingress.enabled=true,ingress.hosts[0].host=a.example",
            "Ingress",
            "",
        ),
        (
            "httpRoute.enabled=true,httpRoute.parentRefs[0].name=public",
            "HTTPRoute",
            "",
        ),
        (
            "podDisruptionBudget.enabled=true",
            "PodDisruptionBudget",
            "",
        ),
        ("serviceMonitor.enabled=true", "ServiceMonitor", ""),
        ("prometheusRule.enabled=true", "PrometheusRule", ""),
        (
            "networkPolicy.enabled=true",
            "NetworkPolicy",
            "networkPolicy.egress.backends.ksc.cidrs[0]=192.0.2.1/32,networkPolicy.egress.issuer.cidrs[0]=192.0.2.2/32",
        ),
        (
            "autoscaling.enabled=true",
            "HorizontalPodAutoscaler",
            "config.idempotency.store=redis,files.redisUrl.existingSecret=redis",
        ),
    ] {
        let set = format!("tests.enabled=false,{switch},{more}");
        let objects = objects("minimal", &["--set", set.trim_end_matches(',')]);
        assert_eq!(objects.of(kind).count(), 1, "{switch}");
        assert_eq!(objects.all.len(), 6, "{switch}");
    }
    assert_eq!(
        objects("minimal", &["--set", "dashboard.enabled=true"])
            .of("ConfigMap")
            .count(),
        2
    );
    assert_eq!(objects("restricted", &[]).of("ServiceAccount").count(), 0);
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn an_ingress_leads_to_the_api_alone() {
    let objects = objects("ingress", &[]);
    let ingress = &objects.only("Ingress")["spec"];

    let mut paths = 0;
    for rule in ingress["rules"].as_array().expect("rules") {
        for path in rule["http"]["paths"].as_array().expect("paths") {
            paths += 1;
            assert_eq!(
                path["backend"],
                json!({"service": {"name": "gw-edr-gateway", "port": {"name": "http"}}})
            );
        }
    }
    assert_eq!(paths, 3);
    assert_eq!(ingress["rules"][0]["http"]["paths"][0]["path"], "/");
    assert_eq!(ingress["tls"][0]["secretName"], "edr-example-com");
    let service = &objects.named("Service", "gw-edr-gateway")["spec"];
    assert_eq!(service["ports"].as_array().expect("ports").len(), 1);
    assert_eq!(service["ports"][0]["targetPort"], "api");
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn a_listener_with_tls_has_a_port_that_says_so() {
    let objects = objects("everything", &[]);

    let port = &objects.named("Service", "edr")["spec"]["ports"][0];
    assert_eq!(port["name"], "https");
    assert_eq!(port["appProtocol"], "https");
    let path = &objects.only("Ingress")["spec"]["rules"][0]["http"]["paths"][0];
    assert_eq!(path["backend"]["service"]["port"]["name"], "https");
}

/// The ports to which a rule leads, and its peers.
fn rules(policy: &Value) -> Vec<(Vec<u64>, Value)> {
    let rules = policy["spec"]["egress"].as_array().expect("rules");
    let ports = |rule: &Value| {
        let ports = rule["ports"]
            .as_array()
            .expect("every rule names its ports");
        ports
            .iter()
            .map(|it| it["port"].as_u64().expect("a number"))
            .collect()
    };
    rules
        .iter()
        .map(|it| (ports(it), it["to"].clone()))
        .collect()
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn the_network_leads_where_the_settings_say_and_nowhere_else() {
    let objects = objects("network-policy", &[]);
    let policy = objects.named("NetworkPolicy", "gw-edr-gateway");

    let rules = rules(policy);
    let ports: Vec<Vec<u64>> = rules.iter().map(|it| it.0.clone()).collect();
    // DNS, KSC on two ports, the issuer's Service, Redis.
    assert_eq!(
        ports,
        [vec![53, 53], vec![13299, 443], vec![8443], vec![6379]]
    );
    assert_eq!(
        rules[1].1,
        json!([{"ipBlock": {"cidr": "192.0.2.10/32"}}, {"ipBlock": {"cidr": "192.0.2.11/32"}}])
    );
    for (_, peers) in &rules {
        assert!(
            !peers
                .as_array()
                .expect("every rule names its peers")
                .is_empty()
        );
    }
    let ingress = policy["spec"]["ingress"].as_array().expect("rules");
    assert_eq!(ingress.len(), 3);
    for rule in ingress {
        assert!(
            !rule["from"]
                .as_array()
                .expect("every rule names its peers")
                .is_empty()
        );
    }
    assert_eq!(
        ingress[0]["ports"],
        json!([{"protocol": "TCP", "port": 8080}])
    );
    assert_eq!(
        ingress[1]["ports"],
        json!([{"protocol": "TCP", "port": 9090}])
    );
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn names_are_asked_for_where_the_pods_of_the_clusters_dns_listen() {
    let objects = objects("openshift", &[]);
    let rules = rules(objects.named("NetworkPolicy", "gw-edr-gateway"));

    assert_eq!(rules[0].0, [5353, 5353]);
    assert_eq!(
        rules[0].1,
        json!([{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "openshift-dns"}}}])
    );
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn what_is_beside_the_gateway_in_its_pod_needs_no_way_through_the_network() {
    let objects = objects(
        "network-policy",
        &[
            "--set",
            "config.auth.jwks_url=http://localhost:8080/keys,networkPolicy.egress.issuer.peers=null,config.telemetry.otlp_endpoint=http://127.0.0.1:4318",
        ],
    );
    let rules = rules(objects.named("NetworkPolicy", "gw-edr-gateway"));

    let ports: Vec<Vec<u64>> = rules.into_iter().map(|it| it.0).collect();
    assert_eq!(ports, [vec![53, 53], vec![13299, 443], vec![6379]]);
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn an_empty_list_of_peers_means_nobody_and_not_everybody() {
    let objects = objects(
        "restricted",
        &["--set-json", "networkPolicy.ingress.api=[]"],
    );
    let policy = objects.only("NetworkPolicy");

    assert_eq!(policy["spec"]["policyTypes"], json!(["Ingress", "Egress"]));
    assert!(
        policy["spec"]["ingress"]
            .as_array()
            .is_none_or(Vec::is_empty)
    );
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn the_tests_of_a_release_reach_what_they_ask() {
    let objects = objects("everything", &[]);
    let gateway = objects.named("NetworkPolicy", "edr");
    let tests = objects.named("NetworkPolicy", "edr-test");

    let pod = objects.named("Pod", "edr-test-doctor");
    let chosen = &tests["spec"]["podSelector"]["matchLabels"];
    for (key, value) in chosen.as_object().expect("labels") {
        assert_eq!(pod["metadata"]["labels"][key], *value);
    }
    let (to_gateway, to_others) = rules(tests)
        .split_first()
        .map(|(a, b)| (a.clone(), b.to_vec()))
        .expect("rules");
    assert_eq!(to_gateway.0, [8443, 9091]);
    assert_eq!(to_others, rules(gateway));
    // A listener with TLS is not asked over plain HTTP.
    let names: Vec<&str> = objects
        .of("Pod")
        .filter_map(|it| it["metadata"]["name"].as_str())
        .collect();
    assert_eq!(names, ["edr-test-doctor", "edr-test-ready"]);
    let args = &objects.named("Pod", "edr-test-ready")["spec"]["containers"][0]["args"];
    assert_eq!(
        *args,
        json!(["health", "--url", "http://edr-admin:9091/health/ready"])
    );
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn alerts_and_dashboard_arrive_as_they_are() {
    let objects = objects("monitoring", &[]);
    let folder = acceptance::chart::folder().join("files");
    let alerts = std::fs::read_to_string(folder.join("alerts.yaml")).expect("alerts");
    let dashboard = std::fs::read_to_string(folder.join("dashboard.json")).expect("a dashboard");

    assert_eq!(
        objects.only("PrometheusRule")["spec"],
        acceptance::chart::values::parse(&alerts)
    );
    let map = objects.named("ConfigMap", "gw-edr-gateway-dashboard");
    let text = map["data"]["gw-edr-gateway.json"]
        .as_str()
        .expect("the dashboard");
    assert_eq!(text.trim(), dashboard.trim());
    assert_eq!(map["metadata"]["labels"]["grafana_dashboard"], "1");
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn prometheus_finds_the_admin_service_and_not_the_api() {
    let objects = objects("monitoring", &[]);
    let monitor = objects.only("ServiceMonitor");
    let wanted = monitor["spec"]["selector"]["matchLabels"]
        .as_object()
        .expect("labels");

    let found: Vec<&str> = objects
        .of("Service")
        .filter(|it| {
            wanted
                .iter()
                .all(|(key, value)| it["metadata"]["labels"][key] == *value)
        })
        .filter_map(|it| it["metadata"]["name"].as_str())
        .collect();
    assert_eq!(found, ["gw-edr-gateway-admin"]);
    assert_eq!(monitor["spec"]["endpoints"][0]["port"], "admin");
    assert_eq!(monitor["metadata"]["labels"]["release"], "prometheus");
    // People copy from these values: what they drop must be nothing that somebody waits for.
    let folder = acceptance::chart::folder().join("files");
    for rule in monitor["spec"]["endpoints"][0]["metricRelabelings"]
        .as_array()
        .expect("rules")
    {
        let name = rule["regex"].as_str().expect("the name of a metric");
        assert!(name.chars().all(|it| it.is_ascii_lowercase() || it == '_'));
        for file in ["alerts.yaml", "dashboard.json"] {
            let text = std::fs::read_to_string(folder.join(file)).expect("it is there");
            assert!(!text.contains(name), "{file} needs {name}");
        }
    }
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn an_autoscaler_owns_the_number_of_replicas() {
    let objects = objects("autoscaling", &[]);

    assert!(objects.only("Deployment")["spec"]["replicas"].is_null());
    let scaler = &objects.only("HorizontalPodAutoscaler")["spec"];
    assert_eq!(
        scaler["scaleTargetRef"]["name"],
        objects.only("Deployment")["metadata"]["name"]
    );
    assert_eq!(scaler["minReplicas"], 3);
    assert_eq!(scaler["metrics"].as_array().expect("metrics").len(), 2);
    assert_eq!(
        objects.only("PodDisruptionBudget")["spec"]["maxUnavailable"],
        1
    );
}
