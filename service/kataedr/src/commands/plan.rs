//! The steps.

use crate::commands::circumstances::{Circumstances, RefusedPath};
use crate::commands::exit_code::exit_code;
use crate::commands::line::CommandLine;
use crate::commands::step::{Answer, Stage, Step, Then, When};
use crate::draft::Format;
use crate::excerpt::excerpt;
use crate::mode::Mode;
use crate::source::Source;
use crate::version::KesVersion;

/// The steps that put a file of settings on a device, in order.
///
/// Before 12.4 there is no mode but EDRKATA, and another is taken for it. They need the rights of the group `kesladmin`, and certificates the role of an administrator.
pub fn commands(
    version: &KesVersion,
    mode: Mode,
    circumstances: &Circumstances,
) -> Result<Vec<Step>, RefusedPath> {
    let mode = if version.layout().is_flat() {
        Mode::EdrKata
    } else {
        mode
    };
    let mut plan = Plan {
        circumstances: circumstances.checked(mode)?,
        steps: Vec::new(),
    };
    plan.look();
    // While it runs: whatever goes wrong until then, nothing has been changed.
    plan.back_up();
    plan.stop();
    plan.set();
    plan.certificates(version, mode);
    plan.start();
    plan.read_back();
    plan.restore();
    Ok(plan.steps)
}

struct Plan {
    circumstances: Circumstances,
    steps: Vec<Step>,
}

/// What an exit code means and leads to, with a word of this step's in front.
fn answer(code: i32, word: &str, then: Then) -> Answer {
    let known = exit_code(code);
    let meaning = if word.is_empty() {
        format!("{} {}", known.meaning, known.advice)
    } else {
        format!("{} {word}", known.meaning)
    };
    Answer {
        code: Some(code),
        meaning,
        then,
    }
}

fn otherwise(meaning: &str, then: Then) -> Answer {
    Answer {
        code: None,
        meaning: meaning.to_owned(),
        then,
    }
}

/// What a command ends with that has done nothing.
fn not_begun(mut special: Vec<Answer>) -> Vec<Answer> {
    special.push(answer(1, "", Then::Stop));
    special.push(answer(64, "", Then::Stop));
    for code in [78, 79] {
        special.push(answer(code, "", Then::Stop));
    }
    special
}

/// What may come of any command before anything is changed.
fn nothing_changed(special: Vec<Answer>) -> Vec<Answer> {
    let mut special = not_begun(special);
    special.push(otherwise(
        "Read what it wrote to standard error; nothing has been changed.",
        Then::Stop,
    ));
    special
}

impl Plan {
    fn push(
        &mut self,
        stage: Stage,
        arguments: &[&str],
        why: &str,
        answers: Vec<Answer>,
        documents: &[Source],
    ) {
        self.add(
            stage,
            When::Always,
            Some(CommandLine::kesl_control(arguments.iter().copied())),
            why,
            answers,
            documents,
        );
    }

    fn add(
        &mut self,
        stage: Stage,
        when: When,
        command: Option<CommandLine>,
        why: &str,
        answers: Vec<Answer>,
        documents: &[Source],
    ) {
        self.steps.push(Step {
            number: self.steps.len() + 1,
            stage,
            when,
            command,
            why: why.to_owned(),
            answers,
            documents: documents.to_vec(),
        });
    }

