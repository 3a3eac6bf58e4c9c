//! Answers that nobody has documented, made up by the hundred: none is taken for what it is not.

use kata::{
    Answer, Call, CreateTask, DeleteIsolation, DeletePrevention, DeleteTask, GetIsolation,
    GetPrevention, GetTask, Isolation, IsolationSeconds, ListSensors, Prevention, Program,
    PutIsolation, PutPrevention, Scope, SensorId, Task, TaskId, Verdict,
};
use serde_json::{Map, Value, json};

/// Chance with a seed: the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> T {
        let at = self.roll(u64::try_from(all.len()).unwrap());
        all[usize::try_from(at).unwrap()].clone()
    }

    /// Any JSON that is made of words the API knows.
    fn value(&mut self, depth: u64) -> Value {
        const NAMES: &[&str] = &[
            "settings",
            "response",
            "objects",
            "file",
            "sha256",
            "md5",
            "sensors",
            "sensorId",
            "server",
            "state",
            "task",
            "execCommand",
            "excludedRules",
            "latestStartDateTime",
            "autoTurnoffTimeoutInSec",
            "error",
            "direction",
            "next",
        ];
        let scalars = [
            json!(null),
            json!(true),
            json!(0),
            json!(-1),
            json!(3600),
            json!(1e300),
            json!(""),
            json!("x"),
            json!("all"),
            json!("ab".repeat(32)),
            json!("cd".repeat(16)),
            json!("Not Found"),
            json!("2026-11-20T08:15:30Z"),
        ];
        match self.roll(if depth == 0 { 1 } else { 3 }) {
            0 => self.of(&scalars),
            1 => (0..self.roll(3)).map(|_| self.value(depth - 1)).collect(),
            _ => {
                let count = self.roll(3);
                let member = |_| (self.of(NAMES).to_owned(), self.value(depth - 1));
                Value::Object((0..count).map(member).collect::<Map<_, _>>())
            }
        }
    }
}

fn host() -> SensorId {
    SensorId::new("a").unwrap()
}

fn ok(body: &[u8]) -> Answer {
    Answer {
        status: 200,
        body: body.to_vec(),
        retry_after: None,
    }
}

