//! The first page: what there is, and the fields that all of it is about.

use std::fmt::Write as _;

use serde_json::Value;

use crate::file::File;
use crate::offer::Offer;
use vocabulary::requests::fields::{Field, Kind};

/// The page of the folder.
pub(crate) fn file(offers: &[Offer]) -> File {
    let mut page = include_str!("readme.txt").to_owned();
    for offer in offers {
        let (action, entry) = (offer.action, offer.entry);
        let _ = writeln!(page, "\n## `{action}`: {}\n", entry.title);
        let _ = writeln!(page, "{}\n", entry.summary);
        for field in offer.own_fields() {
            let _ = writeln!(page, "{}", line(field));
        }
        if offer.is_short() {
            let example = Value::Object(offer.example.clone());
            let _ = writeln!(page, "\n```json\n{example}\n```");
        }
    }
    File::text("README.md", &page)
}

fn line(field: &Field) -> String {
    let kind = match &field.kind {
        Kind::Text => "a text".to_owned(),
        Kind::Number => "a number".to_owned(),
        Kind::Flag => "true or false".to_owned(),
        Kind::Word(words) => words.join(" or "),
        Kind::Texts => "texts".to_owned(),
        Kind::Words(words) => format!("some of {}", words.join(", ")),
        Kind::Objects => "objects".to_owned(),
    };
    let needed = if field.required { ", needed" } else { "" };
    format!("* `{}` ({kind}{needed}): {}", field.name, field.purpose)
}
