//! KUMA's nine scripts, from a rule's arguments to the incident in KSC: the program itself, through
//! links with their names.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use acceptance::{EVERYTHING, House, Issuer, Token, built_programs, ioc};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

const MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";
const DROPPED: &str = r"C:\Users\Public\drop.exe";

/// A correlator with the nine links, whose settings name the house's gateway.
struct Correlator(TempDir);

impl Correlator {
    async fn beside(house: &House) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let at = |name: &str| home.path().join(name);
        for folder in ["scripts", "ioc", "spool"] {
            fs::create_dir(at(folder)).expect("a folder");
        }
        let token = Issuer::shared().sign(&Token::of("kuma", EVERYTHING));
        fs::write(at("token"), token).expect("written");
        fs::set_permissions(at("token"), fs::Permissions::from_mode(0o600)).expect("a mode");
        let settings = format!(
            "[profiles.kuma]\ngateway = 'http://{}'\ntoken_file = 'token'\nproxy = 'none'\n\n\
             [kuma]\nioc_folder = 'ioc'\nspool = 'spool'\nwhole_time = '30s'\n",
            house.addr()
        );
        fs::write(at("edrctl.toml"), settings).expect("written");
        let correlator = Self(home);
        let scripts = correlator.0.path().join("scripts");
        let done = Command::new(Self::program().await)
            .args(["kuma", "install", "--dir"])
            .arg(&scripts)
            .output()
            .await
            .expect("it runs");
        assert!(done.status.success(), "{done:?}");
        correlator
    }

    async fn program() -> PathBuf {
        built_programs().await.join("edrctl")
    }

    /// Runs a script as KUMA does: its number and its line.
    async fn run(&self, script: &str, arguments: &[&str]) -> (Option<i32>, Value) {
        let output = Command::new(self.0.path().join("scripts").join(script))
            .args(arguments)
            .current_dir("/")
            .env_clear()
            .output()
            .await
            .expect("it runs");
        let line = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
        (output.status.code(), line)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_the_nine_becomes_the_incident_that_the_vendor_documents() {
    let house = House::open().await;
    let correlator = Correlator::beside(&house).await;
    let archive = ioc::archive(&[(
        "a.ioc",
        ioc::document("11111111-1111-4111-8111-111111111111").as_bytes(),
    )]);
    let bytes = STANDARD.decode(&archive).expect("base64");
    fs::write(correlator.0.path().join("ioc/a.zip"), bytes).expect("written");
    let scan = |kind: i64| json!({"enabled": true, "path": "", "recursive": true, "type": kind});
    let host = house.sim.hosts()[0].id.clone();

    for (script, more, task, params) in [
        (
            "isolateHost.py",
            vec!["--action=1"],
            "isolateHost",
            json!({"action": 1}),
        ),
        (
            "isolateHost.py",
            vec!["--action=off"],
            "isolateHost",
            json!({"action": 0}),
        ),
        (
            "onDemandScan.py",
            vec![],
            "onDemandScan",
            json!([scan(14), scan(15), scan(16)]),
        ),
        (
            "ioCScan.py",
            vec!["--ioc=a.zip"],
            "iocScan",
            json!({"ioc": archive, "isolateHost": false, "scanCriticalAreas": false, "quarantineObject": false}),
        ),
        (
            "quarantineFile.py",
            vec!["--path", DROPPED, "--sha256hash", MD5],
            "quarantineFile",
            json!({"md5hash": MD5, "sha256hash": "", "path": DROPPED}),
        ),
        (
            "deleteFile.py",
            vec!["--path", DROPPED, "--searchInSubfolders=1"],
            "deleteFile",
            json!({"md5hash": "", "sha256hash": "", "path": DROPPED, "searchInSubfolders": true}),
        ),
        (
            "getFile.py",
            vec!["--path", DROPPED],
            "getFile",
            json!({"md5hash": "", "sha256hash": "", "path": DROPPED}),
        ),
        (
            "preventExecution.py",
            vec!["--hash", MD5, "--path", DROPPED, "--caseSensitive=true"],
            "preventExecution",
            json!({"hash": MD5, "path": DROPPED, "caseSensitive": true}),
        ),
        (
            "startProcess.py",
            vec!["--executablePath", DROPPED, "--arguments=/all"],
            "startProcess",
            json!({"executablePath": DROPPED, "arguments": "/all"}),
        ),
        (
            "terminateProcess.py",
            vec!["--path", DROPPED],
            "terminateProcess",
            json!({"md5hash": "", "sha256hash": "", "path": DROPPED, "caseSensitive": false}),
        ),
    ] {
        let target = format!("--targetHost={host}");
        let mut arguments = vec![target.as_str(), "--eventId=event-1"];
        arguments.extend(more);
        let (exit, line) = correlator.run(script, &arguments).await;

        assert_eq!(exit, Some(0), "{script}: {line}");
        let body = house.incident_bodies().pop().expect("an incident");
        let expected = json!({
            "targetHost": host, "task": task, "params": params,
            "responseEventIncident": true, "responseEventIncidentArea": "Kuma"
        });
        assert_eq!(body, expected, "{script}");
        let (again, repeated) = correlator.run(script, &arguments).await;
        assert_eq!(
            (again, &repeated["task"]),
            (Some(0), &line["task"]),
            "{repeated}"
        );
    }

    assert_eq!(
        house.incident_bodies().len(),
        10,
        "each once, however often its rule fires"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_gateway_refuses_ends_as_refused_and_reaches_no_server() {
    let house = House::open().await;
    let correlator = Correlator::beside(&house).await;

    for (script, arguments, code) in [
        (
            "isolateHost.py",
            ["--targetHost=no-such-host", "--action=on"],
            "host_not_found",
        ),
        (
            "getFile.py",
            ["--targetHost=WS-042", "--path=not a path"],
            "validation_failed",
        ),
        (
            "startProcess.py",
            ["--targetHost=WS\"042", r"--executablePath=C:\x.exe"],
            "validation_failed",
        ),
    ] {
        let (exit, line) = correlator.run(script, &arguments).await;
        assert_eq!(
            (exit, line["code"].as_str()),
            (Some(3), Some(code)),
            "{line}"
        );
    }

    assert!(house.incident_bodies().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_linux_server_is_isolated_through_kata_and_released() {
    let house = House::with_central_node(&[]).await;
    let correlator = Correlator::beside(&house).await;
    let sensor = house.kata().sensor("srv-db-01");

    let arguments = [
        "--targetHost=srv-db-01",
        "--backend=kata",
        "--action=on",
        "--eventId=1",
    ];
    let (exit, line) = correlator.run("isolateHost.py", &arguments).await;
    assert_eq!(exit, Some(0), "{line}");
    assert!(
        line["task"]
            .as_str()
            .is_some_and(|it| it.starts_with("kata-")),
        "{line}"
    );
    house.advance(std::time::Duration::from_mins(6)).await;
    assert!(house.kata().device(&sensor).isolated_until.is_some());

    let arguments = [
        "--targetHost=srv-db-01",
        "--backend=kata",
        "--action=off",
        "--eventId=1",
    ];
    let (exit, line) = correlator.run("isolateHost.py", &arguments).await;
    assert_eq!(exit, Some(0), "{line}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_started_and_a_file_prevented_through_kata() {
    let house = House::with_central_node(&[]).await;
    let correlator = Correlator::beside(&house).await;
    let hash = format!("--hash={}", "a".repeat(64));

    for (script, more) in [
        ("startProcess.py", "--executablePath=/opt/ir/collect.sh"),
        ("preventExecution.py", hash.as_str()),
    ] {
        let arguments = [
            "--targetHost=srv-db-01",
            "--backend=kata",
            more,
            "--eventId=1",
        ];
        let (exit, line) = correlator.run(script, &arguments).await;
        assert_eq!(exit, Some(0), "{line}");
        let task = line["task"].as_str().unwrap_or_default();
        assert!(task.starts_with("kata-"), "{line}");
    }

    house.close().await;
}

/// KUMA's API, which knows one asset.
async fn api_of_kuma(id: &'static str, name: &'static str) -> u16 {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut bytes = vec![0; 4096];
            let read = stream.read(&mut bytes).await.unwrap_or(0);
            let request = String::from_utf8_lossy(&bytes[..read]).into_owned();
            let asked = request.starts_with(&format!("GET /api/v1/assets?id={id} "));
            let let_in = request.contains("authorization: Bearer of-kuma\r\n");
            let body = match (let_in, asked) {
                (true, true) => json!([{"id": id, "fqdn": [name], "name": "another"}]).to_string(),
                (true, false) => "[]".to_owned(),
                (false, _) => String::new(),
            };
            let status = if let_in { "200 OK" } else { "401 Unauthorized" };
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
            let _gone = stream.write_all(answer.as_bytes()).await;
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_of_kumas_own_asset_is_looked_up_when_the_gateway_knows_no_such_host() {
    const ASSET: &str = "5f3c5b1e-6a0d-4f9a-9a53-0c1d2e3f4a5b";
    const OTHER: &str = "6f3c5b1e-6a0d-4f9a-9a53-0c1d2e3f4a5b";
    let house = House::open().await;
    let correlator = Correlator::beside(&house).await;
    let port = api_of_kuma(ASSET, "ws-042.corp.example").await;
    let file = correlator.0.path().join("edrctl.toml");
    let settings = fs::read_to_string(&file).expect("settings");
    let assets =
        format!("\n[kuma.assets]\nurl = 'http://127.0.0.1:{port}'\ntoken_file = 'kuma.token'\n");
    fs::write(&file, settings + &assets).expect("written");
    fs::write(correlator.0.path().join("kuma.token"), "of-kuma").expect("written");
    let isolate = |host: &str| {
        [
            format!("--targetHost={host}"),
            "--action=on".to_owned(),
            "--eventId=7".to_owned(),
        ]
    };
    let run = async |host: &str| {
        let arguments = isolate(host);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        correlator.run("isolateHost.py", &arguments).await
    };

    let (code, line) = run(ASSET).await;
    let (again, same) = run(ASSET).await;
    let (unknown, told) = run(OTHER).await;
    let (by_id, _) = run(acceptance::WS_042).await;

    assert_eq!((code, again), (Some(0), Some(0)), "{line} {same}");
    assert_eq!(line["sent"]["targetHost"], "ws-042.corp.example", "{line}");
    assert_eq!((&line["task"], &line["key"]), (&same["task"], &same["key"]));
    assert_eq!(unknown, Some(3), "{told}");
    assert!(
        told["warnings"].to_string().contains("knows 0 assets"),
        "{told}"
    );
    assert_eq!(by_id, Some(0), "a host id of KSC is asked of nobody else");
    assert_eq!(house.sim.journal().incidents().len(), 2);
    house.close().await;
}
