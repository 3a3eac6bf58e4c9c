//! A short unique suffix of the area. KSC copies the area into the task's name, so no other
//! request's task can have that name, and nothing competes for it.

use vocabulary::task::Area;

/// Stands before the tag.
const MARK: &str = "-gw";

/// Hexadecimal digits of a tag.
const DIGITS: usize = 6;

const _: () = assert!(
    MARK.len() + DIGITS == Area::TAG,
    "an area leaves room for a tag"
);

/// The area with a fresh tag.
#[must_use]
pub fn attach(area: &str) -> String {
    let unique = uuid::Uuid::new_v4().simple().to_string();
    format!("{area}{MARK}{}", &unique[..DIGITS])
}

/// Whether an area ends as one that has a tag.
#[must_use]
pub fn is_in(area: &str) -> bool {
    let digits = area.rsplit_once(MARK).map_or("", |(_, digits)| digits);
    digits.len() == DIGITS && digits.bytes().all(|it| it.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_differ_and_are_short() {
        let (one, other) = (attach("Kuma"), attach("Kuma"));

        assert_ne!(one, other);
        assert_eq!(one.len(), "Kuma-gw123456".len());
        assert!(is_in(&one));
        for area in [
            "Kuma",
            "Kuma-gw",
            "Kuma-gw12345",
            "Kuma-gw1234567",
            "Kuma-gw12345x",
            "",
        ] {
            assert!(!is_in(area), "{area}");
        }
    }
}
