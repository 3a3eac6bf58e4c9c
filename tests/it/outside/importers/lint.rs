//! Linters find nothing in the document, in any dialect that they read.

use acceptance::House;
use acceptance::repository::fixture;
use dialects::Dialect;

use super::served::fetch;
use super::tools::{of_npm, run};

/// A gateway whose callers reach it through an ingress, so that its documents name their server.
async fn published() -> House {
    House::with(&[("server.public_url", "https://edr.corp.example/edr")]).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redocly: cargo verify"]
async fn redocly_finds_nothing() {
    let house = published().await;
    let folder = tempfile::tempdir().expect("a folder");

    for dialect in Dialect::ALL {
        let document = fetch(&house, dialect, folder.path()).await;
        let mut redocly = of_npm("redocly");
        redocly.arg("lint").arg(document).arg("--config");
        redocly.arg(fixture("importers/lint/redocly.yaml"));
        let (well, said) = run(redocly).await;

        assert!(well, "{dialect:?}: {said}");
        assert!(said.contains("is valid"), "{dialect:?}: {said}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs spectral: cargo verify"]
async fn spectral_finds_nothing() {
    let house = published().await;
    let folder = tempfile::tempdir().expect("a folder");

    for dialect in Dialect::ALL {
        let document = fetch(&house, dialect, folder.path()).await;
        let rules = if dialect == Dialect::OpenApi31 {
            "importers/lint/spectral-3.1.yaml"
        } else {
            "importers/lint/spectral.yaml"
        };
        let mut spectral = of_npm("spectral");
        spectral.arg("lint").arg(document).arg("--ruleset");
        spectral
            .arg(fixture(rules))
            .args(["--fail-severity", "hint"]);
        let (well, said) = run(spectral).await;

        assert!(well, "{dialect:?}: {said}");
        assert!(said.contains("No results"), "{dialect:?}: {said}");
    }
    house.close().await;
}
