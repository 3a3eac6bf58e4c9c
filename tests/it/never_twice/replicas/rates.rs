//! A caller's requests are counted at all replicas together.

use super::pair::Replicas;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_limit_is_one_for_all_replicas_and_no_outage_makes_it_a_refusal() {
    let mut house = Replicas::with(&[("limits.requests_per_minute_per_caller", "6")]).await;
    let (one, other) = (house.one.soar(), house.other.soar());

    for _ in 0..3 {
        one.get("/v1/whoami").await.expect(200);
        other.get("/v1/whoami").await.expect(200);
    }
    let refused = [
        one.get("/v1/whoami").await.expect(429),
        other.get("/v1/whoami").await.expect(429),
    ];
    house.redis.kill();
    let alone = one.get("/v1/whoami").await.expect(200);

    for reply in refused {
        assert_eq!(reply.code(), "rate_limited");
        assert!(reply.header("ratelimit").starts_with("\"caller\";r=0;t="));
    }
    assert!(alone.header("ratelimit").starts_with("\"caller\";r=5;t="));
    house.close().await;
}
