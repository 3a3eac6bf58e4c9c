//! Several servers: each with its own settings, files and way through the network, whatever it is
//! called.

use std::collections::BTreeSet;

use acceptance::chart::{Helm, Objects, values as chart_values};
use edr_gateway::config::{Settings, TrustSource};
use serde_json::{Value, json};
use vocabulary::task::TaskType;
use vocabulary::task_id::Alias;

use crate::outside::chart::rendered::{ci, objects, refusal, values};

/// Words that the chart or the gateway uses for something else, and the longest and shortest names.
const NAMES: [&str; 14] = [
    "tls",
    "otlp",
    "redis",
    "config",
    "jwks",
    "revoked",
    "backends",
    "routing",
    "order",
    "true",
    "null",
    "ca",
    "a",
    "abcdefghij012345",
];

/// Values with a server for each of these names, which differ in their address alone.
fn named(names: &[&str]) -> Value {
    let mut values = json!({"networkPolicy": {"enabled": true, "egress": {"issuer": {"cidrs": ["192.0.2.20/32"]}}}});
    for (number, name) in (1..).zip(names) {
        values["config"]["backends"][*name] = json!({
            "kind": "ksc",
            "endpoints": [format!("https://ksc-{number}.example.com:{}", 13_299 + number)],
            "username": format!("account-{number}"),
        });
        values["files"]["backends"][*name] = json!({
            "password": {"existingSecret": "accounts", "key": format!("password-{number}")},
            "ca": {"existingConfigMap": "authorities"},
        });
        values["networkPolicy"]["egress"]["backends"][*name] =
            json!({"cidrs": [format!("192.0.2.{number}/32")]});
    }
    values
}

