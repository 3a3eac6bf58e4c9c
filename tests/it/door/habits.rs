//! The habits of real clients: what importers, low-code tools, scripts and people really send, and
//! what each gets. Where nothing is lost by it, it is taken; else the answer says what to do.

use acceptance::{Caller, House, Reply};
use reqwest::Method;

/// One thing that somebody sends.
struct Habit {
    /// Whose habit it is, or what it is.
    name: &'static str,
    method: &'static str,
    path: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: Option<&'static str>,
    /// The status of the answer.
    status: u16,
    /// What the answer says, among other things: a code, a word that helps, or the result.
    says: &'static str,
}

const JSON: (&str, &str) = ("content-type", "application/json");

/// A question.
const fn get(name: &'static str, path: &'static str, status: u16, says: &'static str) -> Habit {
    Habit {
        name,
        method: "GET",
        path,
        headers: &[],
        body: None,
        status,
        says,
    }
}

/// A request for an action, as JSON.
const fn post(
    name: &'static str,
    path: &'static str,
    body: &'static str,
    status: u16,
    says: &'static str,
) -> Habit {
    Habit {
        name,
        method: "POST",
        path,
        headers: &[JSON],
        body: Some(body),
        status,
        says,
    }
}

impl Habit {
    const fn with(self, headers: &'static [(&'static str, &'static str)]) -> Self {
        Self { headers, ..self }
    }

    const fn by(self, method: &'static str) -> Self {
        Self { method, ..self }
    }
}

const ISOLATE: &str = "/v1/tasks/isolateHost/dry-run";
const QUARANTINE: &str = "/v1/tasks/quarantineFile/dry-run";
const BODY: &str = r#"{"targetHost": "WS-042", "action": "isolate"}"#;

/// Addresses and queries.
const ADDRESSES: &[Habit] = &[
    get(
        "a base that ends in a slash",
        "//v1/whoami",
        200,
        "\"caller\"",
    ),
    get("a slash at the end", "/v1/whoami/", 200, "\"caller\""),
    get("a slash in the middle", "/v1//whoami", 200, "\"caller\""),
    get("another case", "/v1/whoAmI", 404, "/v1/whoami"),
    get("another version", "/v2/whoami", 404, "/openapi.json"),
    get("a version in capitals", "/V1/whoami", 404, "/v1/whoami"),
    get("a prefix of their own", "/api/v1/whoami", 404, "/v1/whoami"),
    get("a plural too few", "/v1/host?name=ws-042", 404, "hosts"),
    post(
        "an action in lower case",
        "/v1/tasks/isolatehost",
        BODY,
        404,
        "isolateHost",
    ),
    post(
        "an action as a path of words",
        "/v1/tasks/isolate-host",
        BODY,
        404,
        "isolateHost",
    ),
    get(
        "an action by GET",
        "/v1/tasks/isolateHost",
        404,
        "POST /v1/tasks/isolateHost",
    ),
    get("the list by PUT", "/v1/tasks", 405, "POST").by("PUT"),
    get(
        "an isolation taken away by DELETE",
        "/v1/tasks/ksc-1",
        405,
        "GET",
    )
    .by("DELETE"),
    post("hosts by POST", "/v1/hosts", "{}", 405, "GET"),
    get(
        "what a document is called elsewhere",
        "/swagger.json",
        404,
        "/openapi.json",
    ),
    get(
        "what a document is called by Spring",
        "/v3/api-docs",
        404,
        "/openapi.json",
    ),
    get(
        "the document as YAML",
        "/openapi.yaml",
        404,
        "/openapi.json",
    ),
    get(
        "a list of ids with commas",
        "/v1/tasks?id=ksc-1,ksc-2",
        200,
        "unknownIds",
    ),
    get(
        "a list of ids one by one",
        "/v1/tasks?id=ksc-1&id=ksc-2",
        200,
        "unknownIds",
    ),
    get(
        "a list with brackets",
        "/v1/tasks?state[]=running",
        422,
        "state",
    ),
    get(
        "blanks in a list",
        "/v1/tasks?state=running,%20failed",
        200,
        "tasks",
    ),
    get(
        "paging by offset",
        "/v1/tasks?offset=0",
        422,
        "unknown_parameter",
    ),
    get(
        "paging by page",
        "/v1/hosts?page=2",
        422,
        "unknown_parameter",
    ),
    get("a page of everything", "/v1/tasks?limit=1000", 422, "200"),
    get(
        "a limit twice",
        "/v1/tasks?limit=10&limit=10",
        422,
        "repeated",
    ),
    get(
        "a time without a zone",
        "/v1/tasks?since=2026-01-01T00:00:00",
        200,
        "tasks",
    ),
    get("a day", "/v1/tasks?since=2026-01-01", 422, "2026-"),
    get(
        "seconds since 1970",
        "/v1/tasks?since=1767225600",
        422,
        "2026-",
    ),
    get(
        "a plus for a blank",
        "/v1/hosts?name=+ws-042+",
        200,
        "WS-042",
    ),
    get(
        "a name in quotes",
        "/v1/hosts?name=%22ws-042%22",
        422,
        "host_name",
    ),
    get("a wildcard", "/v1/hosts?name=ws-*", 422, "host_name"),
    get("all hosts", "/v1/hosts", 200, "hosts"),
    get("an empty filter", "/v1/tasks?host=", 422, "?host"),
    get(
        "a parameter in another case",
        "/v1/hosts?Name=ws-042",
        422,
        "name",
    ),
    get("a fragment that was sent", "/v1/whoami?", 200, "\"caller\""),
    get("a task by its number", "/v1/tasks/1", 404, "task_not_found"),
    post(
        "a dry run by a query",
        "/v1/tasks/isolateHost?dryRun=true",
        BODY,
        422,
        "/dry-run",
    ),
    post(
        "a dry run called otherwise",
        "/v1/tasks/isolateHost/dryrun",
        BODY,
        404,
        "dry-run",
    ),
    post(
        "a wait in words",
        "/v1/tasks/isolateHost?wait=long",
        BODY,
        422,
        "?wait",
    ),
    post(
        "a wait beyond all proxies",
        "/v1/tasks/isolateHost?wait=600",
        BODY,
        422,
        "50",
    ),
];

