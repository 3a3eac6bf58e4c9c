//! Values that would make a release which does not work are refused, in a sentence.

use crate::outside::chart::rendered::{objects, refusal, values};

/// What is set beside a case that is good, and a part of the sentence that refuses it.
const SENTENCES: &[(&str, &str, &str)] = &[
    (
        "minimal",
        "httpRoute.enabled=true",
        "httpRoute.parentRefs must name the Gateway",
    ),
    (
        "minimal",
        "image.repository=",
        "image.repository must say where your build",
    ),
    (
        "minimal",
        "config.auth.issuer=",
        "config.auth.issuer must be the `iss`",
    ),
    (
        "minimal",
        "config.auth.audience=",
        "config.auth.audience must be the `aud`",
    ),
    (
        "minimal",
        "config.auth.jwks_url=,config.auth.issuer=soc",
        "soc cannot be asked where its keys are",
    ),
    (
        "minimal",
        "config.auth.client_ids={a}",
        "config.auth.client_ids takes the place",
    ),
    (
        "several-issuers",
        "config.auth.issuer=",
        "config.auth.issuer must be the `iss`",
    ),
    (
        "several-issuers",
        "config.auth.issuers[0].audience=",
        "config.auth.issuers[0].audience must be the `aud`",
    ),
    (
        "several-issuers",
        "config.auth.issuers[1].name=cluster",
        "config.auth.issuers[1].name is another's too, and callers of both would be one",
    ),
    (
        "several-issuers",
        "config.auth.issuers[1].issuer=https://sso.example.com/realms/soc",
        "config.auth.issuers[1].issuer is another's too: a token must mean exactly one",
    ),
    (
        "several-issuers",
        "config.auth.issuers[1].leeway=6m",
        "config.auth.issuers[1].leeway must be at most 5m",
    ),
    (
        "several-issuers",
        "config.auth.issuer=,config.auth.backend_claims={b},files.revoked.existingConfigMap=",
        "config.auth.issuer must be the `iss`",
    ),
    (
        "confined",
        "config.auth.grants[1]=a=b = tasks.read backends.ksc backends.plannt",
        "config.auth.grants confines a caller to backends.plannt, and config.backends has no such alias",
    ),
    (
        "confined",
        "config.auth.issuers[0].grants[0]=a = backends.branch",
        "config.auth.issuers[0].grants confines a caller to backends.branch, and config.backends has no such alias",
    ),
    (
        "jwks-secret",
        "files.jwksCa.existingSecret=ca",
        "files.jwksCa and files.jwksToken do nothing",
    ),
    (
        "minimal",
        "files.jwks.existingSecret=keys",
        "keys for tokens are, and 2 do",
    ),
    (
        "hs256",
        "files.jwks.existingConfigMap=keys",
        "keys for tokens are, and 2 do",
    ),
    (
        "minimal",
        "config.backends.ksc=null,files.backends.ksc=null",
        "config.backends must name at least one server, such as config.backends.ksc",
    ),
    (
        "minimal",
        "config.backends.ksc.kind=",
        "config.backends.ksc.kind must say what the server is: ksc",
    ),
    (
        "minimal",
        "config.backends.ksc.endpoints=null",
        "config.backends.ksc.endpoints must name at least one address",
    ),
    (
        "minimal",
        "config.backends.ksc.username=",
        "config.backends.ksc.username must name the dedicated",
    ),
    (
        "minimal",
        "files.backends.ksc.password.existingSecret=",
        "files.backends.ksc.password.existingSecret must name the Secret",
    ),
    (
        "minimal",
        "files.backends.ksc=null",
        "files.backends.ksc.password.existingSecret must name the Secret",
    ),
    (
        "two-servers",
        "files.backends.plant.password.existingSecret=",
        "files.backends.plant.password.existingSecret must name the Secret",
    ),
    (
        "ca",
        "files.backends.ksc.pinnedCertificate.existingSecret=pin",
        "files.backends.ksc has both pinnedCertificate and ca: pin",
    ),
    (
        "two-servers",
        "files.backends.hq.ca.existingSecret=ca",
        "files.backends.hq has both pinnedCertificate and ca: pin",
    ),
    (
        "ca",
        "files.backends.ksc.ca.existingSecret=ca",
        "files.backends.ksc.ca has several sources: give one of",
    ),
    (
        "minimal",
        "files.backends.ksc.ca.inline=DER",
        "files.backends.ksc.ca.inline must be a certificate in PEM",
    ),
    (
        "minimal",
        "files.backends.ksc.ca.inline=-----BEGIN PRIVATE KEY-----",
        "files.backends.ksc.ca.inline holds a private key",
    ),
    (
        "minimal",
        "files.clientCa.existingSecret=ca",
        "files.clientCa does nothing without files.tls",
    ),
    (
        "minimal",
        "ports.admin=8080",
        "ports.api and ports.admin must differ",
    ),
    (
        "minimal",
        "replicaCount=2",
        "2 replicas need config.idempotency.store: redis",
    ),
    (
        "minimal",
        "autoscaling.enabled=true",
        "5 replicas need config.idempotency.store: redis",
    ),
    (
        "minimal",
        "config.idempotency.store=redis",
        "files.redisUrl.existingSecret must name the Secret",
    ),
    (
        "minimal",
        "files.redisUrl.existingSecret=redis",
        "files.redisUrl does nothing while config.idempotency.store is memory",
    ),
    (
        "autoscaling",
        "replicaCount=3",
        "replicaCount does nothing with autoscaling",
    ),
    (
        "autoscaling",
        "autoscaling.minReplicas=9",
        "autoscaling.minReplicas is more than",
    ),
    (
        "autoscaling",
        "resources.requests.cpu=null",
        "autoscaling aims at a share of the requested cpu, so resources.requests.cpu",
    ),
    (
        "autoscaling",
        "autoscaling.targetCPUUtilizationPercentage=0,autoscaling.targetMemoryUtilizationPercentage=0",
        "autoscaling has nothing to go by",
    ),
    (
        "autoscaling",
        "sidecars[0].name=mesh,sidecars[0].resources.requests.memory=1Mi",
        "the sidecar mesh requests no cpu: a pod with such a container",
    ),
    (
        "redis",
        "podDisruptionBudget.minAvailable=3",
        "minAvailable of 3 with 3 replicas blocks every drain",
    ),
    (
        "redis",
        "podDisruptionBudget.minAvailable=90%",
        "minAvailable of 90% with 3 replicas blocks every drain",
    ),
    (
        "autoscaling",
        "podDisruptionBudget.maxUnavailable=0",
        "maxUnavailable of nothing blocks every drain",
    ),
    (
        "redis",
        "podDisruptionBudget.maxUnavailable=1",
        "both minAvailable and maxUnavailable",
    ),
    (
        "minimal",
        "podDisruptionBudget.enabled=true,podDisruptionBudget.minAvailable=1",
        "minAvailable of 1 with 1 replicas blocks every drain",
    ),
    (
        "minimal",
        "updateStrategy.maxSurge=0",
        "updateStrategy allows neither",
    ),
    (
        "minimal",
        "terminationGracePeriodSeconds=30",
        "terminationGracePeriodSeconds of 30 ends a replica before",
    ),
    (
        "minimal",
        "service.nodePort=30080",
        "service.nodePort does nothing",
    ),
    (
        "minimal",
        "service.loadBalancerSourceRanges[0]=10.0.0.0/8",
        "service.loadBalancerSourceRanges does nothing",
    ),
    (
        "minimal",
        "service.externalTrafficPolicy=Local",
        "service.externalTrafficPolicy does nothing",
    ),
    (
        "minimal",
        "ingress.enabled=true",
        "ingress.hosts must name at least one host",
    ),
    (
        "ingress",
        "ingress.tls[0].hosts[0]=other.example.com",
        "ingress.tls names other.example.com, which is none of",
    ),
    (
        "network-policy",
        "networkPolicy.egress.backends.ksc=null",
        "networkPolicy.egress.backends.ksc must have addresses",
    ),
    (
        "two-servers",
        "networkPolicy.egress.backends.plant=null",
        "networkPolicy.egress.backends.plant must have addresses",
    ),
    (
        "minimal",
        "networkPolicy.egress.backends.ksk.cidrs[0]=192.0.2.1/32",
        "networkPolicy.egress.backends.ksk belongs to no server: there is no config.backends.ksk",
    ),
    (
        "minimal",
        "files.backends.other.password.existingSecret=x",
        "files.backends.other belongs to no server: there is no config.backends.other",
    ),
    (
        "routing",
        "config.routing.order={main,ksc}",
        "config.routing.order names ksc, which is no alias in config.backends",
    ),
    (
        "routing",
        "config.routing.getFile={main,branch,main}",
        "config.routing.getFile names main twice: an order has each alias once",
    ),
    (
        "two-servers",
        "config.backends.plant.endpoints[1]=https://KSC-HQ.example.com:13299/",
        "config.backends.plant.endpoints has an address of config.backends.hq, with the same virtual_server",
    ),
    (
        "routing",
        "config.backends.branch.virtual_server=",
        "config.backends.main.endpoints has an address of config.backends.branch, with the same virtual_server",
    ),
    (
        "minimal",
        "config.backends.ksc.correlation=tag,config.backends.ksc.default_area=abcdefghijklmnopqrstuvwx",
        "config.backends.ksc.default_area must have at most 23 characters",
    ),
    (
        "two-servers",
        "config.backends.plant.stalled_after=8785h",
        "config.backends.plant.stalled_after of 8785h is longer than the year",
    ),
    (
        "network-policy",
        "networkPolicy.egress.issuer.peers=null",
        "networkPolicy.egress.issuer must have addresses",
    ),
    (
        "network-policy",
        "networkPolicy.egress.redis.peers=null",
        "networkPolicy.egress.redis must have addresses",
    ),
    (
        "network-policy",
        "config.telemetry.otlp_endpoint=http://otel:4318",
        "networkPolicy.egress.otlp must have addresses",
    ),
    (
        "otlp",
        "files.otlpHeaders.existingSecret=key",
        "files.otlpHeaders needs a config.telemetry.otlp_endpoint of https://",
    ),
    (
        "otlp",
        "files.otlpCa.existingSecret=ca",
        "files.otlpCa does nothing unless",
    ),
    (
        "restricted",
        "serviceAccount.name=",
        "serviceAccount.name must name one that exists",
    ),
    (
        "minimal",
        "extraEnv[0].name=EDR_GATEWAY__SERVER__LISTEN",
        "extraEnv sets EDR_GATEWAY__SERVER__LISTEN, which the chart decides",
    ),
    (
        "minimal",
        "extraEnv[0].name=EDR_GATEWAY__BACKENDS__KSC__PASSWORD_FILE",
        "extraEnv sets EDR_GATEWAY__BACKENDS__KSC__PASSWORD_FILE",
    ),
    (
        "minimal",
        "fullnameOverride=1edr",
        "no Service may be called 1edr",
    ),
    (
        "minimal",
        "config.backends.ksc.endpoints[0]=https://ksc.example.com:70000",
        "config.backends.ksc.endpoints has https://ksc.example.com:70000, whose port there cannot be",
    ),
    (
        "minimal",
        "config.idempotency.ttl=8785h",
        "config.idempotency.ttl of 8785h is longer than the year",
    ),
    (
        "minimal",
        "config.auth.jwks_max_age=25h",
        "config.auth.jwks_max_age must be at most 24h",
    ),
    (
        "minimal",
        "config.auth.leeway=300001ms",
        "config.auth.leeway must be at most 5m",
    ),
    (
        "minimal",
        "config.tasks.protected_hosts[0]=Group: / ",
        "holds a pattern without a name, which would protect nothing",
    ),
    (
        "minimal",
        "minReadySeconds=300",
        "progressDeadlineSeconds must be more than minReadySeconds",
    ),
    (
        "monitoring",
        "serviceMonitor.interval=5s",
        "serviceMonitor.scrapeTimeout is more than serviceMonitor.interval",
    ),
    (
        "minimal",
        "extraEnv[0].name=EDR_GATEWAY__server__listen",
        "extraEnv sets EDR_GATEWAY__server__listen, which the chart decides",
    ),
    (
        "everything",
        "extraEnv[0].name=SSL_CERT_FILE",
        "extraEnv sets SSL_CERT_FILE, which the chart decides",
    ),
];

