//! Where an HTTP/1.1 message ends: as much of the protocol as both ends of a measurement need.
//!
//! # Rationale
//!
//! Load and stand-in share the machine with what is measured, so each microsecond of theirs is one
//! that the measured program does not have. A whole HTTP library costs several for each message.

/// How long a message's body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// As the head says.
    Bytes(usize),
    /// In chunks.
    Chunked,
}

/// The end of a message's head, with the empty line.
pub(crate) fn head_end(bytes: &[u8]) -> Option<usize> {
    bytes
        .windows(4)
        .position(|it| it == b"\r\n\r\n")
        .map(|it| it + 4)
}

/// The length of the body behind a head.
pub(crate) fn length(head: &[u8]) -> Length {
    header(head, b"content-length")
        .and_then(|it| std::str::from_utf8(it).ok()?.parse().ok())
        .map_or_else(
            || match header(head, b"transfer-encoding") {
                Some(_) => Length::Chunked,
                None => Length::Bytes(0),
            },
            Length::Bytes,
        )
}

/// The end of a body in chunks, if it is there: the empty chunk. No answer that is measured has its
/// five bytes in its text.
pub(crate) fn chunks_end(body: &[u8]) -> Option<usize> {
    let end = b"0\r\n\r\n";
    body.windows(end.len())
        .position(|it| it == end)
        .map(|it| it + end.len())
}

/// The value of a header.
fn header<'a>(head: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    head.split(|it| *it == b'\n').find_map(|line| {
        let (found, rest) = line.split_at_checked(name.len())?;
        let value = rest.strip_prefix(b":")?;
        found.eq_ignore_ascii_case(name).then(|| value.trim_ascii())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_a_message_are_found() {
        let message = b"HTTP/1.1 200 OK\r\nContent-Type: a\r\ncontent-length: 5\r\n\r\nhello";

        let head = head_end(message).expect("it has one");
        assert_eq!(message.len() - head, 5);
        assert_eq!(length(&message[..head]), Length::Bytes(5));
        assert_eq!(length(b"HTTP/1.1 204 No Content\r\n\r\n"), Length::Bytes(0));
        let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_eq!(length(chunked), Length::Chunked);
        assert_eq!(chunks_end(b"2\r\nab\r\n0\r\n\r\n"), Some(12));
    }
}
