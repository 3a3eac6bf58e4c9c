//! Ids of KUMA's own assets, turned into names that the gateway can find.
//!
//! Events carry ids of KUMA's assets, and these name no host anywhere else. KUMA's public API shows
//! an asset by its id (`GET /api/v1/assets?id=`, a bearer token). An asset id and a host id of KSC
//! look alike, so KUMA is asked only about an id that the gateway knows no host by.
//!
//! What the answer holds is read leniently, because it was not tried with a live KUMA: a list of
//! assets, of which exactly one must have this id, and of it the one FQDN, or else the name.

use std::path::PathBuf;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION};
use serde_json::Value;
use url::Url;

use crate::gateway::failure::Failure;
use crate::settings::profile::{ProxyChoice, TokenSource, TrustSource};
use crate::token::{Tokens, bearer};
use crate::way;

/// Largest answer that is read.
const MOST_BYTES: usize = 4 << 20;

/// Where KUMA's API is, and how to be let in there.
#[derive(Debug, Clone)]
pub struct AssetSource {
    /// The core's address, such as `https://kuma.corp.example:7223`.
    pub url: Url,
    /// Where its token is, read each time.
    pub token_file: PathBuf,
    /// Which certificate it may show.
    pub trust: TrustSource,
}

/// Why an id is no name.
#[derive(Debug, thiserror::Error)]
pub enum NoAsset {
    /// The settings cannot be used, or there is no token.
    #[error("KUMA's API cannot be asked: {0}")]
    Settings(String),
    /// There is no answer, or not in time.
    #[error("KUMA's API does not answer: {0}")]
    Silent(String),
    /// It says no.
    #[error("KUMA's API answers with status {0}")]
    Refused(u16),
    /// It knows no asset of this id, or several.
    #[error("KUMA's API knows {0} assets of this id")]
    Count(usize),
    /// The asset has no name that could be looked for.
    #[error("KUMA's asset has neither one FQDN nor a name")]
    Nameless,
}

/// Whether a text could be the id of an asset: a UUID.
#[must_use]
pub fn could_be(text: &str) -> bool {
    uuid::Uuid::try_parse(text.trim()).is_ok()
}

/// The name of an asset.
///
/// # Errors
/// Why there is none.
pub async fn name(source: &AssetSource, id: &str, within: Duration) -> Result<String, NoAsset> {
    let http = way::client(&source.trust, &ProxyChoice::Direct, within, &source.url)
        .map_err(NoAsset::Settings)?;
    let tokens = Tokens::new(TokenSource::File(source.token_file.clone()), None);
    let token = tokens.token().await;
    let token = token.map_err(|it| NoAsset::Settings(Failure::Token(it).to_string()))?;
    let mut url = source.url.clone();
    let base = url.path().trim_end_matches('/').to_owned();
    url.set_path(&format!("{base}/api/v1/assets"));
    url.query_pairs_mut().append_pair("id", id.trim());
    let request = http.get(url).timeout(within);
    let request = request.header(ACCEPT, "application/json");
    let response = request.header(AUTHORIZATION, bearer(&token)).send().await;
    let response = response.map_err(|it| NoAsset::Silent(way::chain(it)))?;
    let status = response.status();
    if !status.is_success() {
        return Err(NoAsset::Refused(status.as_u16()));
    }
    let body = way::read(response, MOST_BYTES).await;
    let body = body.map_err(|it| NoAsset::Silent(it.to_string()))?;
    named(
        &serde_json::from_slice(&body).unwrap_or_default(),
        id.trim(),
    )
}

/// The name of the one asset of this id in an answer.
fn named(answer: &Value, id: &str) -> Result<String, NoAsset> {
    let list = answer.as_array().or_else(|| answer["assets"].as_array());
    let is_it = |it: &&Value| {
        it["id"]
            .as_str()
            .is_some_and(|it| it.eq_ignore_ascii_case(id))
    };
    let found: Vec<&Value> = list.into_iter().flatten().filter(is_it).collect();
    let [asset] = found.as_slice() else {
        return Err(NoAsset::Count(found.len()));
    };
    let text = |value: &Value| {
        let text = value.as_str().map(str::trim).unwrap_or_default();
        (!text.is_empty()).then(|| text.to_owned())
    };
    let fqdn = match asset["fqdn"].as_array().map(Vec::as_slice) {
        Some([one]) => text(one),
        // Which of several is the device's is not guessed; its name may be one.
        Some(_) => None,
        None => text(&asset["fqdn"]),
    };
    fqdn.or_else(|| text(&asset["name"]))
        .ok_or(NoAsset::Nameless)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "5f3c5b1e-6a0d-4f9a-9a53-0c1d2e3f4a5b";

    #[test]
    fn an_asset_is_known_by_its_one_fqdn_or_its_name() {
        let asset = |members: Value| {
            let mut asset = members;
            asset["id"] = ID.to_uppercase().into();
            json!([{"id": "other", "name": "x"}, asset])
        };
        for (members, name) in [
            (
                json!({"fqdn": ["ws-042.corp.example"], "name": "WS-042"}),
                "ws-042.corp.example",
            ),
            (
                json!({"fqdn": "ws-042.corp.example"}),
                "ws-042.corp.example",
            ),
            (
                json!({"fqdn": ["a.example", "b.example"], "name": "WS-042"}),
                "WS-042",
            ),
            (json!({"fqdn": [], "name": " WS-042 "}), "WS-042"),
        ] {
            assert_eq!(named(&asset(members), ID).expect("a name"), name);
        }
        assert!(matches!(
            named(&asset(json!({"fqdn": []})), ID),
            Err(NoAsset::Nameless)
        ));
        let twice = json!({"assets": [{"id": ID}, {"id": ID}]});
        assert!(matches!(named(&twice, ID), Err(NoAsset::Count(2))));
        for odd in [json!(null), json!([]), json!({"assets": 3}), json!("x")] {
            assert!(matches!(named(&odd, ID), Err(NoAsset::Count(0))), "{odd}");
        }
    }

    #[test]
    fn only_a_uuid_could_be_an_asset() {
        assert!(could_be(ID) && could_be(&format!(" {ID} ")));
        for odd in ["ws-042", "10.0.0.1", "", "5f3c5b1e-6a0d-4f9a-9a53"] {
            assert!(!could_be(odd), "{odd}");
        }
    }
}
