//! Every setting, once: key, default, meaning.

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// `section.key`. What stands in angle brackets is an alias, or a type of task.
    pub key: &'static str,
    /// The default in the form the file takes; `None` when there is none.
    pub default: Option<&'static str>,
    /// What it does, in one line of `deploy/SETTINGS.md`.
    pub meaning: &'static str,
}

impl Setting {
    /// The key as one is written: with names in the place of what stands in angle brackets.
    #[must_use]
    pub fn example(&self) -> String {
        let alias = self.key.replace("<alias>", "ksc");
        alias.replace("<task>", "isolateHost")
    }
}

const fn setting(
    key: &'static str,
    default: Option<&'static str>,
    meaning: &'static str,
) -> Setting {
    Setting {
        key,
        default,
        meaning,
    }
}

/// All settings, in the order of `deploy/SETTINGS.md`, which `cargo docs` makes of them.
pub const TABLE: &[Setting] = &[
    setting(
        "server.listen",
        Some("0.0.0.0:8080"),
        "Address of the API listener.",
    ),
    setting(
        "server.admin_listen",
        Some("0.0.0.0:9090"),
        "Address of metrics and health. Never put it behind the ingress.",
    ),
    setting(
        "server.public_url",
        None,
        "Where callers reach the gateway, such as `https://soc.example.com/edr`: `Location`, the contract's `servers` and the page at `/docs` begin with it. Set it where an ingress takes a path away.",
    ),
    setting(
        "server.docs",
        Some("true"),
        "Whether the page at `/docs` is served, to everybody. Without it the contract still is, at `/openapi.json`.",
    ),
    setting(
        "server.cors_origins",
        None,
        "Pages in a browser that may call the gateway, by their origins, such as `https://soar.example.com`: tools that send requests from the page itself. Not needed for the page at `/docs`, nor by anything that is no browser.",
    ),
    setting(
        "server.max_body_bytes",
        Some("16777216"),
        "Largest request body.",
    ),
    setting(
        "server.request_timeout",
        Some("30s"),
        "Longest that a caller waits for an answer. Work that has reached KSC goes on after it.",
    ),
    setting(
        "server.keep_alive",
        Some("75s"),
        "Longest that a connection idles between two requests. Longer than the ingress keeps its own, or requests meet closing doors.",
    ),
    setting(
        "server.tls.certificate_file",
        None,
        "Certificate of the API listener and those that lead to its authority, PEM. With it and the key the listener speaks TLS; read again when it changes.",
    ),
    setting(
        "server.tls.key_file",
        None,
        "The certificate's key, PEM; read again when it changes.",
    ),
    setting(
        "server.tls.client_ca_file",
        None,
        "PEM certificates of authorities: only clients with a certificate of theirs may connect. Read again when it changes.",
    ),
    setting(
        "server.drain_delay",
        Some("0s"),
        "How long a gateway that is told to stop goes on serving, not ready any more, so that whoever sends it requests can turn to another replica first.",
    ),
    setting(
        "server.shutdown_grace",
        Some("20s"),
        "Longest that a stopping gateway waits for requests in flight, after that delay.",
    ),
    setting(
        "auth.issuer",
        None,
        "Required. The `iss` that tokens must carry.",
    ),
    setting(
        "auth.audience",
        None,
        "Required. The `aud` that tokens must carry, or several of which one must be there.",
    ),
    setting(
        "auth.client_ids",
        None,
        "In the place of `audience`, for issuers that write no `aud`: the `client_id` that tokens must carry is one of these, `token_use` is `access`, and there is no `aud`.",
    ),
    setting(
        "auth.required_claims",
        Some(""),
        "Claims that tokens must make besides, `claim` or `claim=value`: what the issuer's access tokens have and its ID tokens do not.",
    ),
    setting(
        "auth.jwks_url",
        None,
        "The issuer's key set. At most one of `jwks_url`, `jwks_file` and `hs256_secret_file`; without any the issuer is asked where its key set is (OpenID Connect Discovery, RFC 8414).",
    ),
    setting(
        "auth.jwks_file",
        None,
        "A key set file; it is read again when it changes.",
    ),
    setting(
        "auth.jwks_ca_file",
        None,
        "PEM certificates of the authority that signed the certificate of `jwks_url`, or of the issuer that is asked. Without it, the system's roots.",
    ),
    setting(
        "auth.jwks_token_file",
        None,
        "File with a bearer token to show there, and nowhere else; it is read at each fetch.",
    ),
    setting(
        "auth.jwks_max_age",
        Some("10m"),
        "A key set from a URL is fetched anew after so long, so a key that the issuer withdraws is refused then at the latest. A new key is fetched when it is first seen.",
    ),
    setting(
        "auth.hs256_secret_file",
        None,
        "A shared secret of at least 32 bytes for HS256. Prefer a key set.",
    ),
    setting(
        "auth.algorithms",
        Some("RS256, PS256, ES256, EdDSA"),
        "Signature algorithms that are accepted. With a secret file it is always HS256 alone.",
    ),
    setting(
        "auth.leeway",
        Some("30s"),
        "Clock difference that `exp` and `nbf` forgive.",
    ),
    setting(
        "auth.scope_claims",
        Some("scope, scp"),
        "Claims that hold scopes, as text, list or object of objects. A claim of just that name comes first; else dots lead into objects.",
    ),
    setting(
        "auth.scope_prefix",
        Some(""),
        "What the gateway's scopes begin with in tokens, such as `edr-gateway/`. With it, scopes without it count for nothing.",
    ),
    setting(
        "auth.caller_claims",
        Some("sub, client_id, azp"),
        "Claims that name the caller: the first that is there.",
    ),
    setting(
        "auth.grants",
        Some(""),
        "Scopes of callers beside what their tokens say: a table, caller by caller as `GET /v1/whoami` names it (without `issuer:<name>:`), or a list of `caller = scope scope`. `backends.<alias>` among them confines the caller to that back end, or to several.",
    ),
    setting(
        "auth.backend_claims",
        Some(""),
        "Claims that hold the aliases of the back ends that a caller may use, as text or list: the first that is there. With it a token that has none of them may use no back end; where `auth.grants` confines the caller too, what both name is left.",
    ),
    setting(
        "auth.token_url",
        None,
        "Where tools fetch access tokens by themselves (OAuth 2, client credentials), such as `https://idp.example.com/oauth2/token`. It is published in the contract, as the security scheme `Oauth2`, and the gateway itself never asks there.",
    ),
    setting(
        "auth.revoked_file",
        None,
        "List of the issuer's tokens that are good no longer (`edr-gateway issuer revoke` writes it); it is read again when it changes. While it cannot be read, no token of the issuer is taken; nor is one without `jti`.",
    ),
    setting(
        "auth.name",
        None,
        "What stands in front of the issuer's callers, to tell them from those of other issuers. Required in `[[auth.issuers]]`.",
    ),
    setting(
        "auth.issuers",
        None,
        "More issuers: `[[auth.issuers]]` for each, with a `name` and the keys of `[auth]`, of which nothing is taken over.",
    ),
    setting(
        "backends.<alias>.kind",
        None,
        "Required. What kind of server it is: `ksc`, a KSC Administration Server, or `kata`, a KATA Central Node. The alias, a small letter and up to fifteen small letters or digits, is what ids of tasks begin with and what metrics call it.",
    ),
    setting(
        "backends.<alias>.endpoints",
        None,
        "Required. Addresses of the server, `https://host:13299`; the next is used when one cannot be reached.",
    ),
    setting(
        "backends.<alias>.virtual_server",
        Some(""),
        "Name of a virtual Administration Server: it is a back end of its own. Untried with a real one.",
    ),
    setting(
        "backends.<alias>.username",
        None,
        "Required. The dedicated KSC account.",
    ),
    setting(
        "backends.<alias>.password_file",
        None,
        "Required. File with the account's password; it is read again at each login.",
    ),
    setting(
        "backends.<alias>.internal",
        Some("true"),
        "Whether it is an internal KSC user.",
    ),
    setting(
        "backends.<alias>.domain",
        Some(""),
        "Windows domain of an account that is not internal.",
    ),
    setting(
        "backends.<alias>.ca_file",
        None,
        "PEM certificates of the authority that signed the server's certificate. Without this and the next, the system's roots for a `ksc`; a `kata` needs one of them.",
    ),
    setting(
        "backends.<alias>.pinned_certificate_file",
        None,
        "The server's own certificate (of a KSC `klserver.cer`), PEM or DER: exactly this one is accepted.",
    ),
    setting(
        "backends.<alias>.connection_timeout",
        Some("10s"),
        "Longest for connecting to the server.",
    ),
    setting(
        "backends.<alias>.request_timeout",
        Some("10s"),
        "Longest for one call of the server.",
    ),
    setting(
        "backends.<alias>.max_sessions",
        Some("64"),
        "Most KSC sessions at a time, 1 to 256. One is opened when all others are in use, and ended when it was not needed for `ping_after_idle`.",
    ),
    setting(
        "backends.<alias>.ping_after_idle",
        Some("60s"),
        "A session idle for so long is ended, and the last one pinged.",
    ),
    setting(
        "backends.<alias>.default_area",
        Some("Kuma"),
        "`responseEventIncidentArea` of requests that name none. It shows in the KSC task's name.",
    ),
    setting(
        "backends.<alias>.correlation",
        Some("window"),
        "How an incident is matched with its KSC task: `window` by time and order, `tag` by a unique suffix of the area.",
    ),
    setting(
        "backends.<alias>.stalled_after",
        Some("20m"),
        "A request without a KSC task for so long is `stalled`.",
    ),
    setting(
        "backends.<alias>.unknown_settles_after",
        Some("60s"),
        "A request with a key whose fate is unknown is sent again when KSC shows no trace of it for so long.",
    ),
    setting(
        "backends.<alias>.budget",
        Some("100"),
        "How many response tasks KSC keeps before it rotates out the oldest.",
    ),
    setting(
        "backends.<alias>.budget_policy",
        Some("refuse"),
        "When a new task would push out one that has not finished: `refuse` it, `warn`, or `off` to count nothing.",
    ),
    setting(
        "backends.<alias>.require_service_console",
        Some("true"),
        "Refuse new tasks while no service console is connected to KSC.",
    ),
    setting(
        "backends.<alias>.external_system_id",
        None,
        "Required of a `kata`. The id that the gateway shows itself with, and that an administrator of the Central Node accepts: up to 64 letters, digits, dots, hyphens and underscores, all replicas the same.",
    ),
    setting(
        "backends.<alias>.certificate_file",
        None,
        "Required of a `kata`. The gateway's own certificate, PEM: its fingerprint is accepted with the id.",
    ),
    setting(
        "backends.<alias>.key_file",
        None,
        "Required of a `kata`. The key of that certificate, PEM.",
    ),
    setting(
        "backends.<alias>.isolation_default",
        Some("8h"),
        "For how long a `kata` isolates a host when the request does not say.",
    ),
    setting(
        "backends.<alias>.isolation_max",
        Some("168h"),
        "The longest isolation that a request may ask a `kata` for.",
    ),
    setting(
        "backends.<alias>.exclusion_presets",
        Some(""),
        "What a host isolated by a `kata` may still reach, under names that requests give in `exclusionPresets`: each `name = direction [protocol] [address] [ports]`, such as `dns = both udp 192.0.2.53`; several of one name belong together. On Linux neither DNS, DHCP nor a proxy is let through by itself.",
    ),
    setting(
        "backends.<alias>.isolation_presets",
        Some(""),
        "Names of those that every isolation of a `kata` lets through that names none itself.",
    ),
    setting(
        "backends.<alias>.confirm_within",
        Some("15m"),
        "A task of a `kata` is `unconfirmed` when no device has confirmed it for so long.",
    ),
    setting(
        "backends.<alias>.start_within",
        Some("24h"),
        "A program that a `kata` was to run and that nothing shows to have begun by then is removed from it, so that a device that is on line again days later does not run it.",
    ),
    setting(
        "backends.<alias>.synchronization_period",
        Some("0s"),
        "How often the Linux devices of a `kata` fetch what is ordered: `SynchronizationPeriod` of their task KATAEDR, which is 5 minutes unless somebody has set it. It is shown with each of them as the time that an order may take to arrive; `0s` where it is not known, and nothing is shown.",
    ),
    setting(
        "backends.<alias>.task_states",
        Some(""),
        "What the states mean that a `kata` reports of programs, `state=meaning`, the meaning `running`, `succeeded` or `failed`: no page of the vendor's lists them, and the evidence of a task shows each as it is. What is not listed is `pending`.",
    ),
    setting(
        "backends.<alias>.requests_per_second",
        Some("5"),
        "How many requests a second a `kata` is sent, 1 to 100.",
    ),
    setting(
        "routing.order",
        Some(""),
        "Aliases of back ends, the preferred one first: which one acts when several know the host. Without it, and where none of them is named, such a request is refused with 409 (`host_ambiguous`) unless it names its `backend`.",
    ),
    setting(
        "routing.<task>",
        None,
        "The same for one type of task, such as `routing.isolateHost`, in the place of `routing.order`.",
    ),
    setting(
        "tasks.protected_hosts",
        Some(""),
        "Hosts that no caller may touch, by id, name or address in any spelling; `group:<name or path>` means an administration group and all in it. `*` stands for any run of characters. A pattern that could be no host's name is refused.",
    ),
    setting(
        "tasks.protected_hashes",
        Some(""),
        "Files that no caller may keep from running (`preventExecution`), by MD5 or SHA-256. A request names one of the two hashes of a file: write down both.",
    ),
    setting(
        "idempotency.store",
        Some("memory"),
        "Where keys are kept: `memory` for one replica, `redis` (Redis 6.2 or later, or Valkey) for several.",
    ),
    setting(
        "idempotency.redis_url_file",
        None,
        "File with the URL: `redis://` for one server, `redis-sentinel://`, `redis-cluster://`, each with `rediss` for TLS; it is read again at each connection. Required with `redis`.",
    ),
    setting(
        "idempotency.redis_prefix",
        Some("edr-gateway"),
        "What the names of all keys and of the channel in Redis begin with, in braces: `{edr-gateway}:…`. Gateways of different back ends must not share one.",
    ),
    setting(
        "idempotency.store_policy",
        Some("refuse"),
        "What to do when Redis cannot be asked: `refuse` creates nothing (503), `local` goes by this replica alone, with a warning in the answer.",
    ),
    setting(
        "idempotency.ttl",
        Some("24h"),
        "So long an `Idempotency-Key` is kept after its request was answered.",
    ),
    setting(
        "limits.requests_per_minute_per_caller",
        Some("3000"),
        "Most requests of one caller in a minute, at all replicas together when they share a store; 0 for no limit. A batch counts as its requests.",
    ),
    setting(
        "limits.max_in_flight",
        Some("1024"),
        "Most requests in hand at a time; a body counts as one more for each 256 KiB, a batch as its requests. As many may wait, for 5 seconds.",
    ),
    setting(
        "limits.watchers",
        Some("2000"),
        "Most callers that wait for a task to change at a time: event streams and `Prefer: wait`.",
    ),
    setting(
        "limits.watchers_per_caller",
        Some("200"),
        "The same for one caller.",
    ),
    setting(
        "telemetry.log",
        Some("json"),
        "Form of the log: `json` or `text`.",
    ),
    setting(
        "telemetry.audit_policy",
        Some("refuse"),
        "What to do when the audit log cannot be written (standard output is closed, full, or nobody reads it): `refuse` creates and cancels nothing (503) and is not ready, `send` does without.",
    ),
    setting(
        "telemetry.otlp_endpoint",
        None,
        "Base address of an OpenTelemetry collector, such as `http://collector:4318`: traces go to `v1/traces` below it (OTLP/HTTP, protobuf). None are recorded without it.",
    ),
    setting(
        "telemetry.otlp_headers_file",
        None,
        "File with headers for the collector, `Name: value` a line; it is read again for each batch.",
    ),
    setting(
        "telemetry.otlp_ca_file",
        None,
        "PEM certificates of the authority that signed the collector's certificate. Without it, the system's roots.",
    ),
    setting(
        "telemetry.trace_ratio",
        Some("1"),
        "The part of the traces that begin here which is recorded, 0 to 1. A caller that sends `traceparent` decides for its own.",
    ),
];
