//! Callers: they send, wait, and send again, as the contract tells a SOAR to.

use std::sync::Arc;
use std::time::{Duration, Instant};

use acceptance::{Issuer, Token};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::book::{Book, Outcome};
use crate::dice::Dice;
use crate::errand::{CALLERS, Create, Errand, Read, What};
use crate::fleet::Fleet;

/// How often an order to the Central Node is sent before its caller does something else.
const MOST_TIMES: usize = 6;

/// Longer than a gateway's own limit: a caller hangs up on one that stands still.
const PATIENCE: Duration = Duration::from_secs(8);

const SCOPES: &str = "tasks.create tasks.read tasks.cancel hosts.read";

/// All callers, with their tokens.
pub(crate) struct Callers {
    client: Client,
    tokens: Vec<String>,
    pub(crate) fleet: Arc<Fleet>,
    pub(crate) book: Arc<Book>,
    seed: u64,
}

/// What is left of an errand after sending it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    Nothing,
    SendAgain,
}

impl Callers {
    pub(crate) fn new(fleet: Arc<Fleet>, book: Arc<Book>, seed: u64) -> Result<Self, String> {
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(PATIENCE)
            .build()
            .map_err(|error| error.to_string())?;
        let token = |number: usize| {
            let token = Token::of(&format!("soar-{number}"), SCOPES);
            let until = token.claims["iat"].as_u64().unwrap_or_default() + 24 * 3600;
            Issuer::shared().sign(&token.with("exp", json!(until)))
        };
        Ok(Self {
            client,
            tokens: (0..CALLERS).map(token).collect(),
            fleet,
            book,
            seed,
        })
    }

    /// Does an errand, but does not begin anything new after this moment.
    pub(crate) async fn run(&self, errand: Errand, until: Instant) {
        let mut dice = Dice::of(self.seed ^ 0xCA11, errand.number);
        match errand.what {
            What::Create(create) => {
                let create = Arc::new(create);
                self.book.open(errand.number, errand.caller, &create);
                let other = dice.clone();
                let mut second = Dice::of(self.seed ^ 0x2ECD, errand.number);
                let done = if create.twice {
                    let (one, two) = tokio::join!(
                        self.insist(errand.number, errand.caller, &create, other, until),
                        self.insist(
                            errand.number,
                            errand.caller,
                            &create,
                            Dice::of(second.below(u64::MAX), 0),
                            until
                        ),
                    );
                    one && two
                } else {
                    self.insist(errand.number, errand.caller, &create, other, until)
                        .await
                };
                if done {
                    self.book.settle(errand.number);
                }
            }
            What::ComeBack => {
                let open = self.book.open_orders();
                if !open.is_empty() {
                    let (number, record) = dice.pick(&open).clone();
                    let (caller, create) = (record.caller, record.create);
                    let at_once = Instant::now();
                    if self.insist(number, caller, &create, dice, at_once).await {
                        self.book.settle(number);
                    }
                }
            }
            What::Cancel => {
                if let Some((id, _)) = self.book.recent(dice.index(40)) {
                    let path = format!("/v1/tasks/{id}/cancel");
                    let request = self.request(&mut dice, errand.caller, Method::POST, &path);
                    self.look("cancel", request.0).await;
                }
            }
            What::Read(read) => self.read(read, &mut dice, errand.caller).await,
        }
    }

    /// Sends a request until there is an answer that stands; `false` when the time is over first, or
    /// the caller has better to do: what became of an order to the Central Node may stay unknown
    /// for a minute, or until somebody looks.
    pub(crate) async fn insist(
        &self,
        number: u64,
        caller: usize,
        create: &Create,
        mut dice: Dice,
        until: Instant,
    ) -> bool {
        let mut times = 0;
        loop {
            if self.send(number, caller, create, &mut dice).await == Left::Nothing {
                return true;
            }
            times += 1;
            let is_enough = create.order.is_some() && times >= MOST_TIMES;
            if is_enough || Instant::now() >= until {
                return false;
            }
            // `Retry-After` is in whole seconds; these callers are in more of a hurry.
            tokio::time::sleep(Duration::from_millis(dice.between(50, 400))).await;
        }
    }

