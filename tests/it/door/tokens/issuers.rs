//! Several issuers at once: a token is checked as one of the very issuer that it names, and no two
//! issuers have a key or a caller in common.

use acceptance::{Caller, House, Issuer, Plan, Token, WS_042, refused_because};
use edr_gateway::config::Settings;
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

const A: &str = "https://a.example";
const B: &str = "https://b.example";

/// Two issuers with keys of the same ids.
struct Pair {
    house: House,
    a: Issuer,
    b: Issuer,
    _files: tempfile::TempDir,
}

impl Pair {
    /// Both, with these lines more in the tables of each.
    async fn with(of_a: &str, of_b: &str) -> Self {
        let files = tempfile::tempdir().expect("a folder");
        let (a, b) = (Issuer::with_ids("k"), Issuer::with_ids("k"));
        let path = |name: &str, issuer: &Issuer| {
            let path = files.path().join(name);
            std::fs::write(&path, issuer.key_set().to_string()).expect("a file");
            format!("{:?}", path.display().to_string())
        };
        let file = format!(
            "[[auth.issuers]]\nname = \"a\"\nissuer = \"{A}\"\naudience = \"for-a\"\njwks_file = {}\n{of_a}\n\
             [[auth.issuers]]\nname = \"b\"\nissuer = \"{B}\"\naudience = \"for-b\"\njwks_file = {}\n{of_b}\n",
            path("a", &a),
            path("b", &b),
        );
        let house = House::furnish(Plan {
            file,
            settings: vec![("auth.jwks_file", String::new())],
            ..Plan::default()
        })
        .await;
        Self {
            house,
            a,
            b,
            _files: files,
        }
    }

    fn caller(&self, issuer: &Issuer, token: &Token) -> Caller {
        self.house.caller_with(&issuer.sign(token))
    }
}

