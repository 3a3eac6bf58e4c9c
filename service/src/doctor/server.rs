//! Which KSC it is, against what the vendor requires for response tasks.

use ksc::{GetStaticInfo, Lease};

use super::asking::is_final;
use super::asking::{REQUEST_ID, said};
use super::report::{Check, Name};

const PRODUCT: &str = "KLADMSRV_PRODUCT_NAME";
const VERSION: &str = "KLADMSRV_PRODUCT_FULL_VERSION";
const LINUX: &str = "KLADMSRV_LINUX_EDITION";

/// The least versions, by the vendor's page on EDR response over OpenAPI.
const LEAST_ON_WINDOWS: (u32, u32) = (14, 2);
const LEAST_ON_LINUX: (u32, u32) = (15, 2);

const REQUIRED: &str = "Response tasks need KSC 14.2 or later on Windows, 15.2 or later on Linux.";

/// Asks for product and version.
pub(super) async fn check(lease: &mut Lease) -> Check {
    let call = GetStaticInfo {
        values: &[PRODUCT, VERSION, LINUX],
    };
    match lease.call(&call, REQUEST_ID).await {
        Ok(facts) => judge(facts.str(PRODUCT), facts.str(VERSION), facts.bool(LINUX)),
        Err(error) if is_final(&error) => Check::failed(Name::Server, said(&error))
            .means("KSC has taken the login and does not answer any more.")
            .try_this("Look at the log of the Administration Server, then run this again.")
            .and_no_more(true),
        // Serving does not ask for it.
        Err(error) => Check::warning(
            Name::Server,
            format!("product and version cannot be read: {}", said(&error)),
        )
        .means(REQUIRED)
        .try_this("Look the version up in the console of KSC."),
    }
}

fn judge(product: Option<&str>, version: Option<&str>, linux: Option<bool>) -> Check {
    let edition = match linux {
        Some(true) => " for Linux",
        Some(false) => " for Windows",
        None => "",
    };
    // What the server says of itself, where it is what the vendor documents: this ends on a
    // terminal.
    let is_name = |it: &&str| {
        it.len() <= 64
            && it
                .chars()
                .all(|it| it.is_alphanumeric() || " ._-".contains(it))
    };
    let is_version =
        |it: &&str| it.len() <= 32 && it.bytes().all(|it| it.is_ascii_digit() || it == b'.');
    let product = product.filter(is_name).unwrap_or("KSC");
    let version = version.map(str::trim).filter(is_version);
    let finding = format!(
        "{product}{edition}, version {}",
        version.unwrap_or("unknown")
    );
    let number = version.and_then(major_and_minor);
    let unknown = |finding| {
        Check::warning(Name::Server, finding)
            .means(format!("The version cannot be judged. {REQUIRED}"))
            .try_this("Look the version up in the console of KSC.")
    };
    let Some(number) = number else {
        return unknown(finding);
    };
    let old = |least| number < least;
    let too_old = match linux {
        Some(true) => old(LEAST_ON_LINUX),
        Some(false) => old(LEAST_ON_WINDOWS),
        None if old(LEAST_ON_WINDOWS) => true,
        None if old(LEAST_ON_LINUX) => return unknown(finding),
        None => false,
    };
    if too_old {
        Check::failed(Name::Server, finding)
            .means(format!(
                "{REQUIRED} An older one stores requests, and no task comes of them."
            ))
            .try_this("Upgrade the Administration Server and its Web Console.")
    } else {
        Check::ok(Name::Server, finding)
    }
}

/// The first two numbers of `15.1.0.20748`.
fn major_and_minor(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.trim().split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::super::CheckResult;
    use super::*;

    #[test]
    fn what_a_server_says_of_itself_is_shown_in_its_documented_form_alone() {
        let odd = judge(Some("<script>"), Some("15.1\u{1b}[31m"), Some(false));
        assert_eq!(odd.finding(), "KSC for Windows, version unknown");
    }

    #[test]
    fn each_edition_has_its_own_least_version() {
        for (version, linux, expected) in [
            (Some("14.2.0.26967"), Some(false), CheckResult::Ok),
            (Some("15.1.0.20748"), Some(false), CheckResult::Ok),
            (Some("14.0.0.10902"), Some(false), CheckResult::Failed),
            (Some("13.2.0.1511"), Some(false), CheckResult::Failed),
            (Some("15.2.0.1"), Some(true), CheckResult::Ok),
            (Some("16.0"), Some(true), CheckResult::Ok),
            (Some("15.1.0.20748"), Some(true), CheckResult::Failed),
            (Some("14.0.0.1"), None, CheckResult::Failed),
            (Some("15.1.0.1"), None, CheckResult::Warning),
            (Some("15.2.0.1"), None, CheckResult::Ok),
            (Some("next"), Some(false), CheckResult::Warning),
            (None, Some(true), CheckResult::Warning),
        ] {
            let check = judge(Some("Kaspersky Security Center"), version, linux);
            assert_eq!(check.outcome(), expected, "{version:?} {linux:?}");
        }
    }
}
