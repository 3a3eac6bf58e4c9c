//! The types that openapi-typescript makes of OpenAPI 3.1 compile, and say what a request may hold.

use acceptance::House;
use acceptance::repository::fixture;
use dialects::Dialect;

use super::served::fetch;
use super::tools::{must, of_npm};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs openapi-typescript, typescript: cargo verify"]
async fn types_are_strict_about_requests_and_know_the_answers() {
    let house = House::open().await;
    let folder = tempfile::tempdir().expect("a folder");
    let caller = folder.path().join("types.ts");
    std::fs::copy(fixture("importers/clients/types.ts"), &caller).expect("a file");

    for dialect in [Dialect::OpenApi31, Dialect::OpenApi30] {
        let document = fetch(&house, dialect, folder.path()).await;
        let mut generator = of_npm("openapi-typescript");
        generator.arg(document).arg("--output");
        generator.arg(folder.path().join("contract.ts"));
        must(generator).await;

        let mut compiler = of_npm("tsc");
        compiler
            .args(["--strict", "--noEmit", "--exactOptionalPropertyTypes"])
            .args(["--target", "es2022"])
            .arg(&caller);
        must(compiler).await;
    }
    house.close().await;
}
