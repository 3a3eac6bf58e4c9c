//! Nothing that the gateway says holds a secret, however much it is made to say and whatever goes
//! wrong.

use acceptance::{Issuer, Program, Reply, Token, eventually, isolation, native, release};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ksc_simulator::{Fault, FaultKind};
use reqwest::Method;
use serde_json::{Value, json};

const SCOPES: &str = "tasks.create tasks.read tasks.cancel hosts.read";

/// A password that KSC refuses.
const WRONG: &str = "wr0ng-Passw0rd-of-the-hygiene-test";

/// Everything that came out of the gateway.
#[derive(Default)]
struct Said(Vec<String>);

impl Said {
    fn hear(&mut self, reply: &Reply) {
        self.0.push(format!("{:?}\n{}", reply.headers, reply.text));
    }
}

fn requests() -> Vec<(&'static str, Value)> {
    let file = json!({"md5hash": "", "sha256hash": "", "path": "C:\\x\\a.exe"});
    let mut more = file.clone();
    more["searchInSubfolders"] = false.into();
    let on = |task: &str, params: Value| native(task, "ws-042", params);
    vec![
        ("/v1/tasks", on("getFile", file.clone())),
        ("/v1/tasks", on("deleteFile", more)),
        (
            "/v1/tasks/quarantineFile",
            json!({"targetHost": "ws-042", "path": "C:\\x\\a.exe"}),
        ),
        ("/v1/tasks/isolateHost", isolation("ws-042")),
        ("/v1/tasks/isolateHost/dry-run", release("ws-042")),
        (
            "/v1/tasks/isolateHost",
            json!({"targetHost": "ws-042", "action": "no"}),
        ),
        ("/v1/tasks/isolateHost", isolation("nobody")),
        (
            "/v1/tasks",
            json!({"task": "isolateHost", "targetHost": "ws-001", "params": {"action": 1}}),
        ),
        (
            "/v1/tasks/batch",
            json!({"tasks": [{"task": "isolateHost", "targetHost": "ws-002", "params": {"action": 1}}, {}]}),
        ),
        ("/v1/nowhere", json!({})),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn no_log_no_metric_and_no_answer_holds_a_secret() {
    let sim = acceptance::ksc_in_real_time(60.0).await;
    let settings = vec![
        ("backends.ksc.budget_policy", "off".to_owned()),
        ("backends.ksc.request_timeout", "1s".to_owned()),
    ];
    // As talkative as it can be, all libraries included.
    let mut gateway = Program::start_with(&sim, settings, &[("RUST_LOG", "trace")]).await;
    gateway.until_ready().await;
    let tokens: Vec<String> = (0..4)
        .map(|it| Issuer::shared().sign(&Token::of(&format!("caller-{it}"), SCOPES)))
        .collect();
    let callers: Vec<_> = tokens.iter().map(|it| gateway.caller_with(it)).collect();
    let mut said = Said::default();

    // A good day, a bad day for KSC, and one with a wrong password.
    for day in ["good", "bad", "refused"] {
        match day {
            "bad" => {
                for kind in [
                    FaultKind::CommitThenDrop,
                    FaultKind::Garbage,
                    FaultKind::pxg("KLSTD", 1184),
                    FaultKind::http(500, "no"),
                    FaultKind::ExpireSessions,
                ] {
                    sim.faults().push(Fault::on("HostGroup.*", kind).times(2));
                }
            }
            "refused" => {
                sim.faults().clear();
                std::fs::write(gateway.file("password"), WRONG).expect("a file");
                sim.expire_sessions();
            }
            _ => {}
        }
        for caller in &callers {
            for (path, body) in requests() {
                said.hear(&caller.post(path, &body).await);
            }
            for path in [
                "/v1/tasks?limit=5",
                "/v1/hosts?name=ws-042",
                "/v1/whoami",
                "/v1/budget",
            ] {
                said.hear(&caller.get(path).await);
            }
            said.hear(&caller.isolate_once("ws-042", "hygiene").await);
        }
        // Tokens in all the wrong places.
        let token = &tokens[0];
        let stranger = gateway.stranger();
        for request in [
            stranger.request(Method::GET, &format!("/v1/whoami?access_token={token}")),
            stranger
                .request(Method::GET, "/v1/whoami")
                .header("cookie", token),
            stranger
                .request(Method::GET, "/v1/whoami")
                .bearer_auth(format!("{token}x")),
            stranger
                .request(Method::GET, "/v1/whoami")
                .header("authorization", format!("Basic {token}")),
        ] {
            said.hear(&Reply::of(request).await);
        }
        // A problem names the address that was asked for, to whoever asked; the log must not.
        stranger
            .get(&format!("/v1/tasks/{token}"))
            .await
            .expect(401);
        callers[0]
            .get(&format!("/v1/tasks/{token}"))
            .await
            .expect(404);
    }
    eventually("the refusal is seen", || async {
        let ready = gateway.admin("/health/ready").await;
        (ready.status == 503).then_some(())
    })
    .await;
    for path in ["/metrics", "/health/ready", "/health/live"] {
        said.hear(&gateway.admin(path).await);
    }
    let status = gateway.terminate().await;
    assert!(status.success(), "{status}");
    let log = gateway.log();
    let lines = log.len();
    let answers = said.0.len();
    said.0.extend(log);
    let everything = said.0.join("\n");

    let mut secrets = Vec::new();
    for password in [sim.password(), WRONG] {
        secrets.push(("a password", password.to_owned()));
        secrets.push(("a password in base64", STANDARD.encode(password)));
    }
    for token in &tokens {
        // The claims are no secret to whoever issued them; the signature makes it a token.
        let signature = token.rsplit('.').next().expect("three parts");
        secrets.push(("a caller's token", signature.to_owned()));
    }
    for token in sim.session_tokens() {
        secrets.push(("a session", URL_SAFE_NO_PAD.encode(&token)));
        secrets.push(("a session", token));
    }
    for (what, secret) in &secrets {
        assert!(secret.len() >= 8, "{what} is too short to look for");
        let at = everything.find(secret.as_str());
        assert!(
            at.is_none(),
            "{what} was said: {}",
            &everything[at.unwrap_or_default().saturating_sub(300)..][..400]
        );
    }
    // It was not silence that was looked at.
    assert!(everything.contains("\"level\":\"TRACE\""), "{lines} lines");
    assert!(everything.contains("\"decision\":\"created\""));
    acceptance::tell(&format!(
        "secrets: {} looked for in {lines} lines of log and {answers} answers, {} bytes in all; none found",
        secrets.len(),
        everything.len()
    ));
}
