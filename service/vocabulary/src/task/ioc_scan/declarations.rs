//! A namespace that one element declares twice, which the XML reader passes over and no other
//! parser does.

/// The first namespace that is declared twice in an element of a document that is well-formed
/// otherwise.
pub(super) fn twice(document: &[u8]) -> Option<String> {
    // Of UTF-16 every second byte is enough: what is looked for is ASCII, and so are the marks
    // around it.
    let text: Vec<u8> = match document {
        [0xff, 0xfe, rest @ ..] => plain(rest, 0),
        [0xfe, 0xff, rest @ ..] => plain(rest, 1),
        other => other.to_vec(),
    };
    let mut rest = text.as_slice();
    while let Some(at) = rest.iter().position(|it| *it == b'<') {
        rest = &rest[at..];
        let end = [
            (&b"<!--"[..], &b"-->"[..]),
            (b"<![CDATA[", b"]]>"),
            (b"<?", b"?>"),
        ];
        if let Some((_, end)) = end.iter().find(|(start, _)| rest.starts_with(start)) {
            rest = behind(rest, end);
            continue;
        }
        let (tag, behind) = tag(rest);
        if let Some(name) = repeated(tag) {
            return Some(name);
        }
        rest = behind;
    }
    None
}

/// The ASCII of a wide text; what is not is a mark that means nothing here.
fn plain(wide: &[u8], low: usize) -> Vec<u8> {
    let high = 1 - low;
    let units = wide.chunks_exact(2);
    units
        .map(|it| if it[high] == 0 { it[low] } else { b'.' })
        .collect()
}

fn behind<'a>(text: &'a [u8], end: &[u8]) -> &'a [u8] {
    let at = text.windows(end.len()).position(|it| it == end);
    at.map_or(&[], |at| &text[at + end.len()..])
}

/// The tag at the start of a text, and what is behind it: quotes may hold its end.
fn tag(text: &[u8]) -> (&[u8], &[u8]) {
    let mut quote = None;
    for (at, it) in text.iter().enumerate() {
        match (quote, it) {
            (None, b'>') => return text.split_at(at + 1),
            (None, b'"' | b'\'') => quote = Some(*it),
            (Some(open), it) if open == *it => quote = None,
            (_, _) => {}
        }
    }
    (text, &[])
}

fn repeated(tag: &[u8]) -> Option<String> {
    let mut seen: Vec<&[u8]> = Vec::new();
    let mut rest = tag;
    while let Some(at) = rest.iter().position(|it| *it == b'=') {
        let name = rest[..at].trim_ascii_end();
        let from = name.iter().rposition(u8::is_ascii_whitespace);
        let name = from.map_or(name, |from| &name[from + 1..]);
        if name == b"xmlns" || name.starts_with(b"xmlns:") {
            if seen.contains(&name) {
                return Some(String::from_utf8_lossy(name).chars().take(40).collect());
            }
            seen.push(name);
        }
        let value = rest[at + 1..].trim_ascii_start();
        let quote = *value.first()?;
        let end = value[1..].iter().position(|it| *it == quote)?;
        rest = &value[end + 2..];
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_second_declaration_in_one_element_is_found() {
        let wide: Vec<u8> = "\u{feff}<a xmlns=\"u\" b='д' xmlns='v'/>"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for text in [
            &b"<a xmlns='u' xmlns='v'/>"[..],
            b"<a xmlns:p='u' xmlns:p = 'u'/>",
            b"<a><b c='>' xmlns='u'\n\txmlns=\"u\"></b></a>",
            b"<!-- ' --><a xmlns='u' d='x=y' xmlns='v'/>",
            &wide,
        ] {
            assert!(twice(text).is_some(), "{text:?}");
        }
        for text in [
            &b"<a xmlns='u' xmlns:p='v'><b xmlns='w'/></a>"[..],
            b"<a b=\"xmlns='u' xmlns='v'\"/>",
            b"<a><!-- <b xmlns='u' xmlns='v'> --><![CDATA[<b xmlns='u' xmlns='v'>]]><?p <b xmlns='' xmlns=''> ?></a>",
            b"<a>xmlns='u' xmlns='v'</a>",
            b"",
            b"<",
            b"<a xmlns=",
        ] {
            assert_eq!(twice(text), None, "{text:?}");
        }
    }
}