    /// Sends an order to the Central Node now and then, until there is an answer that stands or the
    /// time is over.
    pub(crate) async fn come_back(
        &self,
        number: u64,
        caller: usize,
        create: &Create,
        mut dice: Dice,
        until: Instant,
    ) -> bool {
        loop {
            let other = Dice::of(dice.below(u64::MAX), number);
            if self.insist(number, caller, create, other, until).await {
                return true;
            }
            if Instant::now() >= until {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(dice.between(1000, 3000))).await;
        }
    }

    /// Sends a request once, to any replica.
    async fn send(&self, number: u64, caller: usize, create: &Create, dice: &mut Dice) -> Left {
        let sent = self.book.now();
        let (mut request, replica) = self.request(dice, caller, Method::POST, &create.path);
        if let Some(key) = &create.key {
            request = request.header("idempotency-key", key);
        }
        let count = create.marks.len();
        let keyed = create.key.is_some();
        let (request_id, outcomes) = match whole(request.json(&create.body)).await {
            Err(lost) => (String::new(), vec![lost; count]),
            Ok((status, head, body)) if create.batch && status == 200 => {
                let results = body["results"].as_array().cloned().unwrap_or_default();
                let outcomes: Vec<Outcome> = results.iter().map(result).collect();
                if outcomes.len() == count {
                    (head.request_id, outcomes)
                } else {
                    (
                        head.request_id,
                        vec![Outcome::Odd(format!("{count} asked: {body}")); count],
                    )
                }
            }
            Ok((status, head, body)) => {
                let outcome = answer(status, head.replayed, &body);
                (head.request_id, vec![outcome; count])
            }
        };
        let answered = (replica, request_id.as_str());
        self.book.note(number, sent, answered, &outcomes);
        if outcomes.iter().any(|it| it.asks_for_more(keyed)) {
            Left::SendAgain
        } else {
            Left::Nothing
        }
    }

    async fn read(&self, read: Read, dice: &mut Dice, caller: usize) {
        let get = |dice: &mut Dice, path: &str| self.request(dice, caller, Method::GET, path).0;
        match read {
            Read::Task => {
                let Some((id, incident)) = self.book.recent(dice.index(60)) else {
                    return;
                };
                let request = get(dice, &format!("/v1/tasks/{id}"));
                let Some((status, body)) = self.look("task", request).await else {
                    return;
                };
                // What the Central Node was told, another replica hears of behind the answer.
                let Some(incident) = incident else { return };
                // It was made, so it is there, and is what it was; but for what KSC has lost.
                let wrong = status == 404 && !self.fleet.has_lost(incident)
                    || (status == 200 && body["incident"]["id"] != incident);
                if wrong {
                    self.book
                        .odd(format!("task {id} of incident {incident}: {status} {body}"));
                }
            }
            Read::Events => {
                let Some((id, _)) = self.book.recent(dice.index(20)) else {
                    return;
                };
                let request = get(dice, &format!("/v1/tasks/{id}/events"));
                self.listen(request).await;
            }
            Read::List => {
                let request = get(dice, "/v1/tasks?limit=50");
                self.look("list", request).await;
            }
            Read::Hosts => {
                let request = get(dice, "/v1/hosts?name=ws-042.corp.example");
                self.look("hosts", request).await;
            }
            Read::Budget => {
                let request = get(dice, "/v1/budget?backend=ksc");
                self.look("budget", request).await;
            }
        }
    }

    /// What a gateway says of a task; asked again while it cannot say.
    pub(crate) async fn read_back(&self, id: &str, replica: usize) -> Option<(u16, Value)> {
        for _ in 0..20 {
            let url = format!("http://{}/v1/tasks/{id}", self.fleet.door(replica));
            let request = self.client.get(url).bearer_auth(&self.tokens[0]);
            match whole(request).await {
                Ok((status, _, body)) if status == 200 || status == 404 => {
                    return Some((status, body));
                }
                Ok(_) | Err(_) => tokio::time::sleep(Duration::from_millis(250)).await,
            }
        }
        None
    }

