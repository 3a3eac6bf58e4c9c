//! The commands that an administrator is shown for the settings of a task are commands that there are.

use acceptance::ask;
use acceptance::repository::read;

use super::markdown::Document;

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_that_an_administrator_is_shown_are_understood() {
    let files = tempfile::tempdir().expect("a folder");
    let settings = read("service/kataedr/tests/it/fixtures/12.3.ini");
    let document = Document::parse(&read("deploy/KATAEDR.md"));
    let mut seen = Vec::new();
    let blocks = document.code.iter().flat_map(|it| it.lines());
    for line in blocks.filter_map(|it| it.trim().strip_prefix("edr-gateway ")) {
        // Files of the reader's, of which only the settings are here.
        let here = ["kata.ini", "kata.ini.after"];
        let words: Vec<String> = line
            .split(' ')
            .map(|word| {
                if here.contains(&word) {
                    let path = files.path().join(word);
                    std::fs::write(&path, &settings).expect("a file");
                    path.display().to_string()
                } else if word == "kata-12.4.ini" {
                    files.path().join(word).display().to_string()
                } else {
                    word.to_owned()
                }
            })
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let answer = ask(&words, &[], b"").await;

        seen.push(words[1].to_owned());
        if line.contains("gateway.toml") || line.contains("kata-server.pem") {
            // The only thing wrong with it is that the file is not here.
            assert!(
                answer.errors.contains("No such file"),
                "{line}: {}",
                answer.errors
            );
        } else {
            assert_eq!(
                answer.code,
                Some(0),
                "{line}: {}{}",
                answer.output,
                answer.errors
            );
        }
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(
        seen,
        ["check", "commands", "connect", "convert", "diff", "explain"]
    );
}
