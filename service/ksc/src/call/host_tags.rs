//! `HostTagsApi.*`: the tags of a device, of which some are the product's own word.

use super::method::{Call, Effect};
use crate::wire::{Arguments, Nested, Params, Reply, Unexpected};

/// `HostTagsApi.GetHostTags`: the tags of one device (KSC 13 and later; KSCAPI 15 a00521, 16
/// a00551).
///
/// An older server answers [`Kind::NoSuchCall`](crate::Kind::NoSuchCall).
pub struct GetHostTags {
    /// KSC's own id of the device.
    pub host_id: String,
}

/// One tag of a device, and who has set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostTag {
    /// `KLHST_TagValue`.
    pub value: String,
    /// `KLHST_IS_TAG_SET_BY_PRODUCT`: a Kaspersky application on the device has set it; nothing
    /// when KSC does not say.
    pub by_product: Option<bool>,
    /// `KLHST_IS_TAG_SET_BY_HOSTTAGRULE`: a rule of an administrator's has.
    pub by_rule: Option<bool>,
}

impl Call for GetHostTags {
    const NAME: &'static str = "HostTagsApi.GetHostTags";
    const EFFECT: Effect = Effect::Read;
    type Reply = Vec<HostTag>;

    fn arguments(&self) -> Arguments {
        Arguments::none()
            .text("szwHostId", &self.host_id)
            .params("pParams", Nested::new())
    }

    fn reply(&self, reply: Reply) -> Result<Vec<HostTag>, Unexpected> {
        Ok(reply.rows()?.iter().filter_map(HostTag::read).collect())
    }
}

impl HostTag {
    /// Without its text it is no tag.
    fn read(row: &Params) -> Option<Self> {
        Some(Self {
            value: row.str("KLHST_TagValue")?.to_owned(),
            by_product: row.bool("KLHST_IS_TAG_SET_BY_PRODUCT"),
            by_rule: row.bool("KLHST_IS_TAG_SET_BY_HOSTTAGRULE"),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tags_are_read_wrapped_or_bare_and_others_passed_over() {
        let call = GetHostTags {
            host_id: "a".to_owned(),
        };
        assert_eq!(
            String::from_utf8(call.arguments().to_body()).unwrap(),
            r#"{"pParams":{},"szwHostId":"a"}"#
        );
        let reply = json!({"PxgRetVal": [
            {"type": "params", "value": {
                "KLHST_TagValue": "ISOLATED FROM NETWORK", "KLHST_IS_TAG_SET_BY_PRODUCT": true,
                "KLHST_IS_TAG_SET_BY_HOSTTAGRULE": false,
            }},
            {"KLHST_TagValue": "accounting"},
            {"type": "params", "value": {"KLHST_IS_TAG_SET_BY_PRODUCT": true}},
            null,
        ]});
        let reply = Reply::from_members(reply.as_object().unwrap().clone());

        let tags = call.reply(reply).unwrap();

        let seen: Vec<_> = tags
            .iter()
            .map(|it| (it.value.as_str(), it.by_product, it.by_rule))
            .collect();
        assert_eq!(
            seen,
            [
                ("ISOLATED FROM NETWORK", Some(true), Some(false)),
                ("accounting", None, None)
            ]
        );
        for odd in [
            json!({}),
            json!({"PxgRetVal": {}}),
            json!({"PxgRetVal": "x"}),
        ] {
            let reply = Reply::from_members(odd.as_object().unwrap().clone());
            assert!(call.reply(reply).is_err(), "{odd}");
        }
    }
}