/// Headers.
const HEADERS: &[Habit] = &[
    get("no Accept", "/v1/whoami", 200, "\"caller\""),
    get("XML wanted", "/v1/whoami", 406, "not_acceptable").with(&[("accept", "application/xml")]),
    get("a browser's Accept", "/v1/whoami", 200, "caller")
        .with(&[("accept", "text/html,*/*;q=0.8")]),
    post("text wanted of an action", ISOLATE, BODY, 200, "dryRun")
        .with(&[JSON, ("accept", "text/plain")]),
    post("a charset", ISOLATE, BODY, 200, "dryRun")
        .with(&[("content-type", "application/json; charset=UTF-8")]),
    post("a charset that is not so", ISOLATE, BODY, 200, "dryRun")
        .with(&[("content-type", "application/json; charset=utf-16")]),
    post("JSON as text", ISOLATE, BODY, 415, "application/json")
        .with(&[("content-type", "text/plain")]),
    post(
        "JSON without a type",
        ISOLATE,
        BODY,
        415,
        "application/json",
    )
    .with(&[]),
    post("JSON of a vendor", ISOLATE, BODY, 415, "application/json")
        .with(&[("content-type", "application/vnd.api+json")]),
    post(
        "a form",
        ISOLATE,
        "targetHost=WS-042&action=isolate",
        415,
        "application/json",
    )
    .with(&[("content-type", "application/x-www-form-urlencoded")]),
    post(
        "a body that is said to be packed",
        ISOLATE,
        BODY,
        415,
        "Content-Encoding",
    )
    .with(&[JSON, ("content-encoding", "gzip")]),
    post("a preference for no waiting", ISOLATE, BODY, 200, "dryRun")
        .with(&[JSON, ("prefer", "respond-async")]),
    post("a key in quotes", ISOLATE, BODY, 200, "dryRun")
        .with(&[JSON, ("idempotency-key", "\"step-1\"")]),
    post("a key under its older name", ISOLATE, BODY, 200, "dryRun")
        .with(&[JSON, ("x-idempotency-key", "step-1")]),
    post(
        "a key without its dash",
        "/v1/tasks/isolateHost",
        BODY,
        400,
        "Idempotency-Key",
    )
    .with(&[JSON, ("idempotencykey", "step-1")]),
    get("an odd request id", "/v1/whoami", 200, "caller").with(&[("x-request-id", "a b;c")]),
    get("an odd traceparent", "/v1/whoami", 200, "caller").with(&[("traceparent", "00-xyz")]),
    get("a closed connection", "/v1/whoami", 200, "caller").with(&[("connection", "close")]),
    get("many cookies", "/v1/whoami", 200, "caller").with(&[("cookie", "a=b; c=d")]),
];

