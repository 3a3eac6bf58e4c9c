//! A profile: a gateway, and how to be let in there.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use trust::{Fingerprint, Trust};
use url::Url;

use super::error::SettingsError;
use super::variable::Variable;
use super::written::{WrittenClient, WrittenClientAuth, WrittenProfile};

/// A gateway, and how to be let in there.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Its name, for what is shown.
    pub name: String,
    /// The gateway's address, with what stands before `/v1` where something does.
    pub gateway: Url,
    /// Where the access token comes from.
    pub token: TokenSource,
    /// Which certificate the gateway may show.
    pub trust: TrustSource,
    /// Through which proxy.
    pub proxy: ProxyChoice,
    /// How long an answer may take, beside what it was asked to wait.
    pub timeout: Duration,
    /// How long a request is repeated, where it may be.
    pub retry_for: Duration,
}

/// Where the access token comes from: never from the command line, which everybody on the machine
/// can read.
#[derive(Debug, Clone)]
pub enum TokenSource {
    /// A file, read each time.
    File(PathBuf),
    /// A variable of the environment.
    Environment(String),
    /// What a program prints.
    Command(Vec<String>),
    /// An identity provider, asked as a client with a secret of its own (OAuth 2.0, RFC 6749 4.4).
    ClientCredentials(Box<OAuthClient>),
}

/// A client of an identity provider.
#[derive(Debug, Clone)]
pub struct OAuthClient {
    /// Where tokens are had.
    pub token_url: Url,
    /// The client's name there.
    pub id: String,
    /// Where its secret is.
    pub secret: SecretSource,
    /// The scopes to ask for, with blanks between.
    pub scope: Option<String>,
    /// The audience to ask for, where the provider wants it said.
    pub audience: Option<String>,
    /// Whether id and secret stand in the body; in `Authorization: Basic` when not.
    pub in_body: bool,
    /// The authority of the provider's certificate; the system's when absent.
    pub ca_file: Option<PathBuf>,
}

/// Where a secret is.
#[derive(Debug, Clone)]
pub enum SecretSource {
    /// In a file.
    File(PathBuf),
    /// In a variable of the environment.
    Environment(String),
}

/// Which certificate the gateway may show. Files are read when they are needed.
#[derive(Debug, Clone)]
pub enum TrustSource {
    /// One that the system's roots vouch for.
    System,
    /// One that the authorities of this file vouch for.
    CaFile(PathBuf),
    /// The one in this file.
    PinnedFile(PathBuf),
    /// The one with this fingerprint.
    Pinned(Fingerprint),
}

/// Through which proxy the gateway is reached.
#[derive(Debug, Clone)]
pub enum ProxyChoice {
    /// The one that the environment names, if it does (`HTTPS_PROXY`, `NO_PROXY` and their kin).
    Environment,
    /// None.
    Direct,
    /// This one.
    Through(Url),
}

/// A key whose value cannot be.
#[derive(Debug)]
pub(super) struct Misfit {
    pub(super) key: &'static str,
    pub(super) reason: String,
}

fn misfit(key: &'static str, reason: impl Into<String>) -> Misfit {
    Misfit {
        key,
        reason: reason.into(),
    }
}

/// An answer that is not asked to wait.
const TIMEOUT: Duration = Duration::from_secs(40);

/// A passing fault, the settling of an unknown outcome included.
const RETRY_FOR: Duration = Duration::from_secs(90);

impl Profile {
    pub(super) fn of(name: &str, written: WrittenProfile, folder: &Path) -> Result<Self, Misfit> {
        let here = |path: PathBuf| folder.join(path);
        let gateway = address("gateway", &written.gateway)?;
        let mut trusts = Vec::new();
        trusts.extend(written.ca_file.map(|it| TrustSource::CaFile(here(it))));
        let pinned = written.pinned_certificate_file;
        trusts.extend(pinned.map(|it| TrustSource::PinnedFile(here(it))));
        if let Some(text) = &written.pinned_sha256 {
            let fingerprint = text.parse::<Fingerprint>();
            let reason = "must be the SHA-256 of a certificate: 64 hexadecimal digits";
            let fingerprint = fingerprint.map_err(|_| misfit("pinned_sha256", reason))?;
            trusts.push(TrustSource::Pinned(fingerprint));
        }
        let reason = "only one of ca_file, pinned_certificate_file and pinned_sha256 can be";
        let trust = only(trusts, "ca_file", reason)?.unwrap_or(TrustSource::System);
        let mut tokens = Vec::new();
        tokens.extend(written.token_file.map(|it| TokenSource::File(here(it))));
        tokens.extend(written.token_env.map(TokenSource::Environment));
        if let Some(command) = written.token_command {
            if command.first().is_none_or(String::is_empty) {
                let reason = "must name a program, and then its arguments";
                return Err(misfit("token_command", reason));
            }
            tokens.push(TokenSource::Command(command));
        }
        if let Some(client) = written.oauth2 {
            let client = OAuthClient::of(client, folder)?;
            tokens.push(TokenSource::ClientCredentials(Box::new(client)));
        }
        let reason =
            "one of token_file, token_env, token_command and oauth2 is needed, and only one can be";
        let token = only(tokens, "token_file", reason)?;
        let token = token.ok_or_else(|| misfit("token_file", reason))?;
        let proxy = match written.proxy.as_deref() {
            None => ProxyChoice::Environment,
            Some("none") => ProxyChoice::Direct,
            Some(text) => ProxyChoice::Through(address("proxy", text)?),
        };
        Ok(Self {
            name: name.to_owned(),
            gateway,
            token,
            trust,
            proxy,
            timeout: written.timeout.map_or(TIMEOUT, |it| it.0),
            retry_for: written.retry_for.map_or(RETRY_FOR, |it| it.0),
        })
    }

