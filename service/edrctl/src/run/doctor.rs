//! Whether this program can do its work: settings, way, token, scopes, clocks, one line each.

use std::os::unix::fs::MetadataExt as _;
use std::time::Duration;

use serde_json::{Value, json};
use time::OffsetDateTime;
use trust::probe::{Obstacle, probe};

use super::desk::{Desk, kept};
use super::ending::worse;
use crate::clock;
use crate::exit::Exit;
use crate::finding::{APART, Finding};
use crate::gateway::Gateway;
use crate::gateway::answer::Answer;
use crate::gateway::failure::Failure;
use crate::settings::profile::{Profile, ProxyChoice};
use crate::show;
use crate::show::ink::Ink;
use crate::show::page::Page;
use crate::token::claims::claims;

/// How long anything is repeated: whoever diagnoses wants to know now.
const PATIENCE: Duration = Duration::from_secs(3);

/// Longest look at the gateway's address.
const LOOK: Duration = Duration::from_secs(5);

/// Checks everything, and ends as the worst of it does.
pub(super) async fn run(desk: &Desk) -> Exit {
    let findings = examined(desk).await;
    let exit = findings.iter().map(|it| it.exit).fold(Exit::Done, worse);
    let checks = findings
        .iter()
        .map(|it| json!({"name": it.name, "ok": it.exit == Exit::Done, "detail": it.detail}));
    let answer = json!({"ok": exit == Exit::Done, "checks": checks.collect::<Vec<Value>>()});
    let printed = desk.print(&answer, || page(&findings, desk));
    worse(exit, printed)
}

fn page(findings: &[Finding], desk: &Desk) -> String {
    let mut page = Page::new(desk.out);
    for it in findings {
        let (mark, ink) = if it.exit == Exit::Done {
            ("✓", Ink::Good)
        } else {
            ("✗", Ink::Bad)
        };
        page.point(mark, &format!("{}: {}", it.name, it.detail), ink);
    }
    page.finish()
}

async fn examined(desk: &Desk) -> Vec<Finding> {
    let profile = match desk.profile() {
        Ok(profile) => profile,
        Err(failure) => {
            return vec![Finding::bad(
                "settings",
                failure.exit(),
                failure.to_string(),
            )];
        }
    };
    let mut findings = vec![Finding::good(
        "settings",
        format!("profile {} asks {}", profile.name, profile.gateway),
    )];
    findings.extend(secret(&profile));
    let profile = Profile {
        retry_for: PATIENCE,
        ..profile
    };
    let gateway = match Gateway::open(&profile, kept().as_deref()) {
        Ok(gateway) => gateway,
        Err(failure) => {
            findings.push(Finding::bad("trust", failure.exit(), failure.to_string()));
            return findings;
        }
    };
    match gateway.tokens().token().await {
        Ok(token) => findings.push(told_by(claims(&token).as_ref(), clock::now())),
        Err(error) => {
            let failure = Failure::Token(error);
            findings.push(Finding::bad("token", failure.exit(), failure.to_string()));
            return findings;
        }
    }
    let (way, whoami) = tokio::join!(way(&profile), gateway.get("/v1/whoami", &[]));
    match whoami {
        Ok(answer) => {
            // Through a proxy there is another way than the one that was looked at.
            findings.extend(way.filter(|it| it.exit == Exit::Done));
            findings.extend(let_in(&answer));
        }
        Err(failure) => {
            findings.extend(way);
            let name = if failure.refusal().is_some() {
                "let in"
            } else {
                "reached"
            };
            let detail = format!("{}: {failure}", profile.gateway);
            findings.push(Finding::bad(name, failure.exit(), detail));
            return findings;
        }
    }
    match gateway.get("/v1/backends", &[]).await {
        Ok(answer) => findings.extend(servers(&answer.body)),
        Err(failure) => findings.push(Finding::bad("servers", failure.exit(), failure.to_string())),
    }
    findings
}

/// Whether others can read what is secret.
fn secret(profile: &Profile) -> Option<Finding> {
    let file = profile.token.secret_file()?;
    let mode = std::fs::metadata(file).ok()?.mode() & 0o777;
    let shown = file.display();
    let others = mode & 0o007;
    Some(if others == 0 {
        Finding::good("secret", format!("{shown} has mode {mode:o}"))
    } else {
        let detail =
            format!("{shown} has mode {mode:o}: everybody on this machine can read it; chmod 600");
        Finding::bad("secret", Exit::Else, detail)
    })
}