/// Who one is, when nothing else says so: these are sent without the caller's token.
const CREDENTIALS: &[Habit] = &[
    get("no token", "/v1/whoami", 401, "token_missing"),
    get(
        "a token in a header of its own",
        "/v1/whoami",
        401,
        "token_missing",
    )
    .with(&[("x-api-key", "abc")]),
    get(
        "a token in the query",
        "/v1/whoami?access_token=abc",
        401,
        "token_missing",
    ),
    get("user and password", "/v1/whoami", 401, "token_missing")
        .with(&[("authorization", "Basic YTpi")]),
    get("a scheme of their own", "/v1/whoami", 401, "token_missing")
        .with(&[("authorization", "Token abc")]),
    get("the word twice", "/v1/whoami", 401, "token_invalid")
        .with(&[("authorization", "Bearer Bearer abc")]),
    get(
        "a variable that was not filled in",
        "/v1/whoami",
        401,
        "token_invalid",
    )
    .with(&[("authorization", "Bearer {{token}}")]),
];

/// Bodies.
const BODIES: &[Habit] = &[
    post(
        "null for what is optional",
        ISOLATE,
        r#"{"targetHost":"WS-042","action":"isolate","comment":null,"severity":null}"#,
        200,
        "dryRun",
    ),
    post(
        "an empty text for what is optional",
        ISOLATE,
        r#"{"targetHost":"WS-042","action":"isolate","comment":"","externalId":""}"#,
        200,
        "dryRun",
    ),
    post(
        "blanks around a host",
        ISOLATE,
        r#"{"targetHost":"  WS-042 ","action":"isolate"}"#,
        200,
        "WS-042",
    ),
    post(
        "a line break behind a host",
        ISOLATE,
        r#"{"targetHost":"CORP\n","action":"isolate"}"#,
        422,
        "backslash",
    ),
    post(
        "a host with its domain",
        ISOLATE,
        r#"{"targetHost":"CORP\\WS-042","action":"isolate"}"#,
        200,
        "WS-042",
    ),
    post(
        "a host of another domain",
        ISOLATE,
        r#"{"targetHost":"OTHER\\WS-042","action":"isolate"}"#,
        404,
        "host_not_found",
    ),
    post(
        "a DNS name with its dot",
        ISOLATE,
        r#"{"targetHost":"ws-042.corp.example.","action":"isolate"}"#,
        200,
        "WS-042",
    ),
    post(
        "an address",
        ISOLATE,
        r#"{"targetHost":"10.20.30.42","action":"isolate"}"#,
        200,
        "WS-042",
    ),
    post(
        "an address of the other kind",
        ISOLATE,
        r#"{"targetHost":"fe80::1","action":"isolate"}"#,
        422,
        "IPv4",
    ),
    post(
        "several hosts in one text",
        ISOLATE,
        r#"{"targetHost":"WS-042,WS-043","action":"isolate"}"#,
        404,
        "host_not_found",
    ),
    post(
        "several hosts in a list",
        ISOLATE,
        r#"{"targetHost":["WS-042"],"action":"isolate"}"#,
        422,
        "/targetHost",
    ),
    post(
        "all hosts",
        ISOLATE,
        r#"{"targetHost":"*","action":"isolate"}"#,
        422,
        "/targetHost",
    ),
    post(
        "a name in snake case",
        ISOLATE,
        r#"{"target_host":"WS-042","action":"isolate"}"#,
        422,
        "targetHost",
    ),
    post(
        "a name in capitals",
        ISOLATE,
        r#"{"TargetHost":"WS-042","action":"isolate"}"#,
        422,
        "targetHost",
    ),
    post(
        "a name of another product",
        ISOLATE,
        r#"{"hostname":"WS-042","action":"isolate"}"#,
        422,
        "/hostname",
    ),
    post(
        "a value in capitals",
        ISOLATE,
        r#"{"targetHost":"WS-042","action":"Isolate"}"#,
        422,
        "isolate",
    ),
    post(
        "the vendor's number",
        ISOLATE,
        r#"{"targetHost":"WS-042","action":1}"#,
        422,
        "isolate",
    ),
    post(
        "a word of another product",
        ISOLATE,
        r#"{"targetHost":"WS-042","action":"contain"}"#,
        422,
        "isolate",
    ),
    post(
        "the vendor's params",
        ISOLATE,
        r#"{"targetHost":"WS-042","params":{"action":1}}"#,
        422,
        "/params",
    ),
    post(
        "a flat body on the vendor's route",
        "/v1/tasks/dry-run",
        r#"{"task":"isolateHost","targetHost":"WS-042","action":"isolate"}"#,
        422,
        "/action",
    ),
    post(
        "no task on the vendor's route",
        "/v1/tasks/dry-run",
        r#"{"targetHost":"WS-042","params":{"action":1}}"#,
        422,
        "task",
    ),
    post(
        "a task that there is not",
        "/v1/tasks/dry-run",
        r#"{"task":"rebootHost","targetHost":"WS-042","params":{}}"#,
        422,
        "isolateHost",
    ),
    post(
        "an array around the body",
        ISOLATE,
        r#"[{"targetHost":"WS-042","action":"isolate"}]"#,
        422,
        "object",
    ),
    post(
        "JSON in a text",
        ISOLATE,
        r#""{\"targetHost\":\"WS-042\"}""#,
        422,
        "object",
    ),
    post("no body", ISOLATE, "", 400, "malformed_json"),
    post(
        "a comma too many",
        ISOLATE,
        r#"{"targetHost":"WS-042","action":"isolate",}"#,
        400,
        "malformed_json",
    ),
    post(
        "Python's quotes",
        ISOLATE,
        "{'targetHost': 'WS-042'}",
        400,
        "malformed_json",
    ),
    post(
        "Python's None",
        ISOLATE,
        r#"{"targetHost":"WS-042","action":"isolate","comment":None}"#,
        400,
        "malformed_json",
    ),
    post(
        "a comment in JSON",
        ISOLATE,
        "{/* who */\"targetHost\":\"WS-042\"}",
        400,
        "malformed_json",
    ),
    post(
        "a member twice",
        ISOLATE,
        r#"{"targetHost":"WS-042","targetHost":"WS-043","action":"isolate"}"#,
        400,
        "twice",
    ),
    post(
        "a byte order mark",
        ISOLATE,
        "\u{feff}{\"targetHost\":\"WS-042\",\"action\":\"isolate\"}",
        200,
        "dryRun",
    ),
    post(
        "a template that was not filled in",
        ISOLATE,
        r#"{"targetHost":"{{ host }}","action":"isolate"}"#,
        404,
        "host_not_found",
    ),
    post(
        "Go's word for nothing",
        ISOLATE,
        r#"{"targetHost":"<no value>","action":"isolate"}"#,
        404,
        "host_not_found",
    ),
    post(
        "lines in a comment",
        ISOLATE,
        "{\"targetHost\":\"WS-042\",\"action\":\"isolate\",\"comment\":\"one\\ntwo\"}",
        200,
        "dryRun",
    ),
    post(
        "a NUL in a comment",
        ISOLATE,
        "{\"targetHost\":\"WS-042\",\"action\":\"isolate\",\"comment\":\"a\\u0000b\"}",
        422,
        "/comment",
    ),
    post(
        "half a letter",
        ISOLATE,
        "{\"targetHost\":\"WS-042\",\"action\":\"isolate\",\"comment\":\"\\ud83d\"}",
        400,
        "malformed_json",
    ),
    post(
        "a number as a text",
        ISOLATE,
        r#"{"targetHost":"WS-042","action":"isolate","severity":"2"}"#,
        422,
        "/severity",
    ),
    post(
        "a severity in words",
        ISOLATE,
        r#"{"targetHost":"WS-042","action":"isolate","severity":"critical"}"#,
        200,
        "dryRun",
    ),
    post(
        "a truth as a text",
        "/v1/tasks/deleteFile/dry-run",
        r#"{"targetHost":"WS-042","path":"C:\\a.exe","searchInSubfolders":"true"}"#,
        422,
        "/searchInSubfolders",
    ),
    post(
        "a dry run in the body",
        "/v1/tasks/isolateHost",
        r#"{"targetHost":"WS-042","action":"isolate","dryRun":true}"#,
        422,
        "/dryRun",
    ),
    post(
        "a single backslash",
        QUARANTINE,
        r#"{"targetHost":"WS-042","path":"C:\temp\drop.exe"}"#,
        400,
        "backslash",
    ),
    post(
        "slashes for backslashes",
        QUARANTINE,
        r#"{"targetHost":"WS-042","path":"C:/temp/drop.exe"}"#,
        422,
        "/path",
    ),
    post(
        "quotes around a path",
        QUARANTINE,
        r#"{"targetHost":"WS-042","path":"\"C:\\temp\\drop.exe\""}"#,
        422,
        "/path",
    ),
    post(
        "a path with a wildcard",
        QUARANTINE,
        r#"{"targetHost":"WS-042","path":"C:\\temp\\*.exe"}"#,
        422,
        "/path",
    ),
    post(
        "a hash in capitals",
        QUARANTINE,
        r#"{"targetHost":"WS-042","path":"C:\\a.exe","hash":"D41D8CD98F00B204E9800998ECF8427E"}"#,
        200,
        "D41D8CD98F00B204E9800998ECF8427E",
    ),
    post(
        "an empty hash",
        QUARANTINE,
        r#"{"targetHost":"WS-042","path":"C:\\a.exe","hash":""}"#,
        200,
        "dryRun",
    ),
    post(
        "a hash of another kind",
        QUARANTINE,
        r#"{"targetHost":"WS-042","path":"C:\\a.exe","hash":"da39a3ee5e6b4b0d3255bfef95601890afd80709"}"#,
        422,
        "/hash",
    ),
    post(
        "a hash under the vendor's name",
        QUARANTINE,
        r#"{"targetHost":"WS-042","path":"C:\\a.exe","md5":"d41d8cd98f00b204e9800998ecf8427e"}"#,
        422,
        "/md5",
    ),
    post(
        "an archive that is none",
        "/v1/tasks/iocScan/dry-run",
        r#"{"targetHost":"WS-042","ioc":"aGVsbG8="}"#,
        422,
        "/ioc",
    ),
    post(
        "an archive as a data URL",
        "/v1/tasks/iocScan/dry-run",
        r#"{"targetHost":"WS-042","ioc":"data:application/zip;base64,UEsDBA=="}"#,
        422,
        "/ioc",
    ),
    post(
        "a batch of nothing",
        "/v1/tasks/batch",
        r#"{"requests":[]}"#,
        422,
        "/requests",
    ),
    post(
        "a batch that is a list",
        "/v1/tasks/batch",
        "[]",
        422,
        "object",
    ),
    post(
        "a cancellation with a body",
        "/v1/tasks/ksc-999/cancel",
        "{}",
        404,
        "task_not_found",
    ),
];

