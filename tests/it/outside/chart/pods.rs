//! How pods run, end, and are told apart.

use acceptance::chart::{Helm, variants};
use serde_json::{Value, json};

use crate::outside::chart::rendered::objects;

/// The pods of a release, as their labels and specs: the gateway's and those of `helm test`.
fn pods(objects: &acceptance::chart::Objects) -> Vec<(&Value, &Value)> {
    let template = &objects.only("Deployment")["spec"]["template"];
    let tests = objects
        .of("Pod")
        .map(|it| (&it["metadata"]["labels"], &it["spec"]));
    std::iter::once((&template["metadata"]["labels"], &template["spec"]))
        .chain(tests)
        .collect()
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn every_pod_is_restricted_and_has_no_token() {
    for (case, file) in variants() {
        let objects = Helm::newest().template(&file, &[]).expect("it renders");
        for (_, pod) in pods(&objects) {
            assert_eq!(pod["automountServiceAccountToken"], false, "{case}");
            assert_eq!(pod["securityContext"]["runAsNonRoot"], true, "{case}");
            assert_eq!(
                pod["securityContext"]["seccompProfile"]["type"], "RuntimeDefault",
                "{case}"
            );
            let container = &pod["containers"][0];
            assert_eq!(
                container["securityContext"],
                json!({
                    "allowPrivilegeEscalation": false,
                    "privileged": false,
                    "readOnlyRootFilesystem": true,
                    "capabilities": {"drop": ["ALL"]},
                }),
                "{case}"
            );
            assert!(
                container["resources"]["limits"]["memory"].is_string(),
                "{case}"
            );
            assert!(
                container["command"].is_null(),
                "the image's own program runs: {case}"
            );
        }
        for account in objects.of("ServiceAccount") {
            assert_eq!(account["automountServiceAccountToken"], false, "{case}");
        }
    }
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn services_and_budgets_choose_the_gateways_pods_and_never_those_of_tests() {
    let objects = objects("everything", &[]);
    let selectors = [
        &objects.named("Service", "edr")["spec"]["selector"],
        &objects.named("Service", "edr-admin")["spec"]["selector"],
        &objects.only("PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        &objects.only("Deployment")["spec"]["selector"]["matchLabels"],
        &objects.named("NetworkPolicy", "edr")["spec"]["podSelector"]["matchLabels"],
        &objects.pod()["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"],
    ];
    let chosen = |selector: &Value, labels: &Value| {
        let selector = selector.as_object().expect("labels");
        assert!(selector.contains_key("app.kubernetes.io/instance"));
        selector.iter().all(|(key, value)| labels[key] == *value)
    };

    let mut pods = pods(&objects).into_iter();
    let (gateway, _) = pods.next().expect("the gateway's");
    let tests: Vec<_> = pods.collect();
    assert!(!tests.is_empty());
    for selector in selectors {
        assert!(chosen(selector, gateway));
        for (labels, _) in &tests {
            assert!(!chosen(selector, labels));
        }
    }
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn what_selectors_go_by_cannot_be_overridden_and_never_changes() {
    let plain = objects("minimal", &[]);
    let other = objects(
        "minimal",
        &[
            "--set",
            "image.tag=9.9.9,commonLabels.team=soc,podLabels.app\\.kubernetes\\.io/instance=x,config.backends.ksc.budget=9",
        ],
    );

    let selector =
        |it: &acceptance::chart::Objects| it.only("Deployment")["spec"]["selector"].clone();
    assert_eq!(selector(&plain), selector(&other));
    let labels = &other.only("Deployment")["spec"]["template"]["metadata"]["labels"];
    assert_eq!(labels["app.kubernetes.io/instance"], "gw");
    assert_eq!(labels["app.kubernetes.io/version"], "9.9.9");
    assert_eq!(labels["team"], "soc");
    assert!(
        labels["helm.sh/chart"].is_null(),
        "a new chart alone is no reason for new pods"
    );
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn kubernetes_waits_as_long_as_the_gateway_needs_to_end() {
    for (drain, grace, seconds) in [
        ("10s", "20s", 35),
        ("1500ms", "1m", 67),
        ("0s", "500ms", 6),
        ("1h", "20s", 3625),
    ] {
        let set = format!("config.server.drain_delay={drain},config.server.shutdown_grace={grace}");
        let objects = objects("minimal", &["--set", &set]);
        assert_eq!(
            objects.pod()["terminationGracePeriodSeconds"],
            seconds,
            "{set}"
        );
        assert!(objects.container()["lifecycle"].is_null());
    }
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn probes_ask_the_admin_listener() {
    let objects = objects("everything", &[]);
    let container = objects.container();

    for (probe, path) in [
        ("startupProbe", "/health/startup"),
        ("livenessProbe", "/health/live"),
        ("readinessProbe", "/health/ready"),
    ] {
        assert_eq!(
            container[probe]["httpGet"],
            json!({"path": path, "port": "admin"})
        );
    }
    let ports = container["ports"].as_array().expect("ports");
    assert_eq!(ports[1]["name"], "admin");
    assert_eq!(ports[1]["containerPort"], 9091);
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn an_image_is_taken_by_its_digest_where_one_is_given() {
    let image = |case: &str, more: &[&str]| objects(case, more).container()["image"].clone();
    let version = env!("CARGO_PKG_VERSION");

    assert_eq!(
        image("minimal", &[]),
        format!("registry.example.com/soc/edr-gateway:{version}")
    );
    assert_eq!(
        image("minimal", &["--set", "image.tag=2.0.0"]),
        "registry.example.com/soc/edr-gateway:2.0.0"
    );
    let digest = format!("sha256:{}", "0123456789abcdef".repeat(4));
    assert_eq!(
        image("node-port", &[]),
        format!("registry.example.com/soc/edr-gateway@{digest}")
    );
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn what_a_pod_is_given_stands_in_it() {
    let objects = objects("pod", &[]);
    let pod = objects.pod();

    assert_eq!(pod["hostAliases"][0]["hostnames"][0], "ksc.example.com");
    assert_eq!(pod["dnsPolicy"], "None");
    assert_eq!(pod["runtimeClassName"], "gvisor");
    assert_eq!(pod["initContainers"][0]["name"], "wait");
    assert_eq!(pod["containers"][1]["name"], "mesh");
    assert_eq!(pod["tolerations"][0]["key"], "dedicated");
    assert_eq!(
        pod["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"],
        json!({"example.com/zone": "inner"})
    );
    assert_eq!(objects.container()["env"][0]["name"], "RUST_LOG");
    assert_eq!(
        objects.container()["envFrom"][0]["configMapRef"]["name"],
        "proxy"
    );
    let has = |list: &Value, name: &str| {
        list.as_array()
            .is_some_and(|it| it.iter().any(|it| it["name"] == name))
    };
    assert!(has(&pod["volumes"], "scratch"));
    assert!(has(&objects.container()["volumeMounts"], "scratch"));
}

/// A Secret and its key may be called 2026, which YAML takes for a number.
#[test]
#[ignore = "needs helm: cargo verify"]
fn names_of_other_objects_are_texts_whatever_they_look_like() {
    let objects = objects(
        "minimal",
        &[
            "--set-string",
            "files.backends.ksc.password.existingSecret=2026,files.backends.ksc.password.key=true,files.backends.ksc.ca.existingConfigMap=1e3,files.backends.ksc.ca.key=0644,priorityClassName=1,runtimeClassName=2,serviceAccount.name=3",
        ],
    );

    for (_, pod) in pods(&objects) {
        for text in [
            "serviceAccountName",
            "priorityClassName",
            "runtimeClassName",
        ] {
            assert!(pod[text].is_string(), "{text}");
        }
    }
    let volumes = objects.pod()["volumes"].as_array().expect("volumes");
    let source = |name: &str, kind: &str| {
        let volume = volumes.iter().find(|it| it["name"] == name);
        volume.expect("it is mounted")[kind].clone()
    };
    let password = source("backend-ksc-password", "secret");
    assert_eq!(password["secretName"], "2026");
    assert_eq!(password["items"], json!([{"key": "true", "path": "true"}]));
    let authorities = source("backend-ksc-ca", "configMap");
    assert_eq!(authorities["name"], "1e3");
    assert_eq!(
        authorities["items"],
        json!([{"key": "0644", "path": "0644"}])
    );
    assert_eq!(objects.only("ServiceAccount")["metadata"]["name"], "3");
}
