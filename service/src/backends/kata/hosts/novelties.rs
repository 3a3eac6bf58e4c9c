//! What the Central Node says of its hosts in words that no page of the vendor lists.
//!
//! Capabilities, the status of a licence and the family of a system are told as words, and which
//! words there are is documented nowhere. Nothing is decided by one that is not known; but each is
//! logged when it is heard for the first time, so that an operator can say what real servers tell.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use kata::{Sensor, Sensors};
use vocabulary::task_id::Alias;

/// Most words of a member that are logged. A server that tells a number there, or a name, would
/// fill the log.
const MOST_WORDS: usize = 100;

/// The longest word that is logged whole, in characters.
const LONGEST_WORD: usize = 64;

/// The members, as KATA calls them.
const MEMBERS: [&str; 3] = ["capabilities", "licenseStatus", "osFamily"];

/// The words that were heard, of each member.
pub(super) struct Novelties {
    alias: Alias,
    heard: Mutex<[BTreeSet<String>; MEMBERS.len()]>,
}

impl Novelties {
    /// Nothing was heard yet from the Central Node of this alias.
    pub(super) fn none_yet(alias: Alias) -> Self {
        Self {
            alias,
            heard: Mutex::default(),
        }
    }

    /// Logs what is new in these rows.
    pub(super) fn hear(&self, told: &Sensors) {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        for row in &told.hosts {
            for (heard, member) in heard.iter_mut().zip(MEMBERS) {
                for word in words(row, member) {
                    if heard.len() < MOST_WORDS && !heard.contains(&*word) {
                        let is_last = heard.len() + 1 == MOST_WORDS;
                        self.log(member, &word, told.server_version.as_deref(), is_last);
                        heard.insert(word.into_owned());
                    }
                }
            }
        }
    }

    fn log(&self, member: &str, word: &str, version: Option<&str>, is_last: bool) {
        tracing::info!(
            {
                backend = %self.alias,
                kata.member = member,
                kata.value = word,
                kata.version = version
            },
            "KATA tells a value that this replica has not heard before"
        );
        if is_last {
            tracing::info!(
                { backend = %self.alias, kata.member = member },
                "KATA has told {MOST_WORDS} values of this member; others are not logged"
            );
        }
    }
}

/// What a row has of a member, in whichever form it came.
fn words<'a>(row: &'a Sensor, member: &str) -> Vec<Cow<'a, str>> {
    let text = match member {
        "licenseStatus" => row.licence_status.as_deref(),
        "osFamily" => row.os_family.as_deref(),
        _ => None,
    };
    let capabilities = row.capabilities.iter().flatten();
    let capabilities = capabilities.filter(|_| member == "capabilities");
    let of_another_type = row.others.get(member).filter(|it| !it.is_null());
    let values = capabilities
        .chain(of_another_type)
        .map(|it| match it.as_str() {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(it.to_string()),
        });
    text.map(Cow::Borrowed)
        .into_iter()
        .chain(values)
        .map(short)
        .collect()
}

fn short(word: Cow<'_, str>) -> Cow<'_, str> {
    match word.char_indices().nth(LONGEST_WORD) {
        None => word,
        Some((end, _)) => Cow::Owned(format!("{}…", &word[..end])),
    }
}
