//! What it was measured on, and with which versions of everything.

use serde_json::{Map, Value, json};

use crate::options::Options;
use crate::process::{first_line, on_path};
use crate::rig::Workshop;

/// Processor, kernel, versions, and every setting.
pub(crate) async fn describe(workshop: &Workshop, options: &Options) -> Value {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let processor = read("/proc/cpuinfo")
        .lines()
        .find_map(|it| it.strip_prefix("model name")?.split_once(": "))
        .map(|(_, name)| name.to_owned());
    let mut versions = Map::new();
    let peers = &workshop.peers;
    let mut programs = vec![
        ("gateway", Some(workshop.gateway.clone()), "--version"),
        ("before", workshop.before.clone(), "--version"),
        ("haproxy", on_path("haproxy"), "-v"),
        ("redis", on_path("redis-server"), "--version"),
        ("envoy", Some(peers.join("bin/envoy")), "--version"),
        ("python", Some(peers.join("bin/python3")), "--version"),
    ];
    programs.push(("git", on_path("git"), "--version"));
    for (name, program, argument) in programs {
        if let Some(program) = program
            && let Some(line) = first_line(&program, &[argument]).await
        {
            versions.insert(name.to_owned(), line.into());
        }
    }
    if let Some(git) = on_path("git") {
        let root = env!("CARGO_MANIFEST_DIR");
        let arguments = ["-C", root, "describe", "--always", "--dirty"];
        let revision = first_line(&git, &arguments).await;
        versions.insert("revision of the sources".to_owned(), revision.into());
        versions.remove("git");
    }
    let (warm_up, time) = options.times();
    json!({
        "processor": processor,
        "processors": workshop.processors,
        "kernel": read("/proc/sys/kernel/osrelease").trim(),
        "load before": read("/proc/loadavg").trim(),
        "versions": versions,
        "quick": options.quick,
        "rounds": options.rounds(),
        "seconds": time.as_secs_f64(),
        "warm-up": warm_up.as_secs_f64(),
        "hosts": options.hosts,
        "settings": workshop.settings.iter().map(|(key, value)| format!("{key} = {value}")).collect::<Vec<_>>(),
        "log of the gateway": "/dev/null, at its default level; the proxies log nothing",
        "processor time": "nanoseconds of /proc/<pid>/task/*/schedstat",
    })
}
