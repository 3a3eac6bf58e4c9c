//! Clients that openapi-generator makes of OpenAPI 3.0, run.

use acceptance::House;
use acceptance::repository::fixture;
use dialects::Dialect;

use super::conversation::holds;
use super::served::fetch;
use super::tools::{generate, must, of_npm, of_python};
use tokio::process::Command;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs openapi-generator, java: cargo verify"]
async fn the_client_in_python_isolates_once_and_is_refused_as_an_exception() {
    let house = House::open().await;
    let folder = tempfile::tempdir().expect("a folder");
    let document = fetch(&house, Dialect::OpenApi30, folder.path()).await;
    let (client, _) = generate(&document, "python", folder.path()).await;

    let mut program = of_python("generator", "python3");
    program
        .env("PYTHONPATH", client)
        .arg(fixture("importers/clients/isolate.py"));

    holds(&house, program).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs openapi-generator, java, node, typescript: cargo verify"]
async fn the_client_in_typescript_isolates_once_and_is_refused_as_an_error() {
    let house = House::open().await;
    let folder = tempfile::tempdir().expect("a folder");
    let document = fetch(&house, Dialect::OpenApi30, folder.path()).await;
    let (client, _) = generate(&document, "typescript-fetch", folder.path()).await;
    let caller = folder.path().join("isolate.ts");
    std::fs::rename(client, folder.path().join("client")).expect("a folder");
    std::fs::copy(fixture("importers/clients/isolate.ts"), &caller).expect("a file");
    let made = folder.path().join("made");
    let mut compiler = of_npm("tsc");
    compiler
        .current_dir(folder.path())
        .args(["--strict", "--target", "es2022", "--module", "commonjs"])
        .args(["--lib", "es2022,dom", "--outDir"])
        .args([&made, &caller]);
    must(compiler).await;

    let mut program = Command::new("node");
    program.arg(made.join("isolate.js"));

    holds(&house, program).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs openapi-generator, java, go: cargo verify"]
async fn the_client_in_go_isolates_once_and_is_refused_as_an_error_with_the_problem() {
    let house = House::open().await;
    let folder = tempfile::tempdir().expect("a folder");
    let document = fetch(&house, Dialect::OpenApi30, folder.path()).await;
    let (client, _) = generate(&document, "go", folder.path()).await;
    std::fs::create_dir(client.join("isolate")).expect("a folder");
    let source = fixture("importers/clients/isolate.go");
    std::fs::copy(source, client.join("isolate/main.go")).expect("a file");
    // But for its own tests it needs nothing but what the language brings.
    let go = |arguments: &[&str]| {
        let mut go = Command::new("go");
        go.current_dir(&client)
            .args(arguments)
            .env("GOFLAGS", "-mod=mod")
            .env("GOPROXY", "off");
        go
    };
    must(go(&["vet", ".", "./isolate"])).await;
    must(go(&["build", "-o", "isolated", "./isolate"])).await;

    let program = Command::new(client.join("isolated"));

    holds(&house, program).await;
    house.close().await;
}
