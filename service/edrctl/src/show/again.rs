//! The command line that was typed, as it is to be typed next.

use crate::show::shell;

/// The option that names the host, in its spellings.
const HOST: [&str; 3] = ["--targetHost", "--target-host", "--host"];
/// The option that names the back end.
const BACKEND: [&str; 1] = ["--backend"];
/// The option beside which none of these may stand.
const BODY: &str = "--body";

/// What was typed.
#[derive(Debug, Clone, Copy)]
pub struct Typed<'a> {
    /// All words, the program's name first.
    pub words: &'a [String],
    /// The host that was asked for, which may stand there without an option.
    pub host: Option<&'a str>,
}

impl Typed<'_> {
    /// The line that means exactly this host; none where the request came from a file, which has
    /// to be mended itself. Secrets in it are not repeated.
    #[must_use]
    pub fn for_host(&self, id: &str, backend: &str) -> Option<String> {
        let mut words = self.words.to_vec();
        let is_body = |it: &String| {
            let behind = it.strip_prefix(BODY);
            behind.is_some_and(|it| it.is_empty() || it.starts_with('='))
        };
        if words.iter().any(is_body) {
            return None;
        }
        let is_named = replace(&mut words, &HOST, id);
        let at = words
            .iter()
            .skip(1)
            .position(|it| Some(it.as_str()) == self.host);
        match at {
            _ if is_named => {}
            Some(at) => id.clone_into(&mut words[at + 1]),
            None => insert(&mut words, HOST[0], id),
        }
        if !backend.is_empty() && !replace(&mut words, &BACKEND, backend) {
            insert(&mut words, BACKEND[0], backend);
        }
        Some(shell::line(&without_secrets(words)))
    }
}

/// Gives an option another value, in whichever spelling it stands; whether it is there.
fn replace(words: &mut [String], spellings: &[&str], value: &str) -> bool {
    let options = words.iter().take_while(|it| *it != "--").count();
    for at in 1..options {
        let (name, joined) = match words[at].split_once('=') {
            Some((name, _)) => (name.to_owned(), true),
            None => (words[at].clone(), false),
        };
        if !spellings.contains(&name.as_str()) {
            continue;
        }
        if joined {
            words[at] = format!("{name}={value}");
            return true;
        }
        if at + 1 < words.len() {
            value.clone_into(&mut words[at + 1]);
            return true;
        }
    }
    false
}

/// Adds an option at the end, in front of what only looks like options.
fn insert(words: &mut Vec<String>, option: &str, value: &str) {
    let at = words.iter().take_while(|it| *it != "--").count();
    words.splice(at..at, [option.to_owned(), value.to_owned()]);
}

/// The values of options that are called like secrets, covered.
fn without_secrets(mut words: Vec<String>) -> Vec<String> {
    const COVERED: &str = "***";
    let is_secret = |name: &str| {
        let name = name.to_ascii_lowercase();
        let holds = ["token", "password", "secret"]
            .iter()
            .any(|it| name.contains(it));
        name.starts_with('-') && holds && !name.ends_with("file") && !name.ends_with("command")
    };
    for at in 1..words.len() {
        if is_secret(&words[at - 1]) && !words[at].starts_with('-') {
            COVERED.clone_into(&mut words[at]);
        }
        let joined = words[at].split_once('=');
        if let Some((name, _)) = joined.filter(|it| is_secret(it.0)) {
            words[at] = format!("{name}={COVERED}");
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(typed: &[&str], host: Option<&str>) -> Option<String> {
        let words: Vec<String> = typed.iter().map(|it| (*it).to_owned()).collect();
        let typed = Typed {
            words: &words,
            host,
        };
        typed.for_host("4328e16a", "ksc")
    }

    #[test]
    fn the_host_is_replaced_wherever_it_stood() {
        for (typed, host, line) in [
            (
                &["edrctl", "isolateHost", "--targetHost", "ws", "--wait"][..],
                Some("ws"),
                "edrctl isolateHost --targetHost 4328e16a --wait --backend ksc",
            ),
            (
                &["edrctl", "isolateHost", "--targetHost=ws", "--backend=kata"],
                Some("ws"),
                "edrctl isolateHost --targetHost=4328e16a --backend=ksc",
            ),
            (
                &["edrctl", "isolateHost", "--host=ws"],
                Some("ws"),
                "edrctl isolateHost --host=4328e16a --backend ksc",
            ),
            (
                &["edrctl", "isolateHost", "ws", "--comment", "it's bad"],
                Some("ws"),
                r"edrctl isolateHost 4328e16a --comment 'it'\''s bad' --backend ksc",
            ),
            (
                &["edrctl", "startProcess", "--", "a"],
                None,
                "edrctl startProcess --targetHost 4328e16a --backend ksc -- a",
            ),
        ] {
            assert_eq!(next(typed, host).as_deref(), Some(line));
        }
    }

    #[test]
    fn a_request_that_came_from_a_file_is_mended_there() {
        for body in [&["--body", "task.json"][..], &["--body=task.json"]] {
            let typed = [&["edrctl", "isolateHost"], body].concat();
            assert_eq!(next(&typed, Some("ws")), None);
        }
    }

    #[test]
    fn secrets_are_not_repeated() {
        let typed = [
            "edrctl",
            "--token",
            "eyJ",
            "--password=x",
            "--token-file",
            "t",
            "ws",
        ];

        assert_eq!(
            next(&typed, Some("ws")).as_deref(),
            Some("edrctl --token '***' '--password=***' --token-file t 4328e16a --backend ksc")
        );
    }
}
