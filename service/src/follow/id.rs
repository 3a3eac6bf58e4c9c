//! The id of a task: KSC's alias and the incident's number, so that every replica can read it.

/// The alias of the one KSC that a gateway fronts.
const ALIAS: &str = "ksc";

/// The task id of an incident.
#[must_use]
pub fn encode(incident: i64) -> String {
    format!("{ALIAS}-{incident}")
}

/// The incident of a task id, when it is one in the only form that [`encode`] writes.
#[must_use]
pub fn decode(id: &str) -> Option<i64> {
    let number = id.strip_prefix(ALIAS)?.strip_prefix('-')?;
    let plain = number.bytes().all(|it| it.is_ascii_digit()) && !number.starts_with('0');
    if plain { number.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_form_that_is_written_is_read() {
        assert_eq!(decode(&encode(42)), Some(42));
        for odd in [
            "",
            "42",
            "ksc-",
            "ksc-0",
            "ksc-042",
            "ksc--1",
            "ksc-+1",
            "ksc-1 ",
            "KSC-1",
            "ksc-99999999999999999999",
        ] {
            assert_eq!(decode(odd), None, "{odd:?}");
        }
    }
}
