//! What several answers write alike: moments, and members that no page knows.

use crate::behaviour::Behaviour;
use crate::forms::MomentForm;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A moment in the form that the switches ask for; `None` where it is left out.
pub(crate) fn moment(at: Option<OffsetDateTime>, form: MomentForm) -> Option<Value> {
    let Some(at) = at else {
        return (form != MomentForm::Absent).then_some(Value::Null);
    };
    let micros = at.unix_timestamp_nanos() / 1_000;
    let number = |it: i128| Some(json!(i64::try_from(it).unwrap_or(i64::MAX)));
    match form {
        MomentForm::Rfc3339 => Some(at.format(&Rfc3339).map_or(Value::Null, Value::String)),
        MomentForm::Seconds => number(micros / 1_000_000),
        MomentForm::Milliseconds => number(micros / 1_000),
        MomentForm::Microseconds => number(micros),
        MomentForm::Null => Some(Value::Null),
        MomentForm::Absent => None,
    }
}

/// An object, with the members that no page knows where the switches ask for them.
pub(crate) fn object(mut members: Map<String, Value>, behaviour: &Behaviour) -> Value {
    extend(&mut members, behaviour);
    Value::Object(members)
}

/// Adds the members that no page knows where the switches ask for them.
pub(crate) fn extend(members: &mut Map<String, Value>, behaviour: &Behaviour) {
    if behaviour.unknown_members {
        let stranger = json!({"sensorId": null, "objects": [1]});
        members.insert("xNewInThisVersion".to_owned(), stranger);
        members.insert("xRevision".to_owned(), json!(7));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_moment_has_each_of_its_forms() {
        let at = datetime!(2026-11-20 08:15:30 UTC);
        let written = |form| moment(Some(at), form);

        assert_eq!(
            written(MomentForm::Rfc3339),
            Some(json!("2026-11-20T08:15:30Z"))
        );
        assert_eq!(written(MomentForm::Seconds), Some(json!(1_795_162_530)));
        assert_eq!(
            written(MomentForm::Microseconds),
            Some(json!(1_795_162_530_000_000_i64))
        );
        assert_eq!(written(MomentForm::Absent), None);
        assert_eq!(moment(None, MomentForm::Rfc3339), Some(Value::Null));
    }
}
