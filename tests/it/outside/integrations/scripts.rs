//! The scripts ask, wait, repeat and refuse alike, whichever language they are in.

use acceptance::{House, WS_042};
use serde_json::{Value, json};
use tokio::process::Command;

use super::catalogue::all;
use super::mishaps::{house_of_failures, refuse_once};
use super::shipped;
use crate::outside::importers::conversation::{POWERFUL, token, while_time_passes};
use crate::outside::importers::tools::{must, of_python};

/// The file of kinds, by actions.
fn kinds() -> Value {
    shipped::json("scripts/fields.json")
}

#[test]
fn the_scripts_know_of_every_field_whether_it_is_a_text() {
    let known = kinds();
    let document: Value =
        serde_json::from_str(&acceptance::repository::read("openapi/openapi.json")).expect("JSON");

    let actions = all();
    assert_eq!(known.as_object().expect("actions").len(), actions.len());
    for action in actions {
        let fields = known[&action.name].as_object().expect("fields");
        assert_eq!(fields.len(), action.fields.len(), "{}", action.name);
        for field in &action.fields {
            let schema = action.schema_of(field, &document);
            let text = schema["type"] == "string";
            let kind = if text { "text" } else { "json" };
            assert_eq!(fields[field], kind, "{} {field}: {schema}", action.name);
        }
    }
}

/// How a script ended, and what it said.
#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    task: Value,
    said: String,
}

/// Runs a script with these arguments.
async fn run(house: &House, script: (&str, &str), scopes: &str, arguments: &[&str]) -> Ended {
    let (program, file) = script;
    let mut command = Command::new(program);
    command
        .arg(shipped::place("scripts").join(file))
        .args(arguments)
        .env("EDR_GATEWAY_URL", format!("http://{}", house.addr()))
        .env("EDR_GATEWAY_TOKEN", token(scopes))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(std::process::Stdio::null())
        .kill_on_drop(true);
    let output = while_time_passes(house, async move { command.output().await }).await;
    let output = output.expect("the program is there");
    Ended {
        code: output.status.code(),
        task: serde_json::from_slice(&output.stdout).unwrap_or_default(),
        said: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Lets a script do all that it promises.
async fn holds(program: &str, file: &str) {
    let house = house_of_failures().await;
    let script = (program, file);
    let host = format!("targetHost={WS_042}");
    let isolate = [
        "--key",
        "case-1/isolate",
        "isolateHost",
        &host,
        "action=isolate",
        "externalId=case-1",
        "comment=it's \"quoted\" = so",
        "severity=critical",
    ];
    let terminate = [
        "--key",
        "case-1/terminate",
        "terminateProcess",
        &host,
        "path=C:\\Users\\Public\\drop.exe",
        "caseSensitive=true",
    ];
    let scan = ["onDemandScan", &host, "scanAreas=[\"systemMemory\"]"];

    let dry = [&["--dry-run"], &isolate[2..]].concat();
    let dry = run(&house, script, POWERFUL, &dry).await;
    let nothing = house.sim.journal().incidents().len();
    let first = run(&house, script, POWERFUL, &isolate).await;
    let again = run(&house, script, POWERFUL, &isolate).await;
    let failed = run(&house, script, POWERFUL, &terminate).await;
    refuse_once(&house);
    let scanned = run(&house, script, POWERFUL, &scan).await;
    let reused = [&isolate[..3], &terminate[3..4], &["action=release"]].concat();
    let reused = run(&house, script, POWERFUL, &reused).await;
    let wrong = ["isolateHost", &host, "action=freeze", "hurry=yes"];
    let wrong = run(&house, script, POWERFUL, &wrong).await;
    let forbidden = run(&house, script, "hosts.read", &isolate).await;

    assert_eq!((dry.code, nothing), (Some(0), 0), "{dry:?}");
    assert_eq!(dry.task["dryRun"], true, "{dry:?}");
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(
        first.said.contains("key: case-1/isolate\nsucceeded: "),
        "{first:?}"
    );
    assert_eq!(first.task["externalId"], "case-1", "{first:?}");
    assert_eq!(first.task["comment"], "it's \"quoted\" = so", "{first:?}");
    assert_eq!(first.task["severity"], 3, "{first:?}");
    assert_eq!(
        (again.code, &again.task["id"]),
        (Some(0), &first.task["id"])
    );
    assert_eq!(failed.code, Some(1), "{failed:?}");
    assert!(failed.said.contains("failed: "), "{failed:?}");
    assert_eq!(failed.task["params"]["caseSensitive"], true, "{failed:?}");
    assert_eq!(
        (scanned.code, &scanned.task["task"]),
        (Some(0), &json!("onDemandScan"))
    );
    assert!(
        house.sim.faults().planned().is_empty(),
        "it has been refused once"
    );
    assert_eq!(reused.code, Some(2), "{reused:?}");
    assert!(
        reused.said.contains("refused: idempotency_key_reused: "),
        "{reused:?}"
    );
    assert_eq!(wrong.code, Some(2), "{wrong:?}");
    assert!(
        wrong.said.contains("refused: validation_failed: "),
        "{wrong:?}"
    );
    assert!(wrong.said.contains("  /action: "), "{wrong:?}");
    assert!(wrong.said.contains("hurry"), "{wrong:?}");
    assert_eq!(forbidden.code, Some(2), "{forbidden:?}");
    assert!(
        forbidden.said.contains("refused: scope_missing: "),
        "{forbidden:?}"
    );
    assert_eq!(house.sim.journal().incidents().len(), 3);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs curl, jq: cargo verify"]
async fn the_script_for_bash_holds_what_it_promises() {
    holds("bash", "edr.sh").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs python3: cargo verify"]
async fn the_script_for_python_holds_what_it_promises() {
    holds("python3", "edr.py").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs node: cargo verify"]
async fn the_script_for_node_holds_what_it_promises() {
    holds("node", "edr.mjs").await;
}

/// It is all that can be said of it where there is no PowerShell.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs tree-sitter-powershell: cargo verify"]
async fn the_script_for_powershell_can_be_parsed() {
    let parse = "
import pathlib, sys
from tree_sitter import Language, Parser
import tree_sitter_powershell
parser = Parser(Language(tree_sitter_powershell.language()))
for file in sys.argv[1:]:
    print(parser.parse(pathlib.Path(file).read_bytes()).root_node.has_error)
";
    let folder = tempfile::tempdir().expect("a folder");
    let broken = folder.path().join("broken.ps1");
    let whole = shipped::text("scripts/edr.ps1");
    let half = whole.rsplit_once('}').expect("it has blocks").0;
    std::fs::write(&broken, half).expect("a file");
    let mut parser = of_python("../integrations/powershell", "python3");
    parser
        .args(["-c", parse])
        .arg(shipped::place("scripts/edr.ps1"))
        .arg(broken);

    let said = must(parser).await;

    assert_eq!(said, "False\nTrue\n");
}
