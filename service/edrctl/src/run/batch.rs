//! Many requests out of a file, each once.
//!
//! Each line has a key made of what it says, and its result is written down as soon as it is known.
//! So a run that was cut short is taken up by the next one: what was accepted is passed over, and
//! everything else is asked for again with the key that it had.
//!
//! * `lines`: what the file asks for.
//! * `sheet`: a file with columns.
//! * `journal`: the results of this run and of those before.
//! * `bar`: how far it is.

mod bar;
mod journal;
mod lines;
mod sheet;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::ArgMatches;
use futures_util::StreamExt as _;
use futures_util::stream::iter;
use serde_json::{Value, json};
use vocabulary::names::Normal;

use self::bar::Bar;
use self::journal::{Journal, Record};
use self::lines::{Asked, Line};
use super::create::wait;
use super::desk::{Desk, Stop};
use super::ending::worse;
use super::tasks::watch_all;
use crate::exit::Exit;
use crate::gateway::answer::Answer;
use crate::gateway::departure::Departure;
use crate::gateway::failure::Failure;
use crate::gateway::{Creation, Gateway};
use crate::show;

/// Asks for each line of a file.
pub(super) async fn run(desk: &Desk, given: &ArgMatches) -> Exit {
    let file = given.get_one::<PathBuf>("file").expect("it is required");
    let name = given.get_one::<String>("run").map_or("", String::as_str);
    let usage = |reason: String| {
        desk.say(&format!("edrctl: {reason}"));
        Exit::Usage
    };
    let lines = match lines::read(file, name) {
        Ok(lines) => lines,
        Err(reason) => return usage(reason),
    };
    let dry_run = given.get_flag("dryRun");
    let place = match given.get_one::<PathBuf>("results") {
        Some(place) => place.clone(),
        None => beside(file),
    };
    let journal = if dry_run {
        Journal::nowhere()
    } else {
        match Journal::open(&place) {
            Ok(journal) => journal,
            Err(error) => return usage(format!("{}: {error}", place.display())),
        }
    };
    let gateway = match desk.gateway() {
        Ok(gateway) => gateway,
        Err(failure) => return desk.failed(&failure, None),
    };
    let address = gateway.address_of();
    if let Some(other) = journal.of_another(&address) {
        return usage(format!(
            "{} has results of {other}: name another file with --results for {address}",
            place.display()
        ));
    }
    if !dry_run {
        let place = place.display().to_string();
        desk.note(&format!("results: {}", show::clean(&place)));
    }
    desk.when_stopped(Stop::Waiting(
        "edrctl: interrupted. The same command goes on where this one was, and repeats nothing."
            .to_owned(),
    ));
    let parallel = given.get_one::<u16>("parallel").copied().unwrap_or(1);
    let post = Post {
        desk,
        gateway: &gateway,
        journal: RefCell::new(journal),
        bar: RefCell::new(Bar::new(desk, lines.len())),
        address,
        dry_run,
        full: Cell::new(false),
    };
    let mut records = post.all(&lines, usize::from(parallel)).await;
    post.bar.borrow_mut().finish();
    records.sort_by_key(|it| it.line);
    let mut exit = records.iter().map(|it| it.exit).fold(Exit::Done, worse);
    if post.full.get() {
        exit = worse(exit, Exit::Else);
    }
    if let Some(wait) = wait(given).filter(|_| !dry_run) {
        match followed(desk, &gateway, &mut records, Instant::now() + wait).await {
            Ok(ended) => exit = worse(exit, ended),
            Err(failure) => {
                // What was accepted stays so; how it stands is what nobody knows.
                desk.failed(&failure, None);
                exit = worse(exit, Exit::Unknown);
            }
        }
    }
    worse(exit, told(desk, &lines, &records))
}

/// Where the results of a file are written.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".results.jsonl");
    PathBuf::from(name)
}

/// Follows what was accepted to its end.
async fn followed(
    desk: &Desk,
    gateway: &Gateway,
    records: &mut [Record],
    until: Instant,
) -> Result<Exit, Failure> {
    let ids: Vec<String> = records.iter().filter_map(Record::id).collect();
    if ids.is_empty() {
        return Ok(Exit::Done);
    }
    let (tasks, exit) = watch_all(desk, gateway, &ids, until).await?;
    let of = |task: Value| Some((task["id"].as_str()?.to_owned(), task));
    let mut by_id: BTreeMap<String, Value> = tasks.into_iter().filter_map(of).collect();
    for record in records {
        if let Some(task) = record.id().and_then(|it| by_id.remove(&it)) {
            record.told = json!({"task": task});
        }
    }
    Ok(exit)
}

