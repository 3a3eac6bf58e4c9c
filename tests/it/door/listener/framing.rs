//! Where one request ends and the next begins: whoever reads that otherwise than a proxy in front
//! executes requests that the proxy has never seen (RFC 9112 section 11.2).

use acceptance::House;
use futures_util::future::join_all;

use super::raw::{isolate, statuses, talk, token};

/// How many are tried at a time.
const AT_ONCE: usize = 23;

/// A request whose end can be read in two ways, with another one hidden in it.
struct Smuggled {
    name: String,
    bytes: Vec<u8>,
}

/// A head without a token and with these lines, and what follows it.
fn post(lines: &str, body: &str) -> Vec<u8> {
    format!("POST /v1/tasks/isolateHost HTTP/1.1\r\nhost: gateway\r\n{lines}\r\n{body}")
        .into_bytes()
}

/// The same with a good token, so that the body is read.
fn trusted(lines: &str, body: &str) -> Vec<u8> {
    let token = token();
    format!(
        "POST /v1/tasks/isolateHost HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\n{lines}\r\n{body}"
    )
    .into_bytes()
}

fn cases() -> Vec<Smuggled> {
    let hidden = isolate(&token());
    let chunked = format!("0\r\n\r\n{hidden}");
    let (whole, bare) = (chunked.len(), hidden.len());
    let mut cases = Vec::new();
    let mut add = |name: String, bytes: Vec<u8>| cases.push(Smuggled { name, bytes });

    let codings = [
        "chunked",
        "Chunked",
        "CHUNKED",
        " chunked",
        "  chunked",
        "\tchunked",
        "chunked ",
        "chunked\t",
        "identity",
        "chunked, identity",
        "identity, chunked",
        "gzip, chunked",
        "chunked, chunked",
        "chunked,",
        ",chunked",
        "chunked;q=1",
        "\"chunked\"",
        "x",
        "",
        "\u{b}chunked",
        "chunked\u{b}",
        "chunked\u{0}",
        "chun ked",
        "deflate",
        "chunked\r\n\tidentity",
        "\r\n chunked",
        "trailers",
        "xchunked",
        "chunkedx",
        "null",
    ];
    for coding in codings {
        for name in [
            "Transfer-Encoding",
            "transfer-encoding",
            "Transfer-Encoding ",
            " Transfer-Encoding",
            "Transfer-Encoding\t",
            "Transfer_Encoding",
            "Transfer-Encoding\u{0}",
            "\u{b}Transfer-Encoding",
            "X: y\nTransfer-Encoding",
            "X: y\rTransfer-Encoding",
        ] {
            let te = format!("{name}:{coding}\r\n");
            add(
                format!("{name:?}: {coding:?} behind a length"),
                post(&format!("content-length: {whole}\r\n{te}"), &chunked),
            );
            add(
                format!("{name:?}: {coding:?} before a length"),
                post(&format!("{te}content-length: {whole}\r\n"), &chunked),
            );
        }
    }
    for coding in codings
        .iter()
        .filter(|it| !it.trim().eq_ignore_ascii_case("chunked"))
    {
        add(
            format!("coding {coding:?} alone"),
            post(&format!("transfer-encoding: {coding}\r\n"), &chunked),
        );
    }
    for (one, other) in [
        ("chunked", "identity"),
        ("identity", "chunked"),
        ("chunked", "chunked"),
        ("chunked", "x"),
        ("x", "chunked"),
    ] {
        let te = format!("transfer-encoding: {one}\r\ntransfer-encoding: {other}\r\n");
        add(format!("codings {one}, {other}"), post(&te, &chunked));
        add(
            format!("codings {one}, {other} with a length"),
            post(&format!("{te}content-length: {whole}\r\n"), &chunked),
        );
    }

    for (one, other) in [(0, bare), (bare, 0), (bare, bare), (1, bare), (bare, 1)] {
        add(
            format!("lengths {one} and {other}"),
            post(
                &format!("content-length: {one}\r\ncontent-length: {other}\r\n"),
                &hidden,
            ),
        );
        add(
            format!("lengths {one}, {other}"),
            post(&format!("content-length: {one}, {other}\r\n"), &hidden),
        );
    }
    for length in [
        "+0",
        "-0",
        "-1",
        "0x0",
        "0b0",
        "0o0",
        "0e0",
        "0.0",
        "0,",
        ",0",
        "0;",
        "0 0",
        "00 ;",
        "\u{ff10}",
        "zero",
        "",
        " ",
        "\"0\"",
        "0\u{0}",
        "0\u{b}",
        "18446744073709551616",
        "99999999999999999999999",
        "+5",
        "0_0",
        "NaN",
        "\r\n 0",
    ] {
        add(
            format!("length {length:?}"),
            post(&format!("content-length: {length}\r\n"), &hidden),
        );
        add(
            format!("length {length:?} behind a good one"),
            post(
                &format!("content-length: {bare}\r\ncontent-length: {length}\r\n"),
                &hidden,
            ),
        );
    }
    for length in [
        format!("{bare} "),
        format!(" {bare}"),
        format!("\t{bare}\t"),
        format!("0{bare}"),
    ] {
        add(
            format!("length {length:?}, which is good"),
            post(&format!("content-length: {length}\r\n"), &hidden),
        );
    }
    for method in [
        "GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "PUT", "PATCH", "CONNECT", "get", "MADEUP",
    ] {
        for path in ["/v1/whoami", "/docs", "/openapi.json", "/nowhere"] {
            let head = format!(
                "{method} {path} HTTP/1.1\r\nhost: gateway\r\ncontent-length: {bare}\r\n\r\n{hidden}"
            );
            add(format!("{method} {path} with a body"), head.into_bytes());
        }
    }

    // The chunks of a request with a good token, whose body is read; "x" is no JSON.
    for (what, body) in [
        ("a size with a sign", "+1\r\nx\r\n"),
        ("a negative size", "-1\r\nx\r\n"),
        ("a size with a prefix", "0x1\r\nx\r\n"),
        ("a blank before the size", " 1\r\nx\r\n"),
        ("no size", "\r\nx\r\n"),
        ("an endless size", "10000000000000000\r\nx\r\n"),
        ("a size of words", "one\r\nx\r\n"),
        ("a line feed behind the size", "1\nx\r\n"),
        ("a carriage return behind the size", "1\rx\r\n"),
        ("a line feed in an extension", "1;a\nx\r\n"),
        ("a NUL in an extension", "1;\u{0}\r\nx\r\n"),
        ("a quoted line end in an extension", "1;a=\"\r\n\"\r\nx\r\n"),
        ("a line feed behind the data", "1\r\nx\n"),
        ("data longer than its size", "1\r\nxy\r\n"),
        ("data shorter than its size", "5\r\nx\r\n"),
        ("two sizes", "1 1\r\nx\r\n"),
        ("a fraction", "1.0\r\nx\r\n"),
        ("a size with a comma", "1,1\r\nx\r\n"),
        ("an underscore", "1_0\r\nx\r\n"),
        ("a zero with a line feed", "1\r\nx\r\n0\n\n"),
        ("a zero without its end", "1\r\nx\r\n0\r\n"),
        ("a zero and one line feed", "1\r\nx\r\n0\r\n\n"),
        ("a trailer with a line feed", "1\r\nx\r\n0\r\na: b\n\n"),
        ("a trailer with a request", "1\r\nx\r\n0\r\nX: "),
        ("a zero and an odd end", "1\r\nx\r\n0\r\n\rX"),
    ] {
        add(
            format!("chunks: {what}"),
            trusted("transfer-encoding: chunked\r\n", &format!("{body}{hidden}")),
        );
    }

    for (what, head) in [
        ("no host", "POST /v1/tasks/isolateHost HTTP/1.1\r\n".to_owned()),
        ("two hosts", "POST /v1/tasks/isolateHost HTTP/1.1\r\nhost: a\r\nhost: b\r\n".to_owned()),
        ("a blank in a name", "POST /v1/tasks/isolateHost HTTP/1.1\r\nhost: a\r\nx y: z\r\n".to_owned()),
        ("no name", "POST /v1/tasks/isolateHost HTTP/1.1\r\nhost: a\r\n: z\r\n".to_owned()),
        ("no colon", "POST /v1/tasks/isolateHost HTTP/1.1\r\nhost: a\r\nxyz\r\n".to_owned()),
        ("a NUL in a value", "POST /v1/tasks/isolateHost HTTP/1.1\r\nhost: a\r\nx: y\u{0}z\r\n".to_owned()),
        ("a folded value", "POST /v1/tasks/isolateHost HTTP/1.1\r\nhost: a\r\nx: y\r\n z: a\r\n".to_owned()),
        ("a folded first line", "POST /v1/tasks/isolateHost HTTP/1.1\r\n host: a\r\n".to_owned()),
        ("HTTP/1.0", "POST /v1/tasks/isolateHost HTTP/1.0\r\n".to_owned()),
        ("HTTP/0.9", "GET /v1/whoami\r\n".to_owned()),
        ("HTTP/1.2", "POST /v1/tasks/isolateHost HTTP/1.2\r\nhost: a\r\n".to_owned()),
        ("HTTP/2.0", "POST /v1/tasks/isolateHost HTTP/2.0\r\nhost: a\r\n".to_owned()),
        ("http/1.1", "POST /v1/tasks/isolateHost http/1.1\r\nhost: a\r\n".to_owned()),
        ("two blanks", "POST  /v1/tasks/isolateHost  HTTP/1.1\r\nhost: a\r\n".to_owned()),
        ("a tab", "POST\t/v1/tasks/isolateHost\tHTTP/1.1\r\nhost: a\r\n".to_owned()),
        ("a blank line before", "\r\n\r\nPOST /v1/tasks/isolateHost HTTP/1.1\r\nhost: a\r\n".to_owned()),
        ("a word behind the version", "POST /v1/tasks/isolateHost HTTP/1.1 x\r\nhost: a\r\n".to_owned()),
        ("an upgrade", "POST /v1/tasks/isolateHost HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n".to_owned()),
        ("an upgrade to h2c", "POST /v1/tasks/isolateHost HTTP/1.1\r\nhost: a\r\nconnection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n".to_owned()),
        ("line feeds alone", "POST /v1/tasks/isolateHost HTTP/1.1\nhost: a\n".to_owned()),
        ("carriage returns alone", "POST /v1/tasks/isolateHost HTTP/1.1\rhost: a\r".to_owned()),
    ] {
        let text = format!("{head}content-length: {bare}\r\n\r\n{hidden}");
        add(format!("head: {what}"), text.into_bytes());
        let text = format!("{head}content-length: {whole}\r\ntransfer-encoding: chunked\r\n\r\n{chunked}");
        add(format!("head: {what}, with chunks"), text.into_bytes());
    }
    add(
        "the preface of HTTP/2".to_owned(),
        format!("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{hidden}").into_bytes(),
    );
    add(
        "the hello of TLS".to_owned(),
        [&[0x16, 3, 1, 0, 0xf8][..], hidden.as_bytes()].concat(),
    );
    add(
        "an upgrade and a length of nothing".to_owned(),
        post(
            "upgrade: websocket\r\nconnection: upgrade\r\ncontent-length: 0\r\n",
            &hidden,
        ),
    );
    cases
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_hidden_in_another_is_never_executed() {
    let house = House::open().await;
    // What is hidden is executed when it stands alone.
    assert_eq!(
        statuses(&talk(house.addr(), isolate(&token())).await),
        [202]
    );
    assert_eq!(house.sim.journal().incidents().len(), 1);

    let cases = cases();
    let (mut refused, mut taken_as_one) = (0, 0);
    for group in cases.chunks(AT_ONCE) {
        let talks = group.iter().map(|it| talk(house.addr(), &it.bytes));
        let answers = join_all(talks).await;

        let names: Vec<&str> = group.iter().map(|it| it.name.as_str()).collect();
        let executed = house.sim.journal().incidents().len() - 1;
        assert_eq!(executed, 0, "one of {names:#?} was executed");
        for (name, answer) in names.into_iter().zip(answers) {
            let statuses = statuses(&answer);
            assert!(
                statuses.iter().all(|it| (200..500).contains(it)),
                "{name}: {answer}"
            );
            assert!(!statuses.contains(&202), "{name}: {answer}");
            match statuses.first() {
                Some(400) | None => refused += 1,
                Some(_) => taken_as_one += 1,
            }
        }
    }
    acceptance::tell(&format!(
        "hidden requests: {} tried, none executed; {refused} refused as malformed, {taken_as_one} answered as one request",
        cases.len()
    ));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_turns_a_connection_into_something_else() {
    let house = House::open().await;
    let token = token();

    // A body without an end of its own would swallow what a proxy sends behind it on the same
    // connection.
    for lines in [
        "upgrade: websocket\r\nconnection: upgrade\r\n",
        "upgrade: websocket\r\n",
        "upgrade: WebSocket\r\nconnection: keep-alive\r\n",
    ] {
        let next =
            format!("GET /v1/whoami HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n\r\n");
        let text = format!(
            "GET /v1/whoami HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n{lines}\r\n{next}"
        );
        let answer = talk(house.addr(), text).await;
        assert_eq!(statuses(&answer), [400], "{lines}: {answer}");
        assert!(answer.contains("malformed_request"), "{answer}");
    }
    house.close().await;
}