/// The hashes anywhere in a value.
fn hashes(value: &Value) -> usize {
    match value {
        Value::String(text) => usize::from(text.len() == 32 || text.len() == 64),
        Value::Array(all) => all.iter().map(hashes).sum(),
        Value::Object(all) => all.values().map(hashes).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

#[test]
fn rules_that_are_read_are_all_the_rules_that_are_in_it() {
    let mut dice = Dice(1);
    let call = GetPrevention { scope: Scope::All };
    let (mut read, mut empty) = (0, 0);
    for _ in 0..20_000 {
        let body = dice.value(5);

        let Verdict::Found(seen) = call.read(&ok(body.to_string().as_bytes())) else {
            panic!("{body}");
        };

        match seen {
            Prevention::Rules(rules) => {
                let told: usize = rules.iter().map(|it| hashes(&it.to_json())).sum();
                assert_eq!(told, hashes(&body), "{body}");
                read += 1;
                empty += usize::from(rules.is_empty());
            }
            Prevention::Unknown(excerpt) => {
                assert!(body.to_string().starts_with(excerpt.as_str()));
            }
            Prevention::NoRuleOrHost => panic!("{body}"),
        }
    }
    assert!(read > empty && empty > 0, "{read} {empty}");
}

#[test]
fn what_is_written_back_says_the_same() {
    let mut dice = Dice(2);
    let call = GetPrevention { scope: Scope::All };
    for _ in 0..20_000 {
        let body = dice.value(5);
        if let Verdict::Found(Prevention::Rules(rules)) =
            call.read(&ok(body.to_string().as_bytes()))
        {
            let again = kata::rules::settings(&rules);
            let Verdict::Found(Prevention::Rules(read)) =
                call.read(&ok(again.to_string().as_bytes()))
            else {
                panic!("{body} {again}");
            };
            assert_eq!(read, rules, "{body}");
        }
    }
}

/// Every call reads every body with every status, and none of them panics.
#[test]
fn no_answer_is_too_odd_to_be_read() {
    let mut dice = Dice(3);
    let program = Program {
        command: "x".to_owned(),
        parameters: None,
        working_directory: None,
    };
    let id = TaskId::of_action("x");
    for _ in 0..5_000 {
        let status = dice.of(&[
            200, 201, 204, 206, 301, 302, 400, 401, 403, 404, 409, 418, 422, 429, 500, 502, 503,
            504, 599, 999,
        ]);
        let text = dice.value(5).to_string();
        let cut = usize::try_from(dice.roll(u64::try_from(text.len()).unwrap() + 1)).unwrap();
        let body = if dice.roll(3) == 0 {
            &text[..cut]
        } else {
            &text
        };
        let answer = Answer {
            status,
            ..ok(body.as_bytes())
        };
        let orders = [
            says_done(
                &PutIsolation {
                    host: host(),
                    lasts: IsolationSeconds::LEAST,
                    exclusions: Vec::new(),
                    replaces: None,
                },
                &answer,
            ),
            says_done(&DeleteIsolation { host: host() }, &answer),
            says_done(
                &PutPrevention {
                    scope: Scope::All,
                    rules: Vec::new(),
                    replaces: Vec::new(),
                },
                &answer,
            ),
            says_done(
                &DeletePrevention {
                    scope: Scope::All,
                    replaces: Vec::new(),
                },
                &answer,
            ),
            says_done(
                &CreateTask {
                    id,
                    host: host(),
                    program: program.clone(),
                },
                &answer,
            ),
            says_done(&DeleteTask { id }, &answer),
        ];
        let questions = [
            says_done(&GetIsolation { host: host() }, &answer),
            says_done(&GetPrevention { scope: Scope::All }, &answer),
            says_done(
                &GetTask {
                    id,
                    with_settings: true,
                },
                &answer,
            ),
            says_done(&ListSensors::default(), &answer),
        ];
        if !(200..300).contains(&status) && status != 404 {
            assert_eq!(orders, [false; 6], "{status} {body}");
            assert_eq!(questions, [false; 4], "{status} {body}");
        }
    }
}

fn says_done<C: Call>(call: &C, answer: &Answer) -> bool {
    matches!(call.read(answer), Verdict::Found(_))
}

#[test]
fn an_empty_or_foreign_success_is_no_answer_to_a_question() {
    for body in [
        "",
        " ",
        "<html><body>Sign in</body></html>",
        "null",
        "{}",
        "\u{feff}[]",
    ] {
        let answer = ok(body.as_bytes());
        let isolation = GetIsolation { host: host() }.read(&answer);
        let prevention = GetPrevention { scope: Scope::All }.read(&answer);
        let task = GetTask {
            id: TaskId::of_action("x"),
            with_settings: false,
        }
        .read(&answer);

        assert!(
            matches!(isolation, Verdict::Found(Isolation::Unknown(_))),
            "{body}"
        );
        assert!(
            matches!(prevention, Verdict::Found(Prevention::Unknown(_))),
            "{body}"
        );
        assert!(matches!(task, Verdict::Found(Task::Unknown(_))), "{body}");
        assert_eq!(
            ListSensors::default().read(&answer),
            Verdict::Unreadable,
            "{body}"
        );
    }
}

#[test]
fn a_hostile_depth_ends_as_an_unknown_form() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));

    let read = GetPrevention { scope: Scope::All }.read(&ok(deep.as_bytes()));

    assert!(matches!(read, Verdict::Found(Prevention::Unknown(_))));
    let list = ListSensors::default().read(&ok(deep.as_bytes()));
    assert_eq!(list, Verdict::Unreadable);
}
