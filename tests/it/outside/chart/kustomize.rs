//! The plain manifests are a base that an overlay can be put on.

use std::fs;
use std::process::Command;

use acceptance::repository::root;

const SETTINGS: &str = r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "edr-gateway"}, "data": {"gateway.toml": "mine"}}"#;
const NETWORK: &str = r#"[{"op": "replace", "path": "/spec/egress/1/to", "value": [{"ipBlock": {"cidr": "203.0.113.7/32"}}]}]"#;

/// The overlay that the head of kustomization.yaml shows, for a copy of the base beside it.
fn overlay(kustomization: &str) -> String {
    let shown = kustomization
        .lines()
        .filter_map(|it| it.strip_prefix("#   "));
    let shown = shown.skip_while(|it| *it != "resources:");
    let lines = shown.map(|it| match it.split_once("- https://") {
        Some((before, _)) => format!("{before}- ../base"),
        None => it.replace(
            "sha256:…",
            &format!("sha256:{}", "0123456789abcdef".repeat(4)),
        ),
    });
    format!("namespace: soc\n{}\n", lines.collect::<Vec<_>>().join("\n"))
}

#[test]
#[ignore = "needs kubectl: cargo verify"]
fn the_overlay_that_is_shown_can_be_built_and_changes_what_it_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let (base, mine) = (folder.path().join("base"), folder.path().join("mine"));
    fs::create_dir(&base).expect("a folder");
    fs::create_dir(&mine).expect("a folder");
    for file in ["kustomization.yaml", "edr-gateway.yaml"] {
        let from = root().join("deploy/kustomize").join(file);
        fs::copy(from, base.join(file)).expect("it is copied");
    }
    let shown = fs::read_to_string(base.join("kustomization.yaml")).expect("it is there");
    fs::write(mine.join("kustomization.yaml"), overlay(&shown)).expect("it is written");
    fs::write(mine.join("settings.yaml"), SETTINGS).expect("it is written");
    fs::write(mine.join("network.yaml"), NETWORK).expect("it is written");

    let kubectl = acceptance::chart::kubectl();
    let output = Command::new(&kubectl)
        .arg("kustomize")
        .arg(&mine)
        .output()
        .unwrap_or_else(|error| {
            panic!("{}: {error}: `cargo verify` installs it", kubectl.display())
        });

    let built = String::from_utf8_lossy(&output.stdout);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    for line in [
        "  gateway.toml: mine",
        "  replicas: 3",
        "        cidr: 203.0.113.7/32",
        "        cidr: 192.0.2.20/32",
    ] {
        assert!(
            built.lines().any(|it| it == line),
            "{line} is not in\n{built}"
        );
    }
    assert!(built.contains("image: registry.yours.example/edr-gateway@sha256:0123"));
    assert!(!built.contains("namespace: edr-gateway"), "{built}");
    assert!(!built.contains("Helm") && !built.contains("helm.sh"));
}
