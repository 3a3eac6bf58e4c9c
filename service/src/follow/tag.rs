//! A short unique suffix of the area. KSC copies the area into the task's name, so the name then
//! decides which task came of which incident.

/// Stands before the tag.
const MARK: &str = "-gw";

/// Hexadecimal digits of a tag. With an area of 24 characters the task's name still fits into
/// KSC's 100.
const DIGITS: usize = 6;

/// The area with a fresh tag.
#[must_use]
pub fn attach(area: &str) -> String {
    let unique = uuid::Uuid::new_v4().simple().to_string();
    format!("{area}{MARK}{}", &unique[..DIGITS])
}

/// Whether an area ends in a tag.
#[must_use]
pub fn is_tagged(area: &str) -> bool {
    area.rsplit_once(MARK)
        .is_some_and(|(_, tag)| tag.len() == DIGITS && tag.bytes().all(|it| it.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_told_from_plain_areas_and_from_each_other() {
        let (one, other) = (attach("Kuma"), attach("Kuma"));

        assert!(is_tagged(&one) && is_tagged(&other));
        assert_ne!(one, other);
        for plain in ["Kuma", "my-gw", "a-gw12345", "a-gw12345x"] {
            assert!(!is_tagged(plain), "{plain}");
        }
    }
}
