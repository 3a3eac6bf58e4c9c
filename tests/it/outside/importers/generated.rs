//! Generators of other languages finish: they take the document as it is, and find no mistake in it.

use acceptance::House;
use dialects::Dialect;
use tokio::process::Command;

use super::served::fetch;
use super::tools::{generate, must};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs openapi-generator, java: cargo verify"]
async fn java_kotlin_rust_and_powershell_are_generated() {
    let house = House::open().await;
    let folder = tempfile::tempdir().expect("a folder");
    let all = fetch(&house, Dialect::OpenApi30, folder.path()).await;
    let powershell = fetch(&house, Dialect::PowerShell, folder.path()).await;

    for (generator, document, marks) in [
        ("java", &all, ("src/main/java", "isolateHost(")),
        ("kotlin", &all, ("src/main/kotlin", "fun isolateHost(")),
        ("rust", &all, ("src/apis", "pub async fn isolate_host(")),
        (
            "powershell",
            &powershell,
            ("src", "function Invoke-IsolateEdrHost"),
        ),
    ] {
        let (client, said) = generate(document, generator, folder.path()).await;
        let mut search = Command::new("grep");
        search.args(["--recursive", "--fixed-strings", "--quiet", "-e", marks.1]);
        search.arg(client.join(marks.0));

        assert!(!said.contains(" ERROR "), "{generator}: {said}");
        must(search).await;
    }
    house.close().await;
}