async fn sent(house: &House, caller: &Caller, habit: &Habit) -> Option<String> {
    let method = Method::from_bytes(habit.method.as_bytes()).expect("a method");
    let mut request = caller.request(method, habit.path);
    for (name, value) in habit.headers {
        request = request.header(*name, *value);
    }
    if let Some(body) = habit.body {
        request = request.body(body);
    }
    let reply = Reply::of(request).await;
    let incidents = house.sim.journal().incidents().len();
    let kept = reply.status == habit.status && reply.text.contains(habit.says) && incidents == 0;
    let is_problem =
        reply.status < 400 || reply.header("content-type") == "application/problem+json";
    (!kept || !is_problem).then(|| {
        format!(
            "{}: {} {} gives {} (not {} with {:?}), {incidents} incidents: {}",
            habit.name,
            habit.method,
            habit.path,
            reply.status,
            habit.status,
            habit.says,
            reply.text
        )
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_clients_really_send_is_taken_or_answered_with_what_to_do() {
    let house = House::open().await;
    let (soar, stranger) = (house.soar(), house.stranger());
    let mut broken = Vec::new();
    let mut tried = 0;

    for (caller, habits) in [
        (&soar, ADDRESSES),
        (&soar, HEADERS),
        (&stranger, CREDENTIALS),
        (&soar, BODIES),
    ] {
        for habit in habits {
            broken.extend(sent(&house, caller, habit).await);
            tried += 1;
        }
    }

    assert!(tried > 100, "{tried}");
    assert!(broken.is_empty(), "{}: {}", broken.len(), broken.join("\n"));
    house.close().await;
}
