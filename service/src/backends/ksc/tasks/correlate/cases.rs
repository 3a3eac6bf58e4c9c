//! What a few requests and tasks mean.

use std::collections::HashMap;

use super::*;

fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_000_000_000 + seconds).expect("a time")
}

fn asked(incident: i64, seconds: i64) -> RequestRef {
    RequestRef {
        incident,
        added: Some(at(seconds)),
    }
}

fn seen(id: u32, seconds: i64, ending: &str) -> SeenTask {
    let name = format!("[Response][KUMA] getFile - 01/02/2026 03:04:05 - {ending}");
    SeenTask {
        id: id.to_string(),
        name,
        created: Some(at(seconds)),
    }
}

fn rivals(asked: &[RequestRef]) -> Rivals {
    Rivals {
        asked: Some(asked.to_vec()),
        known: HashMap::new(),
        before: HashMap::new(),
        unordered: 0,
        tagged: false,
    }
}

/// The task of `own` among these requests, of which it may be one.
fn find(own: RequestRef, all: &[RequestRef], seen: Vec<SeenTask>) -> Match {
    among(own, &rivals(all), seen)
}

fn one(found: Match) -> String {
    match found {
        Match::One(task, _) => task.id,
        Match::None | Match::Many(_) | Match::Unclear(_) => panic!("not one: {found:?}"),
    }
}

fn many(found: Match) -> Vec<String> {
    match found {
        Match::Many(tasks) => tasks.into_iter().map(|it| it.id).collect(),
        Match::None | Match::One(..) | Match::Unclear(_) => panic!("not many: {found:?}"),
    }
}

#[test]
fn one_request_and_one_task_belong_together() {
    let found = find(asked(1, 0), &[], vec![seen(10, 2, "x")]);

    assert_eq!(found, Match::One(seen(10, 2, "x"), Proof::Order));
}

#[test]
fn requests_and_tasks_of_equal_number_are_paired_in_order() {
    let tasks = || vec![seen(12, 12, "x"), seen(10, 2, "y"), seen(11, 7, "z")];
    let all = [asked(1, 0), asked(2, 5), asked(3, 10)];

    for (own, task) in [(0, "10"), (1, "11"), (2, "12")] {
        assert_eq!(one(find(all[own], &all, tasks())), task);
    }
}

#[test]
fn numbers_order_what_clocks_say_the_other_way_round() {
    // The first was sent by a replica whose clock is ahead.
    let all = [asked(1, 2), asked(2, 0)];
    let tasks = || vec![seen(10, 4, "x"), seen(11, 5, "y")];

    assert_eq!(one(find(all[0], &all, tasks())), "10");
    assert_eq!(one(find(all[1], &all, tasks())), "11");
}

#[test]
fn ids_order_tasks_whatever_the_clock_of_ksc_did_between_them() {
    let all = [asked(1, 0), asked(2, 1)];
    let tasks = || vec![seen(99, 8, "x"), seen(100, 3, "y")];

    assert_eq!(one(find(all[0], &all, tasks())), "99");
    assert_eq!(one(find(all[1], &all, tasks())), "100");
}

#[test]
fn a_task_that_two_requests_could_have_made_is_nobodys_for_sure() {
    let all = [asked(1, 0), asked(2, 1)];
    let tasks = || vec![seen(10, 20, "x")];

    for own in all {
        assert_eq!(many(find(own, &all, tasks())), ["10"]);
    }
}

#[test]
fn a_task_from_before_the_second_request_is_the_firsts_once_that_was_seen() {
    let all = [asked(1, 0), asked(2, 600)];
    let tasks = || vec![seen(10, 20, "x")];

    // By what the senders' clocks say alone it may be either's.
    assert_eq!(many(find(all[0], &all, tasks())), ["10"]);
    assert_eq!(find(all[1], &all, tasks()), Match::None);

    let mut rivals = rivals(&all);
    rivals.before.insert("10".to_owned(), 1);
    assert_eq!(one(among(all[0], &rivals, tasks())), "10");
    assert_eq!(among(all[1], &rivals, tasks()), Match::None);
}

#[test]
fn a_task_of_days_before_the_second_request_is_the_firsts() {
    let all = [asked(1, 0), asked(2, 3 * 86_400)];
    let tasks = || vec![seen(10, 20, "x")];

    assert_eq!(one(find(all[0], &all, tasks())), "10");
    assert_eq!(find(all[1], &all, tasks()), Match::None);
}

#[test]
fn what_is_left_of_a_deleted_incident_is_nobodys() {
    // Its task was made before the request came.
    let tasks = vec![seen(9, -60, "x"), seen(10, 2, "y")];

    assert_eq!(one(find(asked(2, 0), &[], tasks)), "10");
}

#[test]
fn numbers_in_names_settle_it_where_a_task_of_an_earlier_request_is_gone() {
    // The first one's task was removed weeks ago.
    let all = [asked(41, -2_000_000), asked(42, 0)];
    let tasks = || vec![seen(10, 2, "42")];

    let found = find(all[1], &all, tasks());
    assert_eq!(found, Match::One(seen(10, 2, "42"), Proof::Name));
    assert_eq!(find(all[0], &all, tasks()), Match::None);
}

#[test]
fn a_number_that_passes_over_an_earlier_request_may_be_a_counter() {
    let all = [asked(42, 0), asked(43, 1)];
    // The console counts from 43, and has made the first one's task.
    for own in all {
        assert_eq!(many(find(own, &all, vec![seen(10, 2, "43")])), ["10"]);
    }
    // With the second one's task it is certain that this is no number of an incident.
    let tasks = || vec![seen(10, 2, "43"), seen(11, 3, "44")];
    assert_eq!(one(find(all[0], &all, tasks())), "10");
    assert_eq!(one(find(all[1], &all, tasks())), "11");
}

