//! Who the token says that the caller is, and what he may do.

use serde_json::Value;

use crate::show::ink::Ink;
use crate::show::member::{joined, rest, text};
use crate::show::page::Page;
use crate::show::screen::Screen;

const KNOWN: [&str; 5] = ["caller", "issuer", "scopes", "tasks", "backends"];

/// The answer of `GET /v1/whoami`.
#[must_use]
pub fn identity(answer: &Value, screen: Screen) -> String {
    let mut page = Page::new(screen);
    page.title(&text(answer, "/caller"), Ink::Heading);
    page.entry("issuer", &text(answer, "/issuer"));
    page.entry("scopes", &joined(answer, "/scopes"));
    let none_or = |pointer: &str| {
        let all = joined(answer, pointer);
        if all.is_empty() {
            "none".to_owned()
        } else {
            all
        }
    };
    page.entry("may ask for", &none_or("/tasks"));
    page.entry("back ends", &none_or("/backends"));
    rest(&mut page, answer, &KNOWN);
    page.finish()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_says_who_one_is_and_what_one_may_ask_for() {
        let answer = json!({
            "caller": "soar", "issuer": "https://issuer.example", "scopes": ["tasks.read"],
            "tasks": [], "backends": ["ksc"], "expiresAt": "2026-01-02T03:04:05Z"
        });

        assert_eq!(
            identity(&answer, Screen::PIPE),
            "soar\n\
             issuer      https://issuer.example\n\
             scopes      tasks.read\n\
             may ask for none\n\
             back ends   ksc\n\
             expiresAt   2026-01-02T03:04:05Z\n"
        );
    }
}
