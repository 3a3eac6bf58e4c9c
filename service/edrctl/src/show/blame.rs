//! Which option a rule that was broken is about.

/// The option that a pointer into the body means.
#[must_use]
pub fn option(pointer: &str) -> String {
    if let Some(parameter) = pointer.strip_prefix('?') {
        return format!("--{parameter}");
    }
    let parts: Vec<String> = pointer
        .split('/')
        .skip(1)
        .map(|it| it.replace("~1", "/").replace("~0", "~"))
        .collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let number = |it: &str| it.parse::<usize>().ok().map(|it| it.saturating_add(1));
    match parts.as_slice() {
        [] => "the request".to_owned(),
        ["tasks", at, rest @ ..] if number(at).is_some() => {
            let at = number(at).unwrap_or_default();
            format!("request {at}, {}", member(rest))
        }
        ["targetHosts", at] if number(at).is_some() => {
            format!("host {}", number(at).unwrap_or_default())
        }
        ["request", rest @ ..] if !rest.is_empty() => member(rest),
        all => member(all),
    }
}

/// The option that a member of a request means, with the place in its value.
fn member(parts: &[&str]) -> String {
    match parts {
        [] => "the whole of it".to_owned(),
        ["params", rest @ ..] if !rest.is_empty() => member(rest),
        [name] => format!("--{name}"),
        [name, rest @ ..] => {
            let place: Vec<String> = rest
                .iter()
                .map(|it| match it.parse::<usize>() {
                    Ok(at) => format!("no. {}", at.saturating_add(1)),
                    Err(_) => (*it).to_owned(),
                })
                .collect();
            format!("--{name} ({})", place.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_told_as_options() {
        for (pointer, shown) in [
            ("/targetHost", "--targetHost"),
            ("/params/path", "--path"),
            ("/params", "--params"),
            ("?limit", "--limit"),
            ("/exclusions/0/direction", "--exclusions (no. 1, direction)"),
            ("/tasks/3/path", "request 4, --path"),
            ("/tasks/3/params/path", "request 4, --path"),
            ("/tasks/3", "request 4, the whole of it"),
            ("/request/hash", "--hash"),
            ("/targetHosts/1", "host 2"),
            ("/a~1b~0c", "--a/b~c"),
        ] {
            assert_eq!(option(pointer), shown, "{pointer}");
        }
    }
}