/// The smallest release with these servers in the place of its own.
fn release(values_of_servers: &Value) -> Objects {
    let file = values(&values_of_servers.to_string());
    let more = file.path().display().to_string();
    let without_its_own = "config.backends.ksc=null,files.backends.ksc=null";
    objects("minimal", &["--set", without_its_own, "--values", &more])
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn no_name_of_a_server_meets_another_name_of_the_chart() {
    let mut more = named(&NAMES);
    // Everything else that a pod can be given.
    more["config"]["idempotency"]["store"] = json!("redis");
    more["config"]["telemetry"]["otlp_endpoint"] = json!("https://localhost:4318");
    more["networkPolicy"]["egress"]["redis"]["cidrs"] = json!(["192.0.2.30/32"]);
    for file in [
        "jwksCa",
        "jwksToken",
        "revoked",
        "redisUrl",
        "otlpHeaders",
        "otlpCa",
        "tls",
        "clientCa",
        "trustedRoots",
    ] {
        more["files"][file]["existingSecret"] = json!("other");
    }

    let objects = release(&more);

    let settings = Settings::load(objects.settings(), []).expect("the program takes it");
    let aliases: BTreeSet<&str> = settings.backends.keys().map(Alias::as_str).collect();
    assert_eq!(aliases, BTreeSet::from(NAMES));
    let mounts = list(&objects.container()["volumeMounts"]);
    let volumes = list(&objects.pod()["volumes"]);
    // One for the settings, nine of the house, two of each server.
    assert_eq!(volumes.len(), 1 + 9 + 2 * NAMES.len());
    for (what, places) in [("name", volumes), ("mountPath", mounts), ("name", mounts)] {
        let different: BTreeSet<&str> = places.iter().filter_map(|it| it[what].as_str()).collect();
        assert_eq!(different.len(), volumes.len(), "{what}");
    }
    // A mount within a mount that is read-only cannot be made.
    for mount in mounts {
        let path = format!("{}/", mount["mountPath"].as_str().expect("a path"));
        let within = mounts.iter().filter(|it| {
            it["mountPath"]
                .as_str()
                .is_some_and(|it| it.starts_with(&path))
        });
        assert_eq!(within.count(), 0, "{path}");
    }
    for volume in volumes {
        let name = volume["name"].as_str().expect("a name");
        let good = name
            .bytes()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
        assert!(good && name.len() <= 63, "{name}");
    }
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn certificates_in_the_values_stand_apart_whatever_their_servers_are_called() {
    let names = ["otlp", "client", "jwks", "trusted", "backend"];
    let certificate = |name: &str| format!("-----BEGIN CERTIFICATE-----\n{name}\n");
    let mut more = named(&names);
    for name in names {
        more["files"]["backends"][name]["ca"] = json!({"inline": certificate(name)});
    }
    more["config"]["telemetry"]["otlp_endpoint"] = json!("https://localhost:4318");
    more["files"]["otlpCa"]["inline"] = json!(certificate("the collector's"));
    more["files"]["trustedRoots"]["inline"] = json!(certificate("the house's"));

    let objects = release(&more);

    let data = objects.named("ConfigMap", "gw-edr-gateway")["data"]
        .as_object()
        .expect("data");
    assert_eq!(data.len(), 1 + names.len() + 2);
    let settings = Settings::load(objects.settings(), []).expect("the program takes it");
    for (alias, of_one) in &settings.backends {
        let ksc = of_one.ksc().expect("a KSC");
        let TrustSource::CaFile(file) = &ksc.trust else {
            panic!("{alias} is checked against its authority");
        };
        let key = file.path().file_name().and_then(|it| it.to_str());
        let content = &data[key.expect("a key")];
        assert!(
            content
                .as_str()
                .is_some_and(|it| it.contains(alias.as_str())),
            "{alias}: {content}"
        );
    }
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn each_server_has_what_was_given_under_its_own_alias() {
    let objects = release(&named(&["hq", "plant"]));

    let settings = Settings::load(objects.settings(), []).expect("the program takes it");
    let volumes = list(&objects.pod()["volumes"]);
    let policy = objects.named("NetworkPolicy", "gw-edr-gateway");
    let rules = list(&policy["spec"]["egress"]);
    for (number, (alias, of_one)) in (1..).zip(&settings.backends) {
        let ksc = of_one.ksc().expect("a KSC");
        assert_eq!(ksc.username, format!("account-{number}"));
        let volume = volumes
            .iter()
            .find(|it| it["name"] == format!("backend-{alias}-password"))
            .expect("its password");
        // The same Secret, and another key in it.
        assert_eq!(volume["secret"]["secretName"], "accounts");
        let key = format!("password-{number}");
        assert_eq!(
            volume["secret"]["items"],
            json!([{"key": key, "path": key}])
        );
        let path = format!("/run/edr-gateway/backends/{alias}/password/{key}");
        assert!(
            objects
                .settings()
                .contains(&format!("password_file = \"{path}\"\n"))
        );
        // Names, then a rule for each server: only it is reached at its own port.
        let rule = &rules[number];
        assert_eq!(
            rule["to"],
            json!([{"ipBlock": {"cidr": format!("192.0.2.{number}/32")}}])
        );
        assert_eq!(
            rule["ports"],
            json!([{"protocol": "TCP", "port": 13_299 + number}])
        );
    }
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn which_server_acts_arrives_as_it_is() {
    let objects = objects("routing", &[]);

    let settings = Settings::load(objects.settings(), []).expect("the program takes it");
    let of = |task: TaskType| -> Vec<&str> {
        let preferred = settings.routing.of(task).iter();
        preferred.map(Alias::as_str).collect()
    };
    assert_eq!(of(TaskType::GetFile), ["main", "branch", "reserve"]);
    assert_eq!(of(TaskType::IsolateHost), ["reserve", "main"]);
    // An empty list is not the same as none.
    assert_eq!(of(TaskType::OnDemandScan), Vec::<&str>::new());
}

/// What one file of values gives, the next one takes away, as `null` does everywhere in Helm.
#[test]
#[ignore = "needs helm: cargo verify"]
fn a_server_is_taken_away_as_a_whole() {
    let gone = "config.backends.plant=null,files.backends.plant=null,networkPolicy.egress.backends.plant=null";
    let objects = objects("two-servers", &["--set", gone]);

    assert!(!objects.text.contains("plant"), "{}", objects.text);
    Settings::load(objects.settings(), []).expect("the program takes it");
    let half = refusal("two-servers", &["--set", "config.backends.plant=null"]);
    for place in [
        "files.backends.plant",
        "networkPolicy.egress.backends.plant",
    ] {
        let sentence = format!("{place} belongs to no server: there is no config.backends.plant.");
        assert!(half.contains(&sentence), "{half}");
    }
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn a_name_that_cannot_be_is_refused_with_the_rule_wherever_it_stands() {
    for name in [
        "KSC",
        "1ksc",
        "ksc-1",
        "ksc_1",
        "abcdefghij0123456",
        "кск",
        "a b",
    ] {
        for place in ["config", "files", "networkPolicy.egress"] {
            let set = format!("{place}.backends.{name}.x=1");
            let said = refusal("minimal", &["--set", &set]);
            let rule = "an alias is a small letter and up to fifteen small letters or digits";
            assert!(said.contains(rule), "{set}: {said}");
            assert!(
                said.replace('/', ".")
                    .contains(&format!("{place}.backends.{name}")),
                "{set}: {said}"
            );
        }
    }
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn the_notes_name_the_servers_and_warn_of_each_by_itself() {
    let notes = |more: &[&str]| {
        let said = Helm::newest().notes(&ci("two-servers"), more);
        said.unwrap_or_else(|said| panic!("{said}"))
    };
    let good = notes(&[]);
    let bad = notes(&["--set", "files.backends.plant.ca.existingConfigMap="]);

    assert!(
        good.contains("at least one of its servers (hq, plant):"),
        "{good}"
    );
    assert!(!good.contains("public authority"), "{good}");
    let warning = "the certificate of config.backends.plant must be signed by a public authority";
    assert!(bad.contains(warning), "{bad}");
    assert_eq!(bad.matches("public authority").count(), 1, "{bad}");
}

/// What stands commented out in `values.yaml` is what somebody writes.
/// What only a Central Node is set with.
const OF_KATA: [&str; 10] = [
    "external_system_id:",
    "isolation_default:",
    "isolation_max:",
    "exclusion_presets:",
    "isolation_presets:",
    "confirm_within:",
    "start_within:",
    "synchronization_period:",
    "task_states:",
    "requests_per_second:",
];

#[test]
#[ignore = "needs helm: cargo verify"]
fn the_examples_of_the_values_are_good_values() {
    let text = chart_values::with_examples(&chart_values::text());
    let text = text
        .replace("<alias>", "ksc")
        .replace("<task>", "isolateHost");
    // The example is of every kind of server at once, and this one is a KSC.
    let is_of_kata = |line: &&str| OF_KATA.iter().any(|it| line.trim_start().starts_with(it));
    let lines: Vec<&str> = text.lines().filter(|it| !is_of_kata(it)).collect();
    let text = lines.join("\n");
    let file = values(&text);
    let more = file.path().display().to_string();

    // What every installation must say stands in the file before it: an empty text takes that away.
    let said =
        "image.repository=edr,config.auth.issuer=https://sso.example.com,config.auth.audience=a";
    let objects = objects("minimal", &["--values", &more, "--set", said]);

    let settings = Settings::load(objects.settings(), []).expect("the program takes it");
    assert_eq!(settings.routing.of(TaskType::IsolateHost).len(), 1);
    assert!(
        objects
            .settings()
            .contains("[backends.ksc]\nbudget = 100\n")
    );
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn new_pods_come_with_another_certificate_of_any_server() {
    let checksum = |content: &str| {
        let mut more = named(&["hq", "plant"]);
        let inline = format!("-----BEGIN CERTIFICATE-----{content}");
        more["files"]["backends"]["plant"]["ca"] = json!({"inline": inline});
        let objects = release(&more);
        let pod = &objects.only("Deployment")["spec"]["template"];
        pod["metadata"]["annotations"]["checksum/config"].clone()
    };

    assert_eq!(checksum("a"), checksum("a"));
    assert_ne!(checksum("a"), checksum("b"));
}
