//! What people read after an installation.

use acceptance::chart::Helm;

use crate::outside::chart::rendered::ci;

fn notes(case: &str, more: &[&str]) -> String {
    Helm::newest()
        .notes(&ci(case), more)
        .unwrap_or_else(|said| panic!("{said}"))
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn the_notes_say_how_to_check_the_installation() {
    let notes = notes("minimal", &[]);

    let doctor = "kubectl -n soc exec deployment/gw-edr-gateway -- /edr-gateway doctor --config /etc/edr-gateway/gateway.toml";
    for line in [
        doctor,
        "helm -n soc test gw --logs",
        "port-forward service/gw-edr-gateway 8080:80",
        "http://127.0.0.1:8080/docs",
    ] {
        assert!(notes.contains(line), "{notes}");
    }
    let without = self::notes("minimal", &["--set", "config.server.docs=false"]);
    assert!(without.contains("8080/openapi.json") && !without.contains("8080/docs"));
    let ingress = self::notes("ingress", &[]);
    assert!(
        ingress.contains("https://edr.example.com/docs"),
        "{ingress}"
    );
    for line in [
        "bodies of 16 MiB",
        "    nginx.ingress.kubernetes.io/proxy-body-size: 16m\n",
        "    nginx.ingress.kubernetes.io/proxy-read-timeout: \"90\"\n",
    ] {
        assert!(ingress.contains(line), "{line}: {ingress}");
    }
    for case in ["http-route", "ingress-path"] {
        let said = self::notes(case, &[]);
        assert!(said.contains("https://soc.example.com/edr/docs"), "{said}");
        assert!(!said.contains("public_url"), "{said}");
    }
    let route = self::notes("http-route", &["--set", "config.server.public_url="]);
    assert!(
        route.contains("the Gateway for soc.example.com, under /docs"),
        "{route}"
    );
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn the_notes_warn_of_what_is_risky() {
    for (case, set, warning) in [
        ("minimal", "", "fewer than two replicas"),
        ("minimal", "", "config.idempotency.store is memory"),
        ("minimal", "", "no PodDisruptionBudget"),
        ("minimal", "", "no NetworkPolicy"),
        (
            "minimal",
            "",
            "the certificate of config.backends.ksc must be signed by a public authority",
        ),
        (
            "autoscaling",
            "",
            "config.idempotency.store_policy is local",
        ),
        ("ingress", "ingress.tls=null", "the Ingress has no TLS"),
        (
            "ingress",
            "ingress.annotations=null",
            "ingress.annotations lacks nginx.ingress.kubernetes.io/proxy-body-size",
        ),
        (
            "ingress",
            "ingress.annotations=null",
            "ingress.annotations lacks nginx.ingress.kubernetes.io/proxy-read-timeout",
        ),
        (
            "ingress",
            "config.server.public_url=https://edr.example.com/edr",
            "config.server.public_url says that callers find the API under /edr, and ingress.hosts of edr.example.com has the path /.",
        ),
        (
            "ingress-path",
            "config.server.public_url=",
            "ingress.hosts of soc.example.com has the path /edr(/|$)(.*), and the gateway serves at the root",
        ),
        (
            "http-route",
            "files.tls.existingSecret=tls",
            "the API listener speaks TLS behind a Gateway",
        ),
        (
            "ingress",
            "ingress.hosts[2].host=plain.example.com",
            "ingress.tls does not name plain.example.com",
        ),
        (
            "everything",
            "",
            "the API listener speaks TLS behind an Ingress",
        ),
        ("node-port", "", "the Service is a NodePort without TLS"),
        ("hs256", "", "tokens are checked with a shared secret"),
        (
            "minimal",
            "config.server.drain_delay=0s",
            "config.server.drain_delay is nothing",
        ),
        ("minimal", "resources.limits=null", "no memory limit"),
        ("minimal", "image.tag=latest", "image.tag is latest"),
        (
            "network-policy",
            "networkPolicy.ingress.api=null",
            "networkPolicy.ingress.api is empty",
        ),
        (
            "network-policy",
            "service.type=LoadBalancer",
            "the Service is a LoadBalancer, and networkPolicy.ingress.api has no ipBlock",
        ),
        (
            "network-policy",
            "serviceMonitor.enabled=true,networkPolicy.ingress.admin=null",
            "networkPolicy.ingress.admin is empty",
        ),
    ] {
        let said = notes(case, &["--set", set]);
        assert!(
            said.contains(&format!("  * {warning}")),
            "{case} {set}: {said}"
        );
    }
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn an_installation_without_a_risk_has_no_warning() {
    let values = acceptance::repository::root().join("deploy/kustomize/values.yaml");
    let said = Helm::newest().notes(&values, &[]).expect("notes");

    assert!(!said.contains("Warnings"), "{said}");
}
