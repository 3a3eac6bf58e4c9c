//! A house that does not wait long for KSC.

use acceptance::House;

/// A house whose KSC calls time out quickly.
pub(crate) async fn impatient() -> House {
    House::with(&[
        ("backends.ksc.request_timeout", "700ms"),
        ("backends.ksc.connection_timeout", "700ms"),
    ])
    .await
}