/// Prints the results, in the order of the lines.
fn told(desk: &Desk, lines: &[Line], records: &[Record]) -> Exit {
    let answer = json!({"results": records.iter().map(Record::value).collect::<Vec<_>>()});
    let hosts: Vec<String> = lines.iter().map(Line::host).collect();
    desk.print(&answer, || show::batch::batch(&answer, &hosts, desk.out))
}

/// Who asks for the lines.
struct Post<'a> {
    desk: &'a Desk,
    gateway: &'a Gateway,
    journal: RefCell<Journal>,
    bar: RefCell<Bar>,
    address: String,
    dry_run: bool,
    /// Whether results cannot be written any more: then nothing more is asked, because the next run
    /// would not know of it.
    full: Cell<bool>,
}

impl Post<'_> {
    /// All, some hosts at a time. Those of one host go one after the other: a release must not
    /// overtake the isolation that stands before it.
    async fn all(&self, lines: &[Line], parallel: usize) -> Vec<Record> {
        let mut hosts: BTreeMap<Normal, Vec<&Line>> = BTreeMap::new();
        for line in lines {
            hosts
                .entry(Normal::of(&line.host()))
                .or_default()
                .push(line);
        }
        // The hosts in the order in which they are met.
        let mut hosts: Vec<Vec<&Line>> = hosts.into_values().collect();
        hosts.sort_by_key(|lines| lines.first().map_or(0, |it| it.number));
        let them = hosts.into_iter().map(|lines| self.of_host(lines));
        let done: Vec<Vec<Record>> = iter(them).buffer_unordered(parallel).collect().await;
        done.into_iter().flatten().collect()
    }

    async fn of_host(&self, lines: Vec<&Line>) -> Vec<Record> {
        let mut records = Vec::new();
        for line in lines {
            records.push(self.one(line).await);
        }
        records
    }

    async fn one(&self, line: &Line) -> Record {
        let known = self.journal.borrow().accepted(line.key.as_str());
        let record = if let Some(record) = known {
            Record {
                line: line.number,
                ..record
            }
        } else {
            let record = self.ask(line).await;
            if let Err(error) = self.journal.borrow_mut().write(&record)
                && !self.full.replace(true)
            {
                let words = format!(
                    "edrctl: the results cannot be written, so nothing more is asked: {error}"
                );
                self.desk.say(&words);
            }
            record
        };
        self.bar.borrow_mut().step(record.exit);
        record
    }

    async fn ask(&self, line: &Line) -> Record {
        let how = Creation {
            key: line.key.clone(),
            dry_run: self.dry_run,
            wait: None,
            until: Instant::now() + self.gateway.retry_for(),
            departure: Departure::new(),
        };
        if self.full.get() {
            let told = json!({"problem": {"code": "not_asked", "title": "It was not asked for.", "detail": "The results cannot be written."}});
            return self.record(line, Exit::Later, told);
        }
        let answer = match &line.asked {
            Ok(Asked::Flat(action, body)) => self.gateway.create(*action, body, &how).await,
            Ok(Asked::Native(body)) => self.gateway.create_native(body, &how).await,
            Err(reason) => Err(Failure::Settings(reason.clone())),
        };
        let (exit, told) = match answer {
            Ok(answer) => self.answered(&answer),
            Err(failure) => (failure.exit(), refused(&failure)),
        };
        self.record(line, exit, told)
    }

    fn record(&self, line: &Line, exit: Exit, told: Value) -> Record {
        Record {
            line: line.number,
            key: line.key.as_str().to_owned(),
            gateway: self.address.clone(),
            exit,
            told,
        }
    }

    fn answered(&self, answer: &Answer) -> (Exit, Value) {
        if !self.dry_run {
            return (
                Exit::Done,
                json!({"status": answer.status, "task": answer.body}),
            );
        }
        let checks = answer.body["checks"].as_array();
        let passed = checks.into_iter().flatten().all(|it| it["ok"] == true);
        let exit = if passed { Exit::Done } else { Exit::Refused };
        (
            exit,
            json!({"status": answer.status, "dryRun": answer.body}),
        )
    }
}

/// What was not accepted, as a result of a batch tells it.
fn refused(failure: &Failure) -> Value {
    match failure.refusal() {
        Some(refusal) => json!({"status": refusal.status, "problem": refusal.document}),
        None => {
            json!({"problem": {"code": "not_answered", "title": "There is no answer.", "detail": failure.to_string()}})
        }
    }
}