/// How far one gets at the gateway's address, up to the certificate that it shows.
async fn way(profile: &Profile) -> Option<Finding> {
    if profile.gateway.scheme() != "https" || matches!(profile.proxy, ProxyChoice::Through(_)) {
        return None;
    }
    let trust = profile.trust.trust().ok()?;
    Some(match probe(&trust, None, &profile.gateway, LOOK).await {
        Ok(reached) => {
            let (address, protocol) = (reached.address, reached.protocol);
            let shown = reached.presented;
            Finding::good("way", format!("{address}, {protocol}, certificate {shown}"))
        }
        Err(obstacle) => Finding::bad("way", Exit::Later, why(&obstacle)),
    })
}

/// What is in the way, and the certificate that was shown, so that a person can compare it.
fn why(obstacle: &Obstacle) -> String {
    let cause = std::error::Error::source(obstacle);
    let cause = cause.map(|it| format!(": {it}")).unwrap_or_default();
    let shown = match obstacle {
        Obstacle::Certificate { presented, .. } => *presented,
        Obstacle::Name { .. }
        | Obstacle::Refused
        | Obstacle::Network { .. }
        | Obstacle::Silent { .. }
        | Obstacle::NotTls
        | Obstacle::HungUp { .. }
        | Obstacle::Tls { .. } => None,
    };
    let shown = shown
        .map(|it| format!("; it shows {it}"))
        .unwrap_or_default();
    format!("{obstacle}{cause}{shown}")
}

/// What the token says of itself.
fn told_by(claims: Option<&Value>, now: OffsetDateTime) -> Finding {
    let Some(claims) = claims else {
        let detail = "it is no JWT, and the gateway takes no other token";
        return Finding::bad("token", Exit::Refused, detail);
    };
    let text = |name: &str| claims[name].as_str().unwrap_or("nobody").to_owned();
    let who = format!("of {}, for {}", text("iss"), text("sub"));
    let Some(ends) = claims["exp"].as_i64() else {
        return Finding::good("token", who);
    };
    let left = ends.saturating_sub(now.unix_timestamp());
    if left <= 0 {
        let detail = format!(
            "{who}, ended {} s ago by this machine's clock",
            left.unsigned_abs()
        );
        return Finding::bad("token", Exit::Refused, detail);
    }
    Finding::good("token", format!("{who}, ends in {} min", left / 60))
}

/// What the gateway says of the caller, and of the time.
fn let_in(answer: &Answer) -> Vec<Finding> {
    let of = |name: &str| {
        let list = answer.body[name].as_array().into_iter().flatten();
        list.filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let caller = answer.body["caller"].as_str().unwrap_or_default();
    let tasks = of("tasks");
    let mut findings = vec![Finding::good("let in", format!("as {caller}"))];
    findings.push(if tasks.is_empty() {
        let scopes = of("scopes");
        let detail = format!("it may create no task; its scopes are: {scopes}");
        Finding::bad("scopes", Exit::Refused, detail)
    } else {
        Finding::good("scopes", format!("may create {tasks}"))
    });
    if let Some(theirs) = answer.server_date {
        let apart = (clock::now() - theirs).whole_seconds().abs();
        findings.push(if apart > APART {
            let detail = format!("this machine's and the gateway's are {apart} s apart");
            Finding::bad("clock", Exit::Else, detail)
        } else {
            Finding::good(
                "clock",
                format!("within {} s of the gateway's", apart.max(1)),
            )
        });
    }
    findings
}

/// Whether the servers behind the gateway can be asked.
fn servers(answer: &Value) -> Vec<Finding> {
    let list = answer["backends"].as_array().into_iter().flatten();
    let finding = |it: &Value| {
        let text = |name: &str| it[name].as_str().unwrap_or_default().to_owned();
        let name = format!("{} ({})", text("backend"), text("kind"));
        if it["available"] == true {
            Finding::good("server", format!("{name} can be asked"))
        } else {
            let detail = format!("{name} cannot be asked: {}", text("reason"));
            Finding::bad("server", Exit::Later, show::clean(&detail).into_owned())
        }
    };
    list.map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_has_ended_is_told_by_this_clock() {
        let now = OffsetDateTime::UNIX_EPOCH + Duration::from_secs(1_000);
        let of = |exp: i64| told_by(Some(&json!({"iss": "local", "sub": "me", "exp": exp})), now);
        assert_eq!(of(4_600).detail, "of local, for me, ends in 60 min");
        assert_eq!(of(900).exit, Exit::Refused);
        assert_eq!(told_by(None, now).exit, Exit::Refused);
    }

    #[test]
    fn a_server_that_is_away_is_found() {
        let answer = json!({"backends": [
            {"backend": "ksc", "kind": "ksc", "available": true},
            {"backend": "kata", "kind": "kata", "available": false, "reason": "no way to it"},
        ]});
        let exits: Vec<Exit> = servers(&answer).iter().map(|it| it.exit).collect();
        assert_eq!(exits, [Exit::Done, Exit::Later]);
    }
}
