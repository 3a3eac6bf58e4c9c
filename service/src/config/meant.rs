//! Which setting somebody may have meant by a key that is none.

use kataedr::slips;
use vocabulary::task::TaskType;
use vocabulary::task_id::Alias;

use super::table::TABLE;

/// Longer keys are not compared: the work grows with the square, and no setting is half as long.
const LONGEST: usize = 128;

/// More slips make another word of it.
const MOST_SLIPS: usize = 2;

/// The setting that differs from this key by a slip or two, where there is one.
pub(super) fn meant(key: &str) -> Option<String> {
    if key.len() > LONGEST {
        return None;
    }
    let near = candidates(key).into_iter().map(|it| {
        (
            slips(&key.to_ascii_lowercase(), &it.to_ascii_lowercase()),
            it,
        )
    });
    let (slips, nearest) = near.min_by_key(|it| it.0)?;
    // Of a short word little is left after two slips.
    let word = nearest.rsplit('.').next().unwrap_or(&nearest).len();
    (slips <= MOST_SLIPS && slips * 2 < word).then_some(nearest)
}

/// The setting that a variable names but for how many underscores stand in it: one that begins with
/// the gateway's name and not with its prefix would do nothing, and nobody would be told.
pub(super) fn meant_by_variable(rest: &str) -> Option<String> {
    let squeezed = |text: &str| {
        let words = text.split(['_', '.']).filter(|it| !it.is_empty());
        words.collect::<Vec<_>>().join("_").to_ascii_lowercase()
    };
    if rest.len() > LONGEST {
        return None;
    }
    let rest = squeezed(rest);
    candidates(&rest)
        .into_iter()
        .find(|it| squeezed(it) == rest)
}

/// Every setting as this key would write it: with its alias, its type of task, its number.
fn candidates(key: &str) -> Vec<String> {
    let words: Vec<&str> = key.split(['.', '_']).collect();
    let alias = words.get(1).filter(|it| Alias::parse(it).is_some());
    let number = words.get(2).filter(|it| {
        words[..2] == ["auth", "issuers"] && it.parse::<u8>().is_ok_and(|it| it < 100)
    });
    let mut all = Vec::new();
    for setting in TABLE {
        let key = setting.key;
        if key.contains("<alias>") {
            all.extend(alias.map(|it| key.replace("<alias>", it)));
        } else if key.contains("<task>") {
            let tasks = TaskType::ALL.into_iter();
            all.extend(tasks.map(|it| key.replace("<task>", it.name())));
        } else {
            all.push(key.to_owned());
        }
        if let (Some(number), Some(name)) = (number, key.strip_prefix("auth."))
            && name != "issuers"
        {
            all.push(format!("auth.issuers.{number}.{name}"));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_mended_wherever_it_is() {
        for (key, expected) in [
            ("server.listn", "server.listen"),
            ("sever.listen", "server.listen"),
            ("backends.ksc.pasword_file", "backends.ksc.password_file"),
            ("backend.soc1.username", "backends.soc1.username"),
            ("backends_soc1_username", "backends.soc1.username"),
            ("auth.issuers.1.audiance", "auth.issuers.1.audience"),
            ("auth.issuers.1.isuer", "auth.issuers.1.issuer"),
            ("routing.isolatehots", "routing.isolateHost"),
            ("telemetry.Log", "telemetry.log"),
        ] {
            assert_eq!(meant(key).as_deref(), Some(expected), "{key}");
        }
    }

    #[test]
    fn a_stranger_is_nobody() {
        for key in [
            "surprise",
            "",
            "backends.ksc.user",
            "server.port",
            "telemetry.lag.level",
            &"s".repeat(1000),
        ] {
            assert_eq!(meant(key), None, "{key}");
        }
    }

    #[test]
    fn a_variable_with_other_underscores_is_recognised_and_those_of_kubernetes_are_not() {
        for (rest, expected) in [
            ("SERVER__LISTEN", "server.listen"),
            ("SERVER_LISTEN", "server.listen"),
            ("BACKENDS_KSC_PASSWORD_FILE", "backends.ksc.password_file"),
            ("AUTH_ISSUERS_0_ISSUER", "auth.issuers.0.issuer"),
        ] {
            assert_eq!(meant_by_variable(rest).as_deref(), Some(expected), "{rest}");
        }
        // What it writes for a Service of the gateway's name.
        for rest in [
            "SERVICE_HOST",
            "SERVICE_PORT",
            "SERVICE_PORT_HTTP",
            "PORT",
            "PORT_8080_TCP",
            "PORT_8080_TCP_ADDR",
            "ADMIN_SERVICE_HOST",
        ] {
            assert_eq!(meant_by_variable(rest), None, "{rest}");
        }
    }
}
