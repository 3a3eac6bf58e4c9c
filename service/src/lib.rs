//! edr-gateway: EDR response tasks of Kaspersky's products, with one authenticated JSON call.
//!
//! # A request's way through the house
//!
//! The modules are declared in the order in which a request meets them; opening the files in that
//! order tells the story.
//!
//! ```text
//! doors:   listener ▶ edge (its name, its line in the log) ▶ guard ▶ admit ▶ rest   (no good token, too much: answered here, body unread)
//!          rest: body (schema, all violations at once) → a valid Request ▶ authority: a permit ▶ intake
//! intake:  claim its key ▶ find the host ▶ wait for its turn ▶ prepare ▶ ready ▶ still that host, still allowed? ▶ written down ▶ send, once
//!                First│Replay│InFlight│Unknown│Conflict                                                          │ answer lost: find it
//!          settle its key · audit · metrics ◀────────────────────────────────────────────────────────────────────┘
//! doors:   202 Task  or  Problem
//! ```
//!
//! What a back end does behind `find`, `prepare`, `send` is in its own room: `backends/seam` says
//! what is asked of it, `backends/ksc` is Kaspersky Security Center.
//!
//! Reading a task back goes `doors/rest/tasks ▶ follow ▶` the back end; those who wait share one
//! poller. Who asked for it, which no back end knows, is in `register`. What several replicas must
//! agree on, keys and turns and counts of requests, is in `store`. Looking a host up goes
//! `doors/rest/hosts ▶ directory ▶` the back end.
//!
//! The trace of a request goes with it through all of this (`telemetry::trace`), and work that its
//! caller need not wait for is carried on when he hangs up (`carry`).
//!
//! `doctor` looks at an installation from outside this way, with the same client and the same
//! settings; `probe` asks a running gateway for its health, and `issuer` makes tokens where there
//! is no identity provider. `task_settings` is about files of another product's and meets no request
//! at all. The words that callers and the house share are a crate of their own,
//! `vocabulary`.
//!
//! What it cannot do, and what nobody has proved, is told to its users in `deploy/LIMITS.md`. Why
//! that is so stands in the rooms that a limit comes from: `store`, and of KSC `incidents::evidence`
//! and `tasks::correlate`.
//!
//! # Who may import whom
//!
//! One way only, and a test compares this table with the sources. This crate has no HTTP client of
//! its own: a handler cannot call a back end but through its room, nor anybody else but through
//! `jwks` and `otlp`.
//!
//! ```text
//! app           ─▶ admission auth authority backends clock config directory doors ending follow intake metrics readiness register store telemetry
//! doors         ─▶ admission audit auth authority backends carry clock config digest directory follow intake metrics problem readiness request_id store telemetry ticket
//! auth          ─▶ config digest
//! authority     ─▶ auth host problem
//! admission     ─▶ carry config digest metrics problem store
//! intake        ─▶ audit authority backends carry clock config digest ending host metrics problem register request_id store telemetry ticket
//! follow        ─▶ audit authority backends carry clock config digest ending metrics problem register request_id store telemetry ticket
//! directory     ─▶ authority backends carry problem request_id single_flight telemetry
//! backends      ─▶ audit authority carry clock config digest ending host metrics problem request_id single_flight store telemetry ticket
//! register      ─▶ clock digest store
//! readiness     ─▶ backends telemetry
//! store         ─▶ clock config metrics telemetry
//! ticket        ─▶ authority problem request_id
//! audit         ─▶ config problem telemetry ticket
//! metrics       ─▶ telemetry
//! telemetry     ─▶ config digest
//! carry         ─▶ ending telemetry
//! single_flight ─▶ carry telemetry
//! ending        ─▶ problem
//! host          ─▶ –
//! problem       ─▶ telemetry
//! request_id    ─▶ –
//! digest        ─▶ –
//! clock         ─▶ –
//! config        ─▶ –
//! doctor        ─▶ auth backends clock config doors store telemetry
//! issuer        ─▶ auth config
//! probe         ─▶ config
//! task_settings ─▶ clock config
//! ```

pub mod app;

pub mod doors;

pub mod auth;
pub mod authority;
pub mod admission;

pub mod intake;

pub mod follow;
pub mod directory;

pub mod backends;
pub mod register;
pub mod readiness;

pub mod store;

pub mod ticket;
pub mod audit;
pub mod metrics;
pub mod telemetry;

pub mod carry;
pub mod single_flight;
pub mod ending;

pub mod host;
pub mod problem;
pub mod request_id;

pub mod digest;
pub mod clock;
pub mod config;

pub mod doctor;
pub mod issuer;
pub mod probe;
pub mod task_settings;