    /// Sends what is not in the book line by line; gives what came.
    async fn look(&self, what: &str, request: RequestBuilder) -> Option<(u16, Value)> {
        match whole(request).await {
            Ok((status, _, body)) => {
                let code = body["code"].as_str().unwrap_or_default();
                self.book
                    .read(format!("{what} {status} {code}").trim().to_owned());
                if status >= 400 && status != 408 && code.is_empty() || status == 500 {
                    self.book.odd(format!("{what}: {status} {body}"));
                }
                Some((status, body))
            }
            Err(lost) => {
                self.book.read(format!("{what} {}", lost.name()));
                None
            }
        }
    }

    /// Listens to a stream for a moment.
    async fn listen(&self, request: RequestBuilder) {
        let Ok(mut response) = request.send().await else {
            self.book.read("events connection lost".to_owned());
            return;
        };
        let status = response.status().as_u16();
        let hearing = async {
            let mut heard = 0;
            while let Ok(Some(_)) = response.chunk().await {
                heard += 1;
            }
            heard
        };
        let ended = tokio::time::timeout(Duration::from_secs(2), hearing).await;
        let end = match ended {
            Ok(0) => "nothing heard",
            Ok(_) => "to the end",
            Err(_) => "left early",
        };
        self.book.read(format!("events {status} {end}"));
    }

    fn request(
        &self,
        dice: &mut Dice,
        caller: usize,
        method: Method,
        path: &str,
    ) -> (RequestBuilder, usize) {
        let replica = dice.index(self.fleet.size());
        let url = format!("http://{}{path}", self.fleet.door(replica));
        let request = self.client.request(method, url);
        (request.bearer_auth(&self.tokens[caller]), replica)
    }
}

/// What the headers say.
struct Head {
    request_id: String,
    replayed: bool,
}

/// The whole answer: its status, its headers, its body.
async fn whole(request: RequestBuilder) -> Result<(u16, Head, Value), Outcome> {
    let response = request.send().await.map_err(|error| lost(&error))?;
    let status = response.status().as_u16();
    let head = Head {
        request_id: header(&response, "x-request-id"),
        replayed: header(&response, "idempotency-replayed") == "true",
    };
    let text = response.text().await.map_err(|error| lost(&error))?;
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Ok((status, head, body))
}

fn header(response: &Response, name: &str) -> String {
    let value = response.headers().get(name);
    let text = value.and_then(|it| it.to_str().ok());
    text.unwrap_or_default().to_owned()
}

fn lost(error: &reqwest::Error) -> Outcome {
    if error.is_connect() {
        return Outcome::Refused;
    }
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(it) = cause {
        text = it.to_string();
        cause = it.source();
    }
    Outcome::Cut(text)
}

/// One result of a batch.
fn result(result: &Value) -> Outcome {
    let status = result["status"].as_u64();
    let status = status.and_then(|it| u16::try_from(it).ok());
    let body = match status {
        Some(202) => &result["task"],
        Some(_) | None => &result["problem"],
    };
    answer(status.unwrap_or_default(), result["replayed"] == true, body)
}

/// One answer.
fn answer(status: u16, replayed: bool, body: &Value) -> Outcome {
    if status == 202 && body["backend"] == "kata" {
        return match body["id"].as_str() {
            Some(id) => Outcome::Ordered {
                id: id.to_owned(),
                replayed,
            },
            None => Outcome::Odd(format!("202 {body}")),
        };
    }
    if status == 202 {
        let (id, incident) = (body["id"].as_str(), body["incident"]["id"].as_i64());
        let (Some(id), Some(incident)) = (id, incident) else {
            return Outcome::Odd(format!("202 {body}"));
        };
        return Outcome::Made {
            id: id.to_owned(),
            incident,
            replayed,
        };
    }
    // The listener's own word, before anything is a request: it has waited too long for its head,
    // which happens to those who come to a process that stands still.
    if status == 408 && *body == "" {
        return Outcome::Problem {
            status,
            code: "from the listener".to_owned(),
            retryable: true,
        };
    }
    let code = body["code"].as_str().unwrap_or_default();
    let retryable = body["retryable"].as_bool();
    // What the callers ask for is right, so anything else would be the gateway's mistake.
    let expected = [409, 429, 502, 503, 504].contains(&status) && !code.is_empty();
    match retryable {
        Some(retryable) if expected => Outcome::Problem {
            status,
            code: code.to_owned(),
            retryable,
        },
        Some(_) | None => Outcome::Odd(format!("{status} {body}")),
    }
}
