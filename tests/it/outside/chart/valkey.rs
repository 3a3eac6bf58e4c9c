//! The Valkey of `deploy/valkey.yaml` and the values that use it fit each other.

use acceptance::chart::{folder, values};
use acceptance::repository::read;
use serde_json::Value;

/// The objects of the file, by kind.
fn objects() -> Vec<Value> {
    read("deploy/valkey.yaml")
        .split("\n---\n")
        .map(values::parse)
        .collect()
}

fn only<'a>(objects: &'a [Value], kind: &str) -> &'a Value {
    let mut found = objects.iter().filter(|it| it["kind"] == kind);
    let only = found.next().unwrap_or_else(|| panic!("no {kind}"));
    assert!(found.next().is_none(), "{kind}");
    only
}

#[test]
fn the_store_is_where_the_values_look_for_it() {
    let objects = objects();
    let set = only(&objects, "StatefulSet");
    let pod = &set["spec"]["template"];
    let service = only(&objects, "Service");
    let text = std::fs::read_to_string(folder().join("ci/valkey-values.yaml"));
    let values = values::parse(&text.expect("the values"));

    let labels = &pod["metadata"]["labels"];
    assert_eq!(service["spec"]["selector"], *labels);
    let peer = &values["networkPolicy"]["egress"]["redis"]["peers"][0];
    assert_eq!(peer["podSelector"]["matchLabels"], *labels);
    // The default of `networkPolicy.egress.redis.port`.
    assert_eq!(service["spec"]["ports"][0]["port"], 6379);
    let secret = &values["files"]["redisUrl"]["existingSecret"];
    let volumes = pod["spec"]["volumes"].as_array().expect("volumes");
    assert!(
        volumes
            .iter()
            .any(|it| it["secret"]["secretName"] == *secret),
        "{volumes:?}"
    );
    let readme = read("helm/README.md");
    let name = service["metadata"]["name"].as_str().expect("a name");
    assert!(readme.contains(&format!("redis://:$PASSWORD@{name}/0")));
    assert!(readme.contains(secret.as_str().expect("a name")));
}

#[test]
fn it_keeps_what_it_is_told() {
    let objects = objects();
    let settings = &only(&objects, "ConfigMap")["data"]["valkey.conf"];
    let settings = settings.as_str().expect("a text");

    for line in [
        "appendonly yes",
        "appendfsync always",
        "maxmemory-policy noeviction",
        "include /run/valkey/auth.conf",
    ] {
        assert!(settings.lines().any(|it| it == line), "{line}");
    }
    let set = only(&objects, "StatefulSet");
    let container = &set["spec"]["template"]["spec"]["containers"][0];
    let mounts = container["volumeMounts"].as_array().expect("mounts");
    for (folder, line) in [
        ("/data", "dir /data"),
        ("/run/valkey", "include /run/valkey/auth.conf"),
    ] {
        assert!(settings.contains(line), "{line}");
        assert!(
            mounts.iter().any(|it| it["mountPath"] == folder),
            "{folder}"
        );
    }
}
