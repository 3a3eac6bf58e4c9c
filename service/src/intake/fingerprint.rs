//! Whether two requests ask for the same.

use serde_json::{Value, json};

use crate::digest;
use vocabulary::task::{Area, Request};

/// What a request asks for, as a digest: two requests are the same when these are.
pub(super) type Fingerprint = [u8; 32];

/// The digest of everything that a request says. Two forms of one request, flat and native, have
/// one digest: they are the same request when it is parsed.
///
/// What a request does not say is no part of it. So a parameter that a later version knows changes
/// the digest of no request that does without it, and a key holds through an update. The test below
/// keeps the digests of today: one that changes there is a key that is refused after an update.
pub(super) fn of(request: &Request) -> Fingerprint {
    let mut members = json!({
        "task": request.task(),
        "host": request.host().as_str(),
        "params": request.params(),
        "area": request.area().map(Area::as_str),
        "severity": request.severity().number(),
        "comment": request.comment(),
        "externalId": request.external_id(),
        "backend": request.backend(),
    });
    leave_out_nothing_said(&mut members);
    // Members of a JSON value are in the order of their names.
    digest::of(&members)
}

fn leave_out_nothing_said(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, it| !it.is_null());
            members.values_mut().for_each(leave_out_nothing_said);
        }
        Value::Array(items) => items.iter_mut().for_each(leave_out_nothing_said),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::requests::native_example;
    use vocabulary::task::TaskType;

    #[test]
    fn the_digests_of_requests_are_what_they_were() {
        let digests = TaskType::THREAT_RESPONSE.map(|task| {
            let mut body = native_example(task);
            body.as_object_mut().expect("an object").remove("task");
            let request = Request::parse(task, body).expect("an example");
            format!("{task} {}", &digest::hexadecimal(&of(&request))[..16])
        });

        assert_eq!(
            digests,
            [
                "getFile 56b4c15d1376c8e7",
                "deleteFile 848d79aebbb84b46",
                "quarantineFile a64207bd380b6a91",
                "iocScan 6c1f6449fb7f4ace",
                "startProcess 1aa8955998d6df2e",
                "terminateProcess d30eb7dbf44fcf64",
                "isolateHost 32f3814557a50360",
                "preventExecution 26c311d7f175eb0e",
                "onDemandScan fc94d45d756cee4a",
            ]
        );
    }
}
