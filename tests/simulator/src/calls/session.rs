//! `Session.*` but for `StartSession`, which needs no session and lives with the login.

use crate::calls::call::{Call, nothing, returns};
use crate::journal::Rule;
use crate::refusal::Refusal;
use crate::sessions::SessionState;
use serde_json::Value;

/// Does nothing; that it is answered says that the session is good.
pub(crate) fn ping(call: &Call<'_>) -> Value {
    call.only(&[]);
    nothing()
}

/// Ends the session; what it had not given back is noted, unless a fault had struck it.
pub(crate) fn end_session(call: &mut Call<'_>) -> Result<Value, Refusal> {
    call.only(&[]);
    let left = call.world.rowsets.drop_session(call.session);
    let Some(session) = call.world.sessions.by_number(call.session) else {
        return Err(Refusal::forbidden());
    };
    session.state = SessionState::Ended;
    // A client that ends a session while one of its calls is open has given that call up; that its
    // connection is closed may become known only later.
    session.disturbed |= session.under_way > 1;
    if !session.disturbed && !left.is_empty() {
        call.note(
            Rule::GiveBack,
            format!("the session ends with {} open", left.join(", ")),
        );
    }
    Ok(nothing())
}

/// A one-time login token.
pub(crate) fn create_token(call: &mut Call<'_>) -> Value {
    call.only(&[]);
    let world = &mut *call.world;
    let token = world.sessions.mint_login_token(world.now, &mut world.dice);
    returns(token)
}
