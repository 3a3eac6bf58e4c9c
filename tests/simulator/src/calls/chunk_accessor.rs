//! `ChunkAccessor.*`: reading a search result piece by piece.

use crate::calls::call::{Call, nothing, returns};
use crate::refusal::Refusal;
use crate::world::rowsets::{Rowset, RowsetKind};
use serde_json::{Value, json};

fn accessor<'a>(call: &'a mut Call<'_>) -> Result<&'a mut Rowset, Refusal> {
    let name = call.arguments.text("strAccessor")?;
    let world = &mut *call.world;
    world
        .rowsets
        .read(name, RowsetKind::Accessor, call.session, world.now)
        .ok_or_else(|| Refusal::not_found("There is no such accessor in this session"))
}

/// How many rows there are.
pub(crate) fn get_items_count(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.only(&["strAccessor"]);
    Ok(returns(accessor(call)?.rows.len()))
}

/// Some of the rows; fewer at the end.
pub(crate) fn get_items_chunk(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.only(&["strAccessor", "nStart", "nCount"]);
    let (start, count) = call.window("nStart", "nCount")?;
    let chunk = accessor(call)?.rows.some(start, count);
    let actual = chunk.len();
    Ok(json!({"pChunk": {"KLCSP_ITERATOR_ARRAY": chunk}, "PxgRetVal": actual}))
}

/// Gives the result back.
pub(crate) fn release(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.only(&["strAccessor"]);
    let name = call.arguments.text("strAccessor")?;
    let world = &mut *call.world;
    if world
        .rowsets
        .release(name, RowsetKind::Accessor, call.session, world.now)
    {
        Ok(nothing())
    } else {
        Err(Refusal::not_found(
            "There is no such accessor in this session",
        ))
    }
}
