//! Values that the schema refuses before any template is read.

use crate::outside::chart::rendered::refusal;

#[test]
#[ignore = "needs helm: cargo verify"]
fn unknown_values_and_wrong_types_are_refused_by_the_schema() {
    for (set, place) in [
        ("nosuch=1", "nosuch"),
        ("config.nosuch.x=1", "nosuch"),
        ("config.backends.ksc.pasword=x", "pasword"),
        ("config.backends.ksc.password=x", "password"),
        ("config.server.listen=0.0.0.0:1", "listen"),
        ("config.backends.ksc.password_file=/x", "password_file"),
        (
            "config.backends.ksc.budget=many",
            "config.backends.ksc.budget",
        ),
        ("config.backends.ksc.budget=0", "config.backends.ksc.budget"),
        (
            "config.backends.ksc.correlation=guess",
            "config.backends.ksc.correlation",
        ),
        (
            "config.server.request_timeout=30",
            "config.server.request_timeout",
        ),
        (
            "config.server.request_timeout=0s",
            "config.server.request_timeout",
        ),
        (
            "config.server.shutdown_grace=08s",
            "config.server.shutdown_grace",
        ),
        (
            "config.telemetry.trace_ratio=2",
            "config.telemetry.trace_ratio",
        ),
        (
            "config.auth.jwks_url=http://sso.example.com/keys",
            "config.auth.jwks_url",
        ),
        (
            "config.backends.ksc.endpoints[0]=http://ksc",
            "config.backends.ksc.endpoints.0",
        ),
        (
            "config.backends.ksc.endpoints[0]=https://user@ksc",
            "config.backends.ksc.endpoints.0",
        ),
        ("files.backends.ksc.password.inline=secret", "inline"),
        ("files.redisUrl.value=redis://x", "value"),
        ("image.digest=abc", "image.digest"),
        ("image.tag=1.0.0@sha256:0123", "image.tag"),
        (
            "image.repository=registry.example.com/edr:1.0.0",
            "image.repository",
        ),
        (
            "ingress.hosts[0].host=a,ingress.hosts[0].backend=admin",
            "backend",
        ),
        (
            "networkPolicy.egress.backends.ksc.cidrs[0]=ksc.example.com",
            "networkPolicy.egress.backends.ksc.cidrs.0",
        ),
        (
            "podDisruptionBudget.minAvailable=half",
            "podDisruptionBudget.minAvailable",
        ),
        (
            "updateStrategy.maxUnavailable=150%",
            "updateStrategy.maxUnavailable",
        ),
        ("service.type=ExternalName", "service.type"),
        ("fullnameOverride=Edr", "fullnameOverride"),
        ("nameOverride=soc.edr", "nameOverride"),
        ("ports.address=127.0.0.1", "ports.address"),
        ("config.auth.audience= ", "config.auth.audience"),
        ("config.auth.scope_prefix=edr", "config.auth.scope_prefix"),
        ("config.auth.grants={soar}", "config.auth.grants"),
        (
            "config.auth.backend_claims=aud",
            "config.auth.backend_claims",
        ),
        (
            "config.auth.issuers[0].issuer=https://b",
            "config.auth.issuers.0",
        ),
        (
            "config.auth.issuers[0].jwks_file=/k",
            "config.auth.issuers.0",
        ),
        (
            "config.backends.ksc.username= ",
            "config.backends.ksc.username",
        ),
        (
            "config.backends.ksc.default_area=a/b",
            "config.backends.ksc.default_area",
        ),
        (
            "config.server.public_url=soc.example.com/edr",
            "config.server.public_url",
        ),
        (
            "config.server.public_url=https://u:p@soc.example.com",
            "config.server.public_url",
        ),
        (
            "config.server.public_url=https://soc.example.com/?x",
            "config.server.public_url",
        ),
        (
            "config.server.public_url=https://soc.example.com:0/",
            "config.server.public_url",
        ),
        (
            "config.auth.jwks_url=https://u:p@sso.example.com/keys",
            "config.auth.jwks_url",
        ),
        (
            "config.auth.jwks_url=http://localhost:1@sso.example.com/keys",
            "config.auth.jwks_url",
        ),
        (
            "config.telemetry.otlp_endpoint=http://u:p@otel",
            "config.telemetry.otlp_endpoint",
        ),
        (
            "config.backends.ksc.endpoints[0]=https://:13299",
            "config.backends.ksc.endpoints.0",
        ),
        (
            "config.backends.ksc.endpoints[0]=https://ksc:132990",
            "config.backends.ksc.endpoints.0",
        ),
        ("config.backends.ksc.kind=osmp", "config.backends.ksc.kind"),
        ("config.backends.ksc=13299", "config.backends.ksc"),
        ("files.backends.ksc.token.key=x", "token"),
        ("files.backends.ksc.ca.key=a/b", "files.backends.ksc.ca.key"),
        (
            "networkPolicy.egress.backends.ksc.port=1",
            "networkPolicy.egress.backends.ksc",
        ),
        ("config.routing.isolatehost={ksc}", "isolatehost"),
        ("config.routing.order={KSC}", "config.routing.order.0"),
        ("config.routing.order=ksc", "config.routing.order"),
        ("config.backends=null", "backends"),
        ("ports.api=80", "ports.api"),
        ("ingress=null", "ingress"),
        ("config.limits=null", "limits"),
        ("files.jwks=null", "jwks"),
    ] {
        // Both majors name the place, one with dots and one with slashes.
        let said = refusal("minimal", &["--set", set]);
        assert!(said.contains("schema"), "{set}: {said}");
        assert!(said.replace('/', ".").contains(place), "{set}: {said}");
    }
}

/// Null takes a default away. Where nothing else says what then holds, a template would read it as
/// 0: no replica, no port, a budget that lets all be evicted.
#[test]
#[ignore = "needs helm: cargo verify"]
fn a_value_that_cannot_be_missed_is_not_taken_away() {
    for (place, key) in [
        ("", "replicaCount"),
        ("", "revisionHistoryLimit"),
        ("", "minReadySeconds"),
        ("", "progressDeadlineSeconds"),
        ("image", "repository"),
        ("image", "pullPolicy"),
        ("files.redisUrl", "key"),
        ("files.jwks", "key"),
        ("ports", "address"),
        ("ports", "admin"),
        ("service", "type"),
        ("service", "port"),
        ("adminService", "port"),
        ("autoscaling", "minReplicas"),
        ("autoscaling", "maxReplicas"),
        ("podDisruptionBudget", "minAvailable"),
        ("podDisruptionBudget", "maxUnavailable"),
        ("networkPolicy.egress.dns", "port"),
        ("networkPolicy.egress.redis", "port"),
        ("serviceMonitor", "interval"),
        ("serviceMonitor", "scrapeTimeout"),
        ("probes.startup", "failureThreshold"),
        ("probes.liveness", "periodSeconds"),
        ("updateStrategy", "maxSurge"),
    ] {
        let set = format!("{place}.{key}=null");
        let said = refusal("minimal", &["--set", set.trim_start_matches('.')]);
        assert!(
            said.contains("schema") && said.contains(key),
            "{set}: {said}"
        );
    }
}
