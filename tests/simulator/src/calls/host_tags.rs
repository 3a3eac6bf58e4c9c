//! `HostTagsApi.*`: of these only the tags of one device.

use crate::calls::call::{Call, returns};
use crate::refusal::Refusal;
use crate::world::tags::{Tag, TagSetter};
use serde_json::{Value, json};

/// The tags of a device, and who has set each.
pub(crate) fn get_host_tags(call: &mut Call<'_>) -> Result<Value, Refusal> {
    if !call.world.knobs.host_tags {
        return Err(Refusal::no_such_call(call.method));
    }
    call.only(&["szwHostId", "pParams"]);
    let id = call.arguments.text("szwHostId")?;
    call.arguments.params("pParams")?;
    let Some(host) = call.world.host(id) else {
        return Err(Refusal::not_found("There is no such host"));
    };
    let tags: Vec<Value> = host.tags.iter().map(row).collect();
    Ok(returns(tags))
}

fn row(tag: &Tag) -> Value {
    json!({"type": "params", "value": {
        "KLHST_TagValue": tag.value,
        "KLHST_IS_TAG_SET_BY_PRODUCT": tag.by == TagSetter::Product,
        "KLHST_IS_TAG_SET_BY_HOSTTAGRULE": tag.by == TagSetter::Rule,
    }})
}
