//! Two gateways and their store, and a caller who sends a request again until it is answered.

use acceptance::calls::ADD;
use acceptance::{Caller, Program, RedisServer, Reply, eventually, isolation};
use ksc_simulator::{Fault, FaultKind, Simulator};
use reqwest::Method;
use tempfile::TempDir;

/// Two gateways that share a store.
pub(crate) struct Replicas<R = RedisServer> {
    pub(crate) sim: Simulator,
    pub(crate) redis: R,
    pub(crate) one: Program,
    pub(crate) other: Program,
    files: TempDir,
    killed: usize,
}

impl Replicas {
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    pub(crate) async fn with(more: &[(&'static str, &str)]) -> Self {
        let redis = RedisServer::with_password("s3cr3t-of-redis").await;
        let url = redis.url();
        Self::over(redis, &url, more).await
    }

    /// Writes the URL of Redis anew.
    pub(crate) fn write_url(&self) {
        let _path = self.redis.url_file(self.files.path());
    }

    /// Waits until Redis has so many keys with this in their names.
    pub(crate) async fn until_kept(&self, pattern: &str, count: usize) {
        const COUNT: &str = "return #redis.call('KEYS', ARGV[1])";
        let wanted = format!(":{count}");
        eventually("so many are kept", || async {
            let kept = self.redis.ask(&["EVAL", COUNT, "0", pattern]).await;
            (kept? == wanted).then_some(())
        })
        .await;
    }

    /// Waits until so many places are taken in the queues for all hosts.
    pub(crate) async fn until_queued(&self, count: usize) {
        const COUNT: &str = "local n = 0 for _, key in ipairs(redis.call('KEYS', '*:turns:*')) do n = n + redis.call('ZCARD', key) end return n";
        let wanted = format!(":{count}");
        eventually("so many are queued", || async {
            let queued = self.redis.ask(&["EVAL", COUNT, "0"]).await;
            (queued? == wanted).then_some(())
        })
        .await;
    }
}

impl<R> Replicas<R> {
    /// Two gateways that share the store to which this URL leads.
    pub(crate) async fn over(redis: R, url: &str, more: &[(&'static str, &str)]) -> Self {
        let sim = acceptance::ksc_in_real_time(1.0).await;
        let files = tempfile::tempdir().expect("a folder");
        let url_file = files.path().join("redis-url");
        std::fs::write(&url_file, format!("{url}\n")).expect("a file");
        let url_file = url_file.display().to_string();
        let mut settings = vec![
            ("idempotency.store", "redis".to_owned()),
            ("idempotency.redis_url_file", url_file),
            // A replica that is not heard of counts as dead after these and two seconds.
            ("backends.ksc.connection_timeout", "1s".to_owned()),
            ("backends.ksc.request_timeout", "1s".to_owned()),
            ("backends.ksc.unknown_settles_after", "1s".to_owned()),
            ("backends.ksc.budget_policy", "off".to_owned()),
        ];
        settings.extend(more.iter().map(|(key, value)| (*key, (*value).to_owned())));
        let one = Program::start(&sim, settings.clone()).await;
        let other = Program::start(&sim, settings).await;
        one.until_ready().await;
        other.until_ready().await;
        Self {
            sim,
            redis,
            one,
            other,
            files,
            killed: 0,
        }
    }

    /// Ends the first gateway where it stands.
    pub(crate) fn kill_one(&mut self) {
        self.one.kill();
        self.killed += 1;
    }

    /// Sends a request with the key `case-1` to the first gateway and kills it when KSC has the
    /// call, which it treats in this way. The caller hears nothing.
    pub(crate) async fn die_sending(&mut self, kind: FaultKind) {
        self.sim.faults().push(Fault::on(ADD, kind));
        let soar = self.one.soar();
        let asking = tokio::spawn(async move {
            let request = soar
                .request(Method::POST, "/v1/tasks/isolateHost")
                .header("idempotency-key", "case-1")
                .json(&isolation(acceptance::WS_042));
            request.send().await.is_err()
        });
        self.sim.journal().wait_for_calls(ADD, 1).await;
        self.kill_one();
        assert!(asking.await.expect("no panic"), "the caller was answered");
    }

    /// The incidents in KSC: how many there ever were.
    pub(crate) fn incidents(&self) -> usize {
        self.sim.journal().incidents().len()
    }

    /// Ends the gateways in order and asks KSC for its verdict; nothing secret is in any log.
    pub(crate) async fn close(mut self) {
        for gateway in [&mut self.one, &mut self.other] {
            if gateway.ended().is_none() {
                let status = gateway.terminate().await;
                assert!(status.success(), "{status}");
            }
            let log = gateway.log().join("\n");
            assert!(!log.contains("s3cr3t-of-"), "a password is in the log");
        }
        let complaints = self.sim.verdict().err().unwrap_or_default();
        // Who was killed could not end its session.
        let (leaks, others): (Vec<_>, Vec<_>) = complaints
            .lines()
            .partition(|it| it.starts_with("leak: session"));
        assert!(
            others.is_empty(),
            "{complaints}\n{}",
            self.sim.journal().print()
        );
        assert!(leaks.len() <= self.killed, "{complaints}");
    }
}

/// Isolates a host again with the same key, as a caller does that was told to, until the answer is
/// this one.
pub(crate) async fn until(caller: &Caller, key: &str, host: &str, status: u16) -> Reply {
    eventually("the retry is answered so", || async {
        let reply = caller.isolate_once(host, key).await;
        if reply.status == status {
            return Some(reply);
        }
        let may_retry = reply.json["retryable"] == true;
        assert!(may_retry, "{} {}", reply.status, reply.text);
        None
    })
    .await
}
