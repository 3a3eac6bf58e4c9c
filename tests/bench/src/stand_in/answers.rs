//! What the stand-in says: the documented form of each answer, with as little in it as its reader
//! takes.

use std::io::Write as _;

use super::counts::Counts;
use super::method::Method;
use crate::devices;

/// Writes the whole answer to a call in the place of what was there.
pub(super) fn write(answer: &mut Vec<u8>, method: Method, request: &[u8], counts: &Counts) {
    match method {
        Method::AddIncident => {
            let number = counts.incident();
            framed(answer, format_args!("{{\"PxgRetVal\":{number}}}"));
        }
        Method::StartSession => {
            framed(
                answer,
                format_args!("{{\"PxgRetVal\":\"nsBench0123456789ABCDEF==\"}}"),
            );
        }
        Method::IsAnyServiceConsoleAvailable => {
            framed(answer, format_args!("{{\"PxgRetVal\":true}}"));
        }
        Method::GetHostInfo => match devices::number_in(request) {
            Some(number) => framed(answer, format_args!("{{\"PxgRetVal\":{}}}", row(number))),
            None => refused(answer),
        },
        // The accessor is the name of the one host that was found, so nothing is kept.
        Method::FindHosts => match devices::number_in(request) {
            Some(number) => {
                let name = devices::name(number);
                framed(
                    answer,
                    format_args!("{{\"strAccessor\":\"{name}\",\"PxgRetVal\":1}}"),
                );
            }
            None => nothing_found(answer),
        },
        Method::GetItemsChunk => {
            let row = devices::number_in(request).map(row);
            let row = row.map(|it| format!("{{\"type\":\"params\",\"value\":{it}}}"));
            let row = row.unwrap_or_default();
            framed(
                answer,
                format_args!("{{\"pChunk\":{{\"KLCSP_ITERATOR_ARRAY\":[{row}]}},\"PxgRetVal\":1}}"),
            );
        }
        Method::GetItemsCount => {
            let count = u8::from(devices::number_in(request).is_some());
            framed(answer, format_args!("{{\"PxgRetVal\":{count}}}"));
        }
        Method::FindIncidents => nothing_found(answer),
        Method::GetGroupInfo => framed(
            answer,
            format_args!(
                "{{\"PxgRetVal\":{{\"id\":1,\"name\":\"Bench\",\"grp_full_name\":\"Managed devices/Bench/\"}}}}"
            ),
        ),
        Method::GetStaticInfo => framed(
            answer,
            format_args!(
                "{{\"PxgRetVal\":{{\"KLADMSRV_PRODUCT_FULL_VERSION\":\"15.1.0.20748\"}}}}"
            ),
        ),
        Method::GetHostTags | Method::GetAllTasksOfHost => {
            framed(answer, format_args!("{{\"PxgRetVal\":[]}}"));
        }
        Method::ResetTasksIterator => {
            framed(answer, format_args!("{{\"strTaskIteratorId\":\"tit-1\"}}"));
        }
        // A call without results; the walk over tasks is at its end at once.
        Method::Login
        | Method::Ping
        | Method::EndSession
        | Method::UpdateIncident
        | Method::ReleaseAccessor
        | Method::GetNextTask
        | Method::ReleaseTasksIterator => framed(answer, format_args!("{{}}")),
        Method::Unknown => refused(answer),
    }
}

/// The attributes of a device.
fn row(number: u64) -> String {
    let (id, name) = (devices::id(number), devices::name(number));
    // 10.0.0.0 and the number.
    let address = 0x0a00_0000 + (number & 0x00ff_ffff);
    format!(
        "{{\"KLHST_WKS_HOSTNAME\":\"{id}\",\"KLHST_WKS_DN\":\"{name}\",\
         \"KLHST_WKS_FQDN\":\"{name}.corp.example\",\"KLHST_WKS_DNSNAME\":\"{name}\",\
         \"KLHST_WKS_WINHOSTNAME\":\"{name}\",\"KLHST_WKS_WINDOMAIN\":\"CORP\",\
         \"KLHST_WKS_IP_LONG\":{address},\"KLHST_WKS_GROUPID\":1}}"
    )
}

fn nothing_found(answer: &mut Vec<u8>) {
    framed(
        answer,
        format_args!("{{\"strAccessor\":\"\",\"PxgRetVal\":0}}"),
    );
}

fn refused(answer: &mut Vec<u8>) {
    framed(
        answer,
        format_args!(
            "{{\"PxgError\":{{\"code\":1125,\"module\":\"KLSTD\",\"message\":\"There is no such thing\"}}}}"
        ),
    );
}

/// Where the digits of the length stand in an answer's head; enough of them for any answer.
const HEAD: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 0000\r\n\r\n";

/// The answer with its head: written in one go, and the length put in its place afterwards.
fn framed(answer: &mut Vec<u8>, body: std::fmt::Arguments<'_>) {
    answer.clear();
    answer.extend_from_slice(HEAD);
    answer.write_fmt(body).expect("memory takes everything");
    let mut length = answer.len() - HEAD.len();
    debug_assert!(length < 10_000, "four digits hold it");
    for place in (HEAD.len() - 8..HEAD.len() - 4).rev() {
        answer[place] = b'0' + u8::try_from(length % 10).expect("a digit");
        length /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_as_long_as_it_says() {
        let mut answer = Vec::new();

        write(&mut answer, Method::AddIncident, b"", &Counts::default());

        let text = String::from_utf8(answer).expect("ASCII");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.ends_with("Content-Length: 0015"), "{head}");
        assert_eq!(body, "{\"PxgRetVal\":1}");
    }

    #[test]
    fn every_answer_is_json() {
        let id = devices::id(7);
        for (method, name) in Method::ALL {
            let mut answer = Vec::new();
            write(&mut answer, method, id.as_bytes(), &Counts::default());
            let json: serde_json::Value =
                serde_json::from_slice(&answer[HEAD.len()..]).expect(name);
            assert!(json.is_object(), "{name}: {json}");
        }
    }
}
