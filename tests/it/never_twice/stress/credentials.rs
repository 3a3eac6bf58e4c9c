//! Credentials that change or stop working under a crowd: KSC counts wrong passwords, and locks the
//! account for everybody who uses it.

use acceptance::calls::LOGIN;
use acceptance::{House, Reply, eventually};
use tokio::task::JoinSet;

/// Many who read at a time.
async fn crowd(house: &House, count: usize) -> Vec<Reply> {
    let mut asking = JoinSet::new();
    for number in 0..count {
        let soar = house.soar();
        asking.spawn(async move { soar.get(&format!("/v1/hosts?name=WS-{number:03}")).await });
    }
    asking.join_all().await
}

fn all_refused(answers: &[Reply]) {
    for reply in answers {
        assert_eq!(reply.status, 503, "{}", reply.text);
        assert_eq!(reply.code(), "ksc_credentials_refused");
        assert!(!reply.header("retry-after").is_empty());
    }
}

fn set(house: &House, password: &str) {
    std::fs::write(house.file("password"), password).expect("a file");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_changes_in_ksc_first_costs_one_attempt_however_many_ask() {
    let house = House::open().await;
    let journal = house.sim.journal().clone();
    let logins = || journal.count(LOGIN);
    house.sim.set_password("the next one");
    // Sessions from before stay good, and nobody asks for a new one.
    assert!(crowd(&house, 1).await.iter().all(|it| it.status == 200));
    let before = logins();

    house.sim.expire_sessions();
    for _ in 0..5 {
        all_refused(&crowd(&house, 40).await);
    }
    let tried = logins() - before;
    set(&house, "a slip of the pen");
    for _ in 0..3 {
        all_refused(&crowd(&house, 40).await);
    }
    let tried_again = logins() - before;
    set(&house, "the next one");
    let answers = crowd(&house, 40).await;

    assert_eq!(tried, 1, "an attempt for the old password");
    assert_eq!(tried_again, 2, "and one for the misspelt one");
    assert!(answers.iter().all(|it| it.status == 200), "{answers:?}");
    assert!(!house.sim.state().account_blocked);
    house.until_ready().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_changes_in_the_file_first_disturbs_nobody_while_sessions_live() {
    let house = House::open().await;
    let journal = house.sim.journal().clone();
    let before = journal.count(LOGIN);

    set(&house, "the next one");
    for number in 0..5 {
        let answers = crowd(&house, 1).await;
        assert_eq!(answers[0].status, 200, "{number}: {}", answers[0].text);
    }
    house.sim.set_password("the next one");
    let in_between = journal.count(LOGIN);
    house.sim.expire_sessions();
    let answers = crowd(&house, 40).await;

    assert_eq!(in_between, before, "nothing had to be tried");
    assert!(answers.iter().all(|it| it.status == 200), "{answers:?}");
    house.close().await;
}

/// The file is ahead and a session is needed: one attempt, and then the old password is good again.
#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_ksc_does_not_know_yet_is_tried_once_and_the_old_one_again_when_it_is_back()
{
    let house = House::open().await;
    let journal = house.sim.journal().clone();
    let before = journal.count(LOGIN);

    set(&house, "the next one");
    house.sim.expire_sessions();
    all_refused(&crowd(&house, 40).await);
    all_refused(&crowd(&house, 40).await);
    let tried = journal.count(LOGIN) - before;
    set(&house, house.sim.password());
    let answers = crowd(&house, 40).await;

    assert_eq!(tried, 1);
    assert!(answers.iter().all(|it| it.status == 200), "{answers:?}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_demanded_in_the_middle_of_life_is_met_once_and_leaves_nothing_half_open() {
    let house = House::open().await;
    let journal = house.sim.journal().clone();
    crowd(&house, 20).await;
    let before = journal.count(LOGIN);

    house.sim.set_mfa(true);
    house.sim.expire_sessions();
    let (first, second) = (crowd(&house, 40).await, crowd(&house, 40).await);

    for reply in first.iter().chain(&second) {
        assert_eq!(reply.status, 503, "{}", reply.text);
        let detail = reply.json["detail"].as_str().expect("a detail");
        assert!(detail.contains("two-step"), "{detail}");
    }
    assert_eq!(journal.count(LOGIN) - before, 1);
    eventually("nothing is half-open", || async {
        (house.sim.open_sessions() == 0).then_some(())
    })
    .await;
    assert_eq!(house.admin("/health/ready").await.status, 503);
    house.close().await;
}
