//! One request all the way.

use std::time::Duration;

use acceptance::House;

#[tokio::test(flavor = "multi_thread")]
async fn an_isolation_goes_all_the_way_and_back() {
    let house = House::open().await;
    let soar = house.soar();

    let created = soar.isolate("ws-042.corp.example").await.expect(202);
    house.advance(Duration::from_secs(60)).await;
    let read = soar.get(created.header("location")).await.expect(200);

    assert_eq!(read.json["state"], "succeeded", "{}", read.text);
    assert_eq!(house.sim.journal().incidents().len(), 1);
    house.close().await;
}
