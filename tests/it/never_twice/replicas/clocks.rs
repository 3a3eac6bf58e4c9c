//! Clocks of replicas that do not agree: `doctor` says so.

use std::time::Duration;

use acceptance::{Program, RedisServer, environment, eventually, ksc_in_real_time};
use edr_gateway::clock::Clock;
use edr_gateway::config::Settings;
use edr_gateway::doctor::{self, CheckResult, Name};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn doctor_warns_of_a_clock_that_is_half_a_second_off() {
    let sim = ksc_in_real_time(1.0).await;
    let redis = RedisServer::with_password("s3cr3t-of-redis").await;
    let files = tempfile::tempdir().expect("a folder");
    let settings = vec![
        ("idempotency.store", "redis".to_owned()),
        (
            "idempotency.redis_url_file",
            redis.url_file(files.path()).display().to_string(),
        ),
    ];
    // What doctor says on a machine whose clock is ahead of the replicas' by so many milliseconds.
    let examine = async |ahead: i64| {
        let settings = environment(&sim, files.path(), settings.clone());
        let settings = Settings::load("", settings).expect("good settings");
        let shift = Duration::from_millis(ahead.unsigned_abs());
        let now = Clock::system().now();
        let clock = if ahead == 0 {
            Clock::system()
        } else {
            // It stands still until it is asked, some time later.
            Clock::stepped(if ahead < 0 { now - shift } else { now + shift })
        };
        let report = doctor::examine(settings, clock).await;
        let mut checks = report.checks().iter();
        let check = checks.find(|it| it.name() == Name::ReplicaClocks);
        let check = check.expect("it is there");
        (check.outcome(), check.finding().to_owned())
    };

    let (outcome, finding) = examine(0).await;
    assert_eq!(outcome, CheckResult::Ok, "{finding}");
    assert!(finding.contains("no replica serves now"), "{finding}");
    let one = Program::start(&sim, settings.clone()).await;
    let other = Program::start(&sim, settings.clone()).await;
    one.until_ready().await;
    other.until_ready().await;
    eventually("both have said how their clocks stand", || async {
        let (outcome, finding) = examine(0).await;
        let whole = finding == "those of 2 replicas and this machine agree within 0.5 s";
        (outcome == CheckResult::Ok && whole).then_some(())
    })
    .await;

    // It takes doctor a moment until it asks, by which its standing clock is late.
    for ahead in [30_000, 3_600_000, -2_000, -86_400_000] {
        let (outcome, finding) = examine(ahead).await;
        assert_eq!(outcome, CheckResult::Warning, "{ahead}: {finding}");
        assert!(finding.contains("this machine"), "{ahead}: {finding}");
    }
    // A third replica, of a machine that is off by so much.
    for (off, expected) in [
        ("-300", CheckResult::Ok),
        ("300", CheckResult::Ok),
        ("700", CheckResult::Warning),
        ("-700", CheckResult::Warning),
        ("-7200000", CheckResult::Warning),
    ] {
        let said = format!("{off} 1 pod-c");
        let key = "{edr-gateway}:clock:c";
        redis.ask(&["SET", key, &said, "PX", "60000"]).await;
        let (outcome, finding) = examine(0).await;
        assert_eq!(outcome, expected, "{off}: {finding}");
        let named = finding.contains("pod-c");
        assert_eq!(named, expected == CheckResult::Warning, "{off}: {finding}");
    }
    for odd in ["", "x", "1 2", "9999999999999999999999 1 m"] {
        redis.ask(&["SET", "{edr-gateway}:clock:c", odd]).await;
        let (outcome, finding) = examine(0).await;
        assert_eq!(outcome, CheckResult::Ok, "{odd}: {finding}");
        assert!(finding.contains("1 more"), "{odd}: {finding}");
    }
}