    /// The profile that the environment is.
    pub(super) fn of_environment(variable: Variable<'_>) -> Result<Self, SettingsError> {
        const URL: &str = "EDR_GATEWAY_URL";
        let wrong = |name: &'static str, reason: &str| SettingsError::Environment {
            name,
            reason: reason.to_owned(),
        };
        let text = variable(URL).map(OsString::into_string);
        let text = text.and_then(Result::ok).unwrap_or_default();
        let gateway = address("gateway", &text).map_err(|it| wrong(URL, &it.reason))?;
        let token = match variable("EDR_GATEWAY_TOKEN_FILE") {
            Some(file) => TokenSource::File(file.into()),
            None => TokenSource::Environment("EDR_GATEWAY_TOKEN".to_owned()),
        };
        let ca = variable("EDR_GATEWAY_CA_FILE").map(PathBuf::from);
        Ok(Self {
            name: "environment".to_owned(),
            gateway,
            token,
            trust: ca.map_or(TrustSource::System, TrustSource::CaFile),
            proxy: ProxyChoice::Environment,
            timeout: TIMEOUT,
            retry_for: RETRY_FOR,
        })
    }
}

impl TokenSource {
    /// The file that the token, or the secret that it is had by, stands in; nothing where it stands
    /// in none.
    #[must_use]
    pub fn secret_file(&self) -> Option<&Path> {
        match self {
            Self::File(file) => Some(file),
            Self::ClientCredentials(client) => match &client.secret {
                SecretSource::File(file) => Some(file),
                SecretSource::Environment(_) => None,
            },
            Self::Environment(_) | Self::Command(_) => None,
        }
    }
}

impl OAuthClient {
    fn of(written: WrittenClient, folder: &Path) -> Result<Self, Misfit> {
        let mut secrets = Vec::new();
        let file = written.client_secret_file;
        secrets.extend(file.map(|it| SecretSource::File(folder.join(it))));
        let variable = written.client_secret_env;
        secrets.extend(variable.map(SecretSource::Environment));
        let key = "oauth2.client_secret_file";
        let reason =
            "one of client_secret_file and client_secret_env is needed, and only one can be";
        let secret = only(secrets, key, reason)?.ok_or_else(|| misfit(key, reason))?;
        Ok(Self {
            token_url: address("oauth2.token_url", &written.token_url)?,
            id: written.client_id,
            secret,
            scope: written.scope,
            audience: written.audience,
            in_body: matches!(written.client_auth, Some(WrittenClientAuth::Post)),
            ca_file: written.ca_file.map(|it| folder.join(it)),
        })
    }
}

impl TrustSource {
    /// Reads what it names.
    ///
    /// # Errors
    /// Which file it is and what is wrong with it.
    pub fn trust(&self) -> Result<Trust, String> {
        let read = |path: &Path| {
            std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
        };
        let told = |path: &Path, error| format!("{}: {error}", path.display());
        match self {
            Self::System => Ok(Trust::SystemRoots),
            Self::CaFile(path) => Trust::ca_pem(&read(path)?).map_err(|it| told(path, it)),
            Self::PinnedFile(path) => Trust::pinned(&read(path)?).map_err(|it| told(path, it)),
            Self::Pinned(pin) => Trust::pinned_to(&[*pin]).map_err(|it| it.to_string()),
        }
    }
}

/// The one that there is, if any.
fn only<T>(mut them: Vec<T>, key: &'static str, reason: &str) -> Result<Option<T>, Misfit> {
    let one = them.pop();
    if them.is_empty() {
        Ok(one)
    } else {
        Err(misfit(key, reason))
    }
}

/// An address that can be asked.
fn address(key: &'static str, text: &str) -> Result<Url, Misfit> {
    let reason = "must be an address such as https://edr-gateway.corp.example, without a user, a query or a fragment";
    let url = Url::parse(text).map_err(|_| misfit(key, reason))?;
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    let fits = plain && matches!(url.scheme(), "http" | "https") && url.has_host();
    if !fits {
        return Err(misfit(key, reason));
    }
    if url.scheme() == "http" && key != "proxy" && !is_local(&url) {
        return Err(misfit(
            key,
            "must begin with https:// unless it is on this machine: a token would go over the network for all to read",
        ));
    }
    Ok(url)
}

fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}