fn of(iss: &str, aud: &str) -> Token {
    let token = Token::of("soar", "tasks.create tasks.read");
    token.with("iss", json!(iss)).with("aud", json!(aud))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_checked_by_the_issuer_that_it_names_and_by_no_other() {
    let pair = Pair::with("", "algorithms = [\"RS256\"]").await;
    let rs = |token: Token| token.signed_with(Algorithm::RS256);

    for (issuer, token, caller) in [
        (&pair.a, of(A, "for-a"), "issuer:a:soar"),
        (&pair.a, rs(of(A, "for-a")), "issuer:a:soar"),
        (&pair.b, rs(of(B, "for-b")), "issuer:b:soar"),
    ] {
        let who = pair
            .caller(issuer, &token)
            .get("/v1/whoami")
            .await
            .expect(200);
        assert_eq!(who.json["caller"], caller);
        assert_eq!(who.json["issuer"], token.claims["iss"]);
    }
    for (what, issuer, token, cause) in [
        ("a's key for b", &pair.a, rs(of(B, "for-b")), "signature"),
        ("b's key for a", &pair.b, of(A, "for-a"), "signature"),
        ("a's audience at b", &pair.b, rs(of(B, "for-a")), "audience"),
        ("b's audience at a", &pair.a, of(A, "for-b"), "audience"),
        ("a's algorithm at b", &pair.b, of(B, "for-b"), "algorithm"),
        (
            "nobody's",
            &pair.a,
            of("https://c.example", "for-a"),
            "another issuer",
        ),
        (
            "both",
            &pair.a,
            of(A, "for-a").with("iss", json!([A, B])),
            "iss has the wrong type",
        ),
        (
            "a with a slash",
            &pair.a,
            of("https://a.example/", "for-a"),
            "another issuer",
        ),
        (
            "A",
            &pair.a,
            of("https://A.example", "for-a"),
            "another issuer",
        ),
        (
            "none",
            &pair.a,
            of(A, "for-a").with("iss", Value::Null),
            "iss is missing",
        ),
    ] {
        let reply = pair
            .caller(issuer, &token)
            .get("/v1/whoami")
            .await
            .expect(401);
        let logged = refused_because(reply.request_id());
        assert!(logged.contains(cause), "{what}: {logged}");
    }
    pair.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_of_one_name_at_two_issuers_share_nothing() {
    let pair = Pair::with("", "").await;
    let mut seen = std::collections::BTreeSet::new();
    for (issuer, iss, aud) in [(&pair.a, A, "for-a"), (&pair.b, B, "for-b")] {
        for sub in [
            "soar",
            "issuer:a:soar",
            "issuer:b:soar",
            "client:soar",
            "a:soar",
        ] {
            let token = of(iss, aud).with("sub", json!(sub));
            let caller = pair.caller(issuer, &token);
            let who = caller.get("/v1/whoami").await.expect(200);
            assert!(
                seen.insert(who.json["caller"].to_string()),
                "{who:?}",
                who = who.text
            );
            let task = caller.isolate_once(WS_042, "case-1").await.expect(202);
            assert!(
                seen.insert(task.json["id"].to_string()),
                "{sub} shares a key"
            );
        }
    }
    pair.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_for_a_caller_of_its_own_issuer() {
    let grants = "[auth.issuers.grants]\n\"soar\" = [\"tasks.cancel\"]\n\"client:soar\" = \"hosts.read tasks.create.isolateHost\"";
    let pair = Pair::with("", grants).await;
    let bare = |iss: &str, aud: &str| of(iss, aud).with("scope", Value::Null);
    for (issuer, token, scopes) in [
        (&pair.b, bare(B, "for-b"), json!(["tasks.cancel"])),
        (&pair.a, bare(A, "for-a"), json!([])),
        (
            &pair.b,
            bare(B, "for-b").with("client_id", json!("soar")),
            json!(["hosts.read", "tasks.create.isolateHost"]),
        ),
        (
            &pair.b,
            bare(B, "for-b").with("sub", json!("client:soar")),
            json!([]),
        ),
        (
            &pair.b,
            bare(B, "for-b").with("sub", json!("Soar")),
            json!([]),
        ),
        (
            &pair.a,
            bare(A, "for-a").with("sub", json!("issuer:b:soar")),
            json!([]),
        ),
        (
            &pair.b,
            of(B, "for-b"),
            json!(["tasks.cancel", "tasks.create", "tasks.read"]),
        ),
    ] {
        let who = pair
            .caller(issuer, &token)
            .get("/v1/whoami")
            .await
            .expect(200);
        assert_eq!(who.json["scopes"], scopes, "{}", token.claims);
    }
    pair.house.close().await;
}

fn load(file: &str, environment: &[(&str, &str)]) -> Result<Settings, String> {
    let base = "[backends.ksc]\nkind = \"ksc\"\nendpoints = [\"https://ksc.example:13299\"]\nusername = \"u\"\npassword_file = \"/p\"\n";
    let named = environment
        .iter()
        .map(|(key, it)| (format!("EDR_GATEWAY__AUTH__{key}"), (*it).to_owned()));
    Settings::load(&format!("{base}{file}"), named).map_err(|it| it.to_string())
}

const ONE: &str = "[auth]\nissuer = \"https://a.example\"\naudience = \"a\"\n";

#[test]
fn issuers_of_the_file_and_of_the_environment_are_one_list() {
    let file = format!(
        "{ONE}[[auth.issuers]]\nname = \"b\"\nissuer = \"https://b.example\"\naudience = \"b\"\n"
    );
    let settings = load(
        &file,
        &[
            ("AUDIENCE", "one, other"),
            ("ISSUERS__0__AUDIENCE", "c"),
            (
                "ISSUERS__0__GRANTS",
                "system:serviceaccount:n:s = tasks.read hosts.read, client:x=tasks.create",
            ),
            ("ISSUERS__1__NAME", "d"),
            ("ISSUERS__1__ISSUER", "https://d.example"),
            ("ISSUERS__1__CLIENT_IDS", "x,y"),
            ("ISSUERS__1__REQUIRED_CLAIMS", "azp, idtyp=app"),
        ],
    );
    let issuers = settings.expect("good").auth.issuers;

    let names: Vec<_> = issuers
        .iter()
        .map(|it| (it.name.as_deref(), &*it.issuer))
        .collect();
    assert_eq!(
        names,
        [
            (None, "https://a.example"),
            (Some("b"), "https://b.example"),
            (Some("d"), "https://d.example")
        ]
    );
    assert_eq!(issuers[1].grants.len(), 2);
    assert!(
        issuers[1].grants["client:x"]
            .scopes
            .contains("tasks.create")
    );
    assert_eq!(
        issuers[2].required_claims[1],
        ("idtyp".to_owned(), Some("app".to_owned()))
    );
    assert!(
        load(
            "",
            &[
                ("ISSUERS__0__NAME", "b"),
                ("ISSUERS__0__ISSUER", "https://b.example"),
                ("ISSUERS__0__AUDIENCE", "b")
            ]
        )
        .is_ok()
    );
}

#[test]
fn issuers_that_could_be_taken_for_one_another_and_other_mistakes_are_refused() {
    let b = "[[auth.issuers]]\nname = \"b\"\nissuer = \"https://b.example\"\naudience = \"b\"\n";
    let mut tried = 0;
    for (file, environment, said) in [
        (format!("{ONE}{b}{b}"), vec![], "auth.issuers.1.issuer"),
        (
            format!("{ONE}{b}{}", b.replace("//b", "//c")),
            vec![],
            "auth.issuers.1.name",
        ),
        (
            format!("{ONE}{}", b.replace("//b", "//a")),
            vec![],
            "auth.issuers.0.issuer",
        ),
        (
            format!("{ONE}{}", b.replace("name = \"b\"\n", "")),
            vec![],
            "auth.issuers.0.name",
        ),
        (
            format!("{ONE}{}", b.replace("\"b\"\nissuer", "\"b:c\"\nissuer")),
            vec![],
            "auth.issuers.0.name",
        ),
        (
            format!("{ONE}{}", b.replace("\"b\"\nissuer", "\"B\"\nissuer")),
            vec![],
            "auth.issuers.0.name",
        ),
        (
            format!("{ONE}{}", b.replace("audience = \"b\"", "")),
            vec![],
            "auth.issuers.0.audience",
        ),
        (
            format!("{ONE}{b}audiences = \"x\"\n"),
            vec![],
            "auth.issuers.0.audiences",
        ),
        (
            format!("{ONE}{b}[[auth.issuers.issuers]]\nname = \"x\"\n"),
            vec![],
            "auth.issuers.0.issuers",
        ),
        (
            format!("{ONE}issuers = \"https://b.example\"\n"),
            vec![],
            "auth.issuers",
        ),
        (format!("{ONE}issuers = [1]\n"), vec![], "auth.issuers"),
        (ONE.to_owned(), vec![("ISSUERS", "x")], "auth.issuers"),
        (
            ONE.to_owned(),
            vec![("ISSUERS__00__ISSUER", "https://b.example")],
            "auth.issuers.00.issuer",
        ),
        (
            ONE.to_owned(),
            vec![("ISSUERS__X__ISSUER", "https://b.example")],
            "auth.issuers.x.issuer",
        ),
        (ONE.to_owned(), vec![("CLIENT_IDS", "x")], "auth.client_ids"),
        (
            ONE.replace("audience", "client_ids"),
            vec![("AUDIENCE", "x")],
            "auth.client_ids",
        ),
        (ONE.replace("audience = \"a\"", ""), vec![], "auth.audience"),
        (ONE.replace("\"a\"", "[]"), vec![], "auth.audience"),
        (ONE.replace("\"a\"", "[\"\"]"), vec![], "auth.audience"),
        (
            ONE.to_owned(),
            vec![("SCOPE_PREFIX", "edr")],
            "auth.scope_prefix",
        ),
        (
            ONE.to_owned(),
            vec![("SCOPE_PREFIX", "api://x/tasks")],
            "auth.scope_prefix",
        ),
        (
            ONE.to_owned(),
            vec![("SCOPE_PREFIX", "a b/")],
            "auth.scope_prefix",
        ),
        (
            ONE.to_owned(),
            vec![("SCOPE_CLAIMS", " , ")],
            "auth.scope_claims",
        ),
        (
            ONE.to_owned(),
            vec![("CALLER_CLAIMS", "")],
            "auth.caller_claims",
        ),
        (
            ONE.to_owned(),
            vec![("REQUIRED_CLAIMS", "=x")],
            "auth.required_claims",
        ),
        (
            ONE.to_owned(),
            vec![("REQUIRED_CLAIMS", "x=")],
            "auth.required_claims",
        ),
        (
            ONE.to_owned(),
            vec![("GRANTS", "soar=tasks.creat")],
            "tasks.creat",
        ),
        (
            ONE.to_owned(),
            vec![("GRANTS", "soar=tasks.create.isolatehost")],
            "tasks.create.isolatehost",
        ),
        (ONE.to_owned(), vec![("GRANTS", "soar")], "auth.grants"),
        (ONE.to_owned(), vec![("GRANTS", "soar=")], "auth.grants"),
        (
            ONE.to_owned(),
            vec![("GRANTS", "=tasks.read")],
            "auth.grants",
        ),
        (
            format!("{ONE}grants = {{soar = 7}}\n"),
            vec![],
            "auth.grants",
        ),
        (
            format!("{ONE}grants = {{soar = []}}\n"),
            vec![],
            "auth.grants",
        ),
        (
            format!("{ONE}grants = {{soar = [7]}}\n"),
            vec![],
            "auth.grants",
        ),
        (
            ONE.to_owned(),
            vec![("JWKS_FILE", "/k"), ("JWKS_CA_FILE", "/c")],
            "auth.jwks_ca_file",
        ),
        (
            ONE.to_owned(),
            vec![("HS256_SECRET_FILE", "/k"), ("JWKS_TOKEN_FILE", "/c")],
            "auth.jwks_token_file",
        ),
        (ONE.replace("https", "http"), vec![], "auth.jwks_url"),
        (
            ONE.replace("https://a.example", "soc"),
            vec![],
            "auth.jwks_url",
        ),
        (
            ONE.replace("a.example", "a.example/?x=1"),
            vec![],
            "auth.jwks_url",
        ),
    ] {
        let mistakes = load(&file, &environment).expect_err(said);
        assert!(mistakes.contains(said), "{said}: {mistakes}");
        tried += 1;
    }
    acceptance::tell(&format!(
        "mistakes in issuers: {tried} tried, {tried} refused"
    ));
}
