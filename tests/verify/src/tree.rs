//! One TLS stack and one HTTP client, in what is delivered.
//!
//! `.deny.toml` bans the others by name in the whole workspace; this looks at the product's own
//! tree and also at versions: two rustls would be two places to configure.

use std::collections::{BTreeMap, BTreeSet};

use crate::ground::Ground;
use crate::outcome::{Failure, Outcome};

const TLS_STACKS: [&str; 6] = [
    "rustls",
    "openssl",
    "openssl-sys",
    "native-tls",
    "boring",
    "s2n-tls",
];
const CRYPTOGRAPHY: [&str; 4] = ["aws-lc-rs", "ring", "graviola", "rustls-rustcrypto"];
const HTTP_CLIENTS: [&str; 9] = [
    "reqwest",
    "ureq",
    "awc",
    "isahc",
    "curl",
    "attohttpc",
    "surf",
    "minreq",
    "hyper-tls",
];

/// Looks at the tree.
pub(crate) fn check(ground: &Ground) -> Outcome {
    let arguments = [
        "tree",
        "-p",
        "edr-gateway",
        "-e",
        "normal",
        "--prefix",
        "none",
        "--locked",
    ];
    let tree = read(&ground.cargo(&arguments).silent()?);
    let kinds = [
        (&TLS_STACKS[..], "rustls", "TLS stack"),
        (&CRYPTOGRAPHY[..], "aws-lc-rs", "cryptography"),
        (&HTTP_CLIENTS[..], "reqwest", "HTTP client"),
    ];
    let mut found = Vec::new();
    for (all, wanted, kind) in kinds {
        found.push(
            only(&tree, all, wanted).map_err(|it| Failure::because(format!("{kind}: {it}")))?,
        );
    }
    Ok(found.join(", "))
}

/// Names and versions of `cargo tree`.
fn read(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut tree: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        if let (Some(name), Some(version)) = (words.next(), words.next()) {
            tree.entry(name.to_owned())
                .or_default()
                .insert(version.to_owned());
        }
    }
    tree
}

/// The one that is wanted, in its one version; or what is there instead.
fn only(
    tree: &BTreeMap<String, BTreeSet<String>>,
    all: &[&str],
    wanted: &str,
) -> Result<String, String> {
    let there: Vec<String> = all
        .iter()
        .filter_map(|name| Some((name, tree.get(*name)?)))
        .flat_map(|(name, versions)| versions.iter().map(move |it| format!("{name} {it}")))
        .collect();
    match there.as_slice() {
        [one] if one.starts_with(&format!("{wanted} ")) => Ok(one.clone()),
        [] => Err(format!("{wanted} is not in the tree")),
        several => Err(format!(
            "only {wanted} in one version is wanted, and there is {}",
            several.join(", ")
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_a_kind_in_one_version_is_wanted() {
        let one = read("edr-gateway v0.1.0 (/work)\nrustls v0.23.46\nrustls v0.23.46 (*)\n");
        let two_versions = read("rustls v0.23.46\nrustls v0.22.0\n");
        let two_stacks = read("rustls v0.23.46\nnative-tls v0.2.0\n");

        assert_eq!(
            only(&one, &TLS_STACKS, "rustls").unwrap(),
            "rustls v0.23.46"
        );
        assert!(only(&two_versions, &TLS_STACKS, "rustls").is_err());
        assert!(only(&two_stacks, &TLS_STACKS, "rustls").is_err());
        assert!(only(&one, &HTTP_CLIENTS, "reqwest").is_err());
    }
}
