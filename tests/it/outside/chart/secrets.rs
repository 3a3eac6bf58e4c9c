//! Secrets stay in Secrets, and files are where the settings say.

use acceptance::chart::{Helm, Objects, variants};
use serde_json::Value;

use crate::outside::chart::rendered::objects;

/// Every path in the settings that a file is read from.
fn paths(objects: &Objects) -> Vec<String> {
    let lines = objects.settings().lines();
    let files = lines.filter_map(|it| it.split_once("_file = "));
    files
        .map(|(_, path)| path.trim_matches('"').to_owned())
        .collect()
}

/// The servers in the settings.
fn servers(objects: &Objects) -> Vec<&str> {
    let lines = objects.settings().lines();
    let heads = lines.filter_map(|it| it.strip_prefix("[backends.")?.strip_suffix(']'));
    heads.collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn every_file_that_the_settings_name_is_mounted_as_a_folder_and_only_that() {
    let mut seen = 0;
    for (case, file) in variants() {
        let objects = Helm::newest().template(&file, &[]).expect("it renders");
        let mounts = list(&objects.container()["volumeMounts"]);
        let volumes = list(&objects.pod()["volumes"]);

        let mut wanted = paths(&objects);
        let roots = list(&objects.container()["env"])
            .iter()
            .find(|it| it["name"] == "SSL_CERT_FILE");
        wanted.extend(roots.and_then(|it| it["value"].as_str()).map(str::to_owned));
        for path in wanted {
            let (folder, key) = path.rsplit_once('/').expect("a path");
            let mount = mounts.iter().find(|it| it["mountPath"] == folder);
            let mount = mount.unwrap_or_else(|| panic!("{case}: {path} is not mounted"));
            assert_eq!(mount["readOnly"], true);
            assert!(
                mount["subPath"].is_null(),
                "{case}: {path} would never change"
            );
            let volume = volumes
                .iter()
                .find(|it| it["name"] == mount["name"])
                .expect("its volume");
            if folder == "/etc/edr-gateway" {
                let data = &objects.named(
                    "ConfigMap",
                    volume["configMap"]["name"].as_str().expect("a name"),
                )["data"];
                assert!(
                    data[key].is_string(),
                    "{case}: {path} is not in the ConfigMap"
                );
            } else {
                let source = if volume["secret"].is_null() {
                    &volume["configMap"]
                } else {
                    &volume["secret"]
                };
                assert!(
                    list(&source["items"]).iter().any(|it| it["path"] == key),
                    "{case}: {path}"
                );
            }
            seen += 1;
        }
    }
    assert!(seen > 40, "{seen}");
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn the_password_comes_from_a_secret_in_every_variant_and_no_secret_is_made() {
    for (case, file) in variants() {
        let objects = Helm::newest().template(&file, &[]).expect("it renders");

        assert_eq!(objects.of("Secret").count(), 0, "{case}");
        let volumes = list(&objects.pod()["volumes"]);
        let servers = servers(&objects);
        assert!(!servers.is_empty(), "{case}");
        for server in servers {
            // A KSC has an account; a Central Node, a certificate and its key.
            let secrets: &[&str] = match server {
                "kata" => &["certificate", "key"],
                _ => &["password"],
            };
            for secret in secrets {
                let name = format!("backend-{server}-{secret}");
                let volume = volumes.iter().find(|it| it["name"] == name).expect("it");
                assert!(volume["secret"]["secretName"].is_string(), "{case}");
            }
        }
        for map in objects.of("ConfigMap") {
            let text = map["data"].to_string();
            assert!(!text.contains("PRIVATE KEY"), "{case}");
        }
    }
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn new_pods_come_with_what_is_read_at_the_start_and_with_nothing_else() {
    let checksum = |more: &[&str]| {
        let objects = objects("jwks-inline", more);
        let annotations =
            &objects.only("Deployment")["spec"]["template"]["metadata"]["annotations"];
        annotations["checksum/config"]
            .as_str()
            .expect("a checksum")
            .to_owned()
    };
    let first = checksum(&[]);

    assert_eq!(first.len(), 64);
    assert_eq!(first, checksum(&[]));
    for change in [
        "config.backends.ksc.budget=99",
        "ports.api=8081",
        "files.backends.ksc.password.key=other",
    ] {
        assert_ne!(first, checksum(&["--set", change]), "{change}");
    }
    // Another content at the same place: the settings, which name the place, are the same.
    for (file, is_read_at_the_start) in [
        ("backends.ksc.pinnedCertificate", true),
        ("backends.ksc.ca", true),
        ("otlpCa", true),
        ("trustedRoots", true),
        ("clientCa", false),
    ] {
        let with = |content: &str| {
            let set = format!(
                "config.telemetry.otlp_endpoint=https://otel,files.tls.existingSecret=tls,files.{file}.inline=-----BEGIN CERTIFICATE-----{content}"
            );
            checksum(&["--set", &set])
        };
        assert_eq!(with("a") != with("b"), is_read_at_the_start, "{file}");
    }
    for same in [
        "service.port=81",
        "files.jwks.inline={\"keys\": []}",
        "commonLabels.a=b",
    ] {
        let set = if same.contains('{') {
            "--set-json"
        } else {
            "--set"
        };
        let same = same.replace("inline={\"keys\": []}", "inline=\"{\\\"keys\\\": []}\"");
        assert_eq!(first, checksum(&[set, &same]), "{same}");
    }
}

#[test]
#[ignore = "needs helm: cargo verify"]
fn the_tests_of_a_release_hold_only_the_files_that_they_read() {
    let objects = objects("redis", &[]);
    let pod = |name: &str| &objects.named("Pod", &format!("gw-edr-gateway-{name}"))["spec"];

    assert_eq!(pod("test-doctor")["volumes"], objects.pod()["volumes"]);
    for name in ["test-ready", "test-api"] {
        assert!(pod(name)["volumes"].is_null(), "{name}");
    }
}
