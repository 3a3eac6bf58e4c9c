//! The settings: a TOML file, overridden by the environment, checked as a whole before anything
//! starts.
//!
//! Every key stands once, in [`TABLE`], with its default and its meaning; `deploy/SETTINGS.md` is
//! made of it. A section is a struct of parsed values: what exists is valid. All mistakes are
//! reported at once, each with its key, and a key that is not in the table is a mistake too: a
//! setting that silently does nothing is how an installation goes wrong at night.
//!
//! The environment name of `backends.ksc.username` is `EDR_GATEWAY__BACKENDS__KSC__USERNAME`. Lists are comma
//! separated there. Secrets are never values here, only paths of files that hold them.

mod auth;
mod backends;
mod file_name;
mod idempotency;
mod limits;
mod meant;
mod mistake;
mod origin;
mod place;
mod public_url;
mod reader;
mod routing;
mod server;
mod settings;
mod table;
mod tasks;
mod telemetry;

pub use auth::{Audience, Auth, CallerGrant, KeyAccess, Keys, TrustedIssuer, is_scope};
pub use backends::{
    BackendSettings, Correlation, ExclusionPresets, Kata, KataTrust, Ksc, KscTasks, ProgramMeaning,
    ProgramStates, TrustSource,
};
pub use file_name::FileName;
pub use idempotency::{Idempotency, KeyStore, StorePolicy};
pub use limits::Limits;
pub use mistake::{ConfigError, Mistake};
pub use origin::PageOrigin;
pub use place::place;
pub use public_url::PublicUrl;
pub use reader::ENVIRONMENT_PREFIX;
pub use routing::Routing;
pub use server::{Server, TlsFiles};
pub use settings::Settings;
pub use table::{Setting, TABLE};
pub use tasks::Tasks;
pub use telemetry::{AuditPolicy, Collector, LogFormat, Telemetry};
