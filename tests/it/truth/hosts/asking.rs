//! What the questions for hosts have in common: many devices of one name, texts in addresses,
//! answers by the document.

use acceptance::{House, Reply};
use ksc_simulator::HostSpec;
use serde_json::json;

/// So many devices with one display name.
pub(crate) fn kiosks(count: u16) -> Vec<HostSpec> {
    (0..count)
        .map(|number| {
            let spec = json!({
                "id": format!("0000{number:04x}-0000-4000-8000-{:012x}", 0xFFFF - number),
                "name": "KIOSK", "fqdn": format!("kiosk-{number}.shop.example"),
                "netbios": format!("KIOSK-{number}"),
                "ip": format!("10.9.{}.{}", number / 256, number % 256),
            });
            serde_json::from_value(spec).expect("a device")
        })
        .collect()
}

/// Asserts that an answer is what the published document says of it.
pub(crate) async fn keeps_the_document(house: &House, schema: &str, reply: &Reply) {
    let document = house.stranger().get("/openapi.json").await.expect(200).json;
    let schema = json!({
        "$ref": format!("#/components/schemas/{schema}"), "components": document["components"],
    });
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    let errors: Vec<String> = validator
        .iter_errors(&reply.json)
        .map(|it| it.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}: {}", reply.text);
    assert!(!reply.text.contains("null"), "{}", reply.text);
}

/// A text as it may stand in a path or a query.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes()
        .map(|it| {
            if it.is_ascii_alphanumeric() {
                char::from(it).to_string()
            } else {
                format!("%{it:02X}")
            }
        })
        .collect()
}