    fn with_format<'a>(&self, mut arguments: Vec<&'a str>) -> Vec<&'a str> {
        if self.circumstances.format == Format::Json {
            arguments.push("--json");
        }
        arguments
    }

    fn look(&mut self) {
        self.push(
            Stage::State,
            &["--get-task-state", "24", "--json"],
            "Keep in mind whether the task runs: after a failure it is to be as it was.",
            nothing_changed(vec![answer(0, "Go on.", Then::Continue)]),
            &[Source::Tasks, Source::Language],
        );
    }

    fn stop(&mut self) {
        let mut answers = not_begun(vec![
            answer(0, "It is stopped.", Then::Continue),
            answer(
                70,
                "Here: it was stopped before, which is as good.",
                Then::Continue,
            ),
            answer(68, "Change the policy instead.", Then::Stop),
        ]);
        answers.push(otherwise(
            "Read what it wrote to standard error; whether the task is stopped is not known.",
            Then::Restore,
        ));
        self.push(
            Stage::Stop,
            &["--stop-task", "24", "-W"],
            "Settings of a running task cannot be changed. While it is stopped, neither events nor orders are exchanged; an isolation that is in force is to be expected to stay.",
            answers,
            &[Source::Tasks, Source::ExitCodes12_0],
        );
    }

    fn back_up(&mut self) {
        let backup = self.circumstances.backup.clone();
        let arguments = self.with_format(vec!["--get-settings", "24", "--file", &backup]);
        self.push(
            Stage::Backup,
            &arguments,
            "What the device has, to go back to. An existing file is overwritten, a folder is not made.",
            nothing_changed(vec![
                answer(0, "Look that the file is there and not empty.", Then::Continue),
                answer(76, "", Then::Stop),
            ]),
            &[Source::GetSettings],
        );
    }

    fn set(&mut self) {
        let file = self.circumstances.file.clone();
        let arguments = self.with_format(vec!["--set-settings", "24", "--file", &file]);
        let why = match self.circumstances.format {
            Format::Ini => "The product is the judge of the values: ranges are documented nowhere.",
            Format::Json => {
                "The product is the judge of the values: ranges are documented nowhere, nor is the shape of its JSON. INI is the safer way."
            }
        };
        self.push(
            Stage::Set,
            &arguments,
            why,
            vec![
                answer(0, "The settings are there.", Then::Continue),
                answer(
                    2,
                    "Show what it wrote to standard error: it names what it does not take.",
                    Then::Restore,
                ),
                answer(
                    68,
                    "Start the task again if it ran, and change the policy instead.",
                    Then::Restore,
                ),
                answer(
                    70,
                    "Here: the task runs again. Stop it, then repeat this step.",
                    Then::Stop,
                ),
                answer(76, "", Then::Restore),
                otherwise("Read what it wrote to standard error.", Then::Restore),
            ],
            &[Source::SetSettings, Source::ExitCodes12_0],
        );
    }

    /// Certificates are named by version; where no document names the commands, they are looked for.
    fn certificates(&mut self, version: &KesVersion, mode: Mode) {
        let given = &self.circumstances;
        let (server, client) = (
            given.server_certificate.clone(),
            given.client_certificate.clone(),
        );
        let of_telemetry = [
            &given.telemetry_server_certificate,
            &given.telemetry_client_certificate,
        ];
        if server.is_none() && client.is_none() && of_telemetry.iter().all(|it| it.is_none()) {
            return;
        }
        let document = match version.pair() {
            (12, 1) => Some(Source::Certificates12_1),
            (12, 2) => Some(Source::Certificates12_2),
            (12, 3) => Some(Source::Certificates12_3),
            _ => None,
        };
        let Some(document) = document else {
            self.look_for_certificates(version, mode);
            return;
        };
        let files = [("server", server), ("client", client)];
        for (of, file) in files {
            let Some(file) = file else { continue };
            let query = format!("--query-kataedr-{of}-certificate");
            self.push(
                Stage::Certificates,
                &["-R", &query],
                "Adding a certificate replaces the one before, and there is no command that gives it back: keep in mind which one it is.",
                vec![
                    answer(0, "Go on.", Then::Continue),
                    otherwise("There may be none yet.", Then::Continue),
                ],
                &[document, Source::CertificateRights],
            );
            let add = format!("--add-kataedr-{of}-certificate");
            let why = if of == "server" {
                "From here on the device checks that the server has this certificate; without it the connection is encrypted and unchecked."
            } else {
                "The certificate and its key (PFX) that the device shows. How it is asked for a password is documented nowhere: be there when it runs."
            };
            self.push(
                Stage::Certificates,
                &["-R", &add, &file],
                why,
                vec![
                    answer(0, "It is there.", Then::Continue),
                    answer(68, "Change the policy instead.", Then::Restore),
                    otherwise("Read what it wrote to standard error; the role of an administrator is needed.", Then::Restore),
                ],
                &[document, Source::CertificateRights, Source::Customer002],
            );
        }
    }

    fn look_for_certificates(&mut self, version: &KesVersion, mode: Mode) {
        let is_new = version.pair() >= (12, 4);
        let (why, documents): (_, &[Source]) = if is_new {
            (
                "The names of the certificate commands for this task are not documented in this version: those of 12.4's page are for NDR (KATA). Look for options with \"certificate\" in their names and use none that is not offered.",
                &[Source::Certificates12_4, Source::Conclusion],
            )
        } else {
            (
                "The names of the certificate commands are documented from 12.1 on. Look for options with \"certificate\" in their names and use none that is not offered.",
                &[Source::Certificates12_1, Source::Conclusion],
            )
        };
        self.push(
            Stage::Certificates,
            &["--help"],
            why,
            vec![
                answer(0, "Look for the options.", Then::Continue),
                otherwise(
                    "Without the options, no certificate can be added here.",
                    Then::Restore,
                ),
            ],
            documents,
        );
        let paths = &self.circumstances;
        let given = [
            ("the server certificate", &paths.server_certificate),
            ("the client certificate", &paths.client_certificate),
            (
                "the telemetry server's certificate",
                &paths.telemetry_server_certificate,
            ),
            (
                "the client certificate for the telemetry server",
                &paths.telemetry_client_certificate,
            ),
        ];
        let named: Vec<String> = given
            .into_iter()
            .filter_map(|(what, file)| Some(format!("{what} {}", excerpt(file.as_deref()?))))
            .collect();
        let servers = match mode {
            Mode::EdrKata => "",
            Mode::EdrExpertOnPrem => {
                " Whether the response and the telemetry server take one client certificate or two is documented nowhere: ask the administrator of the platform."
            }
        };
        self.add(
            Stage::Certificates,
            When::Always,
            None,
            &format!("Add {} with the options that this version offers; if it offers none, this version has no command for it.{servers}", named.join(" and ")),
            vec![otherwise("If it cannot be added and the settings need it, put the settings back.", Then::Restore)],
            &[Source::Customer000, Source::Conclusion],
        );
    }

    fn start(&mut self) {
        self.push(
            Stage::Start,
            &["--start-task", "24", "-W"],
            "From here on the device looks for its server.",
            vec![
                answer(0, "It runs.", Then::Continue),
                answer(70, "Here: it runs already.", Then::Continue),
                answer(
                    67,
                    "Look whether there is a licence for EDR.",
                    Then::Restore,
                ),
                answer(68, "Change the policy instead.", Then::Restore),
                otherwise("Read what it wrote to standard error.", Then::Restore),
            ],
            &[Source::Tasks, Source::ExitCodes12_0],
        );
    }

    fn read_back(&mut self) {
        let read_back = self.circumstances.read_back.clone();
        let arguments = self.with_format(vec!["--get-settings", "24", "--file", &read_back]);
        self.push(
            Stage::ReadBack,
            &arguments,
            "What the device has made of the file.",
            vec![
                answer(0, "Compare it.", Then::Continue),
                otherwise(
                    "The settings are there and could not be read back: repeat it.",
                    Then::Stop,
                ),
            ],
            &[Source::GetSettings],
        );
        self.add(
            Stage::Compare,
            When::Always,
            None,
            "Compare by meaning what was read back with what was set: there must be no difference.",
            vec![otherwise(
                "If there is a difference, put the settings back.",
                Then::Restore,
            )],
            &[Source::Conclusion],
        );
        self.push(
            Stage::Compare,
            &["--get-task-state", "24", "--json"],
            "It must run. That the server takes it is seen at the server alone.",
            vec![
                answer(0, "Look at the state.", Then::Continue),
                otherwise("Read what it wrote to standard error.", Then::Restore),
            ],
            &[Source::Tasks],
        );
        self.push(
            Stage::Compare,
            &["-R", "--isolation-stat"],
            "Whether an isolation is in force; one from before may have stayed. --isolation-off ends it locally, whether or not a policy is in force.",
            vec![otherwise("For the eyes of whoever set the file.", Then::Continue)],
            &[Source::Isolation12_3, Source::Isolation12_4],
        );
    }

    fn restore(&mut self) {
        let backup = self.circumstances.backup.clone();
        let set = self.with_format(vec!["--set-settings", "24", "--file", &backup]);
        let stop = CommandLine::kesl_control(["--stop-task", "24", "-W"]);
        let start = CommandLine::kesl_control(["--start-task", "24", "-W"]);
        let set = CommandLine::kesl_control(set);
        self.add(
            Stage::Restore,
            When::OnFailure,
            Some(stop),
            "After a failure: the task may run with the new settings.",
            vec![
                answer(0, "It is stopped.", Then::Continue),
                answer(70, "Here: it was stopped before.", Then::Continue),
                otherwise("Go on all the same.", Then::Continue),
            ],
            &[Source::Tasks],
        );
        self.add(
            Stage::Restore,
            When::OnFailure,
            Some(set),
            "The settings that the device had. A certificate that was replaced is not a part of them: add the old one again.",
            vec![
                answer(0, "They are there again.", Then::Continue),
                answer(68, "A policy holds, and the device has its settings.", Then::Continue),
                otherwise("The device has not got its settings back: keep the backup, and look at it on the device.", Then::Stop),
            ],
            &[Source::SetSettings],
        );
        self.add(
            Stage::Restore,
            When::OnFailure,
            Some(start),
            "Only if the task ran before.",
            vec![
                answer(0, "It runs as before.", Then::Continue),
                answer(70, "Here: it runs already.", Then::Continue),
                otherwise(
                    "The task does not run: look at it on the device.",
                    Then::Stop,
                ),
            ],
            &[Source::Tasks],
        );
    }
}
