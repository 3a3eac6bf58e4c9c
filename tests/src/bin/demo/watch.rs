//! The nine tasks: sent in at the front door, and read until each has an end.

use std::time::Duration;

use acceptance::{Caller, Reply};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::board::{Row, problem, table};
use crate::paper::{Paper, Style};
use crate::requests::nine;
use crate::stage::{Stage, reason};

/// How often a task is read. Real devices are slower, and `pollAfterSeconds` tells a client so.
const POLL: Duration = Duration::from_millis(400);

/// A task of the table was read.
struct News {
    row: usize,
    reply: Reply,
    at: Instant,
}

/// Sends all nine, shows how they go, and gives what became of them.
pub(crate) async fn show(stage: &Stage, paper: &Paper) -> Result<Vec<Row>, String> {
    paper.chapter(
        "The nine tasks, each to its end",
        "For each POST the gateway finds the device by whatever it is called, stores one incident in KSC \
         and answers 202; the state is then read from the KSC task that KSC makes of it. The four dots \
         are: incident stored, KSC task seen, device at work, end reported.",
    );
    let mut board = Board::new(paper);
    let (soar, start) = (stage.soar(), Instant::now());
    let (sender, mut receiver) = mpsc::channel(64);
    let mut pursuits = JoinSet::new();
    for number in 0..board.rows.len() {
        let request = board.rows[number].request.clone();
        let sent = soar
            .create(request.task, request.host, request.params)
            .await;
        board.enter(number, start.elapsed(), |row| row.answered(&sent));
        if sent.status == 202 {
            let id = sent.json["id"].as_str().unwrap_or_default().to_owned();
            pursuits.spawn(pursue(soar.clone(), number, id, sender.clone()));
        }
    }
    drop(sender);
    while let Some(News { row, reply, at }) = receiver.recv().await {
        board.enter(row, at - start, |row| {
            if reply.status == 200 {
                row.task = reply.json;
                row.trouble = None;
            } else {
                row.trouble = Some(problem(&reply));
            }
            if row.is_over() {
                row.took.get_or_insert(at - start);
            }
        });
    }
    while let Some(ended) = pursuits.join_next().await {
        ended.map_err(reason)?;
    }
    board.finish();
    Ok(board.rows)
}

/// Reads a task until its state cannot change any more. A refusal that a client should wait for
/// (429, 503) is waited for.
async fn pursue(caller: Caller, row: usize, id: String, news: mpsc::Sender<News>) {
    loop {
        let reply = caller.get(&format!("/v1/tasks/{id}")).await;
        let over = reply.json["terminal"] == true;
        let pause = match reply.status {
            429 | 503 => reply
                .header("retry-after")
                .parse()
                .map_or(POLL, Duration::from_secs),
            _ => POLL,
        };
        let told = news
            .send(News {
                row,
                reply,
                at: Instant::now(),
            })
            .await;
        if over || told.is_err() {
            return;
        }
        tokio::time::sleep(pause).await;
    }
}

/// The table as it is on the paper.
struct Board<'a> {
    paper: &'a Paper,
    rows: Vec<Row>,
    written: usize,
}

impl<'a> Board<'a> {
    fn new(paper: &'a Paper) -> Self {
        let rows = nine().into_iter().map(Row::of).collect();
        let mut board = Self {
            paper,
            rows,
            written: 0,
        };
        board.draw();
        board
    }

    /// Changes a row and shows it.
    fn enter(&mut self, number: usize, after: Duration, change: impl FnOnce(&mut Row)) {
        let row = &mut self.rows[number];
        let before = (row.status, row.state().to_owned(), row.trouble.clone());
        change(row);
        if self.paper.is_live() {
            self.draw();
            return;
        }
        if before != (row.status, row.state().to_owned(), row.trouble.clone()) {
            let says = row.trouble.as_deref().unwrap_or(row.state());
            let seconds = after.as_secs_f64();
            let line = format!("  {seconds:>5.1} s  {:<16}  {says}", row.request.task);
            self.paper.line(&line);
        }
    }

    fn draw(&mut self) {
        if self.paper.is_live() {
            let lines = table(&self.rows, self.paper);
            self.paper.redraw(self.written, &lines);
            self.written = lines.len();
        }
    }

    /// What could not be written over is written now.
    fn finish(&self) {
        if !self.paper.is_live() {
            self.paper.line("");
            for line in table(&self.rows, self.paper) {
                self.paper.line(&line);
            }
        }
        for row in &self.rows {
            if let Some(trouble) = &row.trouble {
                self.paper
                    .hanging(&format!("  ✗ {}: ", row.request.task), trouble, Style::Bad);
            }
        }
    }
}