#[test]
fn numbers_that_run_against_the_order_of_the_tasks_are_not_believed() {
    let all = [asked(42, 0), asked(43, 1)];
    let tasks = || vec![seen(10, 2, "43"), seen(11, 3, "42")];

    assert_eq!(one(find(all[0], &all, tasks())), "10");
    assert_eq!(one(find(all[1], &all, tasks())), "11");
}

#[test]
fn a_number_before_its_request_is_a_counters() {
    let all = [asked(42, 0), asked(43, 600)];

    assert_eq!(find(all[1], &all, vec![seen(10, 2, "43")]), Match::None);
    assert_eq!(many(find(all[0], &all, vec![seen(10, 2, "43")])), ["10"]);
}

#[test]
fn among_too_many_requests_every_task_that_fits_is_possible() {
    let unknown = || Rivals {
        asked: None,
        ..rivals(&[])
    };
    let tasks = || vec![seen(9, -60, "x"), seen(10, 2, "y"), seen(11, 3, "z")];

    let all = among(asked(1, 0), &unknown(), tasks());
    assert_eq!(
        all,
        Match::Unclear(vec![seen(10, 2, "y"), seen(11, 3, "z")])
    );
    assert_eq!(among(asked(1, 60), &unknown(), tasks()), Match::None);
}

#[test]
fn a_request_whose_task_is_known_competes_for_no_other() {
    let rivals = |known: &[(i64, &str)]| Rivals {
        known: known
            .iter()
            .map(|(it, id)| (*it, (*id).to_owned()))
            .collect(),
        ..rivals(&[asked(1, 0), asked(2, 1)])
    };
    let tasks = || vec![seen(11, 20, "x")];

    assert_eq!(many(among(asked(2, 1), &rivals(&[]), tasks())), ["11"]);
    // The first one's task was seen, and is gone.
    let gone = rivals(&[(1, "10")]);
    assert_eq!(one(among(asked(2, 1), &gone, tasks())), "11");
    // What is known of the request itself does not bind it.
    let own = rivals(&[(2, "10")]);
    assert_eq!(many(among(asked(2, 1), &own, tasks())), ["11"]);
    // A task that is known to be another's is not this one's.
    let others = rivals(&[(1, "11")]);
    assert_eq!(among(asked(2, 1), &others, tasks()), Match::None);
}

#[test]
fn a_task_that_somebody_made_by_hand_makes_it_ambiguous() {
    let tasks = vec![seen(10, 2, "x"), seen(11, 9, "y")];

    assert_eq!(many(find(asked(1, 0), &[], tasks)), ["10", "11"]);
}

#[test]
fn what_has_no_date_is_weighed_and_not_left_out() {
    let undated = |id| SeenTask {
        created: None,
        ..seen(id, 0, "x")
    };
    let unsaid = RequestRef {
        incident: 1,
        added: None,
    };
    let tasks = || vec![undated(10), undated(11)];

    assert_eq!(many(find(asked(2, 0), &[], tasks())), ["10", "11"]);
    assert_eq!(one(find(asked(2, 0), &[unsaid], tasks())), "11");
    assert_eq!(one(find(unsaid, &[asked(2, 0)], tasks())), "10");
}

#[test]
fn a_tag_that_one_request_has_names_its_task() {
    let tagged = |all: &[RequestRef]| Rivals {
        tagged: true,
        ..rivals(all)
    };
    let own = asked(1, 0);
    let task = || seen(10, 2, "x");

    let found = among(own, &tagged(&[]), vec![task()]);
    assert_eq!(found, Match::One(task(), Proof::Name));
    // Somebody has given it to a second one, or made a second task.
    let all = [own, asked(2, 1)];
    let found = among(own, &tagged(&all), vec![task(), seen(11, 3, "y")]);
    assert_eq!(found, Match::One(task(), Proof::Order));
    let found = among(own, &tagged(&[]), vec![task(), seen(11, 3, "y")]);
    assert_eq!(many(found), ["10", "11"]);
}

#[test]
fn a_time_that_was_moved_leaves_out_no_task_that_may_be_of_that_request() {
    // The first one's was moved by hours, and the fourth one is not in sight.
    let all = [asked(1, 30_000), asked(2, 100), asked(3, 200)];
    let tasks = || [(10, 2), (11, 102), (12, 202), (13, 302)].map(|(id, at)| seen(id, at, "x"));

    assert_eq!(many(find(all[0], &all, tasks().into())), ["10", "11"]);
    assert_eq!(many(find(all[1], &all, tasks().into())), ["11", "12"]);
    assert_eq!(many(find(all[2], &all, tasks().into())), ["12", "13"]);
}

#[test]
fn a_number_that_is_nobodys_speaks_against_the_numbers_of_all() {
    // A counter that lags by one: the third one's time was moved by hours.
    let all = [asked(41, 0), asked(42, 100), asked(43, 30_000)];
    let tasks =
        || [(10, 2, "40"), (11, 102, "41"), (12, 202, "42")].map(|(id, at, it)| seen(id, at, it));

    assert_eq!(one(find(all[1], &all, tasks().into())), "11");
}

#[test]
fn order_says_nothing_up_to_where_it_is_not_known() {
    let all = [asked(1, 0), asked(2, 100)];
    let rivals = Rivals {
        unordered: 1,
        ..rivals(&all)
    };
    let tasks = || vec![seen(10, 2, "x"), seen(11, 102, "x")];

    assert_eq!(many(among(all[0], &rivals, tasks())), ["10"]);
    assert_eq!(one(among(all[1], &rivals, tasks())), "11");
}
