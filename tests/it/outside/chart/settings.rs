//! What the chart writes into `gateway.toml`.

use edr_gateway::config::{BackendSettings, Settings};

use crate::outside::chart::rendered::{ci, objects, values};
use acceptance::chart::Helm;

#[test]
#[ignore = "needs helm: cargo verify"]
fn numbers_are_whole_and_texts_are_quoted_as_toml_wants_them() {
    let everything = objects("everything", &[]);
    let settings = everything.settings();

    for line in [
        "max_body_bytes = 33554432",
        "requests_per_minute_per_caller = 1000000",
        "trace_ratio = 0",
        "internal = false",
        r#"virtual_server = "Filiale \"Nord\" \\ Zürich""#,
        r#"endpoints = ["https://ksc-1.example.com:13299","https://ksc-2.example.com:13299/"]"#,
        "listen = \"0.0.0.0:8443\"",
        "client_ca_file = \"/run/edr-gateway/client-ca/ca.crt\"",
    ] {
        assert!(
            settings.lines().any(|it| it == line),
            "{line} is not in\n{settings}"
        );
    }
    assert!(
        objects("otlp", &[])
            .settings()
            .contains("trace_ratio = 0.05\n")
    );
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn a_text_with_every_odd_character_arrives_as_it_is() {
    let odd = "a\"b\\c\td<e>&f'g\u{e9}\u{2028}{{ .Values }}#h";
    let file = values(
        &serde_json::json!({"config": {"backends": {"ksc": {"virtual_server": odd}}}}).to_string(),
    );
    let more = file.path().display().to_string();

    let objects = objects("minimal", &["--values", &more]);

    let settings = Settings::load(objects.settings(), []).expect("the program takes it");
    let only = settings.backends.values().next();
    let Some(BackendSettings::Ksc(ksc)) = only else {
        panic!("there is one");
    };
    assert_eq!(ksc.virtual_server, odd);
}

/// The chart's rules are the gateway's: what is just good enough for one is good for the other.
#[test]
#[ignore = "needs helm: cargo verify"]
fn what_the_chart_lets_through_at_its_edges_the_gateway_takes() {
    for (case, set) in [
        (
            "minimal",
            "config.auth.leeway=5m,config.auth.jwks_max_age=24h",
        ),
        (
            "minimal",
            "config.idempotency.ttl=8784h,config.server.keep_alive=9999999999ms",
        ),
        (
            "minimal",
            "config.server.drain_delay=0ms,config.server.shutdown_grace=0s",
        ),
        (
            "minimal",
            "config.server.public_url=https://[2001:db8::1]:8443/a/b/",
        ),
        (
            "minimal",
            "config.server.public_url=HTTP://soc.example.com/",
        ),
        ("minimal", "config.backends.ksc.default_area=СОЦ_1. -я"),
        (
            "minimal",
            "config.tasks.protected_hosts={*,CORP\\\\dc-1,group:A/B,group:*}",
        ),
        (
            "minimal",
            "config.backends.ksc.endpoints={https://[2001:db8::1]:13299/,https://ksc_1:65535,https://192.0.2.1}",
        ),
        ("minimal", "config.auth.jwks_url=http://[::1]:8080/keys"),
        ("minimal", "config.auth.jwks_url="),
        (
            "several-issuers",
            "config.auth.issuer=,config.auth.audience=,files.revoked.existingConfigMap=",
        ),
        (
            "minimal",
            "config.auth.audience={a,b},config.auth.scope_prefix=edr.",
        ),
        (
            "minimal",
            "config.auth.audience=,config.auth.client_ids={a}",
        ),
        (
            "minimal",
            "config.auth.grants={system:serviceaccount:n:s = tasks.read}",
        ),
        ("minimal", "config.auth.jwks_url=http://127.1.2.3/keys?x=1"),
        (
            "minimal",
            "config.auth.jwks_url=https://sso.example.com?x=1",
        ),
        (
            "minimal",
            "config.backends.ksc.username=CORP\\\\svc-edr,config.backends.ksc.internal=false",
        ),
        ("minimal", "config.idempotency.store=null"),
        (
            "otlp",
            "config.telemetry.otlp_endpoint=http://localhost:4318,files.otlpHeaders.existingSecret=key",
        ),
        (
            "otlp-tls",
            "config.telemetry.otlp_endpoint=https://[2001:db8::2]/base",
        ),
    ] {
        let objects = objects(case, &["--set", set]);
        let settings = Settings::load(objects.settings(), []);
        assert!(settings.is_ok(), "{set}: {:?}", settings.err());
        if set.contains("CORP") {
            assert!(objects.settings().contains(r"CORP\\"), "{set}");
        }
    }
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn each_of_several_issuers_arrives_as_it_is() {
    let objects = objects("several-issuers", &[]);

    let settings = Settings::load(objects.settings(), []).expect("the program takes it");
    let issuers: Vec<_> = settings.auth.issuers.iter().collect();
    let names: Vec<_> = issuers.iter().map(|it| it.name.as_deref()).collect();
    assert_eq!(names, [None, Some("cluster"), Some("entra")]);
    let grant = issuers[1]
        .grants
        .get("system:serviceaccount:soar:playbooks");
    assert!(grant.is_some_and(|it| it.scopes.contains("tasks.create")));
    assert_eq!(issuers[2].scope_claims, ["roles", "scp"]);
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn a_setting_that_is_taken_away_is_the_gateways_default() {
    let objects = objects(
        "minimal",
        &[
            "--set",
            "config.server.drain_delay=null,config.limits.watchers=null,config.backends.ksc.budget=null",
        ],
    );

    let settings = objects.settings();
    for gone in ["drain_delay", "watchers = ", "budget = "] {
        assert!(!settings.contains(gone), "{gone}");
    }
    assert_eq!(objects.pod()["terminationGracePeriodSeconds"], 25);
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn a_cluster_of_ipv6_has_listeners_of_ipv6() {
    let objects = objects("node-port", &[]);
    let settings = objects.settings();

    assert!(settings.contains("listen = \"[::]:8080\""), "{settings}");
    assert!(
        settings.contains("admin_listen = \"[::]:9090\""),
        "{settings}"
    );
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn the_majors_of_helm_agree_on_a_release_of_any_name() {
    let case = ci("everything");
    for release in [
        "gw",
        "edr-gateway",
        // Names that YAML takes for a number or a truth, unless they are quoted.
        "2026",
        "true",
        "a-release-with-a-name-of-fifty-three-letters-exactly1",
    ] {
        let newer = Helm::newest().template_as(release, "2026", &case);
        let older = Helm::older().template_as(release, "2026", &case);
        let newer = newer.expect("it renders");
        assert_eq!(newer.all, older.expect("it renders").all);
        for object in &newer.all {
            assert_eq!(object["metadata"]["namespace"], "2026");
            let labels = &object["metadata"]["labels"];
            assert_eq!(labels["app.kubernetes.io/instance"], release);
        }
    }
}
