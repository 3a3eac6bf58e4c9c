//! The nine tasks: sent in at the front door, and followed to their ends, each by a stream of
//! events.

use acceptance::{Caller, Events, Said};
use ksc_simulator::CallRecord;
use reqwest::Method;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::board::Board;
use crate::paper::{Paper, Style};
use crate::problem::reasons;
use crate::requests::nine;
use crate::row::{Heard, Row};
use crate::stage::{Stage, reason};

/// A stream has told something of the task of a row.
struct News {
    row: usize,
    /// The event's id, which only an event with the task has.
    id: Option<String>,
    data: Value,
    at: Instant,
}

/// Sends all nine, shows how they go, and gives what became of them.
pub(crate) async fn show(stage: &Stage, paper: &Paper) -> Result<Vec<Row>, String> {
    paper.chapter(
        "The nine tasks, each to its end",
        "For each POST the gateway finds the device by whatever it is called (display, DNS or NetBIOS \
         name, address, KSC's id), stores one incident in KSC and answers 202; a stream of events then \
         tells how the task stands. The four dots are: incident stored, KSC task seen, device at work, \
         end reported.",
    );
    let journal = stage.house().sim.journal();
    let before = journal.calls().len();
    let mut board = Board::new(nine(), paper);
    let (soar, start) = (stage.soar(), Instant::now());
    let (sender, mut receiver) = mpsc::channel(64);
    let mut streams = JoinSet::new();
    for number in 0..board.rows.len() {
        let request = board.rows[number].request.clone();
        let sent = soar
            .create(request.task, request.host, request.params)
            .await;
        board.enter(number, start.elapsed(), |row| row.answered(&sent));
        if sent.status == 202 {
            let path = format!("{}/events", sent.header("location"));
            streams.spawn(listen(soar.clone(), number, path, sender.clone()));
        }
    }
    drop(sender);
    while let Some(news) = receiver.recv().await {
        let at = news.at - start;
        board.enter(news.row, at, |row| match news.id {
            Some(id) => row.hear(Heard {
                at,
                id,
                task: news.data,
            }),
            None => row.trouble = Some(reasons(&news.data)),
        });
    }
    while let Some(ended) = streams.join_next().await {
        ended.map_err(reason)?;
    }
    board.finish();
    let calls = journal.calls().split_off(before);
    paper.line("");
    paper.hanging("  ", &cost(&board.rows, &calls), Style::Plain);
    Ok(board.rows)
}

/// Listens to the stream of a task until it ends.
async fn listen(caller: Caller, row: usize, path: String, news: mpsc::Sender<News>) {
    let mut events = Events::open(caller.request(Method::GET, &path)).await;
    loop {
        let (id, data) = match events.next().await {
            Said::Event(_, id, data) => (id, data),
            Said::Comment(_) => continue,
            Said::End => return,
        };
        let at = Instant::now();
        if news.send(News { row, id, data, at }).await.is_err() {
            return;
        }
    }
}

/// What the nine have cost KSC, by its own journal. Streams ask on their own account; every other
/// call carries the id of the request that it is made for.
fn cost(rows: &[Row], calls: &[CallRecord]) -> String {
    let requests: Vec<&str> = rows.iter().map(|it| it.request_id.as_str()).collect();
    let ids = calls.iter().filter_map(|it| it.request_id.as_deref());
    let created = ids.filter(|it| requests.contains(it)).count();
    let followed = calls.len() - created;
    let share = followed / rows.len();
    format!(
        "By KSC's journal it took {created} calls to create the nine, and {followed} to follow them by streams: \
         {share} for each task, from its request to its end.",
    )
}
