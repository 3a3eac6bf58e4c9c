//! What to do about a problem, for a person at a command line: a sentence for each code.

use vocabulary::code::Code;

/// The code of this name, if this program knows it.
#[must_use]
pub fn code(name: &str) -> Option<Code> {
    Code::ALL.iter().copied().find(|it| it.name() == name)
}

/// What to do about a problem of this name.
#[must_use]
pub fn advice(name: &str, retryable: bool) -> &'static str {
    match code(name) {
        Some(code) => of(code),
        None if retryable => {
            "This edrctl does not know this kind of problem; the gateway says that asking again may help."
        }
        None => {
            "This edrctl does not know this kind of problem: go by what the gateway says of it, or take a newer edrctl."
        }
    }
}

/// What to do about a problem of this code.
#[must_use]
pub const fn of(code: Code) -> &'static str {
    match code {
        Code::MalformedJson => {
            "edrctl and this gateway do not understand each other: compare `edrctl --version` with the gateway's, and look whether a proxy changes requests."
        }
        Code::MalformedRequest => {
            "Mend the option that the answer names, such as the key; if none is named, look whether a proxy changes requests."
        }
        Code::TokenMissing => {
            "No token arrived: name one in the profile, and look whether a proxy takes the Authorization header away."
        }
        Code::TokenInvalid => {
            "Get a new token; if that is refused as well, the operator's log says why, under the request's id."
        }
        Code::ScopeMissing => {
            "Have the token given the scope that is named; `edrctl whoami` shows those that it has."
        }
        Code::HostProtected => "Nothing: the gateway's operator has excluded this host.",
        Code::FileProtected => "Nothing: the gateway's operator has excluded this file.",
        Code::RouteNotFound | Code::MethodNotAllowed => {
            "Look at the gateway's address in the profile: there is something else, or a gateway that is older than this edrctl."
        }
        Code::TaskNotFound => {
            "Look at the task's id; `edrctl tasks list` lists those that there are."
        }
        Code::HostNotFound => {
            "Look at the host's name: whole, not a part of it; `edrctl hosts find --prefix=ws-` lists those that begin with `ws-`."
        }
        Code::NotAcceptable => "Look whether a proxy changes the Accept header.",
        Code::RequestTimeout | Code::StoreUnavailable => "Nothing was sent: ask again.",
        Code::HostAmbiguous => "Name one of the hosts by its id, and its back end.",
        Code::TaskNotCancellable => {
            "Nothing was cancelled, for the reason above; `edrctl tasks get ID` shows how far the task has come."
        }
        Code::PreventionConflict => {
            "Have the rule that is named taken away in KATA's console first."
        }
        Code::RequestInProgress => {
            "The same request is still under way: ask again with the same key, and it is answered when that is through."
        }
        Code::BodyTooLarge => "Send less, such as an archive with fewer indicators.",
        Code::UnsupportedMediaType => "Look whether a proxy changes or packs requests.",
        Code::ExpectationFailed => "Look whether a proxy adds the Expect header.",
        Code::ValidationFailed => "Mend the options above; nothing was sent.",
        Code::IdempotencyKeyReused => {
            "This key belongs to another request: take a new one, or leave it out."
        }
        Code::RateLimited => "Nothing was sent: wait, and ask less often.",
        Code::TaskBudgetExhausted => {
            "Nothing was sent: wait until a task is over, or have some deleted in KSC; `edrctl budget` shows which goes first."
        }
        Code::TaskNotSupported => {
            "Name another back end; `edrctl backends` shows what each of them takes."
        }
        Code::KscRefused => {
            "Nothing was ordered: tell the operator KSC's code, and the request's id."
        }
        Code::KscAccessDenied => "Tell the operator: the gateway's account lacks a right in KSC.",
        Code::KscProtocol | Code::KataProtocol | Code::Internal => {
            "Tell the operator, with the request's id; ask again only with the same key."
        }
        Code::KataRefused => "Nothing was ordered: tell the operator, with the request's id.",
        Code::AuthKeysUnavailable => {
            "Nothing was sent: ask again; if that goes on, the operator looks at the identity provider."
        }
        Code::KscUnavailable => {
            "Nothing was sent: ask again; `edrctl backends` shows when KSC is back."
        }
        Code::KscCredentialsRefused => {
            "Nothing was sent: tell the operator that KSC refuses the gateway's account."
        }
        Code::ServiceConsoleUnavailable => {
            "Nothing was sent: tell the operator that KSC's Web Console is not connected, and ask again."
        }
        Code::KataUnavailable => {
            "Nothing was sent: ask again; `edrctl backends` shows when KATA is back."
        }
        Code::BackendNotRegistered => {
            "Nothing was sent: tell the operator to accept the gateway in KATA's console, and ask again."
        }
        Code::BackendUnknown => "Nothing was sent now: ask again, another replica knows it.",
        Code::AuditUnavailable => "Nothing was sent: ask again, another replica may take it.",
        Code::Overloaded => "Nothing was sent: wait, and ask again.",
        Code::Draining => "Nothing was sent: ask again, another replica answers.",
        Code::OutcomeUnknown => {
            "It may have been done. Ask again with the same key and nothing else: it is looked up first, and not done twice."
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;

    use super::*;
    use crate::command::command;

    #[test]
    fn every_code_says_in_a_sentence_what_to_do() {
        for it in Code::ALL {
            let sentence = of(*it);

            assert_eq!(advice(it.name(), it.retryable()), sentence);
            assert!(
                sentence.ends_with('.') && sentence.len() > 10,
                "{}",
                it.name()
            );
            assert!(sentence.starts_with(char::is_uppercase) || sentence.starts_with("edrctl"));
        }
    }

    #[test]
    fn the_command_lines_that_sentences_name_are_there() {
        let mut count = 0;
        for sentence in Code::ALL.iter().map(|it| of(*it)) {
            let quoted = sentence.split('`').skip(1).step_by(2);
            for line in quoted.filter(|it| it.starts_with("edrctl ")) {
                count += 1;
                let parsed = command().try_get_matches_from(line.split(' '));
                let kind = parsed.map_err(|it| it.kind());
                assert!(
                    matches!(kind, Ok(_) | Err(ErrorKind::DisplayVersion)),
                    "{line}"
                );
            }
        }
        assert!(count >= 6, "{count}");
    }

    #[test]
    fn nobody_is_told_to_repeat_blindly_what_may_have_been_done() {
        for it in [
            Code::OutcomeUnknown,
            Code::Internal,
            Code::KscProtocol,
            Code::KataProtocol,
        ] {
            assert!(of(it).contains("with the same key"), "{}", it.name());
        }
    }

    #[test]
    fn a_code_that_nobody_knows_has_a_sentence_as_well() {
        assert!(advice("moon_full", true).contains("asking again"));
        assert!(advice("moon_full", false).contains("newer edrctl"));
    }
}
