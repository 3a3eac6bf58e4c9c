//! Short texts that callers choose: names of hosts, ids, keys, cursors, queries.

use std::borrow::Cow;
use std::collections::HashMap;

use edr_gateway::backends::ksc::task_id::TaskIds;
use edr_gateway::backends::seam::{HostCursor, TaskCursor, TaskFilter};
use edr_gateway::doors::rest::query::Query;
use ksc::SafeText;
use vocabulary::host_id::HostId;
use vocabulary::key::Key;
use vocabulary::names::{HostName, Normal};
use vocabulary::task_id::{Alias, TaskId};

use crate::Verdict;
use crate::filter::assert_safe;

const NAMES: [&str; 4] = ["name", "id", "limit", "cursor"];

/// Most mistakes in a query that are named.
const MOST_VIOLATIONS: usize = 20;

pub(crate) fn try_one(input: &[u8]) -> Verdict {
    let text = String::from_utf8_lossy(input);
    let taken = [
        is_host_name(&text),
        is_key(&text),
        is_id(&text),
        is_cursor(&text),
        is_query(&text),
    ];
    Verdict::taken(taken.contains(&true))
}

fn is_host_name(text: &str) -> bool {
    let Some(name) = HostName::parse(text) else {
        return false;
    };
    // Of an address every spelling is the same.
    let kept = name.as_str() == text || name.address().is_some();
    assert!(kept, "it was changed");
    assert_safe(text);
    let again = HostName::parse(name.as_str()).expect("a name is one");
    assert_eq!(again.normal(), name.normal());
    assert_eq!(&Normal::of(name.normal().as_str()), name.normal());
    for spelling in name.spellings() {
        assert!(
            SafeText::parse(&spelling).is_ok(),
            "{spelling:?} cannot be searched"
        );
        assert_eq!(&Normal::of(&spelling), name.normal(), "{spelling:?}");
    }
    true
}

/// A key means the same with quotes around and blanks beside it, and two keys stay two.
fn is_key(text: &str) -> bool {
    let Some(key) = Key::parse(text) else {
        return false;
    };
    assert!(
        text.trim()
            .bytes()
            .all(|it| it.is_ascii_graphic() || it == b' ')
    );
    assert_eq!(Key::parse(&format!("  {text}\t")).as_ref(), Some(&key));
    let bare = text.trim();
    if !bare.starts_with('"') {
        assert_eq!(Key::parse(&format!("\"{bare}\"")).as_ref(), Some(&key));
        assert!(Key::parse(&format!("\"{bare}x\"")).as_ref() != Some(&key));
    }
    assert_ne!(key.part(0), key);
    assert_ne!(key.part(0), key.part(1));
    true
}

/// Only what is written is read.
fn is_id(text: &str) -> bool {
    if let Some(host) = HostId::parse(text) {
        assert_eq!(host.as_str(), text);
        assert_safe(text);
        assert!(SafeText::parse(text).is_ok());
    }
    if HostId::is_guid(text) {
        assert_eq!(text.len(), 36);
        assert!(HostId::parse(text).is_some());
    }
    let Some(id) = TaskId::parse(text) else {
        return false;
    };
    assert_eq!(id.as_str(), text);
    assert_eq!(format!("{}-{}", id.backend(), id.native()), text);
    let ids = TaskIds::of(Alias::parse(id.backend()).expect("an alias"));
    let Some(incident) = ids.decode(&id) else {
        return false;
    };
    assert!(incident > 0);
    assert_eq!(ids.encode(incident), id);
    true
}

fn is_cursor(text: &str) -> bool {
    let wanted = TaskFilter::default();
    let tasks = TaskCursor::read(&wanted, text);
    if let Some(below) = &tasks {
        assert_eq!(below.write(&wanted), text);
    }
    let hosts = HostCursor::read(text);
    if let Some(cursor) = &hosts {
        assert_eq!(cursor.write(), text);
        assert!(tasks.is_none(), "a cursor of two lists");
    }
    tasks.is_some() || hosts.is_some()
}

/// A parameter is taken when it stands in the query once, as another parser reads it; and the query
/// is in order exactly when every parameter is.
fn is_query(text: &str) -> bool {
    let mut given: HashMap<String, Vec<String>> = HashMap::new();
    for part in text.split('&').filter(|it| !it.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        given.entry(decode(name)).or_default().push(decode(value));
    }
    let mut query = Query::of(text, &NAMES);
    for name in NAMES {
        assert_eq!(query.has(name), given.contains_key(name));
        let value = query.take(name, ("any", "Is any text."), |it| Some(it.to_owned()));
        let expected = match given.get(name).map(Vec::as_slice) {
            Some([one]) => Some(one.clone()),
            Some(_) | None => None,
        };
        assert_eq!(value, expected, "{name}");
    }
    let in_order = given
        .iter()
        .all(|(name, values)| NAMES.contains(&&**name) && values.len() == 1);
    match query.finish() {
        Ok(()) => assert!(in_order, "{text:?}"),
        Err(problem) => {
            let errors = problem.document("/", "r").errors;
            assert!(!in_order && (1..=MOST_VIOLATIONS).contains(&errors.len()));
        }
    }
    in_order && !given.is_empty()
}

/// `application/x-www-form-urlencoded`: a plus is a blank, and two hexadecimal digits are a byte.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let digits = bytes.get(at + 1..at + 3).and_then(|it| {
            let digits = std::str::from_utf8(it).ok()?;
            let plain = digits.bytes().all(|it| it.is_ascii_hexdigit());
            u8::from_str_radix(digits, 16).ok().filter(|_| plain)
        });
        match (bytes[at], digits) {
            (b'%', Some(byte)) => {
                decoded.push(byte);
                at += 2;
            }
            (b'+', _) => decoded.push(b' '),
            (other, _) => decoded.push(other),
        }
        at += 1;
    }
    match String::from_utf8_lossy(&decoded) {
        Cow::Borrowed(it) => it.to_owned(),
        Cow::Owned(it) => it,
    }
}
