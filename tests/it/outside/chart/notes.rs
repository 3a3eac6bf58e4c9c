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
    ] {
        assert!(notes.contains(line), "{notes}");
    }
    assert!(self::notes("ingress", &[]).contains("https://edr.example.com/docs"));
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
