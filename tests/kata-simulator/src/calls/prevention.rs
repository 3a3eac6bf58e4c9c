//! Settings of the kind `prevention`: of one host, or of all.
//!
//! Whatever is sent replaces all rules of the scope, also those that a person has made at the
//! console. A file cannot have a rule for all hosts and one for a single host: the error lists the
//! hosts and names only the first such file.

use crate::answer::{Answer, Content, phrase};
use crate::calls::asked::{Asked, Whose, only, removed, sent, written};
use crate::file_hash::FileHash;
use crate::forms::{ConflictForm, NoRule, SettingsShape};
use crate::wire;
use crate::world::World;
use crate::world::prevention_rules::{Conflict, Scope};
use crate::world::sensors;
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) fn settings(world: &mut World, asked: &Asked<'_>, whose: Whose) -> Answer {
    let hashes = match asked.method {
        "POST" => match hashes(world, asked) {
            Some(hashes) => hashes,
            None => return Answer::bad_request(),
        },
        _ => Vec::new(),
    };
    let scope = match whose {
        Whose::All => Scope::All,
        Whose::Host(id) => Scope::Host(id),
        Whose::Nobody => return Answer::not_found(),
    };
    match asked.method {
        "GET" => read(world, scope),
        "POST" => match world.set_prevention(scope, &hashes, &asked.by) {
            Ok(_) => written(&world.behaviour, Value::Array(files(world, scope))),
            Err(conflict) => refused(world, &conflict),
        },
        "DELETE" => {
            // No file, no conflict.
            let was_there = world.set_prevention(scope, &[], &asked.by) == Ok(true);
            if was_there || world.behaviour.removing_nothing_is_fine {
                removed(&world.behaviour)
            } else {
                Answer::not_found()
            }
        }
        _ => Answer::error(405),
    }
}

fn hashes(world: &World, asked: &Asked<'_>) -> Option<Vec<FileHash>> {
    let settings = sent(world, asked)?;
    only(world, &settings, &["objects"], "settings");
    let hash = |object: &Value| {
        let members = object.as_object()?;
        let file = members.get("file").filter(|_| members.len() == 1)?;
        only(world, file, &["md5", "sha256"], "file");
        FileHash::read(file)
    };
    settings
        .get("objects")?
        .as_array()?
        .iter()
        .map(hash)
        .collect()
}

fn files(world: &World, scope: Scope) -> Vec<Value> {
    let rules = world.prevention.of(scope);
    let file = |hash: &FileHash| {
        let mut value = hash.value(world.behaviour.upper_case_hashes);
        if let Some(members) = value.as_object_mut() {
            wire::extend(members, &world.behaviour);
        }
        value
    };
    rules.iter().map(|it| file(&it.hash)).collect()
}

fn read(world: &World, scope: Scope) -> Answer {
    let files = files(world, scope);
    if files.is_empty() {
        return match world.behaviour.no_prevention {
            NoRule::NotFound => Answer::not_found(),
            NoRule::EmptyArray => Answer::ok(json!([])),
            NoRule::EmptyObjects => Answer::ok(json!({"objects": []})),
        };
    }
    let rule = json!({"objects": files});
    Answer::ok(match world.behaviour.prevention_shape {
        SettingsShape::Files => Value::Array(files),
        SettingsShape::Rules => json!([rule]),
        SettingsShape::One | SettingsShape::Objects => rule,
        SettingsShape::Settings => json!({"settings": rule}),
        SettingsShape::ResponseSettings => json!({"response": {"settings": rule}}),
        SettingsShape::Strange => json!({"prevention": {"rules": files.len()}}),
    })
}

/// Status and body of this error are not documented, only what it tells.
fn refused(world: &World, conflict: &Conflict) -> Answer {
    let status = world.behaviour.conflict_status;
    let file = &conflict.hash.value(world.behaviour.upper_case_hashes)["file"];
    let name = |id: &Uuid| world.directory.by_id(*id).map(|it| it.host);
    let ids: Vec<String> = conflict
        .hosts
        .iter()
        .map(|id| sensors::written(*id))
        .collect();
    let names: Vec<String> = conflict.hosts.iter().filter_map(name).collect();
    let sentence = |hosts: &[String]| {
        let hosts = if hosts.is_empty() {
            "all hosts".to_owned()
        } else {
            hosts.join(", ")
        };
        let digits = conflict.hash.digits();
        json!({"error": format!("The rule for {digits} is already applied to: {hosts}")})
    };
    let body = match world.behaviour.conflict_form {
        ConflictForm::Members => {
            let all = vec!["all".to_owned()];
            let hosts = if ids.is_empty() { all } else { ids };
            json!({"error": phrase(status), "file": file, "hosts": hosts})
        }
        ConflictForm::Ids => sentence(&ids),
        ConflictForm::Names => sentence(&names),
    };
    Answer {
        status,
        content: Content::Json(body),
    }
}