#[test]
#[ignore = "needs helm: cargo verify"]
fn values_that_contradict_each_other_are_refused_with_a_sentence() {
    for (case, set, sentence) in SENTENCES {
        let said = refusal(case, &["--set", set]);
        assert!(said.contains(sentence), "{case} with {set} says:\n{said}");
        assert_eq!(
            said.matches(" - ").count(),
            1,
            "{case} with {set} says more:\n{said}"
        );
    }
}

/// Every sentence of the template is said by some test of the table above or of this file.
#[test]
fn every_sentence_is_tried() {
    let path = acceptance::chart::folder().join("templates/validate.yaml");
    let template = std::fs::read_to_string(path).expect("validate.yaml");
    let here = include_str!("mistakes.rs");

    let mut sentences = 0;
    for line in template.lines().filter(|it| it.contains("append $wrong")) {
        let (_, rest) = line.split_once('"').expect("a sentence");
        // Up to the first place where something is put in, or a quote.
        let fixed: Vec<&str> = rest.split(['"', '%', '\\']).collect();
        let known = fixed.iter().any(|it| {
            let words: Vec<&str> = it.split_whitespace().collect();
            words
                .windows(3)
                .any(|three| here.contains(&three.join(" ")))
        });
        assert!(known, "no test provokes: {line}");
        sentences += 1;
    }
    assert!(sentences > 35, "{sentences}");
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn all_mistakes_are_told_at_once() {
    for (text, mistakes) in [
        ("replicaCount: 3\n", 5),
        // Of each server what it is, where it is, and its account with the password.
        (
            "replicaCount: 3\nconfig: {backends: {a: {}, b: {}}}\nfiles: {backends: {c: {}}}\n",
            13,
        ),
    ] {
        let nothing = values(text);
        let rendered = acceptance::chart::Helm::newest().template(nothing.path(), &[]);
        let said = rendered.expect_err("it must be refused");

        assert_eq!(said.matches("\n  - ").count(), mistakes, "{said}");
    }
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn a_key_set_with_a_private_key_is_refused() {
    for (keys, sentence) in [
        (
            r#"{"keys": [{"kty": "OKP", "d": "x"}]}"#,
            "holds a private or secret key",
        ),
        (
            r#"{"keys": [{"kty": "oct", "k": "x"}]}"#,
            "holds a private or secret key",
        ),
        ("not JSON", "must be a key set in JSON"),
        (r#"{"keys": ["x"]}"#, "has keys which are not objects"),
    ] {
        let file = values(&serde_json::json!({"files": {"jwks": {"inline": keys}}}).to_string());
        let more = file.path().display().to_string();
        let said = refusal("jwks-inline", &["--values", &more]);
        assert!(said.contains(sentence), "{keys}: {said}");
    }
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn what_a_chart_above_gives_to_all_is_no_mistake() {
    objects(
        "minimal",
        &["--set", "global.imageRegistry=registry.example.com"],
    );
}
