//! All settings of one gateway.

use std::collections::{BTreeMap, BTreeSet};

use super::auth::Auth;
use super::backends::{self, BackendSettings};
use super::idempotency::Idempotency;
use super::limits::Limits;
use super::mistake::ConfigError;
use super::reader::Reader;
use super::routing::Routing;
use super::server::Server;
use super::tasks::Tasks;
use super::telemetry::Telemetry;
use vocabulary::task_id::Alias;

/// All settings of one gateway.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Listeners, limits and time-outs.
    pub server: Server,
    /// Who issues tokens, and how they are checked.
    pub auth: Auth,
    /// The servers that carry requests out: at least one.
    pub backends: BTreeMap<Alias, BackendSettings>,
    /// Which of them acts when several could.
    pub routing: Routing,
    /// The house's own rules for tasks.
    pub tasks: Tasks,
    /// Where keys are kept, and for how long.
    pub idempotency: Idempotency,
    /// How much callers may take up.
    pub limits: Limits,
    /// Logs and traces.
    pub telemetry: Telemetry,
}

impl Settings {
    /// The settings from the text of a TOML file (empty for none) and the environment.
    ///
    /// # Errors
    /// All mistakes at once; of a file that is no TOML, that alone.
    pub fn load(
        file: &str,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(file, environment).map_err(|it| ConfigError(vec![it]))?;
        let server = Server::read(&mut reader);
        let auth = Auth::read(&mut reader);
        let aliases: BTreeSet<Alias> = reader.aliases(backends::SECTION);
        let backends = backends::read(&mut reader);
        let routing = Routing::read(&mut reader, &aliases);
        let tasks = Tasks::read(&mut reader);
        let idempotency = Idempotency::read(&mut reader);
        let limits = Limits::read(&mut reader);
        let telemetry = Telemetry::read(&mut reader);
        let mistakes = reader.finish();
        let all = || {
            Some(Self {
                server: server?,
                auth: auth?,
                backends: backends?,
                routing: routing?,
                tasks: tasks?,
                idempotency: idempotency?,
                limits: limits?,
                telemetry: telemetry?,
            })
        };
        let all = if mistakes.is_empty() { all() } else { None };
        all.ok_or(ConfigError(mistakes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Ksc;
    use crate::config::file_name::FileName;
    use vocabulary::names::Protected;
    use vocabulary::task::TaskType;

    const SMALLEST: &str = r#"
        [auth]
        issuer = "https://issuer.example"
        audience = "edr-gateway"
        jwks_url = "https://issuer.example/jwks"
        [backends.ksc]
        kind = "ksc"
        endpoints = ["https://ksc.example:13299"]
        username = "edr-gateway"
        password_file = "/run/secrets/ksc"
    "#;

    fn only(settings: &Settings) -> &Ksc {
        let mut all = settings.backends.values();
        let (Some(one), None) = (all.next(), all.next()) else {
            panic!("there is one");
        };
        one.ksc().expect("a KSC")
    }

    fn environment(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn mistaken(file: &str, pairs: &[(&str, &str)]) -> Vec<String> {
        let error = Settings::load(file, environment(pairs)).expect_err("it must be refused");
        error.0.into_iter().map(|it| it.key).collect()
    }

    #[test]
    fn the_smallest_file_is_enough_and_defaults_fill_the_rest() {
        let settings = Settings::load(SMALLEST, []).expect("valid");

        assert_eq!(settings.server.listen.to_string(), "0.0.0.0:8080");
        let ksc = only(&settings);
        assert_eq!(ksc.tasks.stalled_after.as_secs(), 1200);
        assert_eq!(ksc.max_sessions, 64);
    }

    #[test]
    fn the_environment_overrides_the_file() {
        let settings = Settings::load(
            SMALLEST,
            environment(&[
                ("EDR_GATEWAY__BACKENDS__KSC__USERNAME", "other"),
                ("EDR_GATEWAY__BACKENDS__KSC__STALLED_AFTER", "90s"),
                ("EDR_GATEWAY__TASKS__PROTECTED_HOSTS", "dc-*, ksc.example"),
                ("UNRELATED", "x"),
            ]),
        )
        .expect("valid");

        let ksc = only(&settings);
        assert_eq!(ksc.username, "other");
        assert_eq!(ksc.tasks.stalled_after.as_secs(), 90);
        let patterns = settings.tasks.protected_hosts.iter();
        let patterns: Vec<&str> = patterns.map(Protected::as_str).collect();
        assert_eq!(patterns, ["dc-*", "ksc.example"]);
    }

    #[test]
    fn all_mistakes_are_reported_at_once_each_with_its_key() {
        let mistakes = mistaken(
            r#"
            surprise = 1
            [server]
            listen = "nowhere"
            max_body_bytes = "many"
            [backends.ksc]
            kind = "ksc"
            endpoints = ["ftp://ksc"]
            user = "typo"
            "#,
            &[
                ("EDR_GATEWAY__BACKENDS__KSC__PASWORD_FILE", "/x"),
                ("EDR_GATEWAY__BACKENDS__KSC__CORRELATION", "guess"),
            ],
        );

        for key in [
            "surprise",
            "server.listen",
            "server.max_body_bytes",
            "auth.issuer",
            "auth.audience",
            "backends.ksc.endpoints",
            "backends.ksc.user",
            "backends.ksc.username",
            "backends.ksc.password_file",
            "backends.ksc.pasword_file",
            "backends.ksc.correlation",
        ] {
            assert!(
                mistakes.iter().any(|it| it == key),
                "{key} is missing from {mistakes:?}"
            );
        }
    }

    #[test]
    fn a_misspelt_key_is_told_with_what_it_may_mean_where_it_stands() {
        let file = SMALLEST.replace(
            "[backends.ksc]",
            "[server]\nlistn = \"0.0.0.0:1\"\n[backends.ksc]",
        );
        let variables = [
            ("EDR_GATEWAY__BACKENDS__KSC__MAX_SESSION", "1"),
            ("EDR_GATEWAY_SERVER__LISTEN", "0.0.0.0:1"),
            ("EDR_GATEWAY_PORT_8080_TCP", "tcp://10.0.0.1:8080"),
            ("EDR_GATEWAY__SURPRISE", "1"),
        ];

        let error = Settings::load(&file, environment(&variables)).expect_err("mistakes");

        let said: Vec<String> = error.0.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "EDR_GATEWAY_SERVER__LISTEN: does nothing; did you mean EDR_GATEWAY__SERVER__LISTEN?",
                "backends.ksc.max_session: there is no such setting; did you mean EDR_GATEWAY__BACKENDS__KSC__MAX_SESSIONS?",
                "server.listn: there is no such setting; did you mean server.listen?",
                "surprise: there is no such setting",
            ]
        );
    }

    #[test]
    fn a_protected_group_without_a_name_is_a_mistake() {
        for pattern in ["group:", "GROUP: ", "group:/", "dc-*, group:\\"] {
            let pattern = [("EDR_GATEWAY__TASKS__PROTECTED_HOSTS", pattern)];
            assert_eq!(mistaken(SMALLEST, &pattern), ["tasks.protected_hosts"]);
        }
    }

    #[test]
    fn a_protected_hash_that_is_none_is_a_mistake_of_its_own() {
        let sha1 = "ab".repeat(20);
        let hashes = format!("d41d8cd98f00b204e9800998ecf8427e, {sha1}, x");
        let hashes = [("EDR_GATEWAY__TASKS__PROTECTED_HASHES", hashes.as_str())];
        assert_eq!(mistaken(SMALLEST, &hashes), ["tasks.protected_hashes"; 2]);
    }

    #[test]
    fn a_protected_host_that_can_be_none_is_a_mistake_of_its_own() {
        let patterns = "dc-0?, dc-01., 10.20.30.0/24, fe80::1, \"dc-02\"";
        let patterns = [("EDR_GATEWAY__TASKS__PROTECTED_HOSTS", patterns)];
        assert_eq!(
            mistaken(SMALLEST, &patterns),
            ["tasks.protected_hosts"; 4],
            "dc-01. is the name of a host"
        );
    }

    #[test]
    fn a_file_that_is_not_toml_is_one_mistake() {
        let wrong = [("EDR_GATEWAY__SERVER__LISTEN", "nowhere")];
        assert_eq!(mistaken("[backends", &wrong), ["configuration file"]);
    }

    #[test]
    fn two_sources_of_trust_or_keys_are_refused() {
        let both = SMALLEST.replace(
            "[backends.ksc]",
            "jwks_file = \"/k\"\n[backends.ksc]\nca_file = \"/a\"\npinned_certificate_file = \"/b\"",
        );

        let mistakes = mistaken(&both, &[]);

        assert!(
            mistakes.contains(&"auth.jwks_url".to_owned()),
            "{mistakes:?}"
        );
        assert!(
            mistakes.contains(&"backends.ksc.ca_file".to_owned()),
            "{mistakes:?}"
        );
    }

    #[test]
    fn the_certificates_of_the_listener_come_together_from_the_file_or_the_environment() {
        let table = format!(
            "{SMALLEST}\n[server.tls]\ncertificate_file = \"/c\"\nclient_ca_file = \"/ca\""
        );
        let key = [("EDR_GATEWAY__SERVER__TLS__KEY_FILE", "/k")];
        let settings = Settings::load(&table, environment(&key)).expect("valid");
        let tls = settings.server.tls.expect("TLS");

        assert_eq!(
            (tls.certificate.path(), tls.key.path()),
            ("/c".as_ref(), "/k".as_ref())
        );
        assert_eq!(
            tls.client_ca.as_ref().map(FileName::path),
            Some("/ca".as_ref())
        );
        assert_eq!(mistaken(&table, &[]), ["server.tls.key_file"]);
        assert_eq!(mistaken(SMALLEST, &key), ["server.tls.certificate_file"]);
        let clients = [("EDR_GATEWAY__SERVER__TLS__CLIENT_CA_FILE", "/ca")];
        assert_eq!(
            mistaken(SMALLEST, &clients),
            ["server.tls.certificate_file"]
        );
        let typo = format!("{SMALLEST}\n[server.tls]\ncertificate = \"/c\"");
        assert_eq!(mistaken(&typo, &[]), ["server.tls.certificate"]);
        let plain = Settings::load(SMALLEST, []).expect("valid");
        assert!(plain.server.tls.is_none());
    }

    #[test]
    fn a_collector_is_optional_and_what_is_wrong_with_it_is_said() {
        let with = |pairs: &[(&str, &str)]| {
            let named: Vec<_> = pairs
                .iter()
                .map(|(key, it)| (format!("EDR_GATEWAY__TELEMETRY__{key}"), (*it).to_owned()))
                .collect();
            Settings::load(SMALLEST, named).map(|it| it.telemetry.collector)
        };
        let mistakes = |pairs: &[(&str, &str)]| -> Vec<String> {
            let error = with(pairs).expect_err("it must be refused");
            error.0.into_iter().map(|it| it.key).collect()
        };
        let (endpoint, headers) = ("OTLP_ENDPOINT", ("OTLP_HEADERS_FILE", "/h"));

        assert!(with(&[]).expect("valid").is_none());
        let here = with(&[(endpoint, "http://127.0.0.1:4318"), headers]).expect("valid");
        assert!(here.is_some_and(|it| (it.ratio - 1.0).abs() < f64::EPSILON));
        let ratio = with(&[(endpoint, "https://c.example"), ("TRACE_RATIO", "0.25")]);
        assert!(ratio.expect("valid").is_some_and(|it| it.ratio < 0.3));
        assert_eq!(
            mistakes(&[headers, ("OTLP_CA_FILE", "/c")]),
            ["telemetry.otlp_headers_file", "telemetry.otlp_ca_file"]
        );
        assert_eq!(
            mistakes(&[
                (endpoint, "http://collector:4318"),
                headers,
                ("OTLP_CA_FILE", "/c"),
                ("TRACE_RATIO", "2")
            ]),
            [
                "telemetry.trace_ratio",
                "telemetry.otlp_ca_file",
                "telemetry.otlp_headers_file"
            ]
        );
        for wrong in [
            "collector:4318",
            "grpc://c",
            "http://u:p@c",
            "http://c/?q=1",
        ] {
            assert_eq!(
                mistakes(&[(endpoint, wrong)]),
                ["telemetry.otlp_endpoint"],
                "{wrong}"
            );
        }
        let file =
            format!("{SMALLEST}\n[telemetry]\notlp_endpoint = \"http://c\"\ntrace_ratio = 0.5");
        assert!(Settings::load(&file, []).is_ok());
    }

    const SECOND: &str = r#"
        [backends.ksc2]
        kind = "ksc"
        endpoints = ["https://ksc2.example:13299"]
        username = "edr-gateway"
        password_file = "/run/secrets/ksc2"
        budget = 50
    "#;

    #[test]
    fn each_server_has_settings_of_its_own_and_a_name() {
        let file = format!("{SMALLEST}{SECOND}");
        let other = [("EDR_GATEWAY__BACKENDS__KSC2__MAX_SESSIONS", "3")];
        let settings = Settings::load(&file, environment(&other)).expect("valid");

        let told: Vec<(&str, usize, usize)> = settings
            .backends
            .iter()
            .filter_map(|(alias, it)| Some((alias.as_str(), it.ksc()?)))
            .map(|(alias, it)| (alias, it.tasks.budget, it.max_sessions))
            .collect();
        assert_eq!(told, [("ksc", 100, 64), ("ksc2", 50, 3)]);
    }

    #[test]
    fn a_server_without_a_kind_or_with_a_name_that_is_none_is_a_mistake() {
        let none = SMALLEST.split("[backends.ksc]").next().expect("a part");
        assert_eq!(mistaken(none, &[]), ["backends"]);
        let kindless = SMALLEST.replace("kind = \"ksc\"", "");
        assert_eq!(mistaken(&kindless, &[]), ["backends.ksc.kind"]);
        for kind in ["", "osmp", "KSC"] {
            let other = [("EDR_GATEWAY__BACKENDS__KSC__KIND", kind)];
            assert_eq!(mistaken(SMALLEST, &other), ["backends.ksc.kind"], "{kind}");
        }
        for alias in ["\"KSC 2\"", "Ksc2", "ksc-2", "\"2\"", "a2345678901234567"] {
            let file = format!(
                "{SMALLEST}{}",
                SECOND.replace("ksc2]", &format!("{alias}]"))
            );
            let key = format!("backends.{}", alias.trim_matches('"'));
            assert_eq!(mistaken(&file, &[]), [key], "{alias}");
        }
        let value = format!("[backends]\nksc3 = 1\n{SMALLEST}");
        assert_eq!(mistaken(&value, &[]), ["backends.ksc3"]);
        assert_eq!(
            mistaken(SMALLEST, &[("EDR_GATEWAY__KSC__USERNAME", "x")]),
            ["ksc.username"]
        );
    }

    const KATA: &str = r#"
        [backends.kata]
        kind = "kata"
        endpoints = ["https://kata.example"]
        external_system_id = "3f6d1b9e-52a7-4c0e-9a44-7a1d0e5c8b21"
        certificate_file = "/run/secrets/kata.crt"
        key_file = "/run/secrets/kata.key"
        pinned_certificate_file = "/run/secrets/kata-server.pem"
    "#;

    #[test]
    fn a_central_node_has_settings_of_its_own_and_no_others() {
        let file = format!("{SMALLEST}{KATA}");
        assert!(Settings::load(&file, []).is_ok());
        for (key, value) in [
            ("username", "x"),
            ("max_sessions", "4"),
            ("external_system_id", "an id"),
            ("certificate_file", ""),
            ("pinned_certificate_file", ""),
            ("isolation_default", "30m"),
            ("isolation_default", "200h"),
            ("confirm_within", "0s"),
            ("synchronization_period", "15m"),
            ("requests_per_second", "0"),
        ] {
            let name = format!("EDR_GATEWAY__BACKENDS__KATA__{}", key.to_uppercase());
            let wrong = mistaken(&file, &[(name.as_str(), value)]);
            assert_eq!(wrong, [format!("backends.kata.{key}")], "{key} = {value}");
        }
        // What only a Central Node has is no setting of a KSC.
        let ksc = [("EDR_GATEWAY__BACKENDS__KSC__CONFIRM_WITHIN", "15m")];
        assert_eq!(mistaken(SMALLEST, &ksc), ["backends.ksc.confirm_within"]);
    }

    #[test]
    fn one_server_has_one_name() {
        let twice = SECOND.replace("ksc2.example", "KSC.example");
        let file = format!("{SMALLEST}{twice}");
        assert_eq!(mistaken(&file, &[]), ["backends.ksc2.endpoints"]);
        // A virtual server is one of its own.
        let virtual_one = [("EDR_GATEWAY__BACKENDS__KSC2__VIRTUAL_SERVER", "tenant")];
        assert!(Settings::load(&file, environment(&virtual_one)).is_ok());
    }

    #[test]
    fn routing_names_servers_that_there_are_each_once() {
        let file = format!(
            "{SMALLEST}{SECOND}[routing]\norder = [\"ksc2\"]\nisolateHost = [\"ksc\", \"ksc2\"]"
        );
        let of = |settings: &Settings, task| -> Vec<String> {
            let order = settings.routing.of(task).iter();
            order.map(ToString::to_string).collect()
        };
        let settings = Settings::load(&file, []).expect("valid");
        assert_eq!(of(&settings, TaskType::GetFile), ["ksc2"]);
        assert_eq!(of(&settings, TaskType::IsolateHost), ["ksc", "ksc2"]);
        let variables = [
            ("EDR_GATEWAY__ROUTING__ORDER", "ksc, ksc2"),
            ("EDR_GATEWAY__ROUTING__ISOLATEHOST", ""),
            ("EDR_GATEWAY__ROUTING__GETFILE", "ksc2"),
        ];
        let settings = Settings::load(&file, environment(&variables)).expect("valid");
        assert_eq!(of(&settings, TaskType::IocScan), ["ksc", "ksc2"]);
        assert!(of(&settings, TaskType::IsolateHost).is_empty());
        assert_eq!(of(&settings, TaskType::GetFile), ["ksc2"]);

        for wrong in ["kata", "ksc,ksc", "KSC", "ksc ksc2"] {
            let order = [("EDR_GATEWAY__ROUTING__ORDER", wrong)];
            assert_eq!(mistaken(SMALLEST, &order), ["routing.order"], "{wrong}");
        }
        let task = [("EDR_GATEWAY__ROUTING__REBOOT", "ksc")];
        assert_eq!(mistaken(SMALLEST, &task), ["routing.reboot"]);
    }

    #[test]
    fn a_key_set_over_plain_http_is_refused_unless_it_is_on_this_machine() {
        let plain = SMALLEST.replace("https://issuer.example/jwks", "http://issuer.example/jwks");
        let local = SMALLEST.replace("https://issuer.example/jwks", "http://127.0.0.1:9/jwks");

        assert_eq!(mistaken(&plain, &[]), ["auth.jwks_url"]);
        assert!(Settings::load(&local, []).is_ok());
    }
}
