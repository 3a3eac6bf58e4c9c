//! The devices that the stand-in knows: one for each number, with an id and a name made of it.
//!
//! Nothing has to be kept of them, and requests can be spread over as many as a measurement wants.

/// What every id begins with; the number follows in twelve hexadecimal digits.
const ID_START: &str = "be9c4000-0000-4000-8000-";

/// What every name begins with; the number follows in seven digits.
const NAME_START: &str = "bench-";

/// The id of a device, in the form of KSC's own.
pub(crate) fn id(number: u64) -> String {
    format!("{ID_START}{number:012x}")
}

/// The name of a device.
pub(crate) fn name(number: u64) -> String {
    format!("{NAME_START}{number:07}")
}

/// The number of the first device that is named in a text, by its id or by its name.
pub(crate) fn number_in(text: &[u8]) -> Option<u64> {
    let digits = |start: &str, count: usize, radix: u32| {
        let from = find(text, start)? + start.len();
        let digits = std::str::from_utf8(text.get(from..from + count)?).ok()?;
        u64::from_str_radix(digits, radix).ok()
    };
    digits(ID_START, 12, 16).or_else(|| digits(NAME_START, 7, 10))
}

/// Where a text begins in another, whatever the letters' case.
fn find(text: &[u8], what: &str) -> Option<usize> {
    text.windows(what.len())
        .position(|it| it.eq_ignore_ascii_case(what.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_found_by_its_id_and_by_its_name() {
        let by_id = format!("{{\"strHostName\":\"{}\"}}", id(0xabc));
        let by_name = format!("(KLHST_WKS_DN = \\\"{}\\\")", name(42).to_uppercase());

        assert_eq!(number_in(by_id.as_bytes()), Some(0xabc));
        assert_eq!(number_in(by_name.as_bytes()), Some(42));
        assert_eq!(number_in(b"ws-042"), None);
    }
}
