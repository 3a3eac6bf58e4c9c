//! Settings that operators are shown are settings that the gateway takes.

use acceptance::repository::read;
use edr_gateway::config::Settings;

use super::markdown::Document;

/// What every file needs, for those that show a part.
const AUTH: &str = "[auth]\nissuer = \"https://sso.example.com\"\naudience = \"edr-gateway\"\n";
const BACKEND: &str = "[backends.ksc]\nkind = \"ksc\"\nendpoints = [\"https://ksc.example.com:13299\"]\n\
                       username = \"edr-gateway\"\npassword_file = \"/run/secrets/ksc/password\"\n";
const OTHER: &str = "[backends.branch]\nkind = \"ksc\"\nendpoints = [\"https://ksc.branch.example.com:13299\"]\n\
                     username = \"edr-gateway\"\npassword_file = \"/run/secrets/ksc-branch/password\"\n";

#[test]
fn the_settings_that_operators_are_shown_are_good() {
    let mut count = 0;
    for name in [
        "deploy/README.md",
        "deploy/CONNECTIONS.md",
        "deploy/IDENTITY.md",
    ] {
        let document = Document::parse(&read(name));
        for block in document.code.iter().filter(|it| it.starts_with('[')) {
            count += 1;
            let mut file = block.clone();
            for part in [AUTH, BACKEND, OTHER] {
                let (head, _) = part.split_once('\n').expect("a head");
                if !block.contains(head) {
                    file.push_str(part);
                }
            }
            let loaded = Settings::load(&file, []);
            assert!(loaded.is_ok(), "{name}: {block}\n{:?}", loaded.err());
        }
    }

    assert_eq!(count, 16);
}
